/** The list of messages: in their order, under their days, with the line above what is new. */
import { make } from "../elements/markup.js";
import { box, boxes } from "../elements/part.js";
import { wordsOf } from "../elements/words.js";
import { goesOn, writtenAt } from "./grouping.js";
import { MessageDrawing } from "./message-drawing.js";

/** @import { EditedEvent, MessageEvent, ReactionEvent, RemovedEvent } from "../live/payloads.js" */
/** @import { RoomEntry, RoomEvent, RoomWords } from "./words.js" */

export class Messages {
  /** @type {{seq: number | null, isRead: boolean}} The first message that one has not read. */
  #unread = { seq: null, isRead: false };

  /**
   * @param {HTMLElement} room
   * @param {import("./days.js").Days} days
   */
  constructor(room, days) {
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.me = room.dataset.me;
    this.days = days;
    this.groupingSeconds = Number(room.dataset.groupingSeconds);
    this.list = box(room, "[data-messages]");
    this.drawing = new MessageDrawing(room, days);
    this.#unread.seq = Number(room.dataset.unread) || null;
  }

  /** The ids of one's own messages that the page already shows. */
  get shownCids() {
    return boxes(this.list, "[data-cid][data-seq]").map(({ dataset }) => dataset.cid ?? "");
  }

  /** How many messages of the stream are in the list. */
  get count() {
    return this.#said.length;
  }

  /** The last message that one wrote and that still stands, if it is in the list. */
  get lastOfMine() {
    return this.#said.findLast((item) => item.matches(".message-mine:not(.message-gone)"));
  }

  /**
   * @param {number | string | undefined} seq
   * @returns {HTMLElement | null}
   */
  find(seq) {
    return this.list.querySelector(`#message-${Number(seq)}`);
  }

  // --- What was said ---------------------------------------------------------------------------------------

  /**
   * Add messages at the end, before those that still wait to be sent.
   * @param {RoomEvent[]} events
   */
  append(events) {
    const pending = this.#pending;
    const items = this.#draw(events);
    if (pending.length) pending[0].before(...items);
    else this.list.append(...items);
    for (const item of [...items, ...pending]) this.#settle(item);
    this.#placeUnread();
  }

  /**
   * Put older messages before all others.
   * @param {RoomEvent[]} events
   */
  prepend(events) {
    const first = boxes(this.list, ".message").slice(0, 1);
    const items = this.#draw(events);
    this.list.prepend(...items);
    for (const item of [...items, ...first]) this.#settle(item);
    this.#placeUnread();
  }

  /**
   * Let the oldest go until so many are left; returns the number of the first that stays.
   * @param {number} most
   */
  dropOldest(most) {
    const said = this.#said;
    for (const item of said.slice(0, said.length - most)) item.remove();
    this.#tidy();
    return Number(said.at(-most)?.dataset.seq);
  }

  /**
   * Let the newest go until so many are left; returns the number of the last that stays.
   * @param {number} most
   */
  dropNewest(most) {
    const said = this.#said;
    for (const item of said.slice(most)) item.remove();
    this.#tidy();
    return Number(said[most - 1].dataset.seq);
  }

  clear() {
    this.list.replaceChildren(...this.#pending);
  }

  /**
   * Put other words in a message's place; a later change, or a removal, has the last word whenever it came.
   * @param {EditedEvent} event
   */
  edit(event) {
    const item = this.find(event.target);
    if (event.redacted) return;
    if (item && !item.matches(".message-gone") && Number(item.dataset.edited ?? 0) < event.seq)
      this.drawing.edit(item, event);
    this.#requote(event);
  }

  /**
   * Take the words of a message away, also where it is quoted.
   * @param {RemovedEvent} event
   */
  remove(event) {
    const item = this.find(event.target);
    if (item) {
      this.drawing.gone(item, event.removed_by);
      this.#settle(item);
    }
    this.#requote(event);
  }

  /**
   * Show how the reactions to a message stand; returns what is said of it.
   * @param {ReactionEvent} event
   * @param {boolean} isOurs
   */
  react(event, isOurs) {
    return this.drawing.reactions.apply(event, this.find(event.target), isOurs);
  }

  /** @param {RoomEvent[]} events */
  #draw(events) {
    return events
      .filter((event) => event.kind === "message")
      .filter(({ seq }) => !this.find(seq))
      .map((event) => this.drawing.said(event));
  }

