/** What the room says of itself: the network, what is new below, the end; and what is read aloud. */
import { fill } from "../elements/words.js";
import { personal } from "../live/personal.js";

const PATIENCE = 1500;
const ALOUD = 200;
const MANY = 3;

export class Notices {
  #waiting = 0;
  #gone = false;
  #timer;
  #missed = new Set();
  #toSay = [];
  #title = document.title;

  constructor(room) {
    this.words = room.dataset;
    this.offline = room.querySelector("[data-offline]");
    this.ended = room.querySelector("[data-signed-out]");
    this.jump = room.querySelector("[data-jump]");
    this.aloud = room.querySelector("[data-announce]");
    this.quiet = room.querySelector("[data-quiet]");
    room.querySelector("[data-scroll]").addEventListener("scroll", () => this.#showJump(), { passive: true });
    this.box = room.querySelector("[data-scroll]");
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

  /** So many messages wait to be sent. */
  waits(count) {
    this.#waiting = count;
    if (count) this.quiet?.remove();
    this.#show();
  }

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
    const which = navigator.onLine ? "sayLost" : "sayOffline";
    const number = this.#waiting === 0 ? "" : this.#waiting === 1 ? "One" : "Many";
    return fill(this.words[which + number], { count: this.#waiting });
  }

  // --- The end ---------------------------------------------------------------------------------------------

  end(reason) {
    const signedOut = reason === "signed_out";
    const show = () => {
      const kept = personal.isClosed ? this.words.saySignedOutHere : this.words.saySignedOut;
      this.ended.querySelector("[data-ended]").textContent = signedOut ? kept : this.words.sayClosed;
    };
    personal.onClose(show);
    show();
    this.ended.querySelector("[data-sign-in]").hidden = !signedOut;
    this.ended.hidden = false;
    clearTimeout(this.#timer);
    this.#set(false);
    this.aloud.textContent = this.ended.textContent.trim();
  }

  // --- What is new -----------------------------------------------------------------------------------------

  /** Somebody said something; `seen` tells whether the reader is looking at it. */
  said(event, seen) {
    this.quiet?.remove();
    this.#say(event);
    if (seen) return;
    this.#missed.add(event.seq);
    this.#showMissed();
  }

  /** One's own message was changed or removed: said aloud, because what is seen of it is elsewhere than the focus. */
  changed(kind) {
    const sentence = { edited: this.words.sayEditedAloud, removed: this.words.sayRemovedAloud }[kind];
    if (sentence) this.aloud.textContent = sentence;
  }

  /** The reader is at the newest message again. */
  caughtUp() {
    this.wasRead(Infinity);
  }

  /** Everything up to a number was read, here or on another device. */
  wasRead(seq) {
    this.#forget((missed) => missed <= seq);
  }

  /** A message was removed before it was seen. */
  gone(seq) {
    this.#forget((missed) => missed === seq);
  }

  #forget(isOver) {
    const before = this.#missed.size;
    for (const seq of this.#missed) if (isOver(seq)) this.#missed.delete(seq);
    if (this.#missed.size !== before) this.#showMissed();
  }

  onJump(act) {
    this.jump.addEventListener("click", act);
  }

  #showMissed() {
    document.title = this.#missed.size ? `(${this.#missed.size}) ${this.#title}` : this.#title;
    this.#showJump();
  }

  #showJump() {
    const { sayNewest, sayNewOne, sayNewMany } = this.words;
    const sentence = [sayNewest, sayNewOne][this.#missed.size] ?? sayNewMany;
    this.jump.textContent = fill(sentence, { count: this.#missed.size });
    this.jump.hidden = Math.abs(this.box.scrollTop) < this.box.clientHeight / 2;
  }

  /** Read aloud what was said, or how much when it was a lot at once. */
  #say({ actor, body }) {
    const name = actor?.name ?? this.words.saySomebody;
    this.#toSay.push(fill(this.words.saySaid, { name, text: body }));
    if (this.#toSay.length > 1) return;
    setTimeout(() => {
      const many = fill(this.words.sayNewMany, { count: this.#toSay.length });
      this.aloud.textContent = this.#toSay.length > MANY ? many : this.#toSay.join("\n");
      this.#toSay = [];
    }, ALOUD);
  }
}
