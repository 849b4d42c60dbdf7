/** <trama-room>: a room that lives. The page works without it; templates/rooms/show.html holds its markup and words. */
import { Company } from "./room/company.js";
import { Composer } from "./room/composer.js";
import { Days } from "./room/days.js";
import { Ended, read } from "./room/catch-up.js";
import { Follower } from "./room/follower.js";
import { Messages } from "./room/messages.js";
import { Notices } from "./room/notices.js";
import { Outbox } from "./room/outbox.js";
import { Reading } from "./room/reading.js";
import { Removal } from "./room/removal.js";
import { Scroll } from "./room/scroll.js";
import { Window } from "./room/window.js";
import { connect } from "./room/connection.js";
import { customs } from "./live/customs.js";
import { ActorQuestion } from "./live/actor-question.js";
import { personal } from "./live/personal.js";
import { freshId } from "./live/storage.js";
import { refreshWaiting } from "./elements/waiting.js";

const AGAIN = 3000;

class Room extends HTMLElement {
  connectedCallback() {
    if (this.follower || "past" in this.dataset) return;
    const { stream, epoch, head, zone, sayToday, sayYesterday } = this.dataset;
    const lang = document.documentElement.lang;
    this.days = new Days(customs, zone, { today: sayToday, yesterday: sayYesterday });
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
    this.reading = new Reading(
      this.scroll,
      (seq) => this.connection.ask("room_read", { cid: freshId(), room: this.room, seq }),
      (seq) => this.messages.wasRead(seq),
    );
    this.window = new Window(this, this.scroll, this.messages, {
      read: (where) => this.#read(where),
      head: () => this.follower.last,
      changed: () => this.#showPending(),
    });
    this.days.onNewDay(() => this.messages.renameDays());
    this.#prepareWriting();
    this.#listen();
    this.#open(lang);
  }

  get room() {
    return Number(this.dataset.room);
  }

  // --- Writing ---------------------------------------------------------------------------------------------

