/** The messages that are pinned above the talk, folded: at most five. An event tells all of them. */
import { make } from "../elements/markup.js";
import { box, boxes } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";
import { reasonOf } from "../live/outbox.js";

/** @import { Acknowledgement, PinEvent, PinnedMessage, Quote } from "../live/payloads.js" */

const MOST_SAID = 80;

export class Pins {
  /**
   * @param {HTMLElement} room
   * @param {(seq: number, on: boolean) => Promise<Acknowledgement<"room_pin"> | null>} send
   */
  constructor(room, send) {
    this.box = box(room, "[data-pins]");
    this.list = box(this.box, "ul");
    /** @type {Record<"count" | "somebody" | "pin" | "unpin" | "pinned" | "unpinned" | "pinnedBy" | "notSent", string>} */
    this.words = wordsOf(this.box);
    this.me = Number(room.dataset.me);
    this.may = room.dataset.mayPin !== undefined;
    this.send = send;
  }

  /** @param {number} seq */
  has(seq) {
    return this.#find(seq) !== null;
  }

  /**
   * What the menu offers for a message; nothing to those who may not.
   * @param {number} seq
   */
  offer(seq) {
    if (!this.may) return "";
    return this.has(seq) ? this.words.unpin : this.words.pin;
  }

  /**
   * Pin a message, or take it down; returns the sentence that answers it, where the event does not.
   * @param {number} seq
   */
  async toggle(seq) {
    const answer = await this.send(seq, !this.has(seq));
    if (!answer) return this.words.notSent;
    return answer.ok ? "" : reasonOf(answer);
  }

  /**
   * Show what is pinned now; returns what is said of it.
   * @param {PinEvent} event
   * @returns {import("../elements/announcer.js").Announcement[]}
   */
  apply({ pins, target, actor }) {
    const isNew = !this.has(target) && pins.some(({ seq }) => seq === target);
    this.list.replaceChildren(...pins.map((each) => this.#line(each)));
    this.#count();
    if (actor?.id === this.me)
      return [{ text: isNew ? this.words.pinned : this.words.unpinned, isUrgent: true }];
    if (!isNew) return [];
    const text = (pins.find(({ seq }) => seq === target)?.text ?? "").slice(0, MOST_SAID);
    return [
      { kind: "pin", text: fill(this.words.pinnedBy, { name: actor?.name ?? this.words.somebody, text }) },
    ];
  }

  /**
   * A message has other words now, or none: what is removed is not pinned any more.
   * @param {number} target
   * @param {Quote | null} quote
   */
  requote(target, quote) {
    const line = this.#find(target)?.parentElement;
    if (!line) return;
    if (quote?.text) line.replaceWith(this.#line(quote));
    else line.remove();
    this.#count();
  }

  /** @param {number} seq */
  #find(seq) {
    return this.list.querySelector(`[data-goes-to="${seq}"]`);
  }

  /** @param {PinnedMessage} message */
  #line({ seq, name, text, lang }) {
    const words = make("span", lang ? { lang } : {}, [text]);
    const who = make("strong", {}, [name ?? this.words.somebody]);
    return make("li", {}, [make("a", { href: `?at=${seq}`, "data-goes-to": seq }, [who, " ", words])]);
  }

  #count() {
    const count = boxes(this.list, "li").length;
    this.box.hidden = count === 0;
    box(this.box, "[data-count]").textContent = fill(this.words.count, { count });
  }
}
