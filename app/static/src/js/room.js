/** <trama-room>: a room that lives. The page works without it; templates/rooms/show.html holds its markup and words. */
import { Company } from "./room/company.js";
import { Composer } from "./room/composer.js";
import { Days } from "./room/days.js";
import { MessageMenu } from "./room/message-menu.js";
import { Messages } from "./room/messages.js";
import { Pins } from "./room/pins.js";
import { Notices } from "./room/notices.js";
import { Reading } from "./room/reading.js";
import { Areas } from "./room/areas.js";
import { Removal } from "./room/removal.js";
import { Roving } from "./room/roving.js";
import { Scroll } from "./room/scroll.js";
import { Translations } from "./live/translation.js";
import { Turns } from "./room/turns.js";
import { MessageWindow } from "./room/message-window.js";
import { isNews } from "./room/event-kinds.js";
import { box, closest, part } from "./elements/part.js";
import { fill, wordsOf } from "./elements/words.js";
import { customs } from "./live/customs.js";
import { reasonOf } from "./live/outbox.js";
import { personal } from "./live/personal.js";
import { freshId } from "./live/storage.js";
import { StreamClient } from "./live/stream-client.js";
import { refreshWaiting } from "./elements/waiting.js";

/** @import { Acknowledgement, Refusal, RemovedEvent, MessageEvent, SignalPush } from "./live/payloads.js" */
/** @import { RoomEntry, Draft, RoomData, RoomEvent, RoomWords, WaitingFile, WrittenText } from "./room/words.js" */

/** Where the list of rooms stands beside a room (--list in breakpoints.css). */
const HAS_LIST = matchMedia("(width >= 80rem)");

class RoomElement extends HTMLElement {
  /** @type {Room | undefined} */
  #room;

  connectedCallback() {
    if (!("past" in this.dataset)) this.#room ??= new Room(this);
  }
}

