/** One message as an element: built from an event, never from what somebody wrote as HTML of her own. */
import { make } from "../elements/markup.js";
import { drawWeave } from "./weave.js";
import { fill } from "../elements/words.js";

export class Drawing {
  /** `room` is the element around it all, whose data-say-* are the words; `days` names days and hours. */
  constructor(room, days) {
    this.words = room.dataset;
    this.me = Number(room.dataset.me);
    this.myself = JSON.parse(room.dataset.meAs);
    this.days = days;
    this.pattern = room.querySelector("[data-pattern=message]").content.firstElementChild;
    this.refusedPattern = room.querySelector("[data-pattern=refused]").content.firstElementChild;
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  // --- What was said ---------------------------------------------------------------------------------------

  /** A message that is in the stream. */
  said(event) {
    const item = this.pattern.cloneNode(true);
    const part = partsOf(item);
    const mine = event.actor?.id === this.me;
    const name = event.actor?.name ?? this.words.saySomebody;
    const moment = new Date(event.at);
    item.id = `message-${event.seq}`;
    Object.assign(item.dataset, {
      seq: event.seq,
      at: event.at,
      author: event.actor?.id ?? "",
      from: event.organisation?.slug ?? "",
    });
    this.#from(item, part, event);
    part.name.textContent = name;
    part.time.textContent = this.days.hours.format(moment);
    part.time.dateTime = event.at;
    part.time.title = this.days.whole.format(moment);
    this.#quote(part.quote, event.quote);
    if (event.edited) this.#edited(item, part.edited, event.edited);
    else part.edited.remove();
    this.#tools(part, event, { name, mine });
    item.classList.toggle("message-mine", mine);
    if (event.redacted) this.gone(item, event.removed_by);
    else this.#words(item, part.text, event);
    if (mine && event.cid) item.dataset.cid = event.cid;
    return item;
  }

  /** Put other words into a message that is shown. */
  edit(item, event) {
    const part = partsOf(item);
    this.#words(item, part.text, event);
    this.#edited(item, part.edited ?? this.#noteUnder(part.text), event);
  }

  /** Take the words out of a message that is shown; `by` is who removed it. */
  gone(item, by) {
    const { text } = partsOf(item);
    for (const overlay of item.querySelectorAll("[data-overlay]")) this.uncover(overlay);
    item.classList.add("message-gone");
    text.textContent = by === "facilitator" ? this.words.sayGoneByFacilitator : this.words.sayGone;
    text.removeAttribute("lang");
    for (const part of item.querySelectorAll(".message-quote, .message-tools, [data-part=edited]"))
      part.remove();
    for (const name of ["body", "cid", "edited"]) delete item.dataset[name];
  }

  /** Show what is quoted of a message as it stands now. */
  requote(element, { name, text, lang }) {
    const part = partsOf(element);
    part.quoted.textContent = fill(this.words.sayAnswers, { name: name ?? this.words.saySomebody });
    part.words.textContent = text || this.words.sayGoneQuote;
    if (lang) part.words.lang = lang;
    else part.words.removeAttribute("lang");
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

  /** The text: Markdown that the server rendered and cleaned; one's own also as it was written, to be changed. */
  #words(item, element, { html, lang, body }) {
    const template = document.createElement("template");
    template.innerHTML = html;
    element.replaceChildren(template.content);
    element.lang = lang;
    if (item.matches(".message-mine")) item.dataset.body = body;
  }

  /** When a message was last changed. */
  #edited(item, note, { seq, at }) {
    const time = note.querySelector("time");
    const moment = new Date(at);
    item.dataset.edited = seq;
    time.dateTime = at;
    this.sayEdited(time);
    time.title = this.days.whole.format(moment);
  }

  /** Say in a note when its message was last changed: the hour of today, else the day. */
  sayEdited(time) {
    time.textContent = fill(this.words.sayEdited, { time: this.days.short(new Date(time.dateTime)) });
  }

