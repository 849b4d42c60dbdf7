/** What somebody writes on a card, as the forms of a board hold it: the names of their fields are those of the command. */

/** @import { CardContent } from "./shapes.js" */

/**
 * @param {HTMLFormElement} form
 * @returns {CardContent}
 */
export function contentOf(form) {
  const content = /** @type {CardContent} */ (
    /** @type {unknown} */ (Object.fromEntries(new FormData(form)))
  );
  return { ...content, text: content.text.trim() };
}

/**
 * Put what a card holds beside its text into a form; a field of which it holds nothing is as in a new form.
 * @param {HTMLFormElement} form
 * @param {Partial<CardContent>} card
 */
export function fillContent(form, card) {
  const { value: text } = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
  form.reset();
  for (const [name, value] of Object.entries({ ...card, text })) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLElement && "value" in control) control.value = value;
  }
}
