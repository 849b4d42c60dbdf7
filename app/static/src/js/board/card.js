/** One card as it stands on the board. */
import { box, boxes, part } from "../elements/part.js";
import { copyOf, say } from "./keyed.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

const MOST_DOTS = 9;
const KEYS = "Enter Space Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight";

/** @import { Host, SeenCard, SeenVotes } from "./shapes.js" */

/**
 * What can be done with a card.
 * @typedef {object} CardHandlers
 * @property {(key: string, element: HTMLElement) => void} open shows what can be done with it
 * @property {(key: string, points: number) => void} vote
 * @property {(key: string, on: boolean) => void} pick
 */

export class CardMaker {
  /** @type {WeakMap<HTMLElement, string>} What each element was last drawn from. */
  #drawn = new WeakMap();

  /**
   * @param {Host} board holds the words and the patterns
   * @param {CardHandlers} handlers
   */
  constructor(board, { open, vote, pick }) {
    this.open = open;
    this.vote = vote;
    this.pick = pick;
    this.words = board.words;
    this.pattern = part(board.element, "template[data-pattern=card]", HTMLTemplateElement);
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  /** @param {string} key */
  build(key) {
    const element = copyOf(this.pattern);
    box(element, "[data-card-text]").id = `card-text-${key}`;
    box(element, "[data-card-note]").id = `card-note-${key}`;
    element.setAttribute("aria-labelledby", `card-text-${key} card-note-${key}`);
    for (const control of element.querySelectorAll("button, input"))
      control.setAttribute("aria-describedby", `card-text-${key}`);
    box(element, "[data-card-more]").addEventListener("click", () => this.open(key, element));
    const pick = part(element, "[data-card-pick]", HTMLInputElement);
    pick.addEventListener("change", () => this.pick(key, pick.checked));
    for (const button of boxes(element, "[data-vote]")) {
      button.addEventListener("click", () => this.vote(key, Number(button.dataset.vote)));
    }
    return element;
  }

  /**
   * Bring the element up to date; what it shows already is left alone, since most changes are of one card among hundreds.
   * @param {HTMLElement} element
   * @param {SeenCard} seen
   */
  update(element, seen) {
    const drawn = JSON.stringify({ ...seen, may: [...seen.may], left: seen.left > 0 });
    if (this.#drawn.get(element) === drawn) return;
    this.#drawn.set(element, drawn);
    const { card, own } = seen;
    element.className = [
      "card",
      seen.dye && `card-${seen.dye}`,
      card.pinned && "card-pinned",
      own && "card-own",
      seen.pending && "card-pending",
    ]
      .filter(Boolean)
      .join(" ");
    const text = box(element, "[data-card-text]");
    say(text, card.veiled ? this.words.veiled : (card.text ?? ""));
    text.lang = card.veiled ? "" : card.lang;
    this.#who(element, seen);
    say(box(element, "[data-card-note]"), this.#note(seen));
    box(element, "[data-card-more]").hidden = Boolean(seen.pending);
    const pick = part(element, "[data-card-pick]", HTMLInputElement);
    const label = pick.closest("label");
    if (label) label.hidden = !seen.may.has("group") || Boolean(seen.pending);
    pick.checked = Boolean(seen.picked);
    element.draggable = false;
    if (seen.may.has("move") && !seen.pending) element.setAttribute("aria-keyshortcuts", KEYS);
    else element.removeAttribute("aria-keyshortcuts");
    element.toggleAttribute("data-can-move", seen.may.has("move") && !seen.pending);
    this.updateVotes(element, seen);
  }

  /**
   * @param {HTMLElement} element
   * @param {SeenCard} seen
   */
  #who(element, { card, author }) {
    const who = box(element, "[data-card-who]");
    const said = [
      card.country,
      card.origin && fill(this.words.fromGroup, { name: card.originName ?? "" }),
    ].filter(Boolean);
    const wanted = said.join(" · ");
    if (who.dataset.says === wanted + (author ?? "")) return;
    who.dataset.says = wanted + (author ?? "");
    /** @type {(Node | string)[]} */
    const parts = [];
    if (card.country)
      parts.push(make("abbr", { title: this.countries.of(card.country) ?? card.country }, [card.country]));
    if (card.origin && said.length) parts.push(`${parts.length ? " · " : ""}${said.at(-1)}`);
    if (author) parts.unshift(make("span", { class: "only-read-aloud" }, [`${author} `]));
    who.replaceChildren(...parts);
  }

  /** @param {SeenCard} seen */
  #note({ card, own, pending }) {
    if (pending) return pending === true ? this.words.sending : pending;
    const marks = [
      card.pinned && this.words.pinned,
      own && this.words.yours,
      card.edited && this.words.edited,
    ];
    return marks.filter(Boolean).join(" · ");
  }

  /**
   * The dots of a card or a cluster, and the buttons that change one's own.
   * @param {HTMLElement} element
   * @param {Partial<SeenVotes>} seen
   */
  updateVotes(element, { voting, total, points = 0, left = 0 }) {
    const votes = box(element, ":scope > [data-votes], :scope > * > [data-votes]");
    votes.hidden = !voting && !total;
    if (votes.hidden) return;
    /** @type {NodeListOf<HTMLButtonElement>} */
    const buttons = votes.querySelectorAll("[data-vote]");
    for (const button of buttons) {
      button.hidden = !voting;
      const isOver = Number(button.dataset.vote) > 0 ? left <= 0 : points <= 0;
      button.setAttribute("aria-disabled", String(isOver));
    }
    const shown = voting ? points : total;
    // Either the dots are all there are, or the number stands alone.
    drawDots(box(votes, "[data-dots]"), (shown ?? 0) > MOST_DOTS ? 0 : shown);
    const sentence = voting ? fill(this.words.yourPoints, { count: points }) : "";
    const totals = total !== undefined ? fill(this.words.totalPoints, { count: total }) : "";
    say(box(votes, "[data-dots-say]"), [sentence, totals].filter(Boolean).join(" "));
    say(
      box(votes, "[data-total]"),
      (shown ?? 0) > MOST_DOTS ? String(shown) : total !== undefined && voting ? String(total) : "",
    );
  }
}

/**
 * So many points as dots; more than a line holds are the first of them.
 * @param {HTMLElement} line
 * @param {number | undefined} count
 */
export function drawDots(line, count) {
  const wanted = Math.min(count ?? 0, MOST_DOTS);
  while (line.children.length > wanted) line.lastElementChild?.remove();
  while (line.children.length < wanted) line.append(make("span", { class: "dot" }));
}
