/**
 * Whether a key is the Enter that acts. The one that ends a composition (input methods, dead keys, accents by press and hold)
 * only takes a letter over: it comes with `isComposing`, or in Safari after the composition's end, with the key code 229.
 */
const COMPOSED = 229;
const RIGHT_AFTER_MILLISECONDS = 50;
let endedAt = -Infinity;

/** On Android the key that sends comes right after the end of a composition as well, so that this is for Safari only. */
if (/^Apple/.test(globalThis.navigator?.vendor ?? "")) noteEnds(document);

/**
 * Take note of when compositions end.
 * @param {GlobalEventHandlers | EventTarget} target
 */
export function noteEnds(target) {
  target.addEventListener("compositionend", ({ timeStamp }) => (endedAt = timeStamp), true);
}

/** @param {Pick<KeyboardEvent, "key" | "isComposing" | "keyCode" | "timeStamp">} event */
export function isEnter({ key, isComposing, keyCode, timeStamp }) {
  return (
    key === "Enter" &&
    !isComposing &&
    keyCode !== COMPOSED &&
    !(timeStamp - endedAt < RIGHT_AFTER_MILLISECONDS)
  );
}
