/** What is wrong with a field, in words beside it: its description says it, and it is marked as invalid. */
import { make } from "./markup.js";

const CLASS = "field-error";

/**
 * Say what is wrong with a field, and go there; what it says goes away when the field is changed.
 * @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} control has an id
 * @param {string} sentence
 * @param {(sentence: string) => void} [announce] reads aloud what the focus does not: it is in the field already
 */
export function refuseField(control, sentence, announce) {
  const isThere = document.activeElement === control;
  const line = lineOf(control) ?? make("p", { class: CLASS, id: `${control.id}-error` });
  line.textContent = sentence;
  (control.closest("label") ?? control).after(line);
  control.setAttribute("aria-invalid", "true");
  const others = describedBy(control).filter((each) => each !== line.id);
  control.setAttribute("aria-describedby", [...others, line.id].join(" "));
  control.addEventListener("input", () => acceptField(control), { once: true });
  if (isThere) announce?.(sentence);
  else control.focus();
}

/**
 * Nothing is wrong with a field any more.
 * @param {HTMLElement} control
 */
export function acceptField(control) {
  const line = lineOf(control);
  if (!line) return;
  const others = describedBy(control).filter((each) => each !== line.id);
  if (others.length) control.setAttribute("aria-describedby", others.join(" "));
  else control.removeAttribute("aria-describedby");
  control.removeAttribute("aria-invalid");
  line.remove();
}

/** @param {HTMLElement} control */
function lineOf(control) {
  return document.getElementById(`${control.id}-error`);
}

/** @param {HTMLElement} control */
function describedBy(control) {
  return (control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
}
