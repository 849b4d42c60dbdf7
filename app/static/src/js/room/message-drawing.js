/**
 * One message as an element: a copy of the page's pattern (templates/rooms/_message.html) with what an event says, never
 * with what somebody wrote as HTML of her own.
 */
import { make } from "../elements/markup.js";
import { box, boxes, closest, part } from "../elements/part.js";
import { MessageFiles } from "./message-files.js";
import { drawWeave } from "./weave.js";
import { markOwn, ownKeys } from "./mentions.js";
import { Reactions } from "./reactions.js";
import { fill, wordsOf } from "../elements/words.js";

/** @import { EditedEvent, LastEdit, MessageEvent, Quote, RoomOrganisation, RoomPerson } from "../live/payloads.js" */
/** @import { RoomData, RoomEntry, RoomWords } from "./words.js" */

/**
 * What is drawn of a message.
 * @typedef {Pick<MessageEvent, "seq" | "at" | "actor" | "organisation" | "html" | "lang" | "body" | "cid" | "quote">
 *   & Partial<Pick<MessageEvent, "written_at" | "edited" | "reactions" | "redacted" | "removed_by" | "files">>} Said
 */

export class MessageDrawing {
  /**
   * @param {HTMLElement} room the element around it all, whose `data-words` it says
   * @param {import("./days.js").Days} days names days and hours
   */
  constructor(room, days) {
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.data = /** @type {RoomData} */ (room.dataset);
    this.me = Number(room.dataset.me);
    /** @type {{actor: RoomPerson, organisation: RoomOrganisation | null}} */
    this.myself = JSON.parse(this.data.meAs);
    this.days = days;
    this.files = new MessageFiles(room);
    this.ownKeys = ownKeys(room);
    this.reactions = new Reactions(room);
    this.pattern = patternOf(room, "message");
    this.refusedPattern = patternOf(room, "refused");
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  // --- What was said ---------------------------------------------------------------------------------------

  /**
   * A message that is in the stream.
   * @param {Said} event
   */
  said(event) {
    const item = copy(this.pattern);
    const parts = partsOf(item);
    const time = part(item, "[data-part=time]", HTMLTimeElement);
    const mine = event.actor?.id === this.me;
    const name = event.actor?.name ?? this.words.somebody;
    const moment = new Date(event.at);
    identify(item, parts, `message-${event.seq}`);
    Object.assign(item.dataset, {
      seq: event.seq,
      at: event.at,
      author: event.actor?.id ?? "",
      from: event.organisation?.slug ?? "",
    });
    this.#from(item, parts, event);
    parts.name.textContent = name;
    time.textContent = this.days.hours.format(moment);
    time.dateTime = event.at;
    this.#quote(part(item, "[data-goes-to]", HTMLAnchorElement), event.quote);
    if (event.written_at) this.#late(parts.late, event.written_at);
    else parts.late.remove();
    delete item.dataset.edited;
    if (event.edited) this.#edited(item, parts.edited, event.edited);
    else parts.edited.remove();
    this.#tools(item, event, { name, mine });
    item.classList.toggle("message-mine", mine);
    if (event.redacted) this.gone(item, event.removed_by);
    else this.#words(item, parts.text, event);
    if (!event.redacted) this.files.draw(parts.files, parts.text, event);
    if (event.reactions?.length) this.reactions.show(item, event.reactions);
    if (mine && event.cid) item.dataset.cid = event.cid;
    return item;
  }

  /**
   * Put other words into a message that is shown.
   * @param {HTMLElement} item
   * @param {EditedEvent} event
   */
  edit(item, event) {
    const parts = partsOf(item);
    item.querySelector("[data-translation]")?.remove();
    this.#words(item, parts.text, event);
    this.#edited(item, parts.edited ?? this.#noteUnder(parts.files), event);
  }

  /**
   * Take the words out of a message that is shown; `by` is who removed it.
   * @param {HTMLElement} item
   * @param {MessageEvent["removed_by"]} [by]
   */
  gone(item, by) {
    const { text } = partsOf(item);
    for (const overlay of boxes(item, "[data-overlay]")) this.uncover(overlay);
    item.classList.add("message-gone");
    text.textContent = by === "facilitator" ? this.words.goneByFacilitator : this.words.gone;
    text.removeAttribute("lang");
    text.hidden = false;
    for (const each of item.querySelectorAll(
      "[data-translation], .message-quote, .message-tools, .message-files, .reactions, [data-part=late], [data-part=edited]",
    ))
      each.remove();
    for (const name of ["body", "cid", "edited", "reactions"]) delete item.dataset[name];
  }

  /**
   * Show what is quoted of a message as it stands now.
   * @param {HTMLElement} element
   * @param {Omit<Quote, "seq">} quote
   */
  requote(element, { name, text, lang }) {
    const parts = partsOf(element);
    parts.quoted.textContent = fill(this.words.answers, { name: name ?? this.words.somebody });
    parts.words.textContent = text || this.words.goneQuote;
    if (lang) parts.words.lang = lang;
    else parts.words.removeAttribute("lang");
  }

  /**
   * The weave and the name of the organisation, or what the person is in the cluster.
   * @param {HTMLElement} item
   * @param {Record<string, HTMLElement>} parts
   * @param {Said} event
   */
  #from(item, parts, { organisation, actor }) {
    if (!organisation) {
      /** @type {Record<string, string | undefined>} */
      const roles = { facilitator: this.words.facilitator, manager: this.words.manager };
      parts.from.textContent = roles[actor?.role ?? ""] ?? "";
      return;
    }
    part(item, "svg", SVGElement).replaceWith(drawWeave(organisation.weave, 40));
    const { name, country } = organisation;
    if (!country) return parts.from.replaceChildren(name);
    const abbreviated = make("abbr", { title: this.countries.of(country) ?? country }, [country]);
    parts.from.replaceChildren(`${name} · `, abbreviated);
  }

