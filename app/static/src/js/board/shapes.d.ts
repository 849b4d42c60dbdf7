/** What the parts of a board share: what they stand on, what they look at, what they ask for. */
import type {
  CardShown,
  CardGroupShown,
  Commands as AllCommands,
  DesignHead,
  Mine,
  OwnCard,
  PhaseShown,
  PublicState,
} from "../live/payloads.js";
import type { BoardTexts } from "./words.js";

/** The public state of a design session as merge.js folds it from events: at first of a replay there is nothing in it. */
export type State = Omit<Partial<PublicState>, "design"> & { design: Partial<DesignHead> };

/** The phase that runs, with its id; only that while the plan does not have it. */
export type PhaseNow = { id: string } & Partial<PhaseShown>;

/** What a board's parts stand on: its element, its words, the design session and the reader's id ("" in a replay). */
export interface Host {
  element: HTMLElement;
  words: BoardTexts;
  design: number;
  me: string;
  /** What is read aloud; a replay has none. */
  announcements?: import("./announcements.js").Announcements;
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
  /** How many of those who take part, and do not run the session, look at the board; unknown in a replay. */
  here?: number;
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
  card: Partial<Omit<CardShown, "column">> & { lang: string; originName?: string };
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

type DesignEvent = Extract<keyof AllCommands, `design_${string}`>;

/** What commands of a board carry, beside what all of them do. */
export type Commands = { [Name in DesignEvent]: Omit<AllCommands[Name], "design"> };

/** What somebody writes on a card, by the names of the fields of the forms. */
export type CardContent = Omit<Commands["design_card_add"], "column">;

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
