/**
 * Where one writes: Enter sends, Shift and Enter begins a line, and the draft is kept until it is sent. A message that one
 * said before is changed here, too: the draft waits meanwhile, and what is typed of the change is kept like a draft.
 */
import { isEnter } from "../elements/enter.js";
import { fitHeight } from "../elements/field-height.js";
import { box, field, part } from "../elements/part.js";
import { MentionPicker } from "./mentions.js";
import { fill, wordsOf } from "../elements/words.js";
import { Attachments } from "./attachments.js";

/** @import { Answered, Draft, RoomWords } from "./words.js" */
/** @typedef {{body: string, lang: string}} Wording */
/** @typedef {Wording & {seq: number, was: string, wasLang: string}} Change a message that is changed: what it is to be, and what it was */

/**
 * @typedef {object} ComposerHandlers
 * @property {(entry: Draft) => unknown} send takes a message over
 * @property {(entry: Draft) => unknown} change takes the change of one over
 * @property {() => void} writing is called while one writes
 * @property {(sentence: string) => void} tell says aloud what became of an act
 * @property {() => void} wantsLast is called when one goes up from an empty field
 */

export class Composer {
  /** @type {Answered | null} */
  #answered = null;
  /** @type {Change | null} */
  #edited = null;
  /** @type {Promise<import("../language-hint.js").LanguageHint> | null} Loaded once something is written. */
  #hint = null;

  /**
   * @param {HTMLElement} room
   * @param {HTMLFormElement} form
   * @param {{storage: import("../live/storage.js").PersonalStorage, place: string}} kept where drafts are kept
   * @param {ComposerHandlers} on
   */
  constructor(room, form, { storage, place }, on) {
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.room = room;
    this.longest = Number(room.dataset.longest);
    this.form = form;
    this.storage = storage;
    this.place = place;
    this.on = on;
    this.input = field(form, "body", HTMLTextAreaElement);
    this.lang = field(form, "lang", HTMLSelectElement);
    this.problem = box(room, "[data-problem]");
    this.answering = box(form, "[data-answering]");
    this.editing = box(form, "[data-editing]");
    this.attachments = new Attachments(
      room,
      form,
      { storage, place },
      {
        tell: on.tell,
        refuse: (reason) => this.refuse(reason),
        changed: () => this.refuse(""),
      },
    );
    new MentionPicker(this.input, box(form, "[data-mentions]"));
    this.#restore();
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    box(form, "[data-answering-not]").addEventListener("click", (event) => {
      event.preventDefault();
      this.#answerNot();
    });
    box(this.editing, "button").addEventListener("click", () => this.#leaveAsItWas());
  }

  /**
   * Answer a message; null to answer none.
   * @param {Answered | null} quote
   */
  answer(quote) {
    if (this.#edited) this.#leave();
    this.#answer(quote);
    this.#keep();
  }

  /** @param {Answered | null} quote */
  #answer(quote) {
    this.#answered = quote;
    this.answering.hidden = !quote;
    box(this.answering, "[data-answering-name]").textContent = quote?.name ?? "";
    const text = box(this.answering, "[data-answering-text]");
    text.textContent = quote?.text ?? "";
    text.lang = quote?.lang ?? "";
  }

  /**
   * Change a message in place of writing a new one.
   * @param {Change} message
   */
  edit(message) {
    if (!this.#edited) this.#keep();
    this.#edited = message;
    this.#write(message);
    this.#answer(null);
    this.editing.hidden = false;
    this.refuse("");
    this.#keep();
    this.input.focus();
    this.input.setSelectionRange(message.body.length, message.body.length);
  }

  #answerNot() {
    this.answer(null);
    this.input.focus();
    this.on.tell(this.words.answersNot);
  }

  #leaveAsItWas() {
    this.#leave();
    this.on.tell(this.words.leftAsItWas);
  }

  /** Leave a message as it is, and go on with what one was writing. */
  #leave() {
    this.#edited = null;
    this.storage.keepDraft(this.#editPlace, null);
    this.editing.hidden = true;
    const { body = "", lang = this.lang.value, quote = null } = this.storage.recallDraft(this.place) ?? {};
    this.#write({ body, lang });
    this.#answer(quote);
    this.refuse("");
    this.input.focus();
  }

