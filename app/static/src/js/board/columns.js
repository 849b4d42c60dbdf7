/** The columns of a board with their cards and clusters, and on phones the switch between them. */
import { keyed, copyOf, say } from "./keyed.js";
import { columnsOn, itemsIn } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

const DYES = ["indigo", "woad", "madder", "lichen", "weld"];

export class Columns {
  #current;

  /** `cards` makes cards, `writing` holds the forms that add to a column, `acts` are what one can do with a cluster. */
  constructor(board, cards, writing, acts) {
    Object.assign(this, { cards, writing, acts, words: board.words });
    this.box = board.querySelector("[data-columns]");
    this.tabs = board.querySelector("[data-column-tabs]");
    this.pattern = board.querySelector("template[data-pattern=column]");
    this.clusterPattern = board.querySelector("template[data-pattern=cluster]");
    this.box.addEventListener("focusin", (event) => this.#look(event.target.closest(".column")));
  }

  render(seen) {
    const columns = columnsOn(seen.state, seen.board);
    if (!columns.some(([id]) => id === this.#current)) this.#current = columns[0]?.[0];
    this.seen = seen;
    keyed(
      this.box,
      columns,
      (id) => this.#build(id),
      (element, column, id) => this.#update(element, column, id, columns),
    );
    this.box.hidden = !columns.length;
    this.box.classList.toggle("board-columns-matrix", seen.phase?.kind === "impact_effort");
    this.#renderTabs(columns);
  }

  // --- One column ------------------------------------------------------------------------------------------

  #build(id) {
    const element = copyOf(this.pattern);
    element.querySelector("[data-column-title]").id = `column-${id}`;
    element.setAttribute("aria-labelledby", `column-${id}`);
    this.writing.prepare(element, id);
    return element;
  }

  #update(element, column, id, columns) {
    const items = itemsIn(this.seen.state, id);
    const own = this.seen.ownHidden.filter((card) => card.column === id);
    const shown = items.reduce((sum, item) => sum + (item.cards?.length ?? 1), 0);
    const title = element.querySelector("[data-column-title]");
    say(title, column.title);
    title.lang = this.seen.lang;
    say(element.querySelector("[data-column-count]"), this.#count(shown, column.written));
    say(element.querySelector("[data-column-note]"), column.locked ? this.words.columnLocked : "");
    element.toggleAttribute("data-current", id === this.#current);
    const dye = DYES[columns.findIndex(([each]) => each === id) % DYES.length];
    const list = element.querySelector("[data-items]");
    const pending = this.seen.pending.filter((entry) => entry.payload.column === id);
    const all = [
      ...items.map((item) => [`${item.kind}:${item.id}`, item]),
      ...own.map((card) => [`own:${card.own_key}`, { kind: "own", card }]),
      ...pending.map((entry) => [`pending:${entry.cid}`, { kind: "pending", entry }]),
    ];
    keyed(
      list,
      all,
      (key, item) => this.#buildItem(item, key),
      (each, item) => this.#updateItem(each, item, dye),
    );
    this.writing.render(element, column, this.seen);
  }

  #count(shown, written) {
    if (written)
      return fill(written === 1 ? this.words.oneWritten : this.words.manyWritten, { count: written });
    return shown ? fill(shown === 1 ? this.words.oneCard : this.words.manyCards, { count: shown }) : "";
  }

  #buildItem(item, key) {
    if (item.kind === "cluster") return this.#buildCluster(item);
    return this.cards.build(item.id ?? item.card?.own_key ?? key);
  }

  #updateItem(element, item, dye) {
    if (item.kind === "cluster") return this.#updateCluster(element, item, dye);
    this.cards.update(element, this.#seenCard(item, dye), item.id);
  }

  /** What a card shows, drawn together from the public state and from what only the reader knows. */
  #seenCard(item, dye) {
    const { seen } = this;
    const shared = { dye, may: seen.may, left: seen.mine.left ?? 0 };
    if (item.kind === "pending") {
      const { text, lang } = item.entry.payload;
      return {
        ...shared,
        card: { text, lang },
        own: true,
        pending: item.entry.refused ?? (seen.isOpen || this.words.waits),
      };
    }
    if (item.kind === "own") return { ...shared, may: new Set(), card: item.card, own: true };
    const author = seen.state.people?.[item.card.author]?.name;
    const originName = seen.state.breakouts?.groups?.[item.card.origin]?.name;
    return {
      ...shared,
      author,
      card: { ...item.card, originName },
      own: seen.ownKeys.has(item.id),
      picked: seen.picked.has(item.id),
      voting: seen.may.has("vote") && !item.card.cluster,
      points: seen.mine.votes?.[item.id] ?? 0,
      total: seen.state.votes?.totals?.[item.id],
    };
  }

  // --- Clusters --------------------------------------------------------------------------------------------

  #buildCluster({ id }) {
    const element = copyOf(this.clusterPattern);
    element.querySelector("[data-cluster-name]").id = `cluster-name-${id}`;
    for (const button of element.querySelectorAll("button"))
      button.setAttribute("aria-describedby", `cluster-name-${id}`);
    element.querySelector("[data-cluster-more]").addEventListener("click", () => this.acts.openCluster(id));
    for (const button of element.querySelectorAll("[data-vote]")) {
      button.addEventListener("click", () => this.acts.vote(`c${id}`, Number(button.dataset.vote)));
    }
    return element;
  }

  #updateCluster(element, { id, cluster, cards }, dye) {
    const { seen } = this;
    say(element.querySelector("[data-cluster-name]"), cluster.name || this.words.noName);
    say(
      element.querySelector("[data-cluster-count]"),
      fill(cards.length === 1 ? this.words.oneCard : this.words.manyCards, { count: cards.length }),
    );
    const shown = cards.map(([key, card]) => [`card:${key}`, { kind: "card", id: key, card }]);
    keyed(
      element.querySelector("[data-items]"),
      shown,
      (_key, item) => this.cards.build(item.id),
      (each, item) => this.cards.update(each, this.#seenCard(item, dye), item.id),
    );
    const total = seen.state.votes?.totals?.[`c${id}`];
    const voting = seen.may.has("vote");
    this.cards.updateVotes(element, {
      voting,
      total,
      points: seen.mine.votes?.[`c${id}`] ?? 0,
      left: seen.mine.left ?? 0,
    });
  }

  // --- The switch on phones --------------------------------------------------------------------------------

  #renderTabs(columns) {
    this.tabs.hidden = columns.length < 2;
    keyed(
      this.tabs,
      columns,
      (id) => {
        const button = make("button", { class: "segment", type: "button" });
        button.addEventListener("click", () => this.#show(id));
        return button;
      },
      (button, column, id) => {
        say(button, column.title);
        button.setAttribute("aria-pressed", String(id === this.#current));
      },
    );
  }

  #show(id) {
    this.#current = id;
    this.render(this.seen);
  }

  #look(column) {
    if (column && column.dataset.key !== this.#current) this.#show(column.dataset.key);
  }
}
