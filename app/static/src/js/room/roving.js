/**
 * The list of messages by keyboard: one stop of Tab, arrow keys from message to message, Enter to what can be done with one,
 * Escape back. Where the focus was is kept while messages come and go.
 */
import { isEnter } from "../elements/enter.js";
import { boxes, closest } from "../elements/part.js";

const INSIDE = "a, button";
const TOOLS = ".message-tools a, [data-overlay] button, .actions button";

/**
 * @typedef {object} RovingHandlers
 * @property {() => void} leave goes to where one writes
 * @property {() => Promise<void>} toEnd shows the newest messages
 */

const CLICK = { bubbles: true, cancelable: true };

export class Roving {
  /** @type {HTMLElement | undefined} The message that Tab goes to. */
  #current;
  /** @type {HTMLElement | undefined} The message in whose links and buttons the focus is. */
  #entered;
  #hasFocus = false;
  #wasVisited = false;

  /**
   * @param {HTMLElement} region scrolls; it is a stop itself only while it holds no message
   * @param {HTMLElement} list
   * @param {RovingHandlers} on
   */
  constructor(region, list, on) {
    this.region = region;
    this.list = list;
    this.on = on;
    region.setAttribute("aria-describedby", "messages-keys");
    this.#close(list);
    this.#keep();
    list.addEventListener("focusin", (event) => this.#focused(event));
    list.addEventListener("focusout", () => setTimeout(() => this.#left()));
    list.addEventListener("keydown", (event) => this.#key(event));
    new MutationObserver((changes) => this.#changed(changes)).observe(list, {
      childList: true,
      subtree: true,
    });
    for (const link of boxes(document, "[data-skips]"))
      link.addEventListener("click", (event) => {
        event.preventDefault();
        void this.#skip(link.dataset.skips ?? "");
      });
  }

  get #items() {
    return boxes(this.list, ".message");
  }

  /** Go to the message that had the focus last, at first the newest. */
  focus() {
    (this.#current ?? this.region).focus();
  }

  /** @param {string} where "newest" or "unread" */
  async #skip(where) {
    const line = where === "unread" && this.list.querySelector(".messages-unread");
    if (!line) await this.on.toEnd();
    const item = line ? line.nextElementSibling : this.#items.at(-1);
    if (item instanceof HTMLElement) item.focus();
  }

  // --- The one stop ----------------------------------------------------------------------------------------

  /** @param {MutationRecord[]} changes */
  #changed(changes) {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof HTMLElement && !this.#entered?.contains(node)) this.#close(node);
    this.#keep();
  }

  /** One message is the stop: the one that was visited last, or what stands in its place, else the newest. */
  #keep() {
    if (!this.#current?.isConnected || !this.#wasVisited) {
      const same = this.#current && document.getElementById(this.#current.id);
      this.#choose(same ?? this.#items.at(-1));
    }
    if (this.#hasFocus && document.activeElement === document.body)
      this.#current?.focus({ preventScroll: true });
  }

  /** @param {HTMLElement | undefined} item */
  #choose(item) {
    if (this.#current && this.#current !== item) this.#current.tabIndex = -1;
    this.#current = item;
    if (item) item.tabIndex = 0;
    this.region.tabIndex = item ? -1 : 0;
  }

  /** @param {FocusEvent} event */
  #focused({ target }) {
    const item = closest(target, ".message");
    if (!item) return;
    this.#hasFocus = this.#wasVisited = true;
    this.#choose(item);
    const entered = target === item ? undefined : item;
    if (entered === this.#entered) return;
    if (this.#entered) this.#close(this.#entered);
    this.#entered = entered;
    if (entered) for (const each of boxes(entered, INSIDE)) each.tabIndex = 0;
  }

  #left() {
    if (this.list.contains(document.activeElement)) return;
    this.#hasFocus = false;
    if (this.#entered) this.#close(this.#entered);
    this.#entered = undefined;
  }

  /**
   * Take what is inside out of the way of Tab.
   * @param {HTMLElement} element
   */
  #close(element) {
    if (element.matches(INSIDE)) element.tabIndex = -1;
    for (const each of boxes(element, INSIDE)) each.tabIndex = -1;
  }

  // --- Keys ------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  #key(event) {
    const item = closest(event.target, ".message");
    if (!item || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const go = event.target === item ? this.#step(item, event) : event.key === "Escape" && item;
    if (!go) return;
    event.preventDefault();
    if (go instanceof HTMLElement) go.focus();
    else go();
  }

  /**
   * What a key leads to from a message: an element, or an act.
   * @param {HTMLElement} item
   * @param {KeyboardEvent} event
   * @returns {HTMLElement | (() => void) | null | undefined}
   */
  #step(item, event) {
    const { key } = event;
    const items = this.#items;
    const at = items.indexOf(item);
    if (key === "ArrowDown") return items[at + 1];
    if (key === "ArrowUp") return items[at - 1];
    if (key === "Home") return items[0];
    if (key === "End") return () => void this.#skip("newest");
    if (key === "r")
      return () => item.querySelector("[data-more]")?.dispatchEvent(new MouseEvent("click", CLICK));
    if (isEnter(event)) return boxes(item, TOOLS)[0] ?? boxes(item, INSIDE)[0];
    return key === "Escape" ? this.on.leave : null;
  }
}
