/** What the room says of itself: the network, what is new below, the end; and what is read aloud. */
import { fill, wordsOf } from "../elements/words.js";
import { box } from "../elements/part.js";
import { personal } from "../live/personal.js";

/** @import { MessageEvent } from "../live/payloads.js" */
/** @import { RoomWords } from "./words.js" */

const PATIENCE = 1500;
const ALOUD = 200;
const MANY = 3;

export class Notices {
  #waiting = 0;
  #gone = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Set<number>} */
  #missed = new Set();
  /** @type {string[]} */
  #toSay = [];
  #title = document.title;

  /** @param {HTMLElement} room */
  constructor(room) {
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.offline = box(room, "[data-offline]");
    this.ended = box(room, "[data-signed-out]");
    this.jump = box(room, "[data-jump]");
    this.aloud = box(room, "[data-announce]");
    this.quiet = room.querySelector("[data-quiet]");
    this.box = box(room, "[data-scroll]");
    this.box.addEventListener("scroll", () => this.#showJump(), { passive: true });
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#show());
  }

  // --- The network -----------------------------------------------------------------------------------------

  /** The connection is being made: only if that takes long is it worth a word. */
  connecting() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#set(true), navigator.onLine ? PATIENCE : 0);
  }

  connected() {
    clearTimeout(this.#timer);
    this.#set(false);
  }

  lost() {
    this.connecting();
  }

  /**
   * So many messages wait to be sent.
   * @param {number} count
   */
  waits(count) {
    this.#waiting = count;
    if (count) this.quiet?.remove();
    this.#show();
  }

  /** @param {boolean} gone */
  #set(gone) {
    this.#gone = gone;
    this.#show();
  }

  #show() {
    const sentence = this.#sentence();
    if (this.offline.textContent !== sentence) this.offline.textContent = sentence;
    this.offline.hidden = !this.#gone || !this.ended.hidden;
  }

  #sentence() {
    if (!this.#gone) return "";
    /** @type {"lost" | "offline"} */
    const which = navigator.onLine ? "lost" : "offline";
    /** @type {"" | "One" | "Many"} */
    const number = this.#waiting === 0 ? "" : this.#waiting === 1 ? "One" : "Many";
    return fill(this.words[`${which}${number}`], { count: this.#waiting });
  }

  // --- The end ---------------------------------------------------------------------------------------------

  /** @param {string} reason */
  end(reason) {
    const signedOut = reason === "signed_out";
    const show = () => {
      const kept = personal.isClosed ? this.words.signedOutHere : this.words.signedOut;
      box(this.ended, "[data-ended]").textContent = signedOut ? kept : this.words.closed;
    };
    personal.onClose(show);
    show();
    box(this.ended, "[data-sign-in]").hidden = !signedOut;
    this.ended.hidden = false;
    clearTimeout(this.#timer);
    this.#set(false);
    this.aloud.textContent = (this.ended.textContent ?? "").trim();
  }

  // --- What is new -----------------------------------------------------------------------------------------

  /**
   * Somebody said something; `seen` tells whether the reader is looking at it.
   * @param {MessageEvent} event
   * @param {boolean} seen
   */
  said(event, seen) {
    this.quiet?.remove();
    this.#say(event);
    if (seen) return;
    this.#missed.add(event.seq);
    this.#showMissed();
  }

  /**
   * One's own message was changed or removed: said aloud, because what is seen of it is elsewhere than the focus.
   * @param {"edited" | "removed"} kind
   */
  changed(kind) {
    const sentence = { edited: this.words.editedAloud, removed: this.words.removedAloud }[kind];
    this.aloud.textContent = sentence;
  }

  /** The reader is at the newest message again. */
  caughtUp() {
    this.wasRead(Infinity);
  }

  /**
   * Everything up to a number was read, here or on another device.
   * @param {number} seq
   */
  wasRead(seq) {
    this.#forget((missed) => missed <= seq);
  }

  /**
   * A message was removed before it was seen.
   * @param {number} seq
   */
  gone(seq) {
    this.#forget((missed) => missed === seq);
  }

  /** @param {(missed: number) => boolean} isOver */
  #forget(isOver) {
    const before = this.#missed.size;
    for (const seq of this.#missed) if (isOver(seq)) this.#missed.delete(seq);
    if (this.#missed.size !== before) this.#showMissed();
  }

  /** @param {() => unknown} act */
  onJump(act) {
    this.jump.addEventListener("click", act);
  }

  #showMissed() {
    document.title = this.#missed.size ? `(${this.#missed.size}) ${this.#title}` : this.#title;
    this.#showJump();
  }

  #showJump() {
    const { newest, newOne, newMany } = this.words;
    const sentence = [newest, newOne][this.#missed.size] ?? newMany;
    this.jump.textContent = fill(sentence, { count: this.#missed.size });
    this.jump.hidden = Math.abs(this.box.scrollTop) < this.box.clientHeight / 2;
  }

  /**
   * Read aloud what was said, or how much when it was a lot at once.
   * @param {MessageEvent} event
   */
  #say({ actor, body }) {
    const name = actor?.name ?? this.words.somebody;
    this.#toSay.push(fill(this.words.said, { name, text: body }));
    if (this.#toSay.length > 1) return;
    setTimeout(() => {
      const many = fill(this.words.newMany, { count: this.#toSay.length });
      this.aloud.textContent = this.#toSay.length > MANY ? many : this.#toSay.join("\n");
      this.#toSay = [];
    }, ALOUD);
  }
}
