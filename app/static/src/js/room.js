/** <trama-room>: a room that lives. The page works without it; templates/rooms/show.html holds its markup and words. */
import { Company } from "./room/company.js";
import { Composer } from "./room/composer.js";
import { Days } from "./room/days.js";
import { Ended, read } from "./room/catch-up.js";
import { Follower } from "./room/follower.js";
import { History } from "./room/history.js";
import { Messages } from "./room/messages.js";
import { Notices } from "./room/notices.js";
import { Outbox, freshId } from "./room/outbox.js";
import { Reading } from "./room/reading.js";
import { Scroll } from "./room/scroll.js";
import { connect } from "./room/connection.js";

const AGAIN = 3000;

class Room extends HTMLElement {
  connectedCallback() {
    if (this.follower || "past" in this.dataset) return;
    const { stream, epoch, head, zone, sayToday, sayYesterday } = this.dataset;
    const lang = document.documentElement.lang;
    this.days = new Days(lang, zone, { today: sayToday, yesterday: sayYesterday });
    this.messages = new Messages(this, this.days);
    this.scroll = new Scroll(this.querySelector("[data-scroll]"));
    this.notices = new Notices(this);
    this.company = new Company(this, (kind) => this.connection?.mention("signal", { stream, kind }));
    this.follower = new Follower({
      epoch,
      last: Number(head),
      apply: (event) => this.#apply(event),
      fetchAfter: (after) => this.#read({ after }),
      restart: () => location.reload(),
    });
    this.reading = new Reading(this.scroll, (seq) => this.connection.ask("room_read", { cid: freshId(), room: this.room, seq }));
    this.#prepareWriting();
    new History(this, this.scroll.box, {
      fetchBefore: (before, limit) => this.#read({ before, limit }),
      show: (events) => this.scroll.keeping(() => this.messages.prepend(events)),
    });
    this.#listen();
    this.#open(lang);
  }

  get room() {
    return Number(this.dataset.room);
  }

  // --- Writing ---------------------------------------------------------------------------------------------