  #prepareWriting() {
    const kept = { storage: personal, place: `room:${this.room}` };
    this.outbox = new Outbox({
      ...kept,
      epoch: this.dataset.epoch,
      last: () => this.follower.last,
      send: (entry) => this.#send(entry),
      changed: () => this.#showPending(),
      refused: (entry, answer) => this.#refused(entry, answer),
      ended: (reason, answer) => this.#end(reason, answer),
    });
    this.question = new ActorQuestion(this.querySelector("[data-actor-question]"), (key) =>
      this.outbox.sendAs(key),
    );
    for (const cid of this.messages.shownCids) this.outbox.remove(cid);
    this.outbox.settle(this.follower.last);
    const form = this.querySelector("[data-composer]");
    if (form) {
      this.composer = new Composer(this, form, kept, {
        send: (entry) => this.#say(entry),
        change: (entry) => this.outbox.add(entry),
        writing: () => this.company.write(),
        wantsLast: () => this.#edit(this.messages.lastOfMine),
      });
    }
    this.removal = new Removal(this, (target) => {
      this.outbox.add({ kind: "remove", target });
      (this.composer?.input ?? this.scroll.box).focus();
    });
    this.#showPending();
  }

  async #say(entry) {
    this.messages.clearUnread();
    this.outbox.add(entry);
    this.scroll.toNewest();
    await this.window.toEnd();
  }

  #send({ kind = "post", cid, acting_as, target, body, lang, reply_to }) {
    const told = { cid, room: this.room, ...(acting_as ? { acting_as } : {}) };
    if (kind === "edit") return this.connection.ask("room_edit", { ...told, seq: target, body, lang });
    if (kind === "remove") return this.connection.ask("room_remove", { ...told, seq: target });
    return this.connection.ask("room_post", { ...told, body, lang, ...(reply_to ? { reply_to } : {}) });
  }

  /** What the server will not take comes back with the reason; over another text it waits in the list. */
  #refused(entry, { code, message, fields }) {
    const reason = Object.values(fields ?? {}).flat()[0] ?? message;
    const isGone = entry.kind === "remove" && code === "conflict";
    if (!isGone && (entry.kind === "remove" || !this.composer?.isEmpty))
      return this.outbox.change(entry.cid, { refused: reason });
    this.outbox.remove(entry.cid);
    if (!isGone) this.#giveBack(entry, reason);
  }

  /** A text comes back to be mended: a change as a change, unless there is nothing any more that it could change. */
  #giveBack(entry, reason) {
    const item = entry.kind === "edit" && this.messages.find(entry.target);
    if (item && item.dataset.body !== undefined) this.#edit(item, entry);
    else this.composer.giveBack(entry, reason);
    this.composer.refuse(reason);
  }

  #edit(item, { body, lang } = {}) {
    if (!item || !this.composer) return;
    const { lang: wasLang } = item.querySelector("[data-part=text]");
    const { seq, body: was } = item.dataset;
    this.composer.edit({ seq: Number(seq), was, wasLang, body: body ?? was, lang: lang ?? wasLang });
  }

  #showPending() {
    this.scroll.keeping(() =>
      this.messages.showPending(this.outbox.entries, Boolean(this.connection?.isOpen)),
    );
    this.notices.waits(this.outbox.waiting);
  }

  // --- Following -------------------------------------------------------------------------------------------

  #open(lang) {
    this.connection = connect(lang, {
      connected: () => this.#connected(),
      lost: () => this.#lost(),
      refused: (reason) => this.#end(reason),
      events: ({ stream, epoch, events }) =>
        stream === this.dataset.stream && this.follower.take(epoch, events),
      head: ({ stream, epoch, head }) => stream === this.dataset.stream && this.follower.hear(epoch, head),
      signal: (told) => this.#hear(told),
      closed: ({ stream, reason }) => (!stream || stream === this.dataset.stream) && this.#end(reason),
    });
    this.notices.connecting();
  }

  async #connected() {
    const answer = await this.connection.ask("subscribe", {
      stream: this.dataset.stream,
      after: this.follower.last,
    });
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
  #end(reason, answer) {
    if (reason === "outdated") return setTimeout(() => location.reload(), AGAIN * (1 + Math.random()));
    if (reason === "actor_changed") return this.question.ask(answer);
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

  /** Somebody is here or writes; or one has read something oneself, on another device. */
  #hear(told) {
    const here = told.stream === this.dataset.stream;
    if (told.kind === "read") {
      refreshWaiting();
      if (here) this.messages.wasRead(told.seq);
      if (here) this.notices.wasRead(told.seq);
    } else if (here) this.company.hear(told);
  }

  /** Take what happened over; kinds that this page does not know only count. */
  #apply(event) {
    const mine = event.actor?.id === Number(this.dataset.me);
    const seen = this.reading.isReading;
    this.scroll.keeping(() => {
      if (event.kind === "message") this.window.add(event);
      if (event.kind === "edited") this.messages.edit(event);
      if (event.kind === "removed") this.messages.remove(event);
      if (mine && event.cid) this.outbox.remove(event.cid);
      if (event.kind === "message" && !mine && !seen) this.messages.markUnread(event.seq);
    });
    if (event.kind === "removed") this.#removed(event);
    if (event.kind === "message") this.#said(event, mine, seen);
    else if (mine) this.notices.changed(event.kind);
    this.outbox.settle(event.seq);
    this.reading.reach(event.seq);
  }

  /** A message that is gone waits for nobody, here and beside the places of the navigation. */
  #removed({ target }) {
    this.notices.gone(target);
    refreshWaiting();
  }

  #said(event, mine, seen) {
    this.company.spoke(event.actor?.id);
    if (mine) return;
    this.notices.said(event, seen);
    if (!seen) refreshWaiting();
  }

  // --- What the reader does --------------------------------------------------------------------------------

  #listen() {
    this.reading.reach(this.follower.last);
    const looked = () => {
      this.reading.reach(this.follower.last);
      if (this.reading.isReading) this.notices.caughtUp();
    };
    this.scroll.box.addEventListener("scroll", looked, { passive: true });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.messages.comeBack();
      looked();
    });
    this.addEventListener("click", (event) => this.#press(event));
    this.notices.onJump(() => this.window.toEnd());
  }

  #press(event) {
    const at = (selector) => event.target.closest(selector);
    if (at("[data-reply]")) this.#reply(event, at("[data-reply]").dataset.reply);
    else if (at("[data-edit]")) this.#change(event, at(".message"));
    else if (at("[data-remove]")) this.removal.ask(event, at(".message"));
    else if (at("[data-goes-to]")) void this.#goTo(event, at("[data-goes-to]").dataset.goesTo);
    else if (at("[data-again]")) this.#takeBack(at("[data-pending]").dataset.pending);
    else if (at("[data-discard]")) this.outbox.remove(at("[data-pending]").dataset.pending);
  }

  #reply(event, seq) {
    if (!this.composer) return;
    event.preventDefault();
    const item = this.messages.find(seq);
    const text = item.querySelector(".message-text");
    const name = item.querySelector("[data-part=name]").textContent;
    this.composer.answer({
      seq: Number(seq),
      name,
      text: text.textContent.trim().replace(/\s+/g, " ").slice(0, 120),
      lang: text.lang,
    });
    this.composer.input.focus();
  }

  #change(event, item) {
    if (!this.composer) return;
    event.preventDefault();
    this.#edit(item);
  }

  /** To the message that was answered, fetched if it is not in the list; the page's own link needs no script. */
  async #goTo(event, seq) {
    event.preventDefault();
    if (!this.messages.find(seq)) await this.window.around(Number(seq));
    const item = this.messages.find(seq);
    if (!item) return;
    history.replaceState(null, "", `#message-${seq}`);
    item.scrollIntoView({ block: "center" });
    item.classList.add("message-found");
    setTimeout(() => item.classList.remove("message-found"), 2000);
  }

  #takeBack(cid) {
    const entry = this.outbox.entries.find((each) => each.cid === cid);
    this.outbox.remove(cid);
    if (entry.kind === "remove") this.removal.ask(null, this.messages.find(entry.target));
    else this.#giveBack(entry, entry.refused);
  }
}

customElements.define("trama-room", Room);
