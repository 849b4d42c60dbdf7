/**
 * <concept-picker>: concepts by typing, in the reader's language (ARIA 1.2 combobox with a listbox), or by browsing:
 * where nothing is typed and the concepts stand in groups, the list is a tree of two levels.
 * Its contract with the server is written in templates/macros/picker.html; without this script that markup works alone.
 */
import { csrfToken } from "./csrf.js";
import { isEnter } from "./enter.js";
import { make, marked } from "./markup.js";
import { box, boxes, closest, part } from "./part.js";
import { fill, wordsOf } from "./words.js";

/** @typedef {{code: string, label: string, match?: string | null, broader?: string | null, group?: string | null}} Concept */
/**
 * A line of the list: a concept, a group of the tree with how many it has, or the offer to ask for what was typed.
 * @typedef {Concept & {size?: number, asks?: boolean}} Line
 */
/** @typedef {{items: Concept[], suggestions?: Concept[], note?: string}} Found */
/** @typedef {{name: string, url: string, most?: string, ask?: string}} PickerData */
/**
 * What it says, as templates/macros/picker.html writes it.
 * @typedef {{found: string, none: string, added: string, removed: string, remove: string, full: string, failed: string,
 *   near: string, perhaps: string, type: string, groups: string, ask: string, asked: string, notAsked: string}} PickerWords
 */

const PAUSE = 120;
const CROSS = "M6 6l12 12M18 6 6 18";

class PickerElement extends HTMLElement {
  connectedCallback() {
    if (!this.querySelector(".picker-box")) new ConceptPicker(this);
  }
}

