/** What the parts of a board share: what they stand on, what they look at, what they ask for. */
import type {
  CardShown,
  CardGroupShown,
  DesignHead,
  Mine,
  OwnCard,
  PhaseShown,
  ProposalStage,
  PublicState,
} from "../live/payloads.js";
import type { BoardWords } from "./words.js";

/** The public state of a design session as merge.js folds it from events: at first of a replay there is nothing in it. */
export type State = Omit<Partial<PublicState>, "design"> & { design: Partial<DesignHead> };

/** The phase that runs, with its id; only that while the plan does not have it. */
export type PhaseNow = { id: string } & Partial<PhaseShown>;

/** What a board's parts stand on: its element, its words, the design session and the reader's id ("" in a replay). */
export interface Host {
  element: HTMLElement;
  words: BoardWords;
  design: number;
  me: string;
}

/** Everything that the parts of a board look at, drawn together once for each showing. */
export interface Seen {
  state: State;
  mine: Partial<Mine>;
  lang: string;
  phase: PhaseNow | undefined;
  /** Whether the reader runs the design session. */
  runs: boolean;
  board: string;
  may: Set<string>;
  ownKeys: Set<string>;
  ownHidden: HiddenCard[];
  pending: Written<"design_card_add">[];
  isOpen: boolean;
  picked: Set<string>;
}

/** One's own card that nobody else sees. */
export type HiddenCard = OwnCard & { own_key: string };

/** A part of a board: it shows what it sees. */
export interface BoardPart {
  render(seen: Seen): void;
}

/** A card by itself in a column, and a cluster with its cards: [key, card]. */
export interface CardItem {
  kind: "card";
  id: string;
  rank: string;
  pinned: boolean;
  card: CardShown;
}

export interface ClusterItem {
  kind: "cluster";
  id: string;
  rank: string;
  pinned: boolean;
  cluster: CardGroupShown;
  cards: [string, CardShown][];
}

export type Item = CardItem | ClusterItem;

/** What the element of a card shows of it. */
export interface SeenCard extends Partial<SeenVotes> {
  card: Partial<CardShown> & { lang: string; originName?: string };
  may: Set<string>;
  left: number;
  own?: boolean;
  dye?: string;
  author?: string;
  /** Whether it is on its way; a sentence where it is not. */
  pending?: boolean | string;
  picked?: boolean;
}

/** How it stands with the points of a card or a cluster: those of all, the reader's, and how many she has left. */
export interface SeenVotes {
  voting: boolean;
  total: number | undefined;
  points: number;
  left: number;
}

/** What commands of a board carry, beside what all of them do. */
export interface Commands {
  design_breakouts:
    | { act: "answer"; group: string }
    | { act: "close" }
    | { act: string; groups: { members: number[]; name?: string; group?: string }[] };
  design_broadcast: { text: string; lang: string };
  design_call: Record<string, never>;
  design_card_add: { column: string; text: string; lang: string };
  design_card_edit: { card: string; text: string; lang: string };
  design_card_mark: { card: string; mark: "pinned" | "parked"; on: boolean };
  design_card_move: { card: string; column: string; after?: string | null; cluster?: number | string | null };
  design_card_open: { card: string };
  design_card_remove: { card: string };
  design_card_veil: { card: string; on: boolean };
  design_close: Record<string, never>;
  design_cluster_name: { cluster: number; name: string };
  design_cluster_split: { cluster: number };
  design_clusters_merge: { into: number; from: number };
  design_commit: {
    organisation: number;
    owner: number;
    what: string;
    by_when: string;
    lang: string;
    if_then?: string;
    cards?: string[];
  };
  design_desk: { act: "keep" | "take" } | { act: "share" | "unshare" | "hand_over"; person: number };
  design_freeze: { on: boolean };
  design_go: { to: "next" | "previous" | "skip" | "repeat" };
  design_group: { cards: string[]; name?: string };
  design_hand: { up: boolean };
  design_lock: { what: "board"; on: boolean };
  design_merge: Record<string, never>;
  design_object: { proposal: number; text: string; lang: string };
  design_objection: { objection: number; act: "accept" | "withdraw" };
  design_person: { person: number; act: "mute" | "unmute" | "lower_hand" | "spoken" | "remove" };
  design_proposal: {
    act: "new" | "wording" | "stage" | "withdraw";
    proposal?: number;
    text?: string;
    lang?: string;
    cards?: string[];
    stage?: ProposalStage;
  };
  design_ready: { ready: boolean };
  design_reveal: Record<string, never>;
  design_round: { on: boolean };
  design_stance: { proposal: number; stance: string };
  design_start: Record<string, never>;
  design_timer: { act: "add"; seconds: number } | { act: "pause" | "resume" };
  design_undo: Record<string, never>;
  design_vote: { target: string; points: number };
}

/** A command with what it carries. */
export type Command<Name extends keyof Commands = keyof Commands> = {
  [Each in Name]: { event: Each; payload: Commands[Each] };
}[Name];

/** A command that waits in the outbox. */
export type Written<Name extends keyof Commands = keyof Commands> = import("../live/outbox.js").Entry & Command<Name>;

/** Carries a command out by the outbox; what is `quiet` is only said if the connection is there. */
export type Act = <Name extends keyof Commands>(
  event: Name,
  payload: Commands[Name],
  how?: { quiet?: boolean },
) => void;

/** What can be done with something: its name, doing it, and how its button looks. */
export type Choice = [label: string, act: () => void, kind?: string];
