/** The forms that add cards: what is typed is kept in the browser until the server has it, whatever the phase does. */
import { say } from "./keyed.js";
import { isEnter } from "../elements/enter.js";
import { fitHeight } from "../elements/field-height.js";
import { box, field, part } from "../elements/part.js";
import { acceptField, refuseField } from "../elements/field-error.js";
import { contentOf } from "./content.js";
import { languageIn } from "./languages.js";
import { fill } from "../elements/words.js";

const LONGEST = 600;

/** @import { ColumnShown } from "../live/payloads.js" */
/** @import { Commands, Host, Seen, Written } from "./shapes.js" */

/**
 * @typedef {object} WritingHandlers
 * @property {(payload: Commands["design_card_add"]) => void} add takes a finished card over
 * @property {() => void} write is called while somebody types
 * @property {import("../live/storage.js").PersonalStorage} [storage] without it nothing is kept
 */

export class Writing {
  /** @type {(() => void) | undefined} Called when what was begun in another tab goes on here. */
  adopted;

  /**
   * @param {Host} board
   * @param {WritingHandlers} handlers
   */
  constructor(board, { add, write, storage }) {
    this.add = add;
    this.write = write;
    this.storage = storage;
    this.board = board;
    this.words = board.words;
    this.place = `design:${board.design}:column`;
  }

  /**
   * Make the form of a column work.
   * @param {HTMLElement} element
   * @param {string} column
   */
  prepare(element, column) {
    const form = formIn(element);
    const { text } = fieldsOf(form);
    const lang = languageIn(form, this.board);
    text.id = `text-${column}`;
    lang.id = `lang-${column}`;
    part(form, "[data-for=text]", HTMLLabelElement).htmlFor = text.id;
    part(form, "[data-for=lang]", HTMLLabelElement).htmlFor = lang.id;
    text.value = this.storage?.recallDraft(this.#placeOf(column)) ?? "";
    fitHeight(text);
    if (!text.value) void this.#adopt(text, column);
    form.addEventListener("submit", (event) => this.#submit(event, form, column));
    text.addEventListener("input", () => this.#typed(form, column));
    text.addEventListener("keydown", (event) => {
      if (!isEnter(event) || event.shiftKey) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }

  /**
   * Show the form where cards are taken; where they are not and something is half written, say so and keep it.
   * @param {HTMLElement} element
   * @param {ColumnShown} column
   * @param {Seen} seen
   */
  render(element, { locked }, { may, phase }) {
    const form = formIn(element);
    const { text } = fieldsOf(form);
    const open = may.has("write") && !locked;
    const half = Boolean(text.value.trim());
    form.hidden = !open && !half;
    if (!open) acceptField(text);
    text.readOnly = !open;
    part(form, "[data-add]", HTMLButtonElement).disabled = !open;
    say(box(form, "[data-kept]"), !open && half ? this.words.keptText : "");
    form.classList.toggle("card-form-closed", !open);
    if (open && phase?.id !== form.dataset.phase) form.dataset.phase = phase?.id ?? "";
  }

  /**
   * A card that was not taken comes back to its form with the reason.
   * @param {HTMLElement} root
   * @param {Written<"design_card_add">} entry
   * @param {string} reason
   */
  giveBack(root, { payload }, reason) {
    const column = root.querySelector(`.column[data-key="${CSS.escape(String(payload.column))}"]`);
    if (!column) return false;
    const form = formIn(column);
    const { text } = fieldsOf(form);
    text.value = [payload.text, text.value].filter((each) => each.trim()).join("\n");
    this.#keepDraft(String(payload.column), text.value);
    form.hidden = false;
    fitHeight(text);
    this.#refuse(text, reason);
    form.scrollIntoView({ block: "nearest" });
    return true;
  }

  /**
   * @param {SubmitEvent} event
   * @param {HTMLFormElement} form
   * @param {string} column
   */
  #submit(event, form, column) {
    event.preventDefault();
    const { text } = fieldsOf(form);
    const content = contentOf(form);
    const body = content.text;
    if (!body) return this.#refuse(text, this.words.lacksText);
    if ([...body].length > LONGEST)
      return this.#refuse(text, fill(this.words.tooLong, { over: [...body].length - LONGEST }));
    text.value = "";
    fitHeight(text);
    this.#keepDraft(column, "");
    acceptField(text);
    this.add({ column, ...content });
    text.focus();
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} column
   */
  #typed(form, column) {
    this.#keepDraft(column, fieldsOf(form).text.value);
    this.write();
  }

  /**
   * @param {HTMLTextAreaElement} text
   * @param {string} reason
   */
  #refuse(text, reason) {
    refuseField(text, reason, (said) => this.board.announcements?.say(said));
  }

  /**
   * What was being written in a tab that is gone goes on here, unless something is being written by now.
   * @param {HTMLTextAreaElement} text
   * @param {string} column
   */
  async #adopt(text, column) {
    const draft = await this.storage?.adoptDraft(this.#placeOf(column));
    if (!draft || text.value) return;
    text.value = draft;
    fitHeight(text);
    this.adopted?.();
  }

  /** @param {string} column */
  #placeOf(column) {
    return `${this.place}:${column}`;
  }

  /**
   * @param {string} column
   * @param {string} text
   */
  #keepDraft(column, text) {
    this.storage?.keepDraft(this.#placeOf(column), text.trim() ? text : null);
  }
}

/** @param {ParentNode} column */
function formIn(column) {
  return part(column, "[data-card-form]", HTMLFormElement);
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return { text: field(form, "text", HTMLTextAreaElement) };
}