class ConceptPicker {
  /** The lines of the list. @type {Line[]} */
  #items = [];
  /** The concepts of the tree; none where the list is not one. @type {Concept[]} */
  #tree = [];
  /** The groups of the tree that stand open. @type {Set<string>} */
  #unfolded = new Set();
  #active = -1;
  /** The words for which the list stands open. @type {string | undefined} */
  #shown;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | undefined} */
  #asking;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.data = /** @type {PickerData & DOMStringMap} */ (element.dataset);
    this.words = /** @type {PickerWords} */ (wordsOf(element));
    const plain = box(element, ".picker-plain");
    /** @type {NodeListOf<HTMLInputElement>} */
    const checkboxes = plain.querySelectorAll("input[type=checkbox]");
    this.input = part(plain, "input:not([type=checkbox])", HTMLInputElement);
    const label = `${this.input.id}-label`;
    this.list = make("ul", {
      class: "picker-list",
      id: `${this.input.id}-list`,
      role: "listbox",
      "aria-labelledby": label,
      hidden: "",
    });
    this.status = make("p", { class: "only-read-aloud", role: "status" });
    this.chosen = make("span", { class: "picker-chosen" });
    this.box = make("div", { class: "picker-box" }, [this.chosen, this.input]);
    this.#prepare(label);
    for (const checkbox of checkboxes) if (checkbox.checked) this.#addChip(checkbox.value, nameOf(checkbox));
    plain.replaceWith(this.box, this.list, this.status);
    this.#suggest([...checkboxes].filter(({ checked }) => !checked));
    this.#hint();
  }

  /** The codes chosen now. */
  get codes() {
    return [...this.chosen.querySelectorAll("input")].map(({ value }) => value);
  }

  /** @param {string} label the id of what names the field */
  #prepare(label) {
    this.input.className = "picker-input";
    const roles = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-labelledby": label,
    };
    for (const [name, value] of Object.entries({ ...roles, "aria-controls": this.list.id }))
      this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.#later());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#hide());
    this.box.addEventListener("click", (event) => this.#press(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#pressOption(event));
  }

  /**
   * What the typed names might mean, after a round trip: buttons below the line.
   * @param {HTMLInputElement[]} checkboxes
   */
  #suggest(checkboxes) {
    if (!checkboxes.length) return;
    const buttons = checkboxes.map((each) =>
      make("button", { class: "picker-suggestion", type: "button", "data-code": each.value }, [nameOf(each)]),
    );
    const row = make("div", { class: "picker-suggested" }, [
      make("span", { class: "small soft" }, [this.words.perhaps]),
      ...buttons,
    ]);
    row.addEventListener("click", ({ target }) => {
      if (!(target instanceof HTMLElement) || !target.dataset.code || this.#full()) return;
      const name = target.textContent ?? "";
      this.#addChip(target.dataset.code, name);
      this.input.value = "";
      row.remove();
      this.input.focus();
      this.#changed(fill(this.words.added, { name }));
    });
    this.element.append(row);
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const chip = closest(event.target, ".picker-remove")?.closest(".picker-chip");
    if (chip) this.#remove(chip);
    else if (event.target === this.input || event.target === this.box) this.#open();
  }

  /** @param {MouseEvent} event */
  #pressOption(event) {
    const option = closest(event.target, ".picker-option");
    if (option) this.#choose(Number(option.dataset.index));
  }

  #open() {
    this.input.focus();
    if (this.list.hidden) void this.#ask();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const open = !this.list.hidden && this.#items.length > 0;
    const current = open && this.#shown === this.#words();
    /** @type {Record<string, number>} */
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (open && this.#tree.length && !this.input.value && this.#fold(event.key)) {
      event.preventDefault();
    } else if (event.key in moves) {
      event.preventDefault();
      if (open) this.#move(moves[event.key]);
      else void this.#ask();
    } else if (isEnter(event) && current && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    } else if (isEnter(event) && this.#words()) {
      event.preventDefault();
      if (!current) void this.#ask();
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.#hide();
    } else if (event.key === "Backspace" && !this.input.value && this.chosen.lastElementChild) {
      this.#remove(this.chosen.lastElementChild);
    }
  }

  #words() {
    return this.input.value.trim();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    if (this.#full()) return this.#tell(this.words.full);
    this.#asking?.abort();
    this.#asking = new AbortController();
    const words = this.#words();
    const url = new URL(this.data.url, location.href);
    url.searchParams.set("q", words);
    try {
      const answer = await fetch(url, {
        signal: this.#asking.signal,
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(`the list answered ${answer.status}`);
      /** @type {Found} */
      const { items, suggestions = [], note = "" } = await answer.json();
      const chosen = this.codes;
      const active = words === this.#shown ? this.#items[this.#active]?.code : undefined;
      /** @param {Concept[]} list */
      const left = (list) => list.filter(({ code }) => !chosen.includes(code));
      this.#items = left(items);
      const near = !items.length;
      if (near) this.#items = left(suggestions);
      this.#shown = words;
      if (document.activeElement !== this.input) return;
      this.#tree = words || !items.some(({ group }) => group) ? [] : this.#items;
      if (this.#tree.length) return this.#showTree();
      if (near && words && this.data.ask)
        this.#items.push({ code: "", label: fill(this.words.ask, { name: words }), asks: true });
      this.#show(near, note);
      const kept = this.#items.findIndex(({ code }) => code === active);
      if (kept >= 0) this.#activate(kept);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "AbortError") this.#tell(this.words.failed);
    }
  }

  /**
   * The list: what has the name, or (near) what may be meant, of which none is chosen before an arrow key.
   * @param {boolean} near
   * @param {string} note
   */
  #show(near, note) {
    const options = this.#items.map((item, index) => this.#option(item, index));
    this.list.setAttribute("role", "listbox");
    this.input.setAttribute("aria-haspopup", "listbox");
    if (near && options.length) {
      const meant = this.#items.some(({ asks }) => !asks);
      const sentence = meant ? `${note} ${this.words.near}`.trim() : note || this.words.none;
      this.list.replaceChildren(said(sentence), ...options);
      this.status.textContent = `${sentence} ${this.#items.map(({ label }) => label).join(", ")}`;
    } else if (options.length) {
      this.list.replaceChildren(...options);
      this.status.textContent = fill(this.words.found, { count: options.length });
    } else this.#tell(note || this.words.none);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.#activate(this.#words() && options.length && !near ? 0 : -1);
  }

  /**
   * The tree: groups by name with how many they have, and what is in those that stand open.
   * @param {string} [group] the group on which the reader stands
   */
  #showTree(group) {
    const groups = new Map();
    for (const item of this.#tree) {
      const name = item.group ?? "";
      groups.set(name, [...(groups.get(name) ?? []), item]);
    }
    const names = [...groups.keys()].filter(Boolean).sort((one, other) => one.localeCompare(other));
    this.#items = names.flatMap((name) => {
      const head = { code: "", label: name, group: name, size: groups.get(name).length };
      return this.#unfolded.has(name) ? [head, ...groups.get(name)] : [head];
    });
    this.#items.push(...(groups.get("") ?? []));
    this.list.setAttribute("role", "tree");
    this.input.setAttribute("aria-haspopup", "tree");
    this.list.replaceChildren(...this.#items.map((item, index) => this.#branch(item, index)));
    if (this.list.hidden) this.status.textContent = fill(this.words.groups, { count: names.length });
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#activate(
      group === undefined ? -1 : this.#items.findIndex(({ label, size }) => size && label === group),
    );
  }

  /**
   * @param {Line} item
   * @param {number} index
   */
  #branch(item, index) {
    const line = this.#option(item, index);
    line.setAttribute("role", "treeitem");
    line.setAttribute("aria-level", item.size || !item.group ? "1" : "2");
    if (item.size) {
      line.setAttribute("aria-expanded", String(this.#unfolded.has(item.label)));
      line.append(make("span", { class: "picker-broader" }, [String(item.size)]));
    } else line.querySelector(".picker-broader")?.remove();
    return line;
  }

  /**
   * Open or close a group of the tree, or step into or out of it; whether the key did so.
   * @param {string} key
   */
  #fold(key) {
    const item = this.#items[this.#active];
    if (!item?.group || (key !== "ArrowRight" && key !== "ArrowLeft")) return false;
    const isOpen = this.#unfolded.has(item.group);
    if (key === "ArrowRight") {
      if (item.size && isOpen) this.#move(1);
      else if (item.size) this.#toggle(item.group);
    } else if (isOpen) this.#toggle(item.group);
    return true;
  }

  /** @param {string} group */
  #toggle(group) {
    if (!this.#unfolded.delete(group)) this.#unfolded.add(group);
    this.#showTree(group);
  }

  /** Ask those who look after the words for the one that was typed. */
  async #askFor() {
    const form = new URLSearchParams({ text: this.#words() });
    /** @type {HTMLInputElement | null | undefined} */
    const actor = this.element.closest("form")?.querySelector("input[name=acting_as]");
    if (actor) form.set("acting_as", actor.value);
    const answer = await fetch(this.data.ask ?? "", {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": csrfToken() },
      redirect: "manual",
    }).catch(() => undefined);
    // Done is answered by a redirect, which a script cannot look into.
    this.#tell(answer?.type === "opaqueredirect" ? this.words.asked : this.words.notAsked);
  }

  /**
   * Say a sentence where the list would be: it can be seen, and is read aloud.
   * @param {string} sentence
   */
  #tell(sentence) {
    this.#items = this.#tree = [];
    this.list.replaceChildren(said(sentence));
    this.list.hidden = false;
    this.status.textContent = sentence;
  }

  /**
   * @param {Line} concept
   * @param {number} index
   */
  #option({ label, match, broader }, index) {
    const attributes = {
      class: "picker-option",
      role: "option",
      id: `${this.list.id}-${index}`,
      "aria-selected": "false",
      "data-index": index,
    };
    const parts = [make("span", {}, marked(label, this.input.value))];
    if (broader) parts.push(make("span", { class: "picker-broader" }, [broader]));
    if (match && match !== label)
      parts.push(make("span", { class: "picker-match" }, marked(match, this.input.value)));
    return make("li", attributes, parts);
  }

  /** @param {number} step */
  #move(step) {
    const many = this.#items.length;
    this.#activate(this.#active < 0 && step < 0 ? many - 1 : (this.#active + step + many) % many);
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    for (const [place, option] of boxes(this.list, ".picker-option").entries()) {
      option.setAttribute("aria-selected", String(place === index));
      if (place === index) option.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  /** @param {number} index */
  #choose(index) {
    const { code, label, size, asks } = this.#items[index];
    if (size) return this.#toggle(label);
    if (asks) return void this.#askFor();
    this.#addChip(code, label);
    this.input.value = "";
    this.#hide();
    this.#changed(fill(this.words.added, { name: label }));
  }

  /**
   * @param {string} code
   * @param {string} name
   */
  #addChip(code, name) {
    const cross = make("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, [
      make("path", { d: CROSS }),
    ]);
    const label = fill(this.words.remove, { name });
    this.chosen.append(
      make("span", { class: "picker-chip" }, [
        make("span", {}, [name]),
        make("input", { type: "hidden", name: this.data.name, value: code }),
        make("button", { class: "picker-remove", type: "button", "aria-label": label }, [cross]),
      ]),
    );
  }

  /** @param {Element} chip */
  #remove(chip) {
    const name = chip.firstElementChild?.textContent ?? "";
    chip.remove();
    this.input.focus();
    this.#changed(fill(this.words.removed, { name }));
  }

  /** @param {string} sentence */
  #changed(sentence) {
    this.#hint();
    this.status.textContent = sentence;
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #hint() {
    this.input.placeholder = this.codes.length ? "" : this.words.type;
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#shown = undefined;
    this.#tree = [];
    this.#unfolded.clear();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  #full() {
    return Boolean(this.data.most) && this.codes.length >= Number(this.data.most);
  }
}

/**
 * A sentence as a line of the list that cannot be chosen.
 * @param {string} sentence
 */
function said(sentence) {
  return make("li", { class: "picker-none", role: "presentation" }, [sentence]);
}

/** @param {HTMLInputElement} checkbox */
function nameOf(checkbox) {
  return (checkbox.closest("label")?.textContent ?? "").trim();
}

customElements.define("concept-picker", PickerElement);
