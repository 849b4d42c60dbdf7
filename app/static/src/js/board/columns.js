/** The columns of a board with their cards and clusters, and on phones the switch between them. */
import { box, boxes, closest, part } from "../elements/part.js";
import { keyed, copyOf, say } from "./keyed.js";
import { UNSEEN } from "./seen.js";
import { columnsOn, itemsIn, personIn, ranked } from "./state.js";
import { langOf } from "./languages.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

/** @import { ColumnShown } from "../live/payloads.js" */
/** @import { CardItem, ClusterItem, HiddenCard, Host, Item, Seen, SeenCard, Written } from "./shapes.js" */
/** @typedef {{kind: "own", card: HiddenCard} | {kind: "pending", entry: Written<"design_card_add">}} OwnItem what only the reader has */

/** Where one column is shown at a time: --bar of css/parts/breakpoints.css. */
const PHONE = "(width < 900px)";
const DYES = ["indigo", "woad", "madder", "lichen", "weld"];
/** So much of a column is drawn at once, and so much more in each frame after it, so that taps and keys are answered between. */
const ITEMS_IN_FRAME = 8;

export class Columns {
  #seen = UNSEEN;
  /** @type {string | undefined} The column that phones show. */
  #current;
  /** @type {Map<string, number>} How many items of each column that is in sight may be drawn by now. */
  #limits = new Map();
  #isDrawingMore = false;