  #prepareWriting() {
    const kept = `${this.dataset.me}:${this.room}`;
    this.outbox = new Outbox({
      key: `outbox:${kept}`,
      epoch: this.dataset.epoch,
      send: (entry) => this.#send(entry),
      changed: () => this.#showPending(),
      refused: (entry, answer) => this.#refused(entry, answer),
      ended: (reason) => this.#end(reason),
    });
    for (const cid of this.messages.shownCids) this.outbox.remove(cid);
    this.outbox.settle(this.follower.last);
    const form = this.querySelector("[data-composer]");
    if (form) {
      this.composer = new Composer(this, form, `draft:${kept}`, {
        send: (entry) => this.#say(entry),
        writing: () => this.company.write(),
      });
    }
    this.#showPending();
  }

  #say(entry) {
    this.messages.clearUnread();
    this.scroll.toNewest();
    this.outbox.add(entry);
    this.scroll.toNewest();
  }

  #send({ cid, body, lang, reply_to }) {
    const answered = reply_to ? { reply_to } : {};
    return this.connection.ask("room_post", { cid, room: this.room, body, lang, person: Number(this.dataset.me), ...answered });
  }

  /** A message that the server will not take comes back with the reason; over another text it waits in the list. */
  #refused(entry, { message, fields }) {
    const reason = Object.values(fields ?? {}).flat()[0] ?? message;
    if (!this.composer.isEmpty) return this.outbox.change(entry.cid, { refused: reason });
    this.outbox.remove(entry.cid);
    this.composer.giveBack(entry, reason);
  }

  #showPending() {
    this.scroll.keeping(() => this.messages.showPending(this.outbox.entries, Boolean(this.connection?.isOpen)));
    this.notices.waits(this.outbox.waiting);
  }

  // --- Following -------------------------------------------------------------------------------------------

  #open(lang) {
    this.connection = connect(lang, {
      connected: () => this.#connected(),
      lost: () => this.#lost(),
      refused: (reason) => this.#end(reason),
      events: ({ stream, epoch, events }) => stream === this.dataset.stream && this.follower.take(epoch, events),
      head: ({ stream, epoch, head }) => stream === this.dataset.stream && this.follower.hear(epoch, head),
      signal: (told) => told.stream === this.dataset.stream && this.company.hear(told),
      closed: ({ stream, reason }) => (!stream || stream === this.dataset.stream) && this.#end(reason),
    });
    this.notices.connecting();
  }

  async #connected() {
    const answer = await this.connection.ask("subscribe", { stream: this.dataset.stream, after: this.follower.last });
    if (!answer?.ok) return this.#notFollowed(answer);
    this.notices.connected();
    this.follower.take(answer.epoch, answer.events);
    this.follower.hear(answer.epoch, answer.head);
    this.company.beHere();
    this.reading.again();
    this.#showPending();
    this.outbox.flush();
  }

  #notFollowed(answer) {
    const reason = { not_found: "removed", sign_in_needed: "signed_out", outdated: "outdated" }[answer?.code];
    if (reason) this.#end(reason);
    else setTimeout(() => this.connection.isOpen && this.#connected(), AGAIN * (0.5 + Math.random()));
  }

  #lost() {
    this.notices.lost();
    this.company.lose();
    this.#showPending();
  }

  /** The page is of no more use: signed out, not welcome any more, or older than the server. */
  #end(reason) {
    if (reason === "outdated") return setTimeout(() => location.reload(), AGAIN * (1 + Math.random()));
    this.connection.end();
    this.notices.end(reason);
    if (reason !== "signed_out") this.composer?.close();
  }

  async #read(where) {
    try {
      return await read(this.dataset.stream, where);
    } catch (error) {
      if (error instanceof Ended) this.#end(error.reason);
      throw error;
    }
  }

  #apply(event) {
    const mine = event.actor?.id === Number(this.dataset.me);
    const read = this.reading.isReading;
    if (event.kind === "edited" || event.kind === "removed") {
      this.scroll.keeping(() => {
        if (mine && event.cid) this.outbox.remove(event.cid);
        if (event.kind === "edited") this.messages.edit(event);
        else this.messages.remove(event);
      });
    }
    if (event.kind === "message") {
      this.scroll.keeping(() => {
        if (mine && event.cid) this.outbox.remove(event.cid);
        this.messages.append(event);
        if (!mine && !read) this.messages.markUnread(event.seq);
      });
      this.company.spoke(event.actor?.id);
      if (!mine) this.notices.said(event, read);
    }
    this.outbox.settle(event.seq);
    this.reading.reach(event.seq);
  }

  // --- What the reader does --------------------------------------------------------------------------------

  #listen() {
    this.reading.reach(this.follower.last);
    const looked = () => {
      this.reading.reach(this.follower.last);
      if (this.reading.isReading) this.notices.caughtUp();
    };
    this.scroll.box.addEventListener("scroll", looked, { passive: true });
    document.addEventListener("visibilitychange", looked);
    this.addEventListener("click", (event) => this.#press(event));
    this.notices.onJump(() => this.scroll.toNewest());
  }

  #press(event) {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-reply]")) this.#reply(event, at("[data-reply]").dataset.reply);
    else if (at("[data-goes-to]")) this.#goTo(event, at("[data-goes-to]").dataset.goesTo);
    else if (at("[data-again]")) this.#takeBack(at("[data-pending]").dataset.pending);
    else if (at("[data-discard]")) this.outbox.remove(at("[data-pending]").dataset.pending);
  }

  #reply(event, seq) {
    if (!this.composer) return;
    event.preventDefault();
    const item = this.messages.find(seq);
    const text = item.querySelector(".message-text");
    const name = item.querySelector("[data-part=name]").textContent;
    this.composer.answer({ seq: Number(seq), name, text: text.textContent.trim().replace(/\s+/g, " ").slice(0, 120), lang: text.lang });
    this.composer.input.focus();
  }

  /** To the message that was answered, if it is in the list; else the link leads to the page that has it. */
  #goTo(event, seq) {
    const item = this.messages.find(seq);
    if (!item) return;
    event.preventDefault();
    history.replaceState(null, "", `#message-${seq}`);
    item.scrollIntoView({ block: "center" });
    item.classList.add("message-found");
    setTimeout(() => item.classList.remove("message-found"), 2000);
  }

  #takeBack(cid) {
    const entry = this.outbox.entries.find((each) => each.cid === cid);
    this.outbox.remove(cid);
    this.composer.giveBack(entry, entry.refused);
  }
}

customElements.define("trama-room", Room);
