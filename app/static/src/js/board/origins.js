/** The cards that something came from: chosen in a form, and shown where it stands. */
import { keyed, say } from "./keyed.js";
import { columnsOn, itemsIn } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

const SHORT = 60;
const MAIN = "main";

/** What was chosen in one form; `box` holds a list of what is chosen and a choice of what else there is. */
export class Origins {
  #chosen = [];

  constructor(box, words) {
    Object.assign(this, { words });
    this.box = box;
    this.list = box.querySelector("[data-origins-chosen]");
    this.choice = box.querySelector("select");
    this.choice.addEventListener("change", () => this.#add(this.choice.value));
  }

  /** The keys of the cards that are chosen and still there. */
  get keys() {
    return this.#chosen.filter((key) => this.state?.cards?.[key]);
  }

  choose(keys) {
    this.#chosen = [...new Set(keys)];
    if (this.state) this.render(this.state);
  }

  render(state) {
    this.state = state;
    const options = columnsOn(state, MAIN)
      .flatMap(([column]) => itemsIn(state, column))
      .filter((item) => !this.#has(item));
    this.box.hidden = !options.length && !this.keys.length;
    const named = [
      ["", ""],
      ...options.map((item) => [item.kind === "cluster" ? `c${item.id}` : item.id, item]),
    ];
    keyed(
      this.choice,
      named,
      (value) => make("option", { value }),
      (option, item) => say(option, item ? this.#title(item) : this.words.originsChoose),
    );
    keyed(
      this.list,
      this.keys.map((key) => [key, state.cards[key]]),
      (key) => this.#build(key),
      (element, card) => this.#update(element, card),
    );
  }

  #title(item) {
    if (item.kind === "cluster")
      return fill(this.words.originsCluster, { name: item.cluster.name || this.words.noName });
    return short(item.card, this.words);
  }

  #has(item) {
    const keys = item.kind === "cluster" ? item.cards.map(([key]) => key) : [item.id];
    return !keys.length || keys.every((key) => this.#chosen.includes(key));
  }

  #add(value) {
    if (!value) return;
    this.choose([...this.#chosen, ...(this.state.cards[value] ? [value] : cardsOf(this.state, value))]);
    this.choice.value = "";
  }

  #build(key) {
    const button = make("button", { class: "origin-off", type: "button" });
    button.addEventListener("click", () => {
      this.choose(this.#chosen.filter((each) => each !== key));
      this.choice.focus();
    });
    return make("li", { class: "origin" }, [make("span"), button]);
  }

  #update(element, card) {
    const [text, button] = element.children;
    say(text, short(card, this.words));
    text.lang = card.veiled ? "" : card.lang;
    if (!button.firstChild)
      button.append(
        make("span", { "aria-hidden": "true" }, ["×"]),
        make("span", { class: "only-read-aloud" }),
      );
    say(button.lastChild, fill(this.words.originsOff, { text: short(card, this.words) }));
  }
}

/** The cards of a target of a vote: the card itself, or those of the cluster "c9". */
export function cardsOf(state, target) {
  if (state.cards?.[target]) return [target];
  return Object.entries(state.cards ?? {})
    .filter(([, card]) => card.cluster && `c${card.cluster}` === target)
    .map(([key]) => key);
}

/** Show under something that came out which cards it came from. */
export function drawOrigins(list, keys = [], state, words) {
  const cards = keys.filter((key) => state.cards?.[key]).map((key) => [key, state.cards[key]]);
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

/** A card's text, short enough for a line. */
function short(card, words) {
  if (card.veiled) return words.veiled;
  return card.text.length > SHORT ? `${card.text.slice(0, SHORT - 1)}…` : card.text;
}
