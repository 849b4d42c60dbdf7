/** The language in which somebody writes at a board: the one that was chosen last in this browser, else the person's own. */
import { field } from "../elements/part.js";
import { personal } from "../live/personal.js";

const PLACE = "lang:design";

/**
 * The choice of the language in a form; what is chosen is kept for all forms of boards.
 * @param {HTMLFormElement} form
 * @param {import("./shapes.js").Host} board
 */
export function languageIn(form, board) {
  const select = field(form, "lang", HTMLSelectElement);
  select.value = personal.recall(PLACE) ?? board.element.dataset.writes ?? "";
  select.addEventListener("change", () => personal.keep(PLACE, select.value));
  return select;
}

/**
 * The language of a phase's or a column's text: the reader's where Trama translated it, else the session's.
 * @param {string} text
 * @param {import("./words.js").BoardTexts} words
 * @param {string} lang the session's
 */
export function langOf(text, words, lang) {
  return Object.values(words.builtIn).includes(text) ? document.documentElement.lang : lang;
}
