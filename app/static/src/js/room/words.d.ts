/** What the parts of a room share. */
import type { EditedEvent, MessageEvent, ModeEvent, PinEvent, ReactionEvent, ReactionsOfWord, RemovedEvent } from "../live/payloads.js";

/** What a room is about: the data of <trama-room> (templates/rooms/show.html). */
export interface RoomData extends DOMStringMap {
  room: string;
  stream: string;
  epoch: string;
  head: string;
  me: string;
  meAs: string;
  zone: string;
  longest: string;
  groupingSeconds: string;
  /** There where she may write. */
  mayPost?: string;
  mode: string;
  slowSeconds: string;
  waitSeconds: string;
  /** There where she may remove what others wrote. */
  moderates?: string;
}

/** What it says: the words of <trama-room>. */
export interface RoomWords {
  editSending: string;
  editWaiting: string;
  removeSending: string;
  removeWaiting: string;
  editedAloud: string;
  removedAloud: string;
  sending: string;
  waiting: string;
  waitsForTurn: string;
  waitSeconds: string;
  waitMinutes: string;
  yourTurn: string;
  answerOnly: string;
  roomClosed: string;
  /** What those who do not moderate read in a room of each mode. */
  modes: Record<string, string>;
  signedOut: string;
  signedOutHere: string;
  closed: string;
  refused: string;
  empty: string;
  tooLong: string;
  writingOne: string;
  writingTwo: string;
  writingMany: string;
  newOne: string;
  newMany: string;
  newest: string;
  unread: string;
  said: string;
  saidWho: string;
  saidMany: string;
  inLanguage: string;
  sentAloud: string;
  answersNot: string;
  leftAsItWas: string;
  answers: string;
  to: string;
  somebody: string;
  gone: string;
  goneByFacilitator: string;
  late: string;
  edited: string;
  mineOf: string;
  theirs: string;
  goneQuote: string;
  facilitator: string;
  manager: string;
  today: string;
  yesterday: string;
  you: string;
}

export type RoomEvent = MessageEvent | EditedEvent | RemovedEvent | ReactionEvent | PinEvent | ModeEvent;

/** A message that is answered, as the form shows it. */
export interface Answered {
  seq: number;
  name: string;
  text: string;
  lang: string;
}

/** A file that waits to be sent: `key` names its bytes in this browser, `id` is the server's once it was sent. */
export interface WaitingFile {
  key: string;
  id?: string;
  name: string;
  type: string;
  size: number;
  alt: string;
}

/** What waits in the outbox of a room: a message, the change of one, a removal, a word that is said to one. */
export type Draft =
  | { kind?: "post"; target?: undefined; body: string; lang: string; reply_to: number | null; quote: Answered | null; files?: WaitingFile[] }
  | { kind: "edit"; target: number; body: string; lang: string }
  | { kind: "remove"; target: number }
  | { kind: "react"; target: number; word: ReactionsOfWord["word"]; on: boolean };

/** A text that can be given back to the form. */
export type WrittenText = Exclude<Draft, { kind: "remove" | "react" }>;

export type RoomEntry = import("../live/outbox.js").Entry & Draft & { isDelayed?: boolean };
