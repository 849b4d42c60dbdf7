/**
 * Where the focus is on a board, and where it goes when a change takes away what had it: to the same card, else to the next
 * one, else to the heading of the column; at the desk to its next button; elsewhere to the nearest thing that is left.
 */
import { boxes, closest } from "../elements/part.js";

const CONTROLS = ["data-vote", "data-card-more", "data-card-pick", "data-cluster-more", "data-cluster-name"];
const FOCUSABLE = "button, a[href], input, select, textarea, summary, [tabindex]";

/**
 * Where the focus was: the element, the keys of the cards to try, the selector of a control inside a card, the elements around.
 * @typedef {{element: HTMLElement, keys: string[], control: string, column: string | undefined, around: HTMLElement[]}} FocusPlace
 */

/**
 * Change the page without losing the focus.
 * @param {HTMLElement} root
 * @param {() => void} change
 */
export function keepingFocus(root, change) {
  const place = placeOf(document.activeElement, root);
  change();
  if (place) returnTo(place, root);
}

/**
 * The place of an element inside `root`; null where it is not inside.
 * @param {Element | null} element
 * @param {HTMLElement} root
 * @returns {FocusPlace | null}
 */
export function placeOf(element, root) {
  if (!(element instanceof HTMLElement) || element === root || !root.contains(element)) return null;
  const item = closest(element, "[data-items] > [data-key]");
  const column = closest(element, ".column");
  const around = [];
  for (let each = element.parentElement; each && each !== root; each = each.parentElement) around.push(each);
  return {
    element,
    keys: item ? keysFrom(item) : [],
    control: controlOf(element),
    column: column?.dataset.key,
    around,
  };
}

/**
 * Give the focus back to a place, or to what stands for it now; nothing happens where it was given to something else.
 * @param {FocusPlace} place
 * @param {HTMLElement} root
 */
export function returnTo(place, root) {
  const { activeElement } = document;
  if (activeElement === place.element && !activeElement.closest("[hidden]")) return; // without asking for a layout
  if (activeElement && activeElement !== document.body && isShown(activeElement)) return;
  for (const target of targets(place, root)) {
    if (!isShown(target)) continue;
    target.focus();
    if (document.activeElement === target) return;
  }
}

/**
 * What may get the focus, the best one first.
 * @param {FocusPlace} place
 * @param {HTMLElement} root
 * @returns {Generator<HTMLElement>}
 */
function* targets({ element, keys, control, column, around }, root) {
  if (root.contains(element)) yield element;
  for (const key of keys) {
    const [item] = boxes(root, `[data-items] > [data-key="${CSS.escape(key)}"]`);
    if (!item) continue;
    if (key === keys[0] && control) yield* boxes(item, control).slice(0, 1);
    yield* item.matches(FOCUSABLE) ? [item] : boxes(item, "[tabindex]").slice(0, 1);
  }
  if (column !== undefined)
    yield* boxes(root, `.column[data-key="${CSS.escape(column)}"] [data-column-title]`);
  if (element.dataset.do) yield* boxes(root, "[data-desk] > .desk-next, [data-desk] > [data-do]");
  for (const each of around) if (isShown(each)) yield* boxes(each, FOCUSABLE).slice(0, 20);
  yield* boxes(root, "#main");
}

/**
 * The key of an item, then those of the items after it and before it in its list, the nearest first.
 * @param {HTMLElement} item
 */
function keysFrom(item) {
  const keys = [...(item.parentElement?.children ?? [])].map(
    (each) => /** @type {HTMLElement} */ (each).dataset.key ?? "",
  );
  const at = keys.indexOf(item.dataset.key ?? "");
  return [...keys.slice(at), ...keys.slice(0, at).reverse()];
}

/** @param {HTMLElement} element */
function controlOf(element) {
  const name = CONTROLS.find((each) => element.hasAttribute(each));
  return name ? `[${name}="${CSS.escape(element.getAttribute(name) ?? "")}"]` : "";
}

/** @param {Element} element */
function isShown(element) {
  return element.isConnected && element.getClientRects().length > 0;
}
