/** What the room says of itself: what is new below, the end; and what is read aloud. */
import { Announcer } from "../elements/announcer.js";
import { fill, wordsOf } from "../elements/words.js";
import { box } from "../elements/part.js";
import { mentionsOwn, ownKeys } from "./mentions.js";
import { personal } from "../live/personal.js";
import { MessageFiles } from "./message-files.js";

/** @import { MessageEvent } from "../live/payloads.js" */
/** @import { RoomWords } from "./words.js" */

const BLOCK_END = /<\/(?:p|li|h\d|blockquote|pre|div)>|<br ?\/?>/g;

export class Notices {
  /** @type {Set<number>} */
  #missed = new Set();
  #title = document.title;

  /**
   * @param {HTMLElement} room
   * @param {import("./scroll.js").Scroll} scroll
   */
  constructor(room, scroll) {
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.ownKeys = ownKeys(room);
    this.ended = box(room, "[data-signed-out]");
    this.jump = box(room, "[data-jump]");
    this.aloud = box(room, "[data-announce]");
    this.files = new MessageFiles(room);
    this.announcer = new Announcer(this.aloud, this.words.inLanguage);
    this.quiet = room.querySelector("[data-quiet]");
    this.scroll = scroll;
    scroll.box.addEventListener("scroll", () => this.#showJump(), { passive: true });
  }

  /** Somebody writes here: it is no quiet room any more. */
  begin() {
    this.quiet?.remove();
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
    this.aloud.textContent = (this.ended.textContent ?? "").trim();
  }

  // --- What is new -----------------------------------------------------------------------------------------

  /**
   * Somebody said something; `seen` tells whether the reader is looking at it.
   * @param {MessageEvent} event
   * @param {boolean} seen
   */
  said(event, seen) {
    this.begin();
    this.#say(event);
    if (seen) return;
    this.#missed.add(event.seq);
    this.#showMissed();
  }

  /**
   * One's own message was sent, changed or removed: said aloud, because what is seen of it is elsewhere than the focus.
   * @param {import("./words.js").RoomEvent["kind"]} kind of the other kinds their own modules say more
   */
  done(kind) {
    const { sentAloud, editedAloud, removedAloud } = this.words;
    const sentence = {
      message: sentAloud,
      edited: editedAloud,
      removed: removedAloud,
      reaction: "",
      pin: "",
      mode: "",
    }[kind];
    if (sentence) this.tell(sentence);
  }

  /** @param {import("../elements/announcer.js").Announcement[]} announcements */
  announce(announcements) {
    for (const each of announcements) this.announcer.announce(each);
  }

  /**
   * Answer what the reader did.
   * @param {string} text
   */
  tell(text) {
    this.announcer.announce({ text, isUrgent: true });
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
    this.jump.hidden = !this.scroll.isFarAbove;
  }

  /**
   * Read aloud what was said: as it is shown, not as it was typed.
   * @param {MessageEvent} event
   */
  #say({ actor, html, lang, files }) {
    const name = actor?.name ?? this.words.somebody;
    const { said, saidWho, saidMany } = this.words;
    this.announcer.announce({
      kind: "message",
      text: fill(said, { name }),
      words: [plainText(html), ...this.files.aloud(files)].filter(Boolean).join(" "),
      lang,
      who: fill(saidWho, { name }),
      isMention: mentionsOwn(html, this.ownKeys),
      many: fill(saidMany, { name }),
    });
  }
}

/**
 * The words of a rendered text, with a space where one block ends.
 * @param {string} html
 */
function plainText(html) {
  const template = document.createElement("template");
  template.innerHTML = html.replace(BLOCK_END, "$& ");
  return (template.content.textContent ?? "").replace(/\s+/g, " ").trim();
}
