/**
 * What a screen reader says of a live page, through one live region. At most three announcements are made in ten seconds:
 * what comes beyond them is gathered and said when there is room again. What answers an act of the reader is said at once.
 */
import { fill } from "./words.js";
import { make } from "./markup.js";

const GATHER_MILLISECONDS = 300;
const WINDOW_MILLISECONDS = 10_000;
const MAX_IN_WINDOW = 3;
const MAX_SIGNS = 200;
const MIN_WORDS_SIGNS = 40;

/**
 * @typedef {object} Announcement
 * @property {string} text a sentence in the reader's language; {words} in it stands for what a person wrote
 * @property {string} [words] what a person wrote, as plain text
 * @property {string | null} [lang] the language of `words`; read with its voice, and named where it is not the reader's
 * @property {boolean} [isName] `words` is a title or a name: its language is not named
 * @property {string} [kind] of several of one kind that wait only the last is said, unless `many` counts them
 * @property {string} [many] what is said in place of several of one kind, with {count} in it
 * @property {string} [who] what is said in place of `text` to readers who only want to hear who wrote
 * @property {boolean} [isMention] it names the reader
 * @property {boolean} [isUrgent] it answers what the reader did, or the page stands elsewhere now: said at once, to everybody
 */

export class Announcer {
  /** @type {Announcement[]} */
  #waiting = [];
  /** @type {number[]} When the announcements of the last seconds were made, in milliseconds. */
  #times = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** When the timer runs out, in milliseconds. */
  #due = Infinity;
  /** Whether something was held back, because enough was said. */
  #isHolding = false;
  #names;

  /**
   * @param {HTMLElement} region has role="status"
   * @param {string} inLanguage how the language of words is told: "in {language}: {words}"
   */
  constructor(region, inLanguage) {
    this.region = region;
    this.inLanguage = inLanguage;
    this.#names = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
  }

  /**
   * What the reader wants to hear: "all", "who" (no texts), "mentions" or "none".
   * @returns {string}
   */
  get setting() {
    return document.documentElement.dataset.announcements ?? "all";
  }

  /** @param {Announcement} announcement */
  announce(announcement) {
    const wanted = this.#wanted(announcement);
    if (!wanted) return;
    const kind = kindOf(wanted);
    if (!wanted.many) this.#waiting = this.#waiting.filter((each) => kindOf(each) !== kind);
    this.#waiting.push(wanted);
    this.#schedule(GATHER_MILLISECONDS);
  }

  /**
   * The announcement as the reader's setting lets it through; null where it does not.
   * @param {Announcement} announcement
   * @returns {Announcement | null}
   */
  #wanted(announcement) {
    const { isUrgent, isMention, who } = announcement;
    if (isUrgent || this.setting === "all") return announcement;
    if (this.setting === "none" || (this.setting === "mentions" && !isMention)) return null;
    return this.setting === "who" && who ? { ...announcement, text: who, words: undefined } : announcement;
  }

  /** @param {number} delay in milliseconds */
  #schedule(delay) {
    const due = Date.now() + delay;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#flush(), delay);
  }

  #flush() {
    this.#due = Infinity;
    const now = Date.now();
    this.#times = this.#times.filter((time) => now - time < WINDOW_MILLISECONDS);
    const free = MAX_IN_WINDOW - this.#times.length;
    const held = this.#waiting.filter((each) => !each.isUrgent);
    const isFull = held.length > 0 && free <= 0;
    const said = isFull ? this.#waiting.filter((each) => each.isUrgent) : this.#waiting;
    this.#waiting = isFull ? held : [];
    const isMuch = this.#isHolding || held.length > free;
    this.#isHolding = isFull;
    if (isFull) this.#schedule(this.#times[0] + WINDOW_MILLISECONDS - now);
    else this.#times.push(...held.slice(0, isMuch ? 1 : free).map(() => now));
    if (said.length) this.#say(isMuch ? gathered(said) : said);
  }

  /** @param {Announcement[]} announcements */
  #say(announcements) {
    this.region.replaceChildren(
      ...announcements.map((each, at) => make("span", {}, [at ? " " : "", ...this.#parts(each)])),
    );
  }

  /**
   * @param {Announcement} announcement
   * @returns {(Node | string)[]}
   */
  #parts({ text, words, lang, isName }) {
    if (words === undefined) return [clipped(text, MAX_SIGNS)];
    const [before, after = ""] = text.split("{words}");
    const short = clipped(words, Math.max(MIN_WORDS_SIGNS, MAX_SIGNS - before.length - after.length));
    if (!lang || baseOf(lang) === baseOf(document.documentElement.lang)) return [before, short, after];
    const spoken = make("span", { lang }, [short]);
    if (isName) return [before, spoken, after];
    const [named, rest = ""] = fill(this.inLanguage, { language: this.#names.of(lang) ?? lang }).split(
      "{words}",
    );
    return [before, named, spoken, rest, after];
  }
}

/**
 * Several announcements of one kind that can be counted become one.
 * @param {Announcement[]} announcements
 * @returns {Announcement[]}
 */
function gathered(announcements) {
  /** @type {Map<string, Announcement[]>} */
  const kinds = new Map();
  for (const each of announcements) kinds.set(kindOf(each), [...(kinds.get(kindOf(each)) ?? []), each]);
  return [...kinds.values()].map((several) => {
    const last = several[several.length - 1];
    if (several.length === 1 || !last.many) return last;
    return { ...last, text: fill(last.many, { count: several.length }), words: undefined };
  });
}

/** @param {Announcement} announcement */
function kindOf({ kind, text }) {
  return kind ?? text;
}

/**
 * A text of at most so many signs, cut between words where that is possible.
 * @param {string} text
 * @param {number} most
 */
function clipped(text, most) {
  const signs = [...text.replace(/\s+/g, " ").trim()];
  if (signs.length <= most) return text;
  const cut = signs.slice(0, most - 1).join("");
  const space = cut.lastIndexOf(" ");
  return `${space > most / 2 ? cut.slice(0, space) : cut}…`;
}

/** @param {string} lang */
function baseOf(lang) {
  return lang.split("-")[0];
}