  /**
   * Give a text back that was not taken, before what is being written now, with the reason; its files, too.
   * @param {Wording & {quote?: Answered | null, files?: import("./words.js").WaitingFile[]}} entry
   * @param {string} reason
   */
  giveBack({ body, lang, quote, files = [] }, reason) {
    if (this.#edited) this.#leave();
    this.attachments.giveBack(files);
    this.input.value = [body, this.input.value].filter((text) => text.trim()).join("\n\n");
    this.lang.value = lang;
    if (quote) this.answer(quote);
    fitHeight(this.input);
    this.#keep();
    this.refuse(reason);
    this.input.focus();
  }

  /**
   * Say why something was not taken; nothing takes the sentence away.
   * @param {string} reason
   */
  refuse(reason) {
    this.problem.hidden = !reason;
    this.problem.textContent = "";
    this.input.setAttribute("aria-invalid", String(Boolean(reason)));
    if (!reason) return;
    const sentence = document.createElement("p");
    sentence.className = "field-error";
    sentence.textContent = reason;
    this.problem.append(sentence);
  }

  get isEmpty() {
    return !this.#edited && !this.input.value.trim() && !this.attachments.count;
  }

  /** The room is closed: what was written can still be copied. */
  close() {
    this.input.readOnly = true;
    part(this.form, ".composer-send", HTMLButtonElement).disabled = true;
  }

  /** The room is open again. */
  reopen() {
    this.input.readOnly = false;
    part(this.form, ".composer-send", HTMLButtonElement).disabled = false;
  }

  #restore() {
    const shown = this.input.value.trim();
    if (!shown) this.lang.value = this.storage.recall(`lang:${this.place}`, this.lang.value);
    if (!shown) this.#show(this.storage.recallDraft(this.place));
    const given = field(this.form, "reply_to", HTMLInputElement).value;
    if (given) {
      const text = box(this.answering, "[data-answering-text]");
      const name = box(this.answering, "[data-answering-name]").textContent ?? "";
      this.answer({ seq: Number(given), name, text: text.textContent ?? "", lang: text.lang });
      history.replaceState(null, "", location.pathname);
    }
    const change = shown ? null : this.storage.recallDraft(this.#editPlace);
    if (change) this.edit(change);
    fitHeight(this.input);
    if (this.isEmpty && !shown) void this.#adopt();
  }

  /** @param {{body: string, lang?: string, quote?: Answered | null} | null} draft */
  #show(draft) {
    if (!draft) return;
    this.input.value = draft.body;
    if (draft.lang) this.lang.value = draft.lang;
    if (draft.quote) this.answer(draft.quote);
  }

  /** What was being written in a tab that is gone goes on here, unless something is being written by now. */
  async #adopt() {
    const change = await this.storage.adoptDraft(this.#editPlace);
    if (change && this.isEmpty) return this.edit(change);
    const draft = await this.storage.adoptDraft(this.place);
    if (!this.isEmpty) return;
    this.#show(draft);
    fitHeight(this.input);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isPlain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
    if (event.key === "Escape" && this.#edited) this.#leaveAsItWas();
    else if (event.key === "Escape" && this.#answered) this.#answerNot();
    if (event.key === "ArrowUp" && isPlain && !this.#edited && !this.input.value) {
      event.preventDefault();
      this.on.wantsLast();
    }
    if (!isEnter(event) || event.shiftKey) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #changed() {
    this.refuse("");
    void this.#lookAtLanguage();
    fitHeight(this.input);
    this.#keep();
    if (!this.isEmpty) this.on.writing();
  }

  async #lookAtLanguage() {
    this.#hint ??= import("../language-hint.js").then(
      ({ LanguageHint }) => new LanguageHint(this.form, this.input, this.lang),
    );
    const hint = await this.#hint.catch(() => null);
    hint?.changed();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (this.input.readOnly) return;
    const body = this.input.value.trim();
    const over = [...body].length - this.longest;
    const hasFiles = !this.#edited && this.attachments.count > 0;
    if (!body && !hasFiles) return this.refuse(this.words.empty);
    if (over > 0) return this.refuse(fill(this.words.tooLong, { over }));
    if (this.#mayOnlyAnswer && !this.#answered && !this.#edited) return this.refuse(this.words.answerOnly);
    this.refuse("");
    if (hasFiles && this.attachments.remind()) return;
    if (this.#edited) return this.#change(this.#edited, body);
    this.input.value = "";
    void this.#lookAtLanguage();
    const quote = this.#answered;
    this.answer(null);
    fitHeight(this.input);
    this.#keep();
    this.input.focus();
    const files = this.attachments.take();
    this.on.send({
      body,
      lang: this.lang.value,
      reply_to: quote?.seq ?? null,
      quote,
      ...(hasFiles && { files }),
    });
  }

  /**
   * Hand a change over; the same words again are none.
   * @param {Change} edited
   * @param {string} body
   */
  #change({ seq, was, wasLang }, body) {
    const lang = this.lang.value;
    this.#leave();
    if (body !== was.trim() || lang !== wasLang) this.on.change({ kind: "edit", target: seq, body, lang });
  }

  /** @param {Wording} text */
  #write({ body, lang }) {
    this.input.value = body;
    this.lang.value = lang;
    fitHeight(this.input);
  }

  get #mayOnlyAnswer() {
    return this.room.dataset.mode === "announce" && this.room.dataset.moderates === undefined;
  }

  get #editPlace() {
    return `${this.place}:edit`;
  }

  #keep() {
    const { value: body } = this.input;
    const lang = this.lang.value;
    if (this.#edited) this.storage.keepDraft(this.#editPlace, { ...this.#edited, body, lang });
    else
      this.storage.keepDraft(
        this.place,
        body.trim() || this.#answered ? { body, lang, quote: this.#answered } : null,
      );
    this.storage.keep(`lang:${this.place}`, lang);
  }
}