  /**
   * The text: Markdown that the server rendered and cleaned; one's own also as it was written, to be changed.
   * @param {HTMLElement} item
   * @param {HTMLElement} element
   * @param {Pick<MessageEvent, "html" | "lang" | "body">} event
   */
  #words(item, element, { html, lang, body }) {
    const template = document.createElement("template");
    template.innerHTML = html;
    element.replaceChildren(template.content);
    markOwn(element, this.ownKeys);
    element.lang = lang ?? "";
    element.hidden = false;
    if (item.matches(".message-mine")) item.dataset.body = body;
  }

  /**
   * When a message was last changed.
   * @param {HTMLElement} item
   * @param {HTMLElement} note
   * @param {LastEdit} edited
   */
  #edited(item, note, { seq, at }) {
    const time = part(note, "time", HTMLTimeElement);
    item.dataset.edited = String(seq);
    time.dateTime = at;
    this.sayEdited(time);
  }

  /**
   * When a message was written that was sent much later.
   * @param {HTMLElement} note
   * @param {string} at
   */
  #late(note, at) {
    const time = part(note, "time", HTMLTimeElement);
    time.dateTime = at;
    time.textContent = fill(this.words.late, { time: this.days.short(new Date(at)) });
  }

  /**
   * Say in a note when its message was last changed: the hour of today, else the day.
   * @param {HTMLTimeElement} time
   */
  sayEdited(time) {
    time.textContent = fill(this.words.edited, { time: this.days.short(new Date(time.dateTime)) });
  }

  /** @param {HTMLElement} element */
  #noteUnder(element) {
    const note = copy(partsOf(this.pattern).edited);
    element.after(note);
    return note;
  }

  /**
   * @param {HTMLAnchorElement} element
   * @param {Quote | null} quote
   */
  #quote(element, quote) {
    if (!quote) return element.remove();
    element.href = `?before=${quote.seq + 1}#message-${quote.seq}`;
    element.dataset.goesTo = String(quote.seq);
    this.requote(element, quote);
  }

  /**
   * What one may do with a message: answer it, and change or remove it where that is one's own or one's task.
   * @param {HTMLElement} item
   * @param {Said} event
   * @param {{name: string, mine: boolean}} who
   */
  #tools(item, { seq, at }, { name, mine }) {
    const { mayPost, moderates } = this.data;
    const own = mine && mayPost !== undefined;
    const mineOf = fill(this.words.mineOf, { time: this.days.hours.format(new Date(at)) });
    const address = `${location.pathname}/messages/${seq}`;
    const tools = {
      reply: { may: true, href: `?reply=${seq}#composer`, what: fill(this.words.to, { name }) },
      edit: { may: own, href: `${address}/edit`, what: mineOf },
      remove: {
        may: own || moderates !== undefined,
        href: `${address}/remove`,
        what: mine ? mineOf : fill(this.words.theirs, { name }),
      },
      more: { may: true, href: address, what: mine ? mineOf : fill(this.words.theirs, { name }) },
    };
    for (const [tool, { may, href, what }] of Object.entries(tools)) {
      const link = part(item, `[data-${tool}]`, HTMLAnchorElement);
      if (!may) link.remove();
      link.href = href;
      link.dataset[tool] = String(seq);
      box(link, "span").textContent = ` ${what}`;
    }
  }

  // --- What waits ------------------------------------------------------------------------------------------

  /**
   * A message that is not in the stream yet.
   * @param {Extract<RoomEntry, {kind?: "post"}>} entry
   * @param {boolean} isOpen
   */
  pending(entry, isOpen) {
    const item = this.said({ ...entry, ...this.myself, seq: 0, html: "", files: [] });
    const parts = partsOf(item);
    const { text } = parts;
    this.files.drawWaiting(parts.files, entry.files ?? []);
    identify(item, parts, `pending-${entry.cid}`);
    delete item.dataset.seq;
    Object.assign(item.dataset, { pending: entry.cid, cid: entry.cid });
    box(item, ".message-tools").remove();
    text.replaceChildren(...paragraphs(entry.body));
    text.hidden = !entry.body;
    parts.files.after(...this.#state(entry, isOpen));
    item.classList.add(entry.refused ? "message-failed" : "message-waiting");
    return item;
  }

  /**
   * Lay over a message what is to become of it; lifted by `uncover`.
   * @param {HTMLElement} item
   * @param {RoomEntry} entry
   * @param {boolean} isOpen
   */
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

  /**
   * Show a message as it stands.
   * @param {HTMLElement} overlay
   */
  uncover(overlay) {
    const item = closest(overlay, ".message");
    overlay.remove();
    if (!item) return;
    item.classList.remove("message-waiting", "message-failed");
    partsOf(item).text.hidden = false;
  }

  /**
   * How it stands with something that waits, and what can be done when it was refused.
   * @param {RoomEntry} entry
   * @param {boolean} isOpen
   */
  #state({ kind = "post", refused, isDelayed }, isOpen) {
    const { sending, waiting, waitsForTurn, editSending, editWaiting, removeSending, removeWaiting } =
      this.words;
    const says = {
      post: [isDelayed ? waitsForTurn : sending, waiting],
      edit: [editSending, editWaiting],
      remove: [removeSending, removeWaiting],
      react: [sending, waiting],
    };
    const sentence = refused ? fill(this.words.refused, { reason: refused }) : says[kind][isOpen ? 0 : 1];
    const note = make("p", { class: "message-note" }, [sentence]);
    return refused ? [note, copy(this.refusedPattern)] : [note];
  }
}

