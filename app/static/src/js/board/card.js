/** One card as it stands on the board. */
import { copyOf, say } from "./keyed.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

const MOST_DOTS = 9;
const KEYS = "Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight";

export class CardMaker {
  /** `board` holds the words and the patterns; `open(key)` shows what can be done with a card, `vote(target, points)` votes. */
  constructor(board, { open, vote, pick }) {
    Object.assign(this, { board, open, vote, pick, words: board.words });
    this.pattern = board.querySelector("template[data-pattern=card]");
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  build(key) {
    const element = copyOf(this.pattern);
    element.querySelector("[data-card-text]").id = `card-text-${key}`;
    for (const control of element.querySelectorAll("button, input"))
      control.setAttribute("aria-describedby", `card-text-${key}`);
    element.querySelector("[data-card-more]").addEventListener("click", () => this.open(key, element));
    element
      .querySelector("[data-card-pick]")
      .addEventListener("change", (event) => this.pick(key, event.target.checked));
    for (const button of element.querySelectorAll("[data-vote]")) {
      button.addEventListener("click", () => this.vote(key, Number(button.dataset.vote)));
    }
    return element;
  }

  /** Bring the element up to date; `seen` is {card, mine, totals, voting, may, dye, pending, picked}. */
  update(element, seen) {
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
    const text = element.querySelector("[data-card-text]");
    say(text, card.veiled ? this.words.veiled : card.text);
    text.lang = card.veiled ? "" : card.lang;
    this.#who(element, seen);
    say(element.querySelector("[data-card-note]"), this.#note(seen));
    element.querySelector("[data-card-more]").hidden = Boolean(seen.pending);
    const pick = element.querySelector("[data-card-pick]");
    pick.closest("label").hidden = !seen.may.has("group") || Boolean(seen.pending);
    pick.checked = Boolean(seen.picked);
    element.draggable = false;
    if (seen.may.has("move") && !seen.pending) element.setAttribute("aria-keyshortcuts", KEYS);
    else element.removeAttribute("aria-keyshortcuts");
    element.toggleAttribute("data-can-move", seen.may.has("move") && !seen.pending);
    this.updateVotes(element, seen);
  }

  #who(element, { card, author }) {
    const who = element.querySelector("[data-card-who]");
    const said = [
      card.country,
      card.origin && fill(this.words.fromGroup, { name: card.originName ?? "" }),
    ].filter(Boolean);
    const wanted = said.join(" · ");
    if (who.dataset.says === wanted + (author ?? "")) return;
    who.dataset.says = wanted + (author ?? "");
    const parts = [];
    if (card.country) parts.push(make("abbr", { title: this.countries.of(card.country) }, [card.country]));
    if (card.origin && said.length) parts.push(`${parts.length ? " · " : ""}${said.at(-1)}`);
    if (author) parts.unshift(make("span", { class: "only-read-aloud" }, [`${author} `]));
    who.replaceChildren(...parts);
  }

  #note({ card, own, pending }) {
    if (pending) return pending === true ? this.words.sending : pending;
    const marks = [
      card.pinned && this.words.pinned,
      own && this.words.yours,
      card.edited && this.words.edited,
    ];
    return marks.filter(Boolean).join(" · ");
  }

  /** The dots of a card or a cluster, and the buttons that change one's own. */
  updateVotes(element, { voting, total, points, left }) {
    const box = element.querySelector(":scope > [data-votes], :scope > * > [data-votes]");
    box.hidden = !voting && !total;
    if (box.hidden) return;
    for (const button of box.querySelectorAll("[data-vote]")) {
      button.hidden = !voting;
      button.disabled = Number(button.dataset.vote) > 0 ? left <= 0 : points <= 0;
    }
    const shown = voting ? points : total;
    drawDots(box.querySelector("[data-dots]"), shown);
    const sentence = voting ? fill(this.words.yourPoints, { count: points }) : "";
    const totals = total !== undefined ? fill(this.words.totalPoints, { count: total }) : "";
    say(box.querySelector("[data-dots-say]"), [sentence, totals].filter(Boolean).join(" "));
    say(
      box.querySelector("[data-total]"),
      total !== undefined && (voting || total > MOST_DOTS) ? String(total) : "",
    );
  }
}

/** So many points as dots; more than a line holds are the first of them. */
export function drawDots(box, count) {
  const wanted = Math.min(count ?? 0, MOST_DOTS);
  while (box.children.length > wanted) box.lastElementChild.remove();
  while (box.children.length < wanted) box.append(make("span", { class: "dot" }));
}
