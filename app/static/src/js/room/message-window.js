/**
 * The part of the talk that is in the page: a bounded number of messages around what is being read. Older and newer ones
 * are fetched before the reader reaches the end of what is there, and those far away are let go.
 *
 * While it `isAtEnd`, the newest message is in it and what is said is added; else it holds a part of the past, and what
 * is said is only counted, until the reader comes down to it.
 */
import { part } from "../elements/part.js";

/** @import { StreamPage } from "../live/payloads.js" */
/** @import { Where } from "../live/requests.js" */
/** @import { RoomEvent } from "./words.js" */
/** @typedef {Omit<StreamPage, "events"> & {events: RoomEvent[]}} RoomPage */

const AT_ONCE = 25;
const MOST = 150;
/** How many more there may be before the oldest go: letting one go for each that comes would cost more than to draw it. */
const SPARE = 20;
const AHEAD = "600px 0px 600px 0px";
const AFTER_ALL = 2 ** 31 - 1;

/**
 * @typedef {object} WindowHandlers
 * @property {(where: Where) => Promise<RoomPage>} read reads events
 * @property {() => number} head tells how far one has followed
 * @property {() => void} changed is called after each change
 */

export class MessageWindow {
  isAtEnd = true;
  #busy = false;
  #turn = 0;
  #last = 0;

  /**
   * @param {HTMLElement} room
   * @param {import("./scroll.js").Scroll} scroll
   * @param {import("./messages.js").Messages} messages
   * @param {WindowHandlers} on
   */
  constructor(room, scroll, messages, { read, head, changed }) {
    this.scroll = scroll;
    this.messages = messages;
    this.read = read;
    this.head = head;
    this.changed = changed;
    this.older = part(room, "[data-older]", HTMLAnchorElement);
    this.newer = part(room, "[data-newer]", HTMLAnchorElement);
    this.#first = Number(this.older.dataset.older) || 1;
    this.observer = new IntersectionObserver((entries) => this.#approach(entries), {
      root: scroll.box,
      rootMargin: AHEAD,
    });
    this.older.addEventListener("click", (event) => {
      event.preventDefault();
      void this.#back();
    });
    this.newer.addEventListener("click", (event) => {
      event.preventDefault();
      void this.#forth();
    });
    this.#show();
  }

  /** Everything from here on to the end of the window is in the page. */
  get #first() {
    return Number(this.older.dataset.older);
  }

  set #first(seq) {
    this.older.dataset.older = String(seq);
    this.older.href = `?before=${seq}`;
    offer(this.older, seq > 1);
  }

  /**
   * Something was said: it is added where the reader is at the end, or where there is still room.
   * @param {import("../live/payloads.js").MessageEvent[]} events
   */
  add(events) {
    if (!this.isAtEnd) return;
    if (!this.scroll.isAtNewest && this.messages.count + events.length > MOST)
      return this.#leaveEnd(events[0].seq - 1);
    this.messages.append(events);
    if (this.messages.count > MOST + SPARE && this.scroll.isAtNewest) this.#letOldestGo();
  }

  /** Show the newest messages, wherever one was. */
  async toEnd() {
    if (!this.isAtEnd)
      await this.#replace({ before: AFTER_ALL, limit: AT_ONCE }, () => this.scroll.toNewest());
    this.scroll.toNewest();
  }

  /**
   * Show a message that is not in the page, with what was said around it.
   * @param {number} seq
   */
  around(seq) {
    return this.#replace({ before: seq + AT_ONCE / 2, limit: AT_ONCE }, () => {});
  }

  // --- Back and forth --------------------------------------------------------------------------------------

  /** @param {IntersectionObserverEntry[]} entries */
  #approach(entries) {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting && target === this.older) void this.#back();
      if (isIntersecting && target === this.newer) void this.#forth();
    }
  }

  #back() {
    const from = this.#first;
    return this.#fetch(
      { before: from, limit: AT_ONCE },
      () => this.#first === from,
      ({ events, more }) => {
        this.messages.prepend(events);
        this.#first = more ? events[0].seq : 1;
        if (this.messages.count > MOST) this.#leaveEnd(this.messages.dropNewest(MOST));
      },
    );
  }

  #forth() {
    const from = this.#last;
    return this.#fetch(
      { after: from, limit: AT_ONCE },
      () => !this.isAtEnd && this.#last === from,
      ({ events, head }) => {
        this.messages.append(events);
        this.#endsAt(events.at(-1)?.seq ?? head);
        if (this.messages.count > MOST) this.#letOldestGo();
      },
    );
  }

  /**
   * Another part of the talk in place of this one.
   * @param {Where} where
   * @param {() => void} then
   */
  async #replace(where, then) {
    this.#turn += 1;
    this.#busy = false;
    await this.#fetch(
      where,
      () => true,
      ({ events, more }) => {
        this.messages.clear();
        this.messages.append(events);
        this.#first = more ? events[0].seq : 1;
        this.#endsAt(events.at(-1)?.seq ?? 0);
        then();
      },
    );
  }

  /**
   * Read events and change the window by them, unless it became another one meanwhile.
   * @param {Where} where
   * @param {() => boolean} stillFits
   * @param {(page: RoomPage) => void} change
   */
  async #fetch(where, stillFits, change) {
    if (this.#busy) return;
    this.#busy = true;
    const turn = this.#turn;
    try {
      const answer = await this.#upToDate(where);
      if (turn === this.#turn && stillFits()) this.scroll.keeping(() => change(answer));
    } catch {
      // Without the network the links stay where they are, to be pressed again.
      return;
    } finally {
      if (turn === this.#turn) this.#busy = false;
    }
    this.changed();
    this.#show();
  }

  /**
   * What was read must not be older than the changes that were applied: those would be missing in it.
   * @param {Where} where
   */
  async #upToDate(where) {
    let answer = await this.read(where);
    while (answer.head < this.head()) answer = await this.read(where);
    return answer;
  }

  // --- Its ends --------------------------------------------------------------------------------------------

  #letOldestGo() {
    this.#first = this.messages.dropOldest(MOST);
    this.#show();
  }

  /** @param {number} last */
  #leaveEnd(last) {
    this.#last = last;
    this.isAtEnd = this.scroll.hasNewest = false;
    this.#show();
  }

  /** @param {number} last */
  #endsAt(last) {
    this.#last = last;
    this.isAtEnd = this.scroll.hasNewest = last >= this.head();
  }

  /** Offer what is not there, and check again whether its link is already near. */
  #show() {
    offer(this.newer, !this.isAtEnd);
    for (const link of [this.older, this.newer]) {
      this.observer.unobserve(link);
      this.observer.observe(link);
    }
  }
}

/**
 * Show or hide the line that a link stands in.
 * @param {HTMLElement} link
 * @param {boolean} isThere
 */
function offer(link, isThere) {
  if (link.parentElement) link.parentElement.hidden = !isThere;
}
