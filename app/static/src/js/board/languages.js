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