  #noteUnder(text) {
    const note = partsOf(this.pattern).edited.cloneNode(true);
    text.after(note);
    return note;
  }

  #quote(element, quote) {
    if (!quote) return element.remove();
    element.href = `?before=${quote.seq + 1}#message-${quote.seq}`;
    element.dataset.goesTo = quote.seq;
    this.requote(element, quote);
  }

  /** What one may do with a message: answer it, and change or remove it where that is one's own or one's task. */
  #tools(part, { seq, at }, { name, mine }) {
    const { mayPost, moderates } = this.words;
    const own = mine && mayPost !== undefined;
    const mineOf = fill(this.words.sayMineOf, { time: this.days.hours.format(new Date(at)) });
    part.to.textContent = ` ${fill(this.words.sayTo, { name })}`;
    part.reply.href = `?reply=${seq}#composer`;
    part.reply.dataset.reply = seq;
    part.mine.textContent = mineOf;
    part.whose.textContent = mine ? mineOf : fill(this.words.sayTheirs, { name });
    for (const [tool, is] of [
      ["edit", own],
      ["remove", own || moderates !== undefined],
    ]) {
      part[tool].href = `${location.pathname}/messages/${seq}/${tool}`;
      part[tool].dataset[tool] = seq;
      if (!is) part[tool].remove();
    }
  }

  // --- What waits ------------------------------------------------------------------------------------------

  /** A message that is not in the stream yet. */
  pending(entry, isOpen) {
    const item = this.said({ ...entry, ...this.myself, seq: 0, html: "" });
    const part = partsOf(item);
    item.id = `pending-${entry.cid}`;
    delete item.dataset.seq;
    Object.assign(item.dataset, { pending: entry.cid, cid: entry.cid });
    item.querySelector(".message-tools").remove();
    part.text.replaceChildren(...paragraphs(entry.body));
    part.text.after(...this.#state(entry, isOpen));
    item.classList.add(entry.refused ? "message-failed" : "message-waiting");
    return item;
  }

  /** Lay over a message what is to become of it; lifted by `uncover`. */
  cover(item, entry, isOpen) {
    const { text } = partsOf(item);
    item.classList.add(entry.refused ? "message-failed" : "message-waiting");
    const words =
      entry.kind === "edit"
        ? [make("div", { class: "message-text prose", lang: entry.lang }, paragraphs(entry.body))]
        : [];
    text.hidden = words.length > 0;
    const overlay = make("div", { class: "message-overlay", "data-overlay": "", "data-pending": entry.cid });
    overlay.append(...words, ...this.#state(entry, isOpen));
    text.after(overlay);
  }

  /** Show a message as it stands. */
  uncover(overlay) {
    const item = overlay.closest(".message");
    overlay.remove();
    item.classList.remove("message-waiting", "message-failed");
    partsOf(item).text.hidden = false;
  }

  /** How it stands with something that waits, and what can be done when it was refused. */
  #state({ kind = "post", refused }, isOpen) {
    const { saySending, sayWaiting, sayEditSending, sayEditWaiting, sayRemoveSending, sayRemoveWaiting } =
      this.words;
    const says = {
      post: [saySending, sayWaiting],
      edit: [sayEditSending, sayEditWaiting],
      remove: [sayRemoveSending, sayRemoveWaiting],
    };
    const sentence = refused ? fill(this.words.sayRefused, { reason: refused }) : says[kind][isOpen ? 0 : 1];
    const note = make("p", { class: "message-note" }, [sentence]);
    return refused ? [note, this.refusedPattern.cloneNode(true)] : [note];
  }
}

/** The parts of a pattern that are to be filled in, by their names. */
function partsOf(element) {
  return Object.fromEntries(
    [...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]),
  );
}

/** A text that the server has not seen yet: as it was typed. */
function paragraphs(text) {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split("\n").flatMap((line, index) => (index ? [make("br"), line] : [line]));
    return make("p", {}, lines);
  });
}