/**
 * Give a message its id: its head names it and its text describes it, so that both are heard when it gets the focus.
 * @param {HTMLElement} item
 * @param {Record<string, HTMLElement>} parts
 * @param {string} id
 */
function identify(item, { head, text, files }, id) {
  item.id = id;
  head.id = `${id}-head`;
  text.id = `${id}-text`;
  item.setAttribute("aria-labelledby", head.id);
  files.id = `${id}-files`;
  item.setAttribute("aria-describedby", `${text.id} ${files.id}`);
}

/**
 * The parts of a pattern that are to be filled in, by their names.
 * @param {ParentNode} element
 */
function partsOf(element) {
  return Object.fromEntries(boxes(element, "[data-part]").map((each) => [each.dataset.part ?? "", each]));
}

/**
 * A text that the server has not seen yet: as it was typed.
 * @param {string} text
 */
function paragraphs(text) {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split("\n").flatMap((line, index) => (index ? [make("br"), line] : [line]));
    return make("p", {}, lines);
  });
}

/**
 * The pattern of a name, as its template holds it.
 * @param {HTMLElement} room
 * @param {string} name
 */
function patternOf(room, name) {
  return box(part(room, `[data-pattern=${name}]`, HTMLTemplateElement).content, "*");
}

/**
 * @param {HTMLElement} pattern
 */
function copy(pattern) {
  return /** @type {HTMLElement} */ (pattern.cloneNode(true));
}
