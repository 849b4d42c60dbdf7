/**
 * What a live page says of the network (templates/macros/live.html): nothing while all is well or a short break mends
 * itself; that it connects where that takes long; that what is written waits, and how much; that it goes another way; and,
 * once any of this was said, that the connection is back and that what waited is sent.
 */
import { fill, wordsOf } from "../elements/words.js";

/** How long a state lasts until it is worth a word. */
const PATIENCE_MILLISECONDS = { connecting: 6000, lost: 900, requests: 1500 };
const WELCOME_MILLISECONDS = 5000;

/** @typedef {"connecting" | "live" | "lost" | "requests"} NetworkState */

export class NetworkNotice {
  /** @type {NetworkState} */
  #state = "connecting";
  #waiting = 0;
  #isSaid = false;
  #isBack = false;
  #hadWaiting = false;
  #isOver = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} box
   * @param {() => boolean} isPassing whether what waits is lost when the page is left
   */
  constructor(box, isPassing) {
    this.box = box;
    this.isPassing = isPassing;
    this.words = wordsOf(box);
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#show());
  }

  /** @param {NetworkState} state */
  tell(state) {
    this.#state = state;
    clearTimeout(this.#timer);
    if (state === "live") this.#comeBack();
    else if (this.#isSaid && !this.#isBack) this.#show();
    else this.#timer = setTimeout(() => this.#say(), PATIENCE_MILLISECONDS[state]);
  }

  /**
   * So much waits to be sent.
   * @param {number} count
   */
  waits(count) {
    this.#waiting = count;
    this.#hadWaiting ||= this.#isSaid && count > 0;
    if (this.#isBack) this.#comeBack();
    else this.#show();
  }

  /**
   * The page is of no more use; what it says of that, if it says it here, stays.
   * @param {string} [sentence]
   */
  end(sentence = "") {
    clearTimeout(this.#timer);
    this.#isOver = true;
    this.#write(sentence);
  }

  #say() {
    this.#isSaid = true;
    this.#isBack = false;
    this.#hadWaiting ||= this.#waiting > 0;
    this.#show();
  }

  /** Say that all is well again where one was told otherwise, and, once it is, that what waited is sent. */
  #comeBack() {
    if (!this.#isSaid || this.#isOver) return;
    this.#isBack = true;
    const { connected, sent } = this.words;
    this.#write([connected, this.#waitingWords || (this.#hadWaiting ? sent : "")].filter(Boolean).join(" "));
    clearTimeout(this.#timer);
    if (!this.#waiting) this.#timer = setTimeout(() => this.#hide(), WELCOME_MILLISECONDS);
  }

  #hide() {
    this.#isSaid = this.#isBack = this.#hadWaiting = false;
    this.#write("");
  }

  #show() {
    if (this.#isOver || this.#isBack || !this.#isSaid) return;
    const { connecting, lost, offline, blocked, kept, passing } = this.words;
    const isOffline = navigator.onLine === false;
    const state = { connecting, lost: isOffline ? offline : lost, requests: blocked, live: "" }[this.#state];
    const waits = this.#waitingWords || (this.#state === "lost" ? kept : "");
    const warning = this.#waiting && this.isPassing() ? passing : "";
    this.#write([state, waits, warning].filter(Boolean).join(" "));
  }

  get #waitingWords() {
    const { one, many } = this.words;
    return fill(["", one][this.#waiting] ?? many, { count: this.#waiting });
  }

  /** @param {string} text */
  #write(text) {
    if (this.box.textContent !== text) this.box.textContent = text;
    this.box.hidden = !text;
  }
}
