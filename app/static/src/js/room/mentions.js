/**
 * Mentions: "@" in the field opens a list of the room's people and organisations, found by what is typed after it. What is
 * picked is written with its name; the server knows it again by that.
 */
import { isEnter } from "../elements/enter.js";
import { make, marked, piecesOf } from "../elements/markup.js";
import { boxes } from "../elements/part.js";

/** @typedef {{label: string, note: string, written?: string}} Mentionable `written`: what is put in, where it is not "@" and the label */

const MOST = 8;
const TYPED = /(^|[\s(])@([^\s@]{0,40}(?: [^\s@]{1,40}){0,2})$/u;

export class MentionPicker {
  /** @type {Promise<Mentionable[]> | undefined} */
  #all;
  #chosen = 0;
  /** @type {Mentionable[]} */
  #shown = [];
  /** What is typed after "@", and where it begins; null while the list is closed. */
  /** @type {{typed: string, start: number} | null} */
  #open = null;

  /**
   * @param {HTMLTextAreaElement} input
   * @param {HTMLElement} list names where the people are read
   */
  constructor(input, list) {
    this.input = input;
    this.list = list;
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("input", () => void this.#find());
    input.addEventListener("blur", () => this.#close());
    // Before the field itself takes the key: Enter picks, and sends nothing.
    input.parentElement?.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) => {
      const option = target instanceof Element ? target.closest("[role=option]") : null;
      if (option) this.#pick(this.#options.indexOf(/** @type {HTMLElement} */ (option)));
    });
  }

  get #options() {
    return boxes(this.list, "[role=option]");
  }

  async #find() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const found = TYPED.exec(before);
    if (!found) return this.#close();
    const typed = found[2];
    const start = before.length - typed.length - 1;
    this.#all ??= this.#read();
    const all = await this.#all;
    if (this.input.value.slice(0, this.input.selectionStart) !== before) return;
    const fitting = typed ? all.filter(({ label }) => fits(label, typed)) : all;
    if (!fitting.length || all.some(({ label }) => label === typed)) return this.#close();
    this.#open = { typed, start };
    this.#show(fitting.slice(0, MOST));
  }

  /** @returns {Promise<Mentionable[]>} nobody without the network; then it is tried again at the next "@" */
  async #read() {
    try {
      const answer = await fetch(this.list.dataset.mentions ?? "", {
        credentials: "same-origin",
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return boxes(page, "[data-label]").map(({ dataset, textContent }) => ({
        label: dataset.label ?? "",
        written: dataset.written,
        note: textContent ?? "",
      }));
    } catch {
      this.#all = undefined;
      return [];
    }
  }

  /** @param {Mentionable[]} mentionables */
  #show(mentionables) {
    const typed = this.#open?.typed ?? "";
    this.#shown = mentionables;
    this.list.replaceChildren(
      ...mentionables.map(({ label, note }, index) =>
        make("li", { role: "option", id: `mention-${index}` }, [
          make("span", {}, marked(label, typed)),
          ...(note && !label.endsWith(")") ? [" ", make("span", { class: "small soft" }, [note])] : []),
        ]),
      ),
    );
    this.list.hidden = false;
    this.#choose(0);
  }

  /** @param {number} index */
  #choose(index) {
    const options = this.#options;
    this.#chosen = (index + options.length) % options.length;
    for (const [place, option] of options.entries())
      option.setAttribute("aria-selected", String(place === this.#chosen));
    this.input.setAttribute("aria-activedescendant", options[this.#chosen].id);
    options[this.#chosen].scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#open = null;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#open || event.target !== this.input || event.ctrlKey || event.altKey || event.metaKey) return;
    const { key } = event;
    if (key === "ArrowDown") this.#choose(this.#chosen + 1);
    else if (key === "ArrowUp") this.#choose(this.#chosen - 1);
    else if (key === "Escape") this.#close();
    else if ((isEnter(event) || key === "Tab") && !event.shiftKey) this.#pick(this.#chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} index */
  #pick(index) {
    const picked = this.#shown[index];
    if (!this.#open || !picked) return;
    const { start } = this.#open;
    const { value, selectionStart } = this.input;
    this.#close();
    this.input.setRangeText(`${picked.written ?? `@${picked.label}`} `, start, selectionStart, "end");
    if (value[selectionStart] === " ")
      this.input.setRangeText("", this.input.selectionStart, this.input.selectionStart + 1, "end");
    this.input.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

/**
 * Whether every typed word begins a word of the label.
 * @param {string} label
 * @param {string} typed
 */
function fits(label, typed) {
  return typed.split(/\s+/u).every((word) => piecesOf(label, word).some(({ isFound }) => isFound));
}

/**
 * The keys of the mentions that mean the reader.
 * @param {HTMLElement} room
 */
export function ownKeys({ dataset }) {
  return (dataset.mentionKeys ?? "").split(" ").filter(Boolean);
}

/**
 * Have mentions of the reader stand out.
 * @param {HTMLElement} text
 * @param {string[]} keys
 */
export function markOwn(text, keys) {
  for (const mention of boxes(text, "[data-mention]"))
    if (keys.includes(mention.dataset.mention ?? "")) mention.dataset.mine = "";
}

/**
 * Whether a text mentions the reader.
 * @param {string} html
 * @param {string[]} keys
 */
export function mentionsOwn(html, keys) {
  return keys.some((key) => html.includes(`data-mention="${key}"`));
}
