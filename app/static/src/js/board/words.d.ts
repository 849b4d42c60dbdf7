import type { Question } from "../elements/confirmation.js";

/** With them, Trama's own texts of phases and columns by their text in the session's language. */
export interface BoardTexts extends BoardWords {
  builtIn: Record<string, string>;
}

/** The sentences of a board, as presenters/board_words.py makes them; those named by what may come from the server, by its name. */
export interface BoardWords {
  kinds: Record<string, string | undefined>;
  notBegun: string;
  over: string;
  status: Record<string, string | undefined>;
  pointsEach: string;
  asks: { waiting: string; frozen: string; points: string; [kind: string]: string | undefined };
  ready: string;
  ahead: string;
  tied: string;
  totalsHidden: string;
  hiddenUntilReveal: string;
  anonymous: string;
  lastMinute: string;
  timeIsUp: string;
  card: string;
  anonymousCard: string;
  veiled: string;
  yours: string;
  edited: string;
  pinned: string;
  fromGroup: string;
  sending: string;
  waits: string;
  oneCard: string;
  manyCards: string;
  oneWritten: string;
  manyWritten: string;
  columnLocked: string;
  noName: string;
  picked: string;
  yourPoints: string;
  totalPoints: string;
  edit: string;
  remove: string;
  earlier: string;
  later: string;
  moveTo: string;
  intoCluster: string;
  outOfCluster: string;
  pin: string;
  unpin: string;
  park: string;
  unpark: string;
  veil: string;
  unveil: string;
  split: string;
  mergeInto: string;
  tooLong: string;
  keptText: string;
  writes: string;
  you: string;
  present: string;
  absent: string;
  somebody: string;
  roles: Record<string, string | undefined>;
  hasDesk: string;
  handNumber: string;
  muted: string;
  hasSpoken: string;
  mute: string;
  unmute: string;
  handDone: string;
  spoke: string;
  shareDesk: string;
  unshareDesk: string;
  handOver: string;
  sendAway: string;
  sendAwaySure: Question;
  notHeard: string;
  unseated: string;
  noGroup: string;
  chooseColumn: string;
  everybody: string;
  calls: string;
  groupCalls: string;
  inGroup: string;
  groupHost: string;
  groupOf: string;
  groupNumber: string;
  proposedEffect: string;
  effect: string;
  proposeIt: string;
  commitToIt: string;
  comesFrom: string;
  originsChoose: string;
  originsCluster: string;
  originsOff: string;
  stages: Record<string, string | undefined>;
  stageAsks: Record<string, string | undefined>;
  stanceWaits: Record<string, string | undefined>;
  toObject: Record<string, string | undefined>;
  answerFirst: string;
  silent: string;
  stanceCounts: Record<string, string | undefined>;
  objectionStates: Record<string, string | undefined>;
  objectionMet: string;
  objectionWithdraw: string;
  byWhen: string;
  commitmentStates: Record<string, string | undefined>;
  lacksText: string;
  lacksObjection: string;
  lacksWording: string;
  lacksOrganisation: string;
  lacksOwner: string;
  lacksWhat: string;
  lacksDay: string;
  signedOut: string;
  signedOutHere: string;
  notYours: string;
  noAnswer: string;
  desk: {
    next: string;
    last: string;
    pause: string;
    resume: string;
    freeze: string;
    thaw: string;
    lock: string;
    unlock: string;
    round: string;
    endRound: string;
    hands: string;
    undoOf: string;
    closeSure: Question;
  };
  announcements: BoardAnnouncements;
}

/** Sentences for screen readers, as presenters/board_announcements.py makes them; several of one kind by what they depend on. */
export interface BoardAnnouncements {
  acts: Sentences;
  events: Sentences;
  desk: Sentences;
  answering: string[];
  variants: string[];
  inLanguage: string;
}

export type Sentences = Record<string, string | Record<string, string | undefined> | undefined>;