  /**
   * @param {Host} board
   * @param {import("./card.js").CardMaker} cards makes cards
   * @param {import("./writing.js").Writing} writing holds the forms that add to a column
   * @param {{vote: (target: string, points: number) => void, openCluster: (id: string) => void, shown?: () => void}} acts
   *   what one can do with a cluster; `shown` is called when phones show another column
   */
  constructor(board, cards, writing, acts) {
    this.cards = cards;
    this.writing = writing;
    this.acts = acts;
    this.words = board.words;
    this.box = box(board.element, "[data-columns]");
    this.tabs = box(board.element, "[data-column-tabs]");
    this.pattern = part(board.element, "template[data-pattern=column]", HTMLTemplateElement);
    this.clusterPattern = part(board.element, "template[data-pattern=cluster]", HTMLTemplateElement);
    this.phone = matchMedia(PHONE);
    this.phone.addEventListener("change", () => this.render(this.#seen));
    this.box.addEventListener("focusin", (event) => this.#look(closest(event.target, ".column")));
  }

  /** @param {Seen} seen */
  render(seen) {
    const columns = columnsOn(seen.state, seen.board);
    if (!columns.some(([id]) => id === this.#current)) this.#current = columns[0]?.[0];
    this.#seen = seen;
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

  /**
   * Where a phase lays out a column of its own, or writes into none yet, that is the one in sight on phones.
   * @param {import("./shapes.js").State} state
   * @param {import("./shapes.js").PhaseNow} phase
   */
  begin(state, phase) {
    const [title] = phase.columns ?? [];
    const [own] =
      ranked(state.columns).find(([, column]) => column.board === "main" && column.title === title) ?? [];
    if (own !== undefined) this.#current = own;
  }

  // --- One column ------------------------------------------------------------------------------------------

  /** @param {string} id */
  #build(id) {
    const element = copyOf(this.pattern);
    box(element, "[data-column-title]").id = `column-${id}`;
    element.setAttribute("aria-labelledby", `column-${id}`);
    this.writing.prepare(element, id);
    return element;
  }

  /**
   * @param {HTMLElement} element
   * @param {ColumnShown} column
   * @param {string} id
   * @param {[string, ColumnShown][]} columns
   */
  #update(element, column, id, columns) {
    const items = itemsIn(this.#seen.state, id);
    const own = this.#seen.ownHidden.filter((card) => card.column === id);
    const shown = items.reduce((sum, item) => sum + (item.kind === "cluster" ? item.cards.length : 1), 0);
    const title = box(element, "[data-column-title]");
    say(title, column.title);
    title.lang = langOf(column.title, this.words, this.#seen.lang);
    say(box(element, "[data-column-count]"), this.#count(shown, column.written));
    say(box(element, "[data-column-note]"), column.locked ? this.words.columnLocked : "");
    element.toggleAttribute("data-current", id === this.#current);
    const dye = DYES[columns.findIndex(([each]) => each === id) % DYES.length];
    const list = box(element, "[data-items]");
    /** @type {[string, Item | OwnItem][]} */
    const all = [];
    if (this.#isShown(id)) {
      all.push(...items.map((item) => /** @type {[string, Item]} */ ([`${item.kind}:${item.id}`, item])));
      for (const card of own) all.push([`own:${card.own_key}`, { kind: "own", card }]);
      for (const entry of this.#seen.pending)
        if (entry.payload.column === id) all.push([`pending:${entry.cid}`, { kind: "pending", entry }]);
    }
    keyed(
      list,
      all.slice(0, this.#limit(id, all.length)),
      (key, item) => this.#buildItem(item, key),
      (each, item) => this.#updateItem(each, item, dye),
    );
    this.writing.render(element, column, this.#seen);
  }

  /**
   * Whether a column is in sight: where it is not, its cards are not even made.
   * @param {string} id
   */
  #isShown(id) {
    return !this.phone.matches || id === this.#current;
  }

  /**
   * How many items of a column are drawn in this frame; the others follow.
   * @param {string} id
   * @param {number} count how many it has
   */
  #limit(id, count) {
    if (!count) {
      this.#limits.delete(id);
      return 0;
    }
    const limit = this.#limits.get(id) ?? ITEMS_IN_FRAME;
    this.#limits.set(id, count > limit ? limit : Infinity);
    if (count > limit) this.#drawMore();
    return limit;
  }

  #drawMore() {
    if (this.#isDrawingMore) return;
    this.#isDrawingMore = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        this.#isDrawingMore = false;
        for (const [id, limit] of this.#limits) this.#limits.set(id, limit + ITEMS_IN_FRAME);
        this.render(this.#seen);
      }),
    );
  }

  /**
   * @param {number} shown
   * @param {number} [written]
   */
  #count(shown, written) {
    if (written)
      return fill(written === 1 ? this.words.oneWritten : this.words.manyWritten, { count: written });
    return shown ? fill(shown === 1 ? this.words.oneCard : this.words.manyCards, { count: shown }) : "";
  }

  /**
   * @param {Item | OwnItem} item
   * @param {string} key
   */
  #buildItem(item, key) {
    if (item.kind === "cluster") return this.#buildCluster(item);
    if (item.kind === "card") return this.cards.build(item.id);
    return this.cards.build(item.kind === "own" ? item.card.own_key : key);
  }

  /**
   * @param {HTMLElement} element
   * @param {Item | OwnItem} item
   * @param {string | undefined} dye
   */
  #updateItem(element, item, dye) {
    if (item.kind === "cluster") return this.#updateCluster(element, item, dye);
    this.cards.update(element, this.#seenCard(item, dye));
  }

  /**
   * What a card shows, drawn together from the public state and from what only the reader knows.
   * @param {Pick<CardItem, "kind" | "id" | "card"> | OwnItem} item
   * @param {string | undefined} dye
   * @returns {SeenCard}
   */
  #seenCard(item, dye) {
    const seen = this.#seen;
    const shared = { dye, may: seen.may, left: seen.mine.left ?? 0 };
    if (item.kind === "pending") {
      return {
        ...shared,
        card: item.entry.payload,
        own: true,
        pending: item.entry.refused ?? (seen.isOpen || this.words.waits),
      };
    }
    if (item.kind === "own") return { ...shared, may: new Set(), card: item.card, own: true };
    const author = personIn(seen.state, item.card.author)?.name;
    const originName = seen.state.breakouts?.groups?.[item.card.origin ?? ""]?.name;
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

  /** @param {ClusterItem} cluster */
  #buildCluster({ id }) {
    const element = copyOf(this.clusterPattern);
    box(element, "[data-cluster-name]").id = `cluster-name-${id}`;
    for (const button of element.querySelectorAll("button"))
      button.setAttribute("aria-describedby", `cluster-name-${id}`);
    box(element, "[data-cluster-more]").addEventListener("click", () => this.acts.openCluster(id));
    for (const button of boxes(element, "[data-vote]")) {
      button.addEventListener("click", () => this.acts.vote(`c${id}`, Number(button.dataset.vote)));
    }
    return element;
  }

  /**
   * @param {HTMLElement} element
   * @param {ClusterItem} item
   * @param {string | undefined} dye
   */
  #updateCluster(element, { id, cluster, cards }, dye) {
    const seen = this.#seen;
    say(box(element, "[data-cluster-name]"), cluster.name || this.words.noName);
    say(
      box(element, "[data-cluster-count]"),
      fill(cards.length === 1 ? this.words.oneCard : this.words.manyCards, { count: cards.length }),
    );
    /** @type {[string, Pick<CardItem, "kind" | "id" | "card">][]} */
    const shown = cards.map(([key, card]) => [`card:${key}`, { kind: "card", id: key, card }]);
    keyed(
      box(element, "[data-items]"),
      shown,
      (_key, item) => this.cards.build(item.id),
      (each, item) => this.cards.update(each, this.#seenCard(item, dye)),
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

  /** @param {[string, ColumnShown][]} columns */
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

  /**
   * Bring a column into sight on phones.
   * @param {string} id
   */
  lookAt(id) {
    if (id !== this.#current) this.#show(id);
  }

  /** @param {string | undefined} id */
  #show(id) {
    this.#current = id;
    this.render(this.#seen);
    this.acts.shown?.();
  }

  /** @param {HTMLElement | null} column */
  #look(column) {
    if (column && column.dataset.key !== this.#current) this.#show(column.dataset.key);
  }
}
