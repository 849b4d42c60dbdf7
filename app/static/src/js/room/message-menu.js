/** The menu behind "…": one for all messages, filled in for the one whose link was pressed. */
import { make } from "../elements/markup.js";
import { box, boxes, closest } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";

/** @typedef {import("./reactions.js").Word} Word */

const GAP = 4;
const MOST_ABOUT = 60;

/**
 * @typedef {object} MenuHandlers
 * @property {(item: HTMLElement, word: Word) => boolean} isSaid
 * @property {(item: HTMLElement, word: Word) => void} react
 * @property {(seq: number) => string} offerPin what pinning a message is called now; "" where one may not
 * @property {(seq: number) => void} pin
 * @property {(item: HTMLElement) => string} offerTranslation what having a message translated is called; "" where it is not
 * @property {(item: HTMLElement) => void} translate
 * @property {(sentence: string) => void} tell says aloud what became of an act
 */

export class MessageMenu {
  /** @type {HTMLElement | null} The message that it is open for. */
  #item = null;

  /**
   * @param {HTMLElement} room
   * @param {MenuHandlers} on
   */
  constructor(room, on) {
    this.menu = box(room, "#message-menu");
    // Its buttons open and shut it: the polyfill of popovers understands them, too.
    this.opener = box(room, "[data-opens-menu]");
    this.closer = box(this.menu, "[popovertargetaction=hide]");
    this.about = box(this.menu, "[data-about]");
    this.acts = box(this.menu, "[data-acts]");
    /** @type {Record<"copyLink" | "copied" | "notCopied" | "details" | "report", string>} */
    this.words = wordsOf(this.menu);
    this.on = on;
    this.menu.addEventListener("click", (event) => this.#press(event));
    box(room, "[data-scroll]").addEventListener("scroll", () => this.#item && this.#close(), {
      passive: true,
    });
  }

  /**
   * @param {Event} event
   * @param {HTMLElement} link
   * @param {HTMLElement | null} item
   */
  open(event, link, item) {
    if (!item) return;
    event.preventDefault();
    this.#item = item;
    const text = box(item, "[data-part=text]").textContent ?? "";
    const name = box(item, "[data-part=name]").textContent ?? "";
    this.about.textContent = `${name}: ${text.trim().replace(/\s+/g, " ").slice(0, MOST_ABOUT)}`;
    for (const button of boxes(this.menu, "[data-says]")) {
      const word = /** @type {Word} */ (button.dataset.says);
      button.setAttribute("aria-pressed", String(this.on.isSaid(item, word)));
    }
    const tools = [...item.querySelectorAll(".message-tools a")]
      .filter(isLink)
      .filter((tool) => tool !== link);
    const copy = make("button", { type: "button", "data-copies": "" }, [this.words.copyLink]);
    const page = link instanceof HTMLAnchorElement ? link.href : "";
    const details = make("a", { href: page }, [this.words.details]);
    const pins = this.on.offerPin(Number(item.dataset.seq));
    const pin = pins ? [make("button", { type: "button", "data-pin": "" }, [pins])] : [];
    const report = item.matches(".message-mine")
      ? []
      : [make("a", { href: `${page}/report` }, [this.words.report])];
    const offer = this.on.offerTranslation(item);
    const translation = offer ? [make("button", { type: "button", "data-translate": "" }, [offer])] : [];
    const own = tools.map((tool) => this.#act(tool));
    const acts = [...own, ...translation, copy, ...pin, details, ...report];
    this.acts.replaceChildren(...acts.map((act) => make("li", {}, [act])));
    this.opener.click();
    this.#place(link);
  }

  /**
   * What a tool of the message does, by its first words; the rest tells which message, which the menu says once.
   * @param {HTMLAnchorElement} tool
   */
  #act(tool) {
    const act = make("button", { type: "button" }, [(tool.firstChild?.textContent ?? "").trim()]);
    act.addEventListener("click", () => {
      this.#close();
      tool.click();
    });
    return act;
  }

  /**
   * Beside what opened it, as far as it stays in the window; on a phone the style sheet puts it at the bottom.
   * @param {HTMLElement} link
   */
  #place(link) {
    const from = link.getBoundingClientRect();
    const { width, height } = this.menu.getBoundingClientRect();
    const below = from.bottom + GAP;
    const top = below + height > innerHeight ? Math.max(GAP, from.top - height - GAP) : below;
    this.menu.style.setProperty("--menu-top", `${top}px`);
    this.menu.style.setProperty("--menu-left", `${Math.max(GAP, from.right - width)}px`);
  }

  #close() {
    this.#item = null;
    this.closer.click();
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const item = this.#item;
    const says = closest(event.target, "[data-says]");
    if (!item) return;
    if (says) {
      this.#close();
      this.on.react(item, /** @type {Word} */ (says.dataset.says));
    } else if (closest(event.target, "[data-pin]")) {
      this.#close();
      this.on.pin(Number(item.dataset.seq));
    } else if (closest(event.target, "[data-translate]")) {
      this.#close();
      this.on.translate(item);
    } else if (closest(event.target, "[data-copies]")) {
      this.#close();
      void this.#copy(item);
    }
  }

  /** @param {HTMLElement} item */
  async #copy(item) {
    const link = `${location.origin}${location.pathname}?at=${item.dataset.seq}`;
    try {
      await navigator.clipboard.writeText(link);
      this.on.tell(this.words.copied);
    } catch {
      this.on.tell(fill(this.words.notCopied, { link }));
    }
  }
}

/**
 * @param {Element} element
 * @returns {element is HTMLAnchorElement}
 */
function isLink(element) {
  return element instanceof HTMLAnchorElement;
}
