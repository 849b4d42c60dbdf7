/** Reads a page aloud by the browser's own voice, each part in its language; a second press stops it. */
import { box } from "./elements/part.js";
import { wordsOf } from "./elements/words.js";

/** What begins a part of its own. */
const BLOCKS =
  "h1, h2, h3, h4, h5, h6, p, li, dt, dd, th, td, caption, label, legend, summary, figcaption, a.button, button, div";
/** What is not read: it is not seen, or says something only beside what is seen. */
const SILENT =
  "[hidden], [aria-hidden=true], script, style, template, select, textarea, .only-read-aloud, [data-read-aloud]";

/** @typedef {{ text: string, lang: string }} Part */

/**
 * What is seen in an element, in reading order: one part for each block and language.
 * @param {HTMLElement} root
 * @returns {Part[]}
 */
function partsOf(root) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {Element | null} */
  let before = null;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim().replace(/\s+/g, " ");
    if (!parent || !text || !isSeen(parent)) continue;
    const block = parent.closest(BLOCKS);
    const lang = parent.closest("[lang]")?.getAttribute("lang") ?? "";
    const last = parts.at(-1);
    if (last && block === before && last.lang === lang) last.text += ` ${text}`;
    else parts.push({ text, lang });
    before = block;
  }
  return parts;
}

/** @param {Element} element */
function isSeen(element) {
  if (element.closest(SILENT) || element.getClientRects().length === 0) return false;
  const folded = element.closest("details:not([open])");
  return !folded || element.closest("summary")?.parentElement === folded;
}

/**
 * Makes the button in `place` read `root`.
 * @param {HTMLElement} place
 * @param {HTMLElement} root
 */
function offerReading(place, root) {
  const button = box(place, "button");
  const words = wordsOf(place);
  const voice = window.speechSynthesis;
  let reads = false;

  /** @param {boolean} now */
  function show(now) {
    reads = now;
    button.textContent = now ? words.stop : words.read;
  }

  function start() {
    const parts = partsOf(root);
    for (const [index, part] of parts.entries()) {
      const utterance = new SpeechSynthesisUtterance(part.text);
      utterance.lang = part.lang;
      if (index === parts.length - 1) utterance.addEventListener("end", () => show(false));
      voice.speak(utterance);
    }
    show(parts.length > 0);
  }

  button.addEventListener("click", () => {
    const wasReading = reads;
    voice.cancel();
    show(false);
    if (!wasReading) start();
  });
  addEventListener("pagehide", () => voice.cancel());
  place.hidden = false;
}

const offer = document.querySelector("[data-read-aloud]");
const main = document.querySelector("main");
if ("speechSynthesis" in window && offer instanceof HTMLElement && main) offerReading(offer, main);
