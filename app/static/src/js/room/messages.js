/** The list of messages: built from events, never from what somebody wrote as HTML of her own. */
import { make } from "../elements/markup.js";
import { drawWeave } from "./weave.js";
import { fill } from "./words.js";

const TOGETHER = 5 * 60 * 1000;

export class Messages {
  /** `room` is the element around it all, whose data-say-* are the words; `days` names days and hours. */
  constructor(room, days) {
    this.words = room.dataset;
    this.me = Number(room.dataset.me);
    this.myself = JSON.parse(room.dataset.meAs);
    this.days = days;
    this.list = room.querySelector("[data-messages]");
    this.pattern = room.querySelector("[data-pattern=message]").content.firstElementChild;
    this.refusedPattern = room.querySelector("[data-pattern=refused]").content.firstElementChild;
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  /** The ids of one's own messages that the page already shows. */
  get shownCids() {
    return [...this.list.querySelectorAll("[data-cid][data-seq]")].map(({ dataset }) => dataset.cid);
  }

  find(seq) {
    return this.list.querySelector(`#message-${Number(seq)}`);
  }

  /** Add a message at the end, before those that still wait to be sent. */
  append(event) {
    if (this.find(event.seq)) return;
    const item = this.#said(event);
    this.list.insertBefore(item, this.list.querySelector("[data-pending]"));
    this.#settle(item);
    for (const pending of this.list.querySelectorAll("[data-pending]")) this.#settle(pending);
  }

  /** Put other words in a message's place; a later change, or a removal, has the last word whenever it came. */
  edit(event) {
    const item = this.find(event.target);
    if (event.redacted) return;
    if (item && !item.matches(".message-gone") && Number(item.dataset.edited ?? 0) < event.seq) {
      const part = partsOf(item);
      this.#words(part.text, event);
      this.#edited(item, part.edited ?? this.#noteUnder(part.text), { seq: event.seq, at: event.at });
      this.#keepBody(item, event);
    }
    this.#requote(event);
  }

  /** Take the words of a message away, also where it is quoted. */
  remove(event) {
    const item = this.find(event.target);
    if (item) {
      const part = partsOf(item);
      item.querySelector(".message-quote")?.remove();
      part.edited?.remove();
      for (const name of ["body", "cid", "edited"]) delete item.dataset[name];
      this.#gone(item, part.text, event.removed_by);
      this.#settle(item);
    }
    this.#requote(event);
  }

  /** Put older messages before all others. */
  prepend(events) {
    const first = this.list.querySelector(".message");
    const items = events.filter(({ kind }) => kind === "message").map((event) => this.#said(event));
    this.list.prepend(...items);
    for (const item of [...items, first].filter(Boolean)) this.#settle(item);
  }

  /** Show what waits in the outbox; `isOpen` tells whether it is on its way. */
  showPending(entries, isOpen) {
    for (const old of this.list.querySelectorAll("[data-pending]")) this.#drop(old);
    for (const entry of entries) {
      const item = this.#pending(entry, isOpen);
      this.list.append(item);
      this.#settle(item);
    }
  }

  /** Draw the line above the first message that one has not read; none is drawn twice. */
  markUnread(seq) {
    if (this.list.querySelector(".messages-unread")) return;
    const words = make("span", {}, [this.words.sayUnread]);
    const item = this.find(seq);
    item?.before(make("li", { class: "messages-unread", id: "unread" }, [words]));
    if (item) this.#settle(item);
  }

  clearUnread() {
    const line = this.list.querySelector(".messages-unread");
    const next = line?.nextElementSibling;
    line?.remove();
    if (next?.matches(".message")) this.#settle(next);
  }

  #said(event) {
    const item = this.pattern.cloneNode(true);
    const part = partsOf(item);
    const mine = event.actor?.id === this.me;
    const name = event.actor?.name ?? this.words.saySomebody;
    const moment = new Date(event.at);
    item.id = `message-${event.seq}`;
    Object.assign(item.dataset, { seq: event.seq, at: event.at, author: event.actor?.id ?? "", from: event.organisation?.slug ?? "" });
    this.#from(item, part, event);
    part.name.textContent = name;
    part.time.textContent = this.days.hours.format(moment);
    part.time.dateTime = event.at;
    part.time.title = this.days.whole.format(moment);
    this.#quote(part.quote, event.quote);
    part.note.remove();
    part.to.textContent = ` ${fill(this.words.sayTo, { name })}`;
    if (event.edited) this.#edited(item, part.edited, event.edited);
    else part.edited.remove();
    this.#tools(part, event, { name, mine });
    item.classList.toggle("message-mine", mine);
    if (event.redacted) {
      this.#gone(item, part.text, event.removed_by);
      return item;
    }
    this.#words(part.text, event);
    this.#keepBody(item, event);
    if (mine && event.cid) item.dataset.cid = event.cid;
    return item;
  }

  /** What one may do with a message: answer it, and change or remove it where that is one's own or one's task. */
  #tools(part, { seq, at }, { name, mine }) {
    const { mayPost, moderates } = this.words;
    const own = mine && mayPost !== undefined;
    const mineOf = fill(this.words.sayMineOf, { time: this.days.hours.format(new Date(at)) });
    part.reply.href = `?reply=${seq}#composer`;
    part.reply.dataset.reply = seq;
    part.mine.textContent = mineOf;
    part.whose.textContent = mine ? mineOf : fill(this.words.sayTheirs, { name });
    for (const [tool, is] of [["edit", own], ["remove", own || moderates !== undefined]]) {
      part[tool].href = `${location.pathname}/messages/${seq}/${tool}`;
      part[tool].dataset[tool] = seq;
      if (!is) part[tool].remove();
    }
  }

