/**
 * What a board reads aloud: the answer to every act of the reader, what others did that matters, and at the desk who needs
 * something. The sentences are those of presenters/board_announcements.py.
 */
import { Announcer } from "../elements/announcer.js";
import { box } from "../elements/part.js";
import { fill } from "../elements/words.js";
import { groupSentence } from "./breakouts.js";
import { itemsIn, openGroups, personIn, phaseNow } from "./state.js";

const DESK_MILLISECONDS = 5000;
const REPEATED_MILLISECONDS = 5000;
/** Events that are only said to the person they are about. */
const TO_ONE = new Set(["person_mute", "person_unmute", "person_lower_hand", "desk_share", "desk_unshare"]);

/** @import { DesignEvent } from "../live/payloads.js" */
/** @import { Command, Seen, State } from "./shapes.js" */
/** @import { Sentences } from "./words.js" */
/** @typedef {{values?: object, words?: string, lang?: string, isName?: boolean, variant?: string}} Details what a sentence is filled with */

export class Announcements {
  /** @type {Map<string, string>} What the desk hears next, by what it is about. */
  #deskLines = new Map();
  #deskAt = -Infinity;
  /** @type {Map<string, number>} When something was said, in milliseconds. */
  #saidAt = new Map();

  /** @param {import("./shapes.js").Host} board */
  constructor(board) {
    this.board = board;
    this.words = board.words;
    this.sentences = board.words.announcements;
    this.answering = new Set(this.sentences.answering);
    this.lang = board.element.dataset.lang ?? "";
    this.announcer = new Announcer(box(board.element, "[data-announce]"), this.sentences.inLanguage);
  }

