/** Moving a card with a mouse or a finger; the keyboard has the card's own menu and Alt with the arrows. */
import { box, boxes, closest } from "../elements/part.js";

/** @typedef {{column: string, after: string | null, cluster: string | null}} Place where a card was let go */

const FAR = 6;
const HOLD = 250;
const EDGE = 56;
const FASTEST = 14;

export class Drag {
  /** @type {HTMLElement | null} */
  #card = null;
  /** @type {HTMLElement | null} */
  #ghost = null;
  #start = { x: 0, y: 0 };
  /** @type {PointerEvent | null} */
  #at = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} columns
   * @param {(key: string, place: Place) => void} drop is told where a card was let go
   */
  constructor(columns, drop) {
    this.box = columns;
    this.drop = drop;
    columns.addEventListener("pointerdown", (event) => this.#press(event));
    addEventListener("pointermove", (event) => this.#move(event), { passive: false });
    addEventListener("pointerup", (event) => this.#release(event));
    addEventListener("pointercancel", () => this.#end());
    columns.addEventListener("touchmove", (event) => this.#ghost && event.preventDefault(), {
      passive: false,
    });
    addEventListener("keydown", (event) => event.key === "Escape" && this.#end());
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const card = closest(event.target, "[data-can-move]");
    if (!card || event.button || closest(event.target, "button, input, textarea, select, a, label")) return;
    this.#start = { x: event.clientX, y: event.clientY };
    this.#card = card;
    clearTimeout(this.#timer);
    if (event.pointerType === "touch")
      this.#timer = setTimeout(() => this.#card && this.#lift(this.#card), HOLD);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#card) return;
    const far = Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y) > FAR;
    if (!this.#ghost && far && event.pointerType === "touch") return this.#end();
    if (!this.#ghost && far) this.#lift(this.#card);
    if (!this.#ghost) return;
    event.preventDefault();
    this.#at = event;
    this.#ghost.style.translate = `${event.clientX - this.#start.x}px ${event.clientY - this.#start.y}px`;
    this.#mark(this.#placeAt(event));
  }

  /** @param {HTMLElement} card */
  #lift(card) {
    const { left, top, width } = card.getBoundingClientRect();
    const ghost = /** @type {HTMLElement} */ (card.cloneNode(true));
    this.#ghost = ghost;
    ghost.classList.add("card-ghost");
    ghost.setAttribute("aria-hidden", "true");
    Object.assign(ghost.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
    document.body.append(ghost);
    card.classList.add("card-lifted");
    getSelection()?.removeAllRanges();
    this.#at = null;
    requestAnimationFrame(() => this.#scroll(ghost));
  }

  /**
   * While a card is held at the edge of what scrolls, scroll on, the faster the nearer.
   * @param {HTMLElement} ghost
   */
  #scroll(ghost) {
    if (ghost !== this.#ghost) return;
    if (this.#at) {
      const { clientX, clientY } = this.#at;
      for (let around = /** @type {HTMLElement | null} */ (this.box); around; around = around.parentElement) {
        const { left, right, top, bottom } = around.getBoundingClientRect();
        const across =
          around.scrollWidth > around.clientWidth
            ? push(clientX, Math.max(left, 0), Math.min(right, innerWidth))
            : 0;
        const down =
          around.scrollHeight > around.clientHeight
            ? push(clientY, Math.max(top, 0), Math.min(bottom, innerHeight))
            : 0;
        if (across || down) around.scrollBy({ left: across, top: down, behavior: "instant" });
      }
      this.#mark(this.#placeAt(this.#at));
    }
    requestAnimationFrame(() => this.#scroll(ghost));
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const place = this.#ghost && this.#placeAt(event);
    const key = this.#card && keyOf(this.#card);
    this.#end();
    if (place && key) this.drop(key, place);
  }

  /**
   * Where the pointer is: the column, the card above, and the cluster if it is in one.
   * @param {PointerEvent} pointer
   * @returns {(Place & {element: HTMLElement}) | null}
   */
  #placeAt({ clientX, clientY }) {
    const under = document
      .elementsFromPoint(clientX, clientY)
      .find((each) => !each.closest(".card-ghost") && each.closest(".column"));
    const column = closest(under ?? null, ".column");
    if (!column) return null;
    const cluster = closest(under ?? null, ".cluster");
    const list = box(cluster ?? column, "[data-items]");
    const cards = boxes(list, ":scope > *").filter(
      (each) => each !== this.#card && each.dataset.key?.startsWith("card:"),
    );
    return {
      column: column.dataset.key ?? "",
      after: cardAbove(cards, clientY),
      cluster: cluster?.dataset.key?.slice("cluster:".length) ?? null,
      element: cluster ?? column,
    };
  }

  /** @param {{element: HTMLElement} | null} place */
  #mark(place) {
    for (const each of this.box.querySelectorAll(".takes-card"))
      if (each !== place?.element) each.classList.remove("takes-card");
    place?.element.classList.add("takes-card");
  }

  #end() {
    clearTimeout(this.#timer);
    this.#ghost?.remove();
    this.#card?.classList.remove("card-lifted");
    this.#mark(null);
    this.#ghost = this.#card = null;
  }
}

/**
 * The key of the last of some cards whose middle is above a pointer; null where none is.
 * @param {HTMLElement[]} elements
 * @param {number} y
 */
export function cardAbove(elements, y) {
  const above = elements.filter((element) => middle(element) < y).at(-1);
  return above ? keyOf(above) : null;
}

/**
 * The public key of a card's element.
 * @param {HTMLElement} element
 */
export function keyOf(element) {
  return (element.dataset.key ?? "").slice("card:".length);
}

/**
 * How far to scroll for a pointer between two edges: nothing in the middle.
 * @param {number} at
 * @param {number} low
 * @param {number} high
 */
function push(at, low, high) {
  const near = Math.min(EDGE, (high - low) / 4);
  if (near <= 0) return 0;
  const over = at < low + near ? at - low - near : Math.max(at - high + near, 0);
  return Math.round(FASTEST * Math.max(-1, Math.min(1, over / near)));
}

/** @param {HTMLElement} element */
function middle(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
