/**
 * The keys of a board. Each column is one stop of the Tab key: arrows go from card to card, Enter goes to what can be done
 * with one, Escape comes back, Space picks it. A toolbar is one stop too. The template's elements have tabindex="-1".
 */
import { isEnter } from "../elements/enter.js";
import { boxes, closest } from "../elements/part.js";

const GROUPS = ".column, [data-parked]";
const ITEM = ".card, [data-cluster-name]";
const HEAD = ".cluster-head";
const CONTROLS = "button:not([hidden]), input";
const NEXT = new Set(["ArrowDown", "ArrowRight"]);
const PREVIOUS = new Set(["ArrowUp", "ArrowLeft"]);

export class CardKeys {
  /** @param {HTMLElement} board */
  constructor(board) {
    this.board = board;
    board.addEventListener("keydown", (event) => this.#key(event));
    board.addEventListener("focusin", ({ target }) => {
      const item = itemOf(target);
      if (item) oneStop(boxes(item.closest(GROUPS) ?? board, ITEM), item);
    });
  }

  /** Every column that has cards has one stop. */
  render() {
    for (const group of boxes(this.board, GROUPS)) oneStop(boxes(group, ITEM));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const item = itemOf(event.target);
    if (!item || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target === item ? this.#fromItem(item, event) : fromControl(item, event);
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  /**
   * Where a key leads from a card or the name of a group.
   * @param {HTMLElement} item
   * @param {KeyboardEvent} event
   */
  #fromItem(item, event) {
    if (isEnter(event)) return controlsOf(item)[0];
    if (event.key === " ") return picked(item);
    const items = boxes(item.closest(GROUPS) ?? this.board, ITEM);
    const at = items.indexOf(item);
    if (event.key === "ArrowDown") return items[at + 1];
    if (event.key === "ArrowUp") return items[at - 1];
    if (event.key === "Home") return items[0];
    if (event.key === "End") return items.at(-1);
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") return this.#beside(item, at, event.key);
  }

  /**
   * The card beside a card: in the next column to that side that has any.
   * @param {HTMLElement} item
   * @param {number} at its place in its column
   * @param {string} key
   */
  #beside(item, at, key) {
    const columns = boxes(this.board, GROUPS).map((group) => boxes(group, ITEM).filter(isShown));
    const from = columns.findIndex((items) => items.includes(item));
    const beside = key === "ArrowRight" ? columns.slice(from + 1) : columns.slice(0, from).reverse();
    const found = beside.find((items) => items.length);
    return found?.[Math.min(at, found.length - 1)];
  }
}

export class ToolbarKeys {
  /** @param {HTMLElement} bar its buttons are its children */
  constructor(bar) {
    this.bar = bar;
    bar.addEventListener("keydown", (event) => {
      const { buttons } = this;
      const target = along(buttons, event);
      if (!target) return;
      event.preventDefault();
      target.focus();
    });
    bar.addEventListener("focusin", ({ target }) => {
      const { buttons } = this;
      const button = buttons.find((each) => each === target);
      if (button) oneStop(buttons, button);
    });
  }

  get buttons() {
    return boxes(this.bar, ":scope > button, :scope > a").filter(isShown);
  }

  render() {
    oneStop(this.buttons);
  }
}

/**
 * In a live session Alt with an arrow moves a card: it never leaves the page, which it does in browsers on Windows and Linux.
 * On a Mac it moves the caret, and leaves nothing.
 */
export function stayOnPage() {
  if (/^Mac|^iP/.test(navigator.platform)) return;
  addEventListener("keydown", (event) => {
    if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) event.preventDefault();
  });
}

/**
 * Where a key leads from a control of a card.
 * @param {HTMLElement} item
 * @param {KeyboardEvent} event
 */
function fromControl(item, event) {
  return event.key === "Escape" ? item : along(controlsOf(item), event);
}

/**
 * Where an arrow leads along some controls in a line.
 * @param {HTMLElement[]} controls
 * @param {KeyboardEvent} event
 */
function along(controls, { key, target }) {
  const at = controls.indexOf(/** @type {HTMLElement} */ (target));
  if (at < 0) return;
  if (NEXT.has(key)) return controls[at + 1] ?? controls[0];
  if (PREVIOUS.has(key)) return controls[at - 1] ?? controls.at(-1);
  if (key === "Home") return controls[0];
  if (key === "End") return controls.at(-1);
}

/**
 * The card, or the name of the group of cards, to which an element belongs.
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null | undefined}
 */
function itemOf(target) {
  const found = closest(target, `.card, ${HEAD}`);
  return found?.matches(HEAD) ? boxes(found, ITEM)[0] : found;
}

/** @param {HTMLElement} item */
function controlsOf(item) {
  return boxes(item.closest(`.card, ${HEAD}`) ?? item, CONTROLS).filter(isShown);
}

/**
 * Pick a card for a group, or not any more; the focus stays on it.
 * @param {HTMLElement} item
 */
function picked(item) {
  const [pick] = boxes(item, "[data-card-pick]").filter(isShown);
  pick?.click();
  return item;
}

/**
 * Of some elements one is a stop of the Tab key: the one that is given, else the one that was, else the first.
 * @param {HTMLElement[]} elements
 * @param {HTMLElement} [wanted]
 */
function oneStop(elements, wanted = elements.find((each) => each.tabIndex === 0) ?? elements[0]) {
  for (const each of elements)
    if (each.tabIndex !== (each === wanted ? 0 : -1)) each.tabIndex = each === wanted ? 0 : -1;
}

/** @param {HTMLElement} element */
function isShown(element) {
  return element.getClientRects().length > 0;
}
