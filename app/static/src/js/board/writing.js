/** The forms that add cards: what is typed is kept in the browser until the server has it, whatever the phase does. */
import { say } from "./keyed.js";
import { isEnter } from "../elements/enter.js";
import { fill } from "../elements/words.js";

const LONGEST = 600;

export class Writing {
  /** `add(payload)` takes a finished card over; `write()` is called while somebody types; without `storage` nothing is kept. */
  constructor(board, { add, write, storage }) {
    Object.assign(this, { add, write, storage, words: board.words, place: `design:${board.design}:column` });
    this.languages = board.dataset.writes;
  }

  /** Make the form of a column work. */
  prepare(element, column) {
    const form = element.querySelector("[data-card-form]");
    const { text, lang } = form.elements;
    for (const [field, name] of [
      [text, "text"],
      [lang, "lang"],
    ])
      field.id = `${name}-${column}`;
    form.querySelector("[data-for=text]").htmlFor = text.id;
    form.querySelector("[data-for=lang]").htmlFor = lang.id;
    text.value = this.storage?.recallDraft(this.#placeOf(column)) ?? "";
    lang.value = this.storage?.recall("lang:design") ?? this.languages;
    if (!text.value) void this.#adopt(text, column);
    form.addEventListener("submit", (event) => this.#submit(event, form, column));
    text.addEventListener("input", () => this.#typed(form, column));
    text.addEventListener("keydown", (event) => {
      if (!isEnter(event) || event.shiftKey) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }

  /** Show the form where cards are taken; where they are not and something is half written, say so and keep it. */
  render(element, { locked }, { may, phase }) {
    const form = element.querySelector("[data-card-form]");
    const open = may.has("write") && !locked;
    const half = Boolean(form.elements.text.value.trim());
    form.hidden = !open && !half;
    form.elements.text.readOnly = !open;
    form.querySelector("[data-add]").disabled = !open;
    say(form.querySelector("[data-kept]"), !open && half ? this.words.keptText : "");
    form.classList.toggle("card-form-closed", !open);
    if (open && phase?.id !== form.dataset.phase) form.dataset.phase = phase?.id ?? "";
  }

  /** A card that was not taken comes back to its form with the reason. */
  giveBack(root, { payload }, reason) {
    const form = root.querySelector(`.column[data-key="${CSS.escape(payload.column)}"] [data-card-form]`);
    if (!form) return false;
    const { text } = form.elements;
    text.value = [payload.text, text.value].filter((each) => each.trim()).join("\n");
    this.#keepDraft(payload.column, text.value);
    this.#refuse(form, reason);
    form.hidden = false;
    text.focus();
    return true;
  }

  #submit(event, form, column) {
    event.preventDefault();
    const { text, lang } = form.elements;
    const body = text.value.trim();
    if (!body) return this.#refuse(form, this.words.writeFirst);
    if ([...body].length > LONGEST)
      return this.#refuse(form, fill(this.words.tooLong, { over: [...body].length - LONGEST }));
    this.storage?.keep("lang:design", lang.value);
    text.value = "";
    this.#keepDraft(column, "");
    this.#refuse(form, "");
    this.add({ column, text: body, lang: lang.value });
    text.focus();
  }

  #typed(form, column) {
    this.#keepDraft(column, form.elements.text.value);
    this.#refuse(form, "");
    this.write();
  }

  #refuse(form, reason) {
    say(form.querySelector("[data-problem]"), reason);
    form.elements.text.setAttribute("aria-invalid", String(Boolean(reason)));
  }

  /** What was being written in a tab that is gone goes on here, unless something is being written by now. */
  async #adopt(text, column) {
    const draft = await this.storage?.adoptDraft(this.#placeOf(column));
    if (!draft || text.value) return;
    text.value = draft;
    this.adopted?.();
  }

  #placeOf(column) {
    return `${this.place}:${column}`;
  }

  #keepDraft(column, text) {
    this.storage?.keepDraft(this.#placeOf(column), text.trim() ? text : null);
  }
}
