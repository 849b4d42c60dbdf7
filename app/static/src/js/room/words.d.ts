/** What the parts of a room share. */
import type { EditedEvent, MessageEvent, RemovedEvent } from "../live/payloads.js";

/** The data of <trama-room> as templates/rooms/show.html writes it: what it is about, and all that it says. */
export interface RoomWords extends DOMStringMap {
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
  /** There where she may remove what others wrote. */
  moderates?: string;
  sayEditSending: string;
  sayEditWaiting: string;
  sayRemoveSending: string;
  sayRemoveWaiting: string;
  sayEditedAloud: string;
  sayRemovedAloud: string;
  saySending: string;
  sayWaiting: string;
  sayOffline: string;
  sayOfflineOne: string;
  sayOfflineMany: string;
  sayLost: string;
  sayLostOne: string;
  sayLostMany: string;
  saySignedOut: string;
  saySignedOutHere: string;
  sayClosed: string;
  sayRefused: string;
  sayEmpty: string;
  sayTooLong: string;
  sayWritingOne: string;
  sayWritingTwo: string;
  sayWritingMany: string;
  sayNewOne: string;
  sayNewMany: string;
  sayNewest: string;
  sayUnread: string;
  saySaid: string;
  sayAnswers: string;
  sayTo: string;
  saySomebody: string;
  sayGone: string;
  sayGoneByFacilitator: string;
  sayEdited: string;
  sayMineOf: string;
  sayTheirs: string;
  sayGoneQuote: string;
  sayFacilitator: string;
  sayManager: string;
  sayToday: string;
  sayYesterday: string;
  sayYou: string;
}

export type RoomEvent = MessageEvent | EditedEvent | RemovedEvent;

/** A message that is answered, as the form shows it. */
export interface Answered {
  seq: number;
  name: string;
  text: string;
  lang: string;
}

/** What waits in the outbox of a room: a message, the change of one, a removal. */
export type Draft =
  | { kind?: "post"; target?: undefined; body: string; lang: string; reply_to: number | null; quote: Answered | null }
  | { kind: "edit"; target: number; body: string; lang: string }
  | { kind: "remove"; target: number };

/** A text that can be given back to the form. */
export type WrittenText = Exclude<Draft, { kind: "remove" }>;

export type RoomEntry = import("../live/outbox.js").Entry & Draft;