  /**
   * Say a sentence at once; one that was said a moment ago is not repeated when `isOnce`.
   * @param {string} sentence
   * @param {{kind?: string, isOnce?: boolean}} [how]
   */
  say(sentence, { kind = sentence, isOnce = false } = {}) {
    const now = Date.now();
    if (isOnce && now - (this.#saidAt.get(sentence) ?? -Infinity) < REPEATED_MILLISECONDS) return;
    this.#saidAt.set(sentence, now);
    this.announcer.announce({ text: sentence, kind, isUrgent: true });
  }

  /**
   * Answer what the reader did, once the server has it.
   * @param {Command} command
   * @param {Seen} seen
   */
  answer(command, seen) {
    const { event, payload } = command;
    const details = answerDetails(command, seen, this.words);
    const variant = this.sentences.variants
      .filter((name) => name in payload)
      .map((name) => String(/** @type {Record<string, unknown>} */ (payload)[name]))
      .join("_");
    const sentence = sentenceOf(this.sentences.acts, event, details.variant ?? variant);
    if (!sentence) return;
    const { values = {}, words, lang = this.lang, isName = true } = details;
    this.announcer.announce({
      text: fill(sentence, values),
      kind: event,
      isUrgent: true,
      ...(words === undefined ? {} : { words, lang, isName }),
    });
  }

  /**
   * Tell of an event.
   * @param {DesignEvent} event
   * @param {State} before the state up to it
   * @param {State} state the state with it
   * @param {boolean} runs whether the reader runs the session
   */
  tell(event, before, state, runs) {
    if (runs) this.#tellDesk(event, before, state);
    const { me } = this.board;
    const isAnswering = this.answering.has(event.kind);
    if (String(event.actor) === me && !isAnswering) return;
    if (!concerns(event, before, state, me)) return;
    const details = eventDetails(event, state, this.words, me);
    const sentence = sentenceOf(this.sentences.events, event.kind, details.variant ?? "");
    if (!sentence) return;
    const { values = {}, words, lang = this.lang, isName } = details;
    const name = personIn(state, event.actor)?.name ?? this.words.somebody;
    const text = fill(sentence, { name, ...values }).trim();
    if (words === undefined) return this.say(text, { kind: event.kind, isOnce: event.kind === "time_up" });
    this.announcer.announce({ text, words, lang, isName, kind: event.kind, isUrgent: isAnswering });
  }

  /**
   * At the desk one hears who needs something, at most once in a few seconds.
   * @param {DesignEvent} event
   * @param {State} before
   * @param {State} state
   */
  #tellDesk(event, before, state) {
    const sentence = sentenceOf(this.sentences.desk, event.kind, "");
    if (!sentence) return;
    const lines = this.#deskLines.size;
    for (const name of deskNames(event, before, state, this.board.me))
      this.#deskLines.set(event.kind + name, fill(sentence, { name }));
    if (lines || !this.#deskLines.size) return;
    const wait = Math.max(0, this.#deskAt + DESK_MILLISECONDS - Date.now());
    setTimeout(() => {
      this.#deskAt = Date.now();
      this.say([...this.#deskLines.values()].join(" "), { kind: "desk" });
      this.#deskLines.clear();
    }, wait);
  }
}

/**
 * @param {Sentences} sentences
 * @param {string} name
 * @param {string} variant
 */
function sentenceOf(sentences, name, variant) {
  const found = sentences[name];
  return typeof found === "string" ? found : found?.[variant];
}

/**
 * What the answer to a command is filled with.
 * @param {Command} command
 * @param {Seen} seen
 * @param {import("./words.js").BoardWords} words
 * @returns {Details}
 */
function answerDetails({ event, payload }, { state, mine }, words) {
  if (event === "design_card_add") return { words: columnTitle(state, payload.column) };
  if (event === "design_card_move") return moveDetails(payload, state, words);
  if (event === "design_group")
    return { values: { count: payload.cards.length }, words: payload.name || words.noName, lang: "" };
  if (event === "design_cluster_name") return { words: payload.name, lang: "" };
  if (event === "design_vote") {
    const points = mine.votes?.[payload.target] ?? payload.points;
    return { values: { points, left: mine.left ?? 0 } };
  }
  if (event === "design_person" || event === "design_desk")
    return { values: { name: personIn(state, payload.person)?.name ?? words.somebody } };
  return {};
}

/**
 * Where a card stands after it was moved, counted among the cards and groups of its column.
 * @param {import("./shapes.js").Commands["design_card_move"]} move
 * @param {State} state
 * @param {import("./words.js").BoardWords} words
 * @returns {Details}
 */
function moveDetails({ card, column, after, cluster }, state, words) {
  if (cluster)
    return { variant: "cluster", words: state.clusters?.[cluster]?.name || words.noName, lang: "" };
  const to = String(column ?? state.cards?.[card]?.column);
  const others = itemsIn(state, to)
    .map(({ id }) => id)
    .filter((id) => id !== card);
  const place = after === null ? 1 : others.indexOf(after ?? "") + 2;
  return {
    variant: "column",
    values: { place, count: others.length + 1 },
    words: columnTitle(state, to),
  };
}

/**
 * @param {State} state
 * @param {number | string} column
 */
function columnTitle(state, column) {
  return state.columns?.[column]?.title ?? "";
}

/**
 * Whether an event is to be said to the reader: some are about one person only.
 * @param {DesignEvent} event
 * @param {State} before
 * @param {State} state
 * @param {string} me
 */
function concerns({ kind, patch }, before, state, me) {
  if (TO_ONE.has(kind)) return Boolean(patch.people?.[me]);
  if (kind === "locked" || kind === "unlocked")
    return Boolean(patch.design || patch.columns || patch.people?.[me]);
  if (kind === "breakouts_seat") return groupOf(before, me)?.[0] !== groupOf(state, me)?.[0];
  return true;
}

/**
 * What the sentence of an event is filled with.
 * @param {DesignEvent} event
 * @param {State} state
 * @param {import("./words.js").BoardWords} words
 * @param {string} me
 * @returns {Details}
 */
function eventDetails({ kind, patch }, state, words, me) {
  if (kind === "started" || kind.startsWith("phase_")) {
    const { title, prompt } = phaseNow(state) ?? {};
    return { words: [title, prompt].filter(Boolean).join(". ") };
  }
  if (kind === "broadcast") {
    const { text, lang } = state.broadcast ?? {};
    return text ? { words: text, lang } : { variant: "none" };
  }
  if (kind === "locked" || kind === "unlocked")
    return { variant: patch.design ? "design" : patch.columns ? "columns" : "people" };
  if (kind === "round") return { variant: String(Boolean(state.round?.asked)) };
  if (kind.startsWith("timer_")) return { values: { minutes: minutesLeft(state) } };
  if (kind.startsWith("breakouts_")) return groupDetails(kind, patch, state, words, me);
  if (kind.startsWith("proposal_") || kind === "objected") return proposalDetails(kind, patch, state, words);
  if (kind === "committed") {
    const { organisation = words.somebody, what, lang } = changed(patch.commitments, state.commitments) ?? {};
    return { values: { name: organisation }, words: what, lang };
  }
  if (kind === "desk_take" || kind === "desk_hand_over")
    return { values: { name: personIn(state, state.desk?.holder)?.name ?? words.somebody } };
  return {};
}

/**
 * @param {string} kind
 * @param {DesignEvent["patch"]} patch
 * @param {State} state
 * @param {import("./words.js").BoardWords} words
 * @param {string} me
 * @returns {Details}
 */
function groupDetails(kind, patch, state, words, me) {
  if (kind === "breakouts_answer")
    return {
      words: changed(patch.breakouts?.groups, state.breakouts?.groups)?.name ?? "",
      isName: true,
      lang: "",
    };
  const mine = groupOf(state, me)?.[1];
  return { values: { group: mine ? groupSentence(mine, state, words, me) : "" } };
}

/**
 * @param {string} kind
 * @param {DesignEvent["patch"]} patch
 * @param {State} state
 * @param {import("./words.js").BoardWords} words
 * @returns {Details}
 */
function proposalDetails(kind, patch, state, words) {
  const [[id, change] = ["", null]] = Object.entries(patch.proposals ?? {});
  const proposal = state.proposals?.[id];
  if (!proposal) return {};
  if (kind === "proposal_stage")
    return {
      values: { stage: words.stages[proposal.stage] ?? "", asks: words.stageAsks[proposal.stage] ?? "" },
    };
  const { text, lang } =
    kind === "objected" ? (changed(change?.objections, proposal.objections) ?? proposal) : proposal;
  return kind === "proposal_withdraw" ? {} : { words: text, lang };
}

/**
 * The first of some things that a patch changes, as it is now.
 * @template Value
 * @param {Record<string, unknown> | null | undefined} patch
 * @param {Record<string, Value> | undefined} now
 */
function changed(patch, now) {
  const [id] = Object.keys(patch ?? {});
  return now?.[id];
}

/**
 * Who or what an event at the desk is about: a name for each line.
 * @param {DesignEvent} event
 * @param {State} before
 * @param {State} state
 * @param {string} me
 * @returns {string[]}
 */
function deskNames({ kind, patch, actor }, before, state, me) {
  if (kind === "hand")
    return Object.entries(state.people ?? {})
      .filter(([id, person]) => id !== me && person.hand && !before.people?.[id]?.hand)
      .map(([, person]) => person.name);
  if (kind === "called")
    return Object.entries(state.breakouts?.groups ?? {})
      .filter(([id, group]) => group.called && !before.breakouts?.groups?.[id]?.called)
      .map(([, group]) => group.name);
  if (kind === "ready") {
    const { count = 0, of = 0 } = state.ready ?? {};
    return of > 0 && count === of && before.ready?.count !== of ? [""] : [];
  }
  if (kind === "breakouts_seat")
    return openGroups(state).flatMap(([id, group]) =>
      Object.keys(group.members ?? {})
        .filter((person) => !before.breakouts?.groups?.[id]?.members?.[person])
        .map((person) => personIn(state, person)?.name ?? ""),
    );
  const isLate = Boolean(state.now?.revealed && patch.cards) && String(actor) !== me;
  return isLate ? [""] : [];
}

/**
 * The small group in which somebody is.
 * @param {State} state
 * @param {string} me
 */
function groupOf(state, me) {
  return openGroups(state).find(([, group]) => group.members?.[me]);
}

/**
 * Whole minutes until the phase ends, by the time of the server.
 * @param {State} state
 */
function minutesLeft({ now }) {
  const seconds = now?.left ?? (Date.parse(now?.ends_at ?? "") - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds / 60)) : 0;
}