  /** @param {EditedEvent | RemovedEvent} event */
  #requote({ target, quote }) {
    if (!quote) return;
    for (const element of boxes(this.list, `[data-goes-to="${Number(target)}"]`))
      this.drawing.requote(element, quote);
  }

  get #said() {
    return boxes(this.list, ".message[data-seq]");
  }

  // --- What waits ------------------------------------------------------------------------------------------

  /**
   * Show what waits in the outbox; `isOpen` tells whether it is on its way.
   * @param {RoomEntry[]} entries
   * @param {boolean} isOpen
   */
  showPending(entries, isOpen) {
    this.drawing.reactions.showPending(this.list, entries, (seq) => this.find(seq));
    if (!entries.length && !this.list.querySelector("[data-pending]")) return;
    for (const overlay of boxes(this.list, "[data-overlay]")) this.drawing.uncover(overlay);
    for (const old of this.#pending) old.remove();
    for (const entry of entries) {
      if (entry.kind === "edit" || entry.kind === "remove") this.#cover(entry, isOpen);
      else if (entry.kind !== "react") this.list.append(this.drawing.pending(entry, isOpen));
    }
    this.#tidy();
    for (const pending of this.#pending) this.#settle(pending);
  }

  /**
   * @param {RoomEntry} entry
   * @param {boolean} isOpen
   */
  #cover(entry, isOpen) {
    const item = this.find(entry.target);
    if (!item || item.matches(".message-gone")) return;
    for (const overlay of boxes(item, "[data-overlay]")) this.drawing.uncover(overlay);
    this.drawing.cover(item, entry, isOpen);
  }

  get #pending() {
    return boxes(this.list, ".message[data-pending]");
  }

  // --- What is new -----------------------------------------------------------------------------------------

  /**
   * Draw the line above the first message that one has not read: it stays there until one has read and comes back.
   * @param {number} seq
   */
  markUnread(seq) {
    if (this.#unread.seq && !this.#unread.isRead) return;
    this.#unread = { seq, isRead: false };
    this.#placeUnread();
  }

  /**
   * What is below the line was read, here or elsewhere, up to a number.
   * @param {number} seq
   */
  wasRead(seq) {
    if (this.#unread.seq && this.#unread.seq <= seq) this.#unread.isRead = true;
  }

  /** One comes back: a line above what was read already tells nothing any more. */
  comeBack() {
    if (this.#unread.isRead) this.clearUnread();
  }

  clearUnread() {
    this.#unread = { seq: null, isRead: false };
    this.#placeUnread();
  }

  #placeUnread() {
    const { seq } = this.#unread;
    const item = seq === null ? null : this.#said.find(({ dataset }) => Number(dataset.seq) >= seq);
    const line = this.list.querySelector(".messages-unread");
    if (line && line.nextElementSibling === item) return;
    const below = line?.nextElementSibling;
    line?.remove();
    if (below instanceof HTMLElement && below.matches(".message")) this.#settle(below);
    if (!item) return;
    item.before(
      make("h2", { class: "messages-unread", id: "unread", tabindex: -1 }, [
        make("span", {}, [this.words.unread]),
      ]),
    );
    this.#settle(item);
  }

  // --- Days and heads --------------------------------------------------------------------------------------

  /** Take away lines under which nothing is left, and check again at the first message. */
  #tidy() {
    for (const line of this.list.querySelectorAll(".messages-unread"))
      if (!line.nextElementSibling?.matches(".message")) line.remove();
    for (const line of this.list.querySelectorAll(".messages-day")) {
      const below = line.nextElementSibling;
      if (!below?.matches(".message, .messages-unread")) line.remove();
    }
    const [first] = boxes(this.list, ".message");
    if (first) this.#settle(first);
  }

  /**
   * Give a message its day above it where a new one begins, and hide its head where it goes on from the one before.
   * @param {HTMLElement} item
   */
  #settle(item) {
    const previous = before(item, ".message");
    const moment = writtenAt(item);
    const day = this.days.key(moment);
    const isNewDay = !previous || this.days.key(writtenAt(previous)) !== day;
    const line = dayLine(item);
    if (isNewDay && !line) this.#addDay(item, day, moment);
    if (!isNewDay) line?.remove();
    const isRightBelow = previous !== null && previous === item.previousElementSibling;
    const isAnswer = item.querySelector(".message-quote") !== null;
    item.classList.toggle(
      "message-follows",
      isRightBelow && !isAnswer && goesOn(item, previous, this.groupingSeconds),
    );
  }

  /** Another day has begun: write again what each day is called, and when each message was changed. */
  renameDays() {
    for (const line of boxes(this.list, ".messages-day"))
      box(line, "span").textContent = this.days.nameOf(line.dataset.day ?? "");
    for (const time of this.list.querySelectorAll("time"))
      if (time.closest(".message-edited")) this.drawing.sayEdited(time);
  }

  /**
   * @param {HTMLElement} item
   * @param {string} day
   * @param {Date} moment
   */
  #addDay(item, day, moment) {
    const unread = item.previousElementSibling?.matches(".messages-unread")
      ? item.previousElementSibling
      : item;
    unread.before(
      make("h2", { class: "messages-day", "data-day": day }, [make("span", {}, [this.days.name(moment)])]),
    );
  }
}

/**
 * The nearest earlier sibling that fits.
 * @param {Element} item
 * @param {string} selector
 */
function before(item, selector) {
  let sibling = item.previousElementSibling;
  while (sibling && !sibling.matches(selector)) sibling = sibling.previousElementSibling;
  return sibling instanceof HTMLElement ? sibling : null;
}

/**
 * The line with the day right above a message, if there is one.
 * @param {Element} item
 */
function dayLine(item) {
  let above = item.previousElementSibling;
  if (above?.matches(".messages-unread")) above = above.previousElementSibling;
  return above?.matches(".messages-day") ? above : null;
}