class Room {
  /** @type {Composer | undefined} */
  composer;
  /** @type {import("./side-list.js").SideList | undefined} */
  list;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.words = /** @type {RoomWords} */ (wordsOf(element));
    this.data = /** @type {RoomData} */ (element.dataset);
    const { stream, epoch, head, zone } = this.data;
    this.days = new Days(customs, zone, this.words);
    this.messages = new Messages(element, this.days);
    this.scroll = new Scroll(box(element, "[data-scroll]"));
    this.notices = new Notices(element, this.scroll);
    this.company = new Company(element);
    /** @type {Promise<import("./kept-events.js").KeptEvents<RoomEvent>> | undefined} */
    this.kept = navigator.serviceWorker?.controller
      ? import("./kept-events.js").then(({ KeptEvents }) => new KeptEvents(stream, epoch))
      : undefined;
    this.turns = new Turns(element, (sentence) => this.notices.tell(sentence));
    /** @type {StreamClient<RoomEvent, Draft>} */
    this.client = new StreamClient({
      stream,
      epoch,
      head: Number(head),
      notice: box(element, "[data-network]"),
      question: box(element, "[data-actor-question]"),
      outbox: {
        ...this.place,
        send: (entry) => this.#send(entry),
        changed: () => this.#showPending(),
        refused: (entry, answer) => this.#refused(entry, answer),
        delayed: (seconds) => this.turns.wait(seconds),
      },
      on: {
        apply: (events) => this.#apply(events),
        subscribed: () => this.#subscribed(),
        network: (state) => this.#network(state),
        signal: (signal) => this.#hear(signal),
        ended: (reason) => this.#end(reason),
      },
    });
    this.reading = new Reading(
      this.scroll,
      (seq) => this.client.ask("room_read", { cid: freshId(), room: this.room, seq }),
      (seq) => this.messages.wasRead(seq),
    );
    this.window = new MessageWindow(element, this.scroll, this.messages, {
      read: (where) => this.client.read(where),
      head: () => this.client.follower.last,
      changed: () => this.#showPending(),
    });
    this.roving = new Roving(this.scroll.box, this.messages.list, {
      leave: () => this.composer?.input.focus(),
      toEnd: () => this.window.toEnd(),
    });
    this.days.onNewDay(() => this.messages.renameDays());
    this.removal = new Removal(element, (target) => {
      this.client.outbox.add({ kind: "remove", target });
      (this.composer?.input ?? this.scroll.box).focus();
    });
    this.pins = new Pins(element, (seq, on) =>
      this.client.ask("room_pin", { cid: freshId(), room: this.room, seq, on }),
    );
    const tell = (/** @type {string} */ sentence) => this.notices.tell(sentence);
    const translations = new Translations(element, tell);
    this.menu = new MessageMenu(element, {
      isSaid: (item, word) => this.messages.drawing.reactions.isSaid(item, word),
      react: (item, word) => this.#react(item, word),
      offerPin: (seq) => this.pins.offer(seq),
      pin: (seq) => void this.#pin(seq),
      offerTranslation: (item) => translations.offer(box(item, ".message-text")),
      translate: (item) =>
        void translations.translate(box(item, ".message-text"), `${this.room}-${item.dataset.seq}`),
      tell,
    });
    this.#prepareWriting();
    this.#listen();
    if (HAS_LIST.matches)
      void import("./side-list.js").then(({ SideList }) => {
        this.list = new SideList(box(element, "[data-list]"));
      });
    new Areas(element, {
      messages: () => this.roving.focus(),
      writing: this.composer && (() => this.composer?.input.focus()),
    });
    this.client.open();
    void this.#takeKept().catch(() => {});
  }

  /** Show what came since this page was kept by the service worker, where it stands in for one from the network. */
  async #takeKept() {
    const events = (await (await this.kept)?.after(this.client.follower.last)) ?? [];
    if (events.length) this.client.follower.take(this.data.epoch, events);
  }

  get room() {
    return Number(this.data.room);
  }

  /** Where what is written here is kept until it is sent. */
  get place() {
    return { storage: personal, place: `room:${this.room}` };
  }

  // --- Writing ---------------------------------------------------------------------------------------------

  #prepareWriting() {
    for (const cid of this.messages.shownCids) this.client.outbox.remove(cid);
    this.client.outbox.settle(this.client.follower.last);
    if (this.element.querySelector("[data-composer]")) {
      const form = part(this.element, "[data-composer]", HTMLFormElement);
      this.composer = new Composer(this.element, form, this.place, {
        send: (entry) => this.#say(entry),
        change: (entry) => this.client.outbox.add(entry),
        writing: () => this.client.sayTyping(),
        tell: (sentence) => this.notices.tell(sentence),
        wantsLast: () => this.#edit(this.messages.lastOfMine),
      });
    }
    this.#showPending();
  }

  /** @param {Draft} entry */
  async #say(entry) {
    this.messages.clearUnread();
    this.client.outbox.add(entry);
    this.scroll.toNewest();
    await this.window.toEnd();
  }

  /**
   * @param {RoomEntry} entry
   * @returns {Promise<Acknowledgement<"room_post" | "room_edit" | "room_remove" | "room_react"> | null>}
   */
  async #send(entry) {
    const { cid, acting_as } = entry;
    const told = { cid, room: this.room, ...(acting_as ? { acting_as } : {}) };
    if (entry.kind === "remove") return this.client.ask("room_remove", { ...told, seq: entry.target });
    if (entry.kind === "react") {
      const { target, word, on } = entry;
      return this.client.ask("room_react", { ...told, seq: target, word, on });
    }
    const { body, lang } = entry;
    if (entry.kind === "edit")
      return this.client.ask("room_edit", { ...told, seq: entry.target, body, lang });
    const { reply_to } = entry;
    const files = await this.#sendFiles(entry);
    if (!Array.isArray(files)) return files;
    const waited = Math.floor((Date.now() - Date.parse(entry.at)) / 1000);
    return this.client.ask("room_post", {
      ...told,
      body,
      lang,
      ...(reply_to ? { reply_to } : {}),
      ...(waited > 0 ? { waited_seconds: waited } : {}),
      ...(files.length ? { files } : {}),
    });
  }

  /**
   * Send the files of a message; gives what the message says of them, or why it cannot be sent.
   * @param {RoomEntry & {kind?: "post"}} entry
   */
  async #sendFiles(entry) {
    /** @type {WaitingFile[]} */
    let files = entry.files ?? [];
    const failure = await this.composer?.attachments.send(entry, (sent) => {
      files = sent;
      this.client.outbox.change(entry.cid, { files });
    });
    if (failure !== undefined) return failure;
    return files.map(({ id = "", alt }) => ({ id, alt }));
  }

  /**
   * What the server will not take comes back with the reason; over another text it waits in the list.
   * @param {RoomEntry} entry
   * @param {Refusal} answer
   */
  #refused(entry, answer) {
    const reason = reasonOf(answer);
    if (entry.kind === "react") {
      this.client.outbox.remove(entry.cid);
      return this.notices.tell(fill(this.words.refused, { reason }));
    }
    const isRemoval = entry.kind === "remove";
    const isGone = isRemoval && answer.code === "conflict";
    if (!isGone && (isRemoval || !this.composer?.isEmpty)) {
      this.notices.tell(fill(this.words.refused, { reason }));
      return this.client.outbox.change(entry.cid, { refused: reason });
    }
    if (!isRemoval) this.#giveBack(entry, reason); // first, so that its files are never out of both places
    this.client.outbox.remove(entry.cid);
  }

  /**
   * A text comes back to be mended: a change as a change, unless there is nothing any more that it could change.
   * @param {WrittenText} entry
   * @param {string} reason
   */
  #giveBack(entry, reason) {
    if (!this.composer) return;
    const item = entry.kind === "edit" && this.messages.find(entry.target);
    if (item && item.dataset.body !== undefined) this.#edit(item, entry);
    else this.composer.giveBack(entry, reason);
    this.composer.refuse(reason);
  }

  /**
   * @param {HTMLElement | null | undefined} item
   * @param {Partial<Pick<WrittenText, "body" | "lang">>} [text]
   */
  #edit(item, { body, lang } = {}) {
    if (!item || !this.composer) return;
    const { lang: wasLang } = box(item, "[data-part=text]");
    const { seq, body: was = "" } = item.dataset;
    this.composer.edit({ seq: Number(seq), was, wasLang, body: body ?? was, lang: lang ?? wasLang });
  }

  #showPending() {
    const { outbox, isOpen } = this.client;
    const entries = outbox.entries.map((entry) => ({ ...entry, isDelayed: outbox.isDelayed(entry) }));
    this.scroll.keeping(() => this.messages.showPending(entries, isOpen));
    this.composer?.attachments.settle(this.client.outbox.entries);
    if (this.client.outbox.waiting) this.notices.begin();
  }

  // --- Following -------------------------------------------------------------------------------------------

  #subscribed() {
    this.reading.again();
    this.#showPending();
  }

  /** @param {import("./live/network-notice.js").NetworkState} state */
  #network(state) {
    if (state !== "live") this.company.lose();
    if (state === "requests") this.reading.again();
    this.#showPending();
  }

  /**
   * The page is of no more use: signed out, or not welcome any more.
   * @param {string} reason
   */
  #end(reason) {
    this.notices.end(reason);
    if (reason !== "signed_out") this.composer?.close();
  }

  /**
   * Somebody is here or writes; or one has read something oneself, on another device.
   * @param {SignalPush} told
   */
  #hear(told) {
    const here = told.stream === this.data.stream;
    if (told.kind === "read") {
      refreshWaiting();
      if (!here) this.list?.renew();
      if (!here || told.seq === undefined) return;
      this.messages.wasRead(told.seq);
      this.notices.wasRead(told.seq);
    } else if (here) this.company.hear(told);
  }

  /**
   * Take what happened over, all that came together at once; kinds that this page does not know only count.
   * @param {RoomEvent[]} events
   */
  #apply(events) {
    void this.kept?.then((kept) => kept.add(events));
    const seen = this.reading.isReading;
    const last = events[events.length - 1].seq;
    const ours = events.filter((event) => this.#isOurs(event));
    this.scroll.keeping(() => this.#show(events, seen, ours));
    for (const event of events) this.#tell(event, seen);
    for (const event of ours) this.notices.done(event.kind);
    this.client.outbox.settle(last);
    this.reading.reach(events.findLast(isNews)?.seq ?? 0);
  }

  /**
   * @param {RoomEvent[]} events
   * @param {boolean} seen whether the reader is looking at the newest
   * @param {RoomEvent[]} ours those that this page sent
   */
  #show(events, seen, ours) {
    /** @type {MessageEvent[]} */
    const said = [];
    const add = () => said.length > 0 && this.window.add(said.splice(0));
    for (const event of events) {
      if (event.kind === "message") said.push(event);
      else add();
      if (event.kind === "edited") this.messages.edit(event);
      if (event.kind === "removed") this.messages.remove(event);
      if (event.kind === "edited" || event.kind === "removed") this.pins.requote(event.target, event.quote);
      if (event.kind === "pin") this.notices.announce(this.pins.apply(event));
      if (event.kind === "mode") this.#follow(event);
      if (event.kind === "reaction") this.notices.announce(this.messages.react(event, ours.includes(event)));
    }
    add();
    for (const event of events) if (this.#isMine(event) && event.cid) this.client.outbox.remove(event.cid);
    const unseen = seen
      ? undefined
      : events.find((event) => event.kind === "message" && !this.#isMine(event));
    if (unseen) this.messages.markUnread(unseen.seq);
  }

  /** @param {import("./live/payloads.js").ModeEvent} event */
  #follow(event) {
    this.turns.apply(event);
    if (event.settings.is_closed) this.composer?.close();
    else this.composer?.reopen();
    this.client.outbox.hurry();
  }

  /**
   * Say what happened: beside the list, aloud, at the places of the navigation.
   * @param {RoomEvent} event
   * @param {boolean} seen
   */
  #tell(event, seen) {
    const mine = this.#isMine(event);
    if (event.kind === "removed") this.#removed(event);
    if (event.kind === "message") this.#said(event, mine, seen);
  }

  /** @param {RoomEvent} event */
  #isMine({ actor }) {
    return actor?.id === Number(this.data.me);
  }

  /**
   * Whether this page sent what an event tells of.
   * @param {RoomEvent} event
   */
  #isOurs(event) {
    return this.#isMine(event) && this.client.outbox.entries.some(({ cid }) => cid === event.cid);
  }

  /**
   * A message that is gone waits for nobody, here and beside the places of the navigation.
   * @param {RemovedEvent} event
   */
  #removed({ target }) {
    this.notices.gone(target);
    refreshWaiting();
  }

  /**
   * @param {MessageEvent} event
   * @param {boolean} mine
   * @param {boolean} seen
   */
  #said(event, mine, seen) {
    this.company.spoke(event.actor?.id);
    if (mine) return this.turns.spoke(event.at);
    this.notices.said(event, seen);
    if (!seen) refreshWaiting();
  }

  // --- What the reader does --------------------------------------------------------------------------------

  #listen() {
    this.reading.reach(this.client.follower.last);
    const looked = () => {
      this.reading.reach(0);
      if (this.reading.isReading) this.notices.caughtUp();
    };
    this.scroll.box.addEventListener("scroll", looked, { passive: true });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.messages.comeBack();
      looked();
    });
    this.element.addEventListener("click", (event) => this.#press(event));
    this.notices.onJump(() => this.window.toEnd());
  }

  /** @param {MouseEvent} event */
  #press(event) {
    /** @param {string} selector */
    const at = (selector) => closest(event.target, selector);
    const waits = at("[data-pending]")?.dataset.pending ?? "";
    const item = at(".message");
    const word = at("[data-word]")?.dataset.word;
    const more = at("[data-more]");
    if (item && word) {
      event.preventDefault();
      this.#react(item, /** @type {import("./room/reactions.js").Word} */ (word));
    } else if (more) this.menu.open(event, more, item);
    else if (at("[data-reply]")) this.#reply(event, at("[data-reply]")?.dataset.reply);
    else if (at("[data-edit]")) this.#change(event, item);
    else if (at("[data-remove]")) this.removal.ask(event, item);
    else if (at("[data-goes-to]")) void this.#goTo(event, at("[data-goes-to]")?.dataset.goesTo);
    else if (at("[data-again]")) this.#takeBack(waits);
    else if (at("[data-discard]")) this.client.outbox.remove(waits);
  }

  /**
   * @param {MouseEvent} event
   * @param {string | undefined} seq
   */
  #reply(event, seq) {
    if (!this.composer) return;
    event.preventDefault();
    const item = this.messages.find(seq);
    if (!item) return;
    const text = box(item, ".message-text");
    const name = box(item, "[data-part=name]").textContent ?? "";
    this.composer.answer({
      seq: Number(seq),
      name,
      text: (text.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 120),
      lang: text.lang,
    });
    this.composer.input.focus();
  }

  /**
   * Say a word to a message, or take it back where one has said it.
   * @param {HTMLElement} item
   * @param {import("./room/reactions.js").Word} word
   */
  #react(item, word) {
    const on = !this.messages.drawing.reactions.isSaid(item, word);
    this.client.outbox.add({ kind: "react", target: Number(item.dataset.seq), word, on });
  }

  /** @param {number} seq */
  async #pin(seq) {
    const refused = await this.pins.toggle(seq);
    if (refused) this.notices.tell(refused);
  }

  /**
   * @param {MouseEvent} event
   * @param {HTMLElement | null} item
   */
  #change(event, item) {
    if (!this.composer) return;
    event.preventDefault();
    this.#edit(item);
  }

  /**
   * To the message that was answered, fetched if it is not in the list; the page's own link needs no script.
   * @param {MouseEvent} event
   * @param {string | undefined} seq
   */
  async #goTo(event, seq) {
    event.preventDefault();
    if (!this.messages.find(seq)) await this.window.around(Number(seq));
    const item = this.messages.find(seq);
    if (!item) return;
    closest(event.target, "details")?.removeAttribute("open");
    history.replaceState(null, "", `#message-${seq}`);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "center" });
    item.classList.add("message-found");
    setTimeout(() => item.classList.remove("message-found"), 2000);
  }

  /** @param {string} cid */
  #takeBack(cid) {
    const entry = this.client.outbox.entries.find((each) => each.cid === cid);
    if (entry && entry.kind !== "remove" && entry.kind !== "react")
      this.#giveBack(entry, entry.refused ?? "");
    this.client.outbox.remove(cid);
    if (entry?.kind === "remove") this.removal.ask(null, this.messages.find(entry.target));
  }
}

customElements.define("trama-room", RoomElement);
