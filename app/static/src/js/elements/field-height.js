/** Fields as high as their text, in browsers that do not know `field-sizing`. Style sheets bound the height. */
const isDoneByStyles = CSS.supports("field-sizing", "content");

/**
 * Fit a field to its text. What a person types is followed by itself; a script calls this after it has changed the text.
 * @param {HTMLTextAreaElement} text
 */
export function fitHeight(text) {
  if (isDoneByStyles) return;
  text.style.height = "auto";
  const borders = text.offsetHeight - text.clientHeight;
  if (text.scrollHeight) text.style.height = `${text.scrollHeight + borders}px`;
}

/** @param {Event} event */
function follow({ target }) {
  if (target instanceof HTMLTextAreaElement) fitHeight(target);
}

function fitAll() {
  for (const text of document.querySelectorAll("textarea")) fitHeight(text);
}

if (!isDoneByStyles) {
  document.addEventListener("input", follow);
  document.addEventListener("focusin", follow); // a field of a dialog has no height before it opens
  addEventListener("resize", fitAll);
  fitAll();
}
