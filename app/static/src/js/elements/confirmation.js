/** The question before something that cannot be undone: macro `confirmation` of templates/macros/page.html holds its dialog. */
import { box, part } from "./part.js";

/**
 * What is asked, what follows from it, and what the button says that does it.
 * @typedef {{title: string, text: string, yes: string}} Question
 */

/**
 * Ask; gives whether the answer was yes. Escape, a press beside the dialog and its other button say no.
 * @param {Question} question
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, yes }) {
  const dialog = part(document, "[data-confirmation]", HTMLDialogElement);
  const button = box(dialog, "[data-confirms]");
  box(dialog, "h2").textContent = title;
  box(dialog, "p").textContent = text;
  button.textContent = yes;
  button.onclick = () => dialog.close("yes");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}
