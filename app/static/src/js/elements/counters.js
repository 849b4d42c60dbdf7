/**
 * How many characters are left in a text: the sentence beside it follows the typing. It is read aloud after a pause, once
 * a tenth is left.
 */
import { make } from "./markup.js";
import { fill, wordsOf } from "./words.js";

const PAUSE_MILLISECONDS = 1000;
const READ_FROM_SHARE = 0.1;
/** @type {WeakMap<HTMLElement, HTMLElement>} What is read aloud of each sentence. */
const aloud = new WeakMap();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @type {NodeListOf<HTMLElement>} */
const notes = document.querySelectorAll("[data-counts]");

/**
 * The text that a note counts, undefined where the page has none.
 * @param {HTMLElement} note
 */
function textOf(note) {
  const control = document.getElementById(note.dataset.counts ?? "");
  const isText = control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement;
  return isText ? control.value : undefined;
}

/** @param {HTMLElement} note */
function count(note) {
  const text = textOf(note);
  if (text === undefined) return;
  const left = Number(note.dataset.most) - [...text].length;
  const words = wordsOf(note);
  note.textContent = left < 0 ? fill(words.over, { over: -left }) : fill(words.left, { left });
  note.classList.toggle("field-count-over", left < 0);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const region = aloud.get(note);
    if (region)
      region.textContent = left < READ_FROM_SHARE * Number(note.dataset.most) ? note.textContent : "";
  }, PAUSE_MILLISECONDS);
}

document.addEventListener("input", (event) => {
  if (!(event.target instanceof Element) || !event.target.id) return;
  /** @type {HTMLElement | null} */
  const note = document.querySelector(`[data-counts="${CSS.escape(event.target.id)}"]`);
  if (note) count(note);
});

for (const note of notes) {
  const region = make("p", { class: "only-read-aloud", role: "status" });
  aloud.set(note, region);
  note.after(region);
  if (textOf(note)) count(note);
}