  /** When a message was last changed. */
  #edited(item, note, { seq, at }) {
    const time = note.querySelector("time");
    const moment = new Date(at);
    item.dataset.edited = seq;
    time.textContent = fill(this.words.sayEdited, { time: this.days.short(moment) });
    time.dateTime = at;
    time.title = this.days.whole.format(moment);
  }

  #noteUnder(text) {
    const note = partsOf(this.pattern).edited.cloneNode(true);
    text.after(note);
    return note;
  }

  /** One's own words as they were written, to be changed in the composer. */
  #keepBody(item, { body }) {
    if (item.matches(".message-mine")) item.dataset.body = body;
  }

  /** Show what others quote of a message as it stands now. */
  #requote({ target, quote }) {
    for (const element of this.list.querySelectorAll(`[data-goes-to="${Number(target)}"]`)) this.#quoted(element, quote);
  }

  /** The weave and the name of the organisation, or what the person is in the cluster. */
  #from(item, part, { organisation, actor }) {
    if (!organisation) {
      const role = { facilitator: this.words.sayFacilitator, manager: this.words.sayManager }[actor?.role];
      part.from.textContent = role ?? "";
      return;
    }
    item.querySelector("svg").replaceWith(drawWeave(organisation.weave, 40));
    const country = make("abbr", { title: this.countries.of(organisation.country) }, [organisation.country]);
    part.from.replaceChildren(`${organisation.name} · `, country);
  }

  /** The text: Markdown that the server rendered and cleaned. */
  #words(element, { html, lang }) {
    const template = document.createElement("template");
    template.innerHTML = html;
    element.replaceChildren(template.content);
    element.lang = lang;
  }

  #gone(item, text, by) {
    item.classList.add("message-gone");
    text.textContent = by === "facilitator" ? this.words.sayGoneByFacilitator : this.words.sayGone;
    text.removeAttribute("lang");
    item.querySelector(".message-tools")?.remove();
  }

  #quote(element, quote) {
    if (!quote) return element.remove();
    element.href = `?before=${quote.seq + 1}#message-${quote.seq}`;
    element.dataset.goesTo = quote.seq;
    this.#quoted(element, quote);
  }

  #quoted(element, { name, text, lang }) {
    const part = partsOf(element);
    part.quoted.textContent = fill(this.words.sayAnswers, { name: name ?? this.words.saySomebody });
    part.words.textContent = text || this.words.sayGoneQuote;
    if (lang) part.words.lang = lang;
    else part.words.removeAttribute("lang");
  }

  #pending(entry, isOpen) {
    const item = this.#said({ ...entry, ...this.myself, seq: 0, html: "" });
    const part = partsOf(item);
    item.id = `pending-${entry.cid}`;
    delete item.dataset.seq;
    Object.assign(item.dataset, { pending: entry.cid, cid: entry.cid });
    item.querySelector(".message-tools")?.remove();
    part.text.replaceChildren(...paragraphs(entry.body));
    part.text.lang = entry.lang;
    const note = make("p", { class: "message-note" }, [this.#state(entry, isOpen)]);
    part.text.after(note);
    item.classList.add(entry.refused ? "message-failed" : "message-waiting");
    if (entry.refused) note.after(this.refusedPattern.cloneNode(true));
    return item;
  }

  #state({ refused }, isOpen) {
    if (refused) return fill(this.words.sayRefused, { reason: refused });
    return isOpen ? this.words.saySending : this.words.sayWaiting;
  }

  /** Take a message out, and the name of its day when nothing else is left of that day. */
  #drop(item) {
    const day = item.previousElementSibling;
    item.remove();
    if (day?.matches(".messages-day") && !day.nextElementSibling?.matches(".message")) day.remove();
  }

  /** Give a message its day above it where a new one begins, and hide its head where it goes on from the one before. */
  #settle(item) {
    const previous = before(item, ".message");
    const moment = new Date(item.dataset.at);
    const day = this.days.key(moment);
    const isNewDay = !previous || this.days.key(new Date(previous.dataset.at)) !== day;
    const line = dayLine(item);
    if (isNewDay && !line) this.#addDay(item, day, moment);
    if (!isNewDay) line?.remove();
    const goesOn = previous === item.previousElementSibling && !item.querySelector(".message-quote") && sameSpeaker(item, previous);
    item.classList.toggle("message-follows", Boolean(goesOn && moment - new Date(previous.dataset.at) < TOGETHER));
  }

  #addDay(item, day, moment) {
    const unread = item.previousElementSibling?.matches(".messages-unread") ? item.previousElementSibling : item;
    unread.before(make("li", { class: "messages-day", "data-day": day }, [make("span", {}, [this.days.name(moment)])]));
  }
}

function sameSpeaker(one, other) {
  return Boolean(other) && one.dataset.author === other.dataset.author && one.dataset.from === other.dataset.from;
}

/** The nearest earlier sibling that fits. */
function before(item, selector) {
  let sibling = item.previousElementSibling;
  while (sibling && !sibling.matches(selector)) sibling = sibling.previousElementSibling;
  return sibling;
}

/** The line with the day right above a message, if there is one. */
function dayLine(item) {
  let above = item.previousElementSibling;
  if (above?.matches(".messages-unread")) above = above.previousElementSibling;
  return above?.matches(".messages-day") ? above : null;
}

/** The parts of a pattern that are to be filled in, by their names. */
function partsOf(element) {
  return Object.fromEntries([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

/** A text that the server has not seen yet: as it was typed. */
function paragraphs(text) {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split("\n").flatMap((line, index) => (index ? [make("br"), line] : [line]));
    return make("p", {}, lines);
  });
}
