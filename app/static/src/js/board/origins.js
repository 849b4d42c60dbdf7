/** The cards that something came from: chosen in a form, and shown where it stands. */
import { keyed, say } from "./keyed.js";
import { box, part } from "../elements/part.js";
import { columnsOn, itemsIn } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

/** @import { CardShown } from "../live/payloads.js" */
/** @import { Item, State } from "./shapes.js" */
/** @import { BoardWords } from "./words.js" */

const SHORT = 60;
const MAIN = "main";

/** What was chosen in one form; its element holds a list of what is chosen and a choice of what else there is. */
export class Origins {
  /** @type {string[]} */
  #chosen = [];
  /** @type {State | undefined} */
  state;

  /**
   * @param {HTMLElement} place
   * @param {BoardWords} words
   */
  constructor(place, words) {
    this.words = words;
    this.box = place;
    this.list = box(place, "[data-origins-chosen]");
    this.choice = part(place, "select", HTMLSelectElement);
    this.choice.addEventListener("change", () => this.#add(this.choice.value));
  }

  /** The keys of the cards that are chosen and still there. */
  get keys() {
    return this.#chosen.filter((key) => this.state?.cards?.[key]);
  }

  /** @param {string[]} keys */
  choose(keys) {
    this.#chosen = [...new Set(keys)];
    if (this.state) this.render(this.state);
  }

  /** @param {State} state */
  render(state) {
    this.state = state;
    const options = columnsOn(state, MAIN)
      .flatMap(([column]) => itemsIn(state, column))
      .filter((item) => !this.#has(item));
    this.box.hidden = !options.length && !this.keys.length;
    /** @type {[string, Item | null][]} */
    const named = [["", null]];
    for (const item of options) named.push([item.kind === "cluster" ? `c${item.id}` : item.id, item]);
    keyed(
      this.choice,
      named,
      (value) => make("option", { value }),
      (option, item) => say(option, item ? this.#title(item) : this.words.originsChoose),
    );
    keyed(
      this.list,
      cardsNamed(state, this.keys),
      (key) => this.#build(key),
      (element, card) => this.#update(element, card),
    );
  }

  /** @param {Item} item */
  #title(item) {
    if (item.kind === "cluster")
      return fill(this.words.originsCluster, { name: item.cluster.name || this.words.noName });
    return short(item.card, this.words);
  }

  /** @param {Item} item */
  #has(item) {
    const keys = item.kind === "cluster" ? item.cards.map(([key]) => key) : [item.id];
    return !keys.length || keys.every((key) => this.#chosen.includes(key));
  }

  /** @param {string} value */
  #add(value) {
    if (!value || !this.state) return;
    this.choose([...this.#chosen, ...cardsOf(this.state, value)]);
    this.choice.value = "";
  }

  /** @param {string} key */
  #build(key) {
    const button = make("button", { class: "origin-off", type: "button" });
    button.addEventListener("click", () => {
      this.choose(this.#chosen.filter((each) => each !== key));
      this.choice.focus();
    });
    return make("li", { class: "origin" }, [make("span"), button]);
  }

  /**
   * @param {HTMLElement} element
   * @param {CardShown} card
   */
  #update(element, card) {
    const [text, button] = [box(element, "span"), box(element, "button")];
    say(text, short(card, this.words));
    text.lang = card.veiled ? "" : card.lang;
    if (!button.firstChild)
      button.append(
        make("span", { "aria-hidden": "true" }, ["×"]),
        make("span", { class: "only-read-aloud" }),
      );
    say(box(button, ".only-read-aloud"), fill(this.words.originsOff, { text: short(card, this.words) }));
  }
}

/**
 * The cards of a target of a vote: the card itself, or those of the cluster "c9".
 * @param {State} state
 * @param {string} target
 */
export function cardsOf(state, target) {
  if (state.cards?.[target]) return [target];
  return Object.entries(state.cards ?? {})
    .filter(([, card]) => card.cluster && `c${card.cluster}` === target)
    .map(([key]) => key);
}

/**
 * Show under something that came out which cards it came from.
 * @param {HTMLElement} list
 * @param {string[] | undefined} keys
 * @param {State} state
 * @param {BoardWords} words
 */
export function drawOrigins(list, keys = [], state, words) {
  const cards = cardsNamed(state, keys);
  list.hidden = !cards.length;
  keyed(
    list,
    cards,
    () => make("li", { class: "origin" }),
    (element, card) => {
      say(element, short(card, words));
      element.lang = card.veiled ? "" : card.lang;
    },
  );
}

/**
 * A card's text, short enough for a line.
 * @param {CardShown} card
 * @param {BoardWords} words
 */
function short(card, words) {
  if (card.veiled) return words.veiled;
  const { text = "" } = card;
  return text.length > SHORT ? `${text.slice(0, SHORT - 1)}…` : text;
}

/**
 * Those of some cards that are there: [key, card].
 * @param {State} state
 * @param {string[]} keys
 * @returns {[string, CardShown][]}
 */
function cardsNamed({ cards = {} }, keys) {
  return keys.filter((key) => cards[key]).map((key) => [key, cards[key]]);
}
