/** What can be done with one card or cluster: a dialog, so that everything works by keyboard, touch and screen reader. */
import { box, boxes, field, part } from "../elements/part.js";
import { acceptField, refuseField } from "../elements/field-error.js";
import { contentOf, fillContent } from "./content.js";
import { placeOf, returnTo } from "./focus.js";
import { say } from "./keyed.js";
import { columnsOn, itemsIn, personIn } from "./state.js";
import { personal } from "../live/personal.js";
import { fill } from "../elements/words.js";
import { Translations } from "../live/translation.js";
import { make } from "../elements/markup.js";
import { cardsOf } from "./origins.js";

/** @import { CardShown, CardGroupShown } from "../live/payloads.js" */
/** @import { Act, CardContent, Choice, Commands, HiddenCard, Host, Seen, State, Written } from "./shapes.js" */
/** @typedef {Partial<CardShown> & {column: string, lang: string} & Partial<Pick<HiddenCard, "own_key">>} OpenCard a card of the board, or one's own hidden one */
/** @typedef {(text: string, cards: string[]) => void} Begin */

export class Sheet {
  #key = "";
  /** @type {string | null} */
  #cluster = null;
  /** @type {import("./focus.js").FocusPlace | null} Where the focus goes when the dialog is closed. */
  #place = null;

  /**
   * @param {Host} board
   * @param {Act} act does what was chosen
   * @param {{propose: Begin, commit: Begin}} outcomes begin a proposal or a commitment with a text and its cards
   */
  constructor(board, act, outcomes) {
    this.act = act;
    this.board = board;
    this.outcomes = outcomes;
    this.words = board.words;
    this.design = board.design;
    this.dialog = part(board.element, "[data-card-sheet]", HTMLDialogElement);
    this.title = box(this.dialog, "h2");
    this.text = box(this.dialog, "[data-sheet-text]");
    this.translations = new Translations(this.dialog, (said) => board.announcements?.say(said));
    this.list = box(this.dialog, "[data-sheet-acts]");
    this.form = part(this.dialog, "[data-sheet-form]", HTMLFormElement);
    this.field = field(this.form, "text", HTMLTextAreaElement);
    this.form.addEventListener("submit", (event) => this.#save(event));
    this.field.addEventListener("input", () => personal.keepDraft(this.#draft, this.field.value));
    this.field.id = "card-sheet-field";
    this.dialog.addEventListener("close", () => this.#place && returnTo(this.#place, board.element));
  }

  /**
   * Show what can be done with a card; its reader has opened it now.
   * @param {string} key
   * @param {HTMLElement} opener
   * @param {Seen} seen
   */
  openCard(key, opener, seen) {
    /** @type {OpenCard | undefined} */
    const card = seen.state.cards?.[key] ?? seen.ownHidden.find((each) => each.own_key === key);
    if (!card) return;
    this.#show(opener);
    this.#key = key;
    this.#cluster = null;
    say(
      this.title,
      personIn(seen.state, card.author)?.name ??
        (card.anonymous ? this.words.anonymousCard : this.words.card),
    );
    say(this.text, card.veiled ? this.words.veiled : (card.text ?? ""));
    this.text.lang = card.veiled ? "" : (card.lang ?? "");
    this.#offer(this.#cardActs(key, card, seen));
    if (seen.state.cards?.[key]) this.act("design_card_open", { card: key }, { quiet: true });
  }

  /**
   * Show what can be done with a cluster.
   * @param {string} id
   * @param {HTMLElement | null} opener
   * @param {Seen} seen
   */
  openCluster(id, opener, seen) {
    const cluster = seen.state.clusters?.[id];
    if (!cluster) return;
    this.#show(opener);
    this.#cluster = id;
    say(this.title, cluster.name || this.words.noName);
    say(this.text, "");
    this.#offer(this.#clusterActs(id, cluster, seen));
    if (seen.may.has("group")) this.#write(cluster.name ?? "", "cluster");
  }

  /** @param {HTMLElement | null} opener */
  #show(opener) {
    const { activeElement } = document;
    const [more] = opener ? boxes(opener, "[data-card-more]") : [];
    this.#place = placeOf(more ?? activeElement, this.board.element);
    this.translations.leave(this.text);
    this.form.hidden = true;
    acceptField(this.field);
    if (!this.dialog.open) this.dialog.showModal();
  }

  /**
   * A change that was not taken is kept as a draft: it stands there when the card is opened again.
   * @param {Written} entry
   */
  giveBack({ event, payload }) {
    if (event === "design_card_edit")
      personal.keepDraft(`design:${this.design}:card:${payload.card}`, payload.text);
  }

  // --- What can be done ------------------------------------------------------------------------------------

  /**
   * @param {string} key
   * @param {OpenCard} card
   * @param {Seen} seen
   */
  #cardActs(key, card, seen) {
    const own = seen.ownKeys.has(key) || Boolean(card.own_key);
    const move = seen.may.has("move") && !card.own_key;
    const { text = "" } = card;
    /** @type {Choice[]} */
    const acts = [];
    if (own && seen.may.has("write")) acts.push([this.words.edit, () => this.#write(text, "card", card)]);
    if (move) acts.push(...this.#moves(key, card, seen));
    if (seen.may.has("group") && !card.own_key) acts.push(...this.#groupings(key, card, seen));
    if (!card.own_key && !card.veiled) acts.push(...this.#outcomes(text, [key], seen));
    if (seen.runs && !card.own_key) acts.push(...this.#marks(key, card));
    const offer = card.own_key ? "" : this.translations.offer(this.text);
    if (offer) acts.push([offer, () => void this.translations.translate(this.text, key)]);
    if (own && seen.may.has("write"))
      acts.push([this.words.remove, () => this.#do("design_card_remove", { card: key }), "danger"]);
    return acts;
  }

  /**
   * What can come of it: the facilitator puts it on the table, everybody can promise to do it.
   * @param {string} text
   * @param {string[]} cards
   * @param {Seen} seen
   */
  #outcomes(text, cards, seen) {
    /** @param {"propose" | "commit"} outcome */
    const begin = (outcome) => () => {
      this.#place = null;
      this.dialog.close();
      this.outcomes[outcome](text, cards);
    };
    /** @type {Choice[]} */
    const acts = [];
    if (seen.runs && seen.state.design.state === "live") acts.push([this.words.proposeIt, begin("propose")]);
    if (seen.may.has("commit")) acts.push([this.words.commitToIt, begin("commit")]);
    return acts;
  }

  /**
   * Earlier and later in the column, and into each other column.
   * @param {string} key
   * @param {OpenCard} card
   * @param {Seen} seen
   */
  #moves(key, card, seen) {
    const cards = itemsIn(seen.state, card.column)
      .filter((item) => item.kind === "card")
      .map((item) => item.id);
    const at = cards.indexOf(key);
    /** @type {Choice[]} */
    const acts = [];
    if (at > 0)
      acts.push([
        this.words.earlier,
        () => this.#do("design_card_move", { card: key, column: card.column, after: cards[at - 2] ?? null }),
      ]);
    if (at >= 0 && at < cards.length - 1)
      acts.push([
        this.words.later,
        () => this.#do("design_card_move", { card: key, column: card.column, after: cards[at + 1] }),
      ]);
    for (const [id, column] of columnsOn(seen.state, seen.board)) {
      if (id !== card.column)
        acts.push([
          fill(this.words.moveTo, { title: column.title }),
          () => this.#do("design_card_move", { card: key, column: id, after: lastIn(seen.state, id) }),
        ]);
    }
    return acts;
  }

  /**
   * @param {string} key
   * @param {OpenCard} card
   * @param {Seen} seen
   */
  #groupings(key, card, seen) {
    const clusters = Object.entries(seen.state.clusters ?? {}).filter(
      ([id, cluster]) =>
        id !== card.cluster && (seen.state.columns?.[cluster.column]?.board ?? "main") === seen.board,
    );
    /** @type {Choice[]} */
    const acts = clusters.map(([id, cluster]) => [
      fill(this.words.intoCluster, { name: cluster.name || this.words.noName }),
      () => this.#do("design_card_move", { card: key, column: cluster.column, cluster: id }),
    ]);
    if (card.cluster)
      acts.unshift([
        this.words.outOfCluster,
        () => this.#do("design_card_move", { card: key, column: card.column, cluster: null, after: null }),
      ]);
    return acts;
  }

  /**
   * @param {string} key
   * @param {OpenCard} card
   * @returns {Choice[]}
   */
  #marks(key, card) {
    return [
      [
        card.pinned ? this.words.unpin : this.words.pin,
        () => this.#do("design_card_mark", { card: key, mark: "pinned", on: !card.pinned }),
      ],
      [
        card.parked ? this.words.unpark : this.words.park,
        () => this.#do("design_card_mark", { card: key, mark: "parked", on: !card.parked }),
      ],
      [
        card.veiled ? this.words.unveil : this.words.veil,
        () => this.#do("design_card_veil", { card: key, on: !card.veiled }),
      ],
    ];
  }

  /**
   * @param {string} id
   * @param {CardGroupShown} cluster
   * @param {Seen} seen
   * @returns {Choice[]}
   */
  #clusterActs(id, cluster, seen) {
    const come = this.#outcomes(cluster.name ?? "", cardsOf(seen.state, `c${id}`), seen);
    if (!seen.runs) return come;
    const others = Object.entries(seen.state.clusters ?? {}).filter(([other]) => other !== id);
    const split = () => this.#do("design_cluster_split", { cluster: Number(id) });
    /** @type {Choice[]} */
    const joins = others.map(([other, each]) => [
      fill(this.words.mergeInto, { name: each.name || this.words.noName }),
      () => this.#do("design_clusters_merge", { into: Number(other), from: Number(id) }),
    ]);
    return [...come, [this.words.split, split], ...joins];
  }

  /** @param {Choice[]} acts */
  #offer(acts) {
    this.list.replaceChildren(
      ...acts.map(([label, act, kind = "secondary"]) => {
        const button = make("button", { class: `button button-${kind}`, type: "button" }, [label]);
        button.addEventListener("click", act);
        return make("li", {}, [button]);
      }),
    );
    boxes(this.list, "button")[0]?.focus();
  }

  /**
   * @template {keyof Commands} Name
   * @param {Name} event
   * @param {Commands[Name]} payload
   */
  #do(event, payload) {
    this.dialog.close();
    this.act(event, payload);
  }

  // --- Changing a text -------------------------------------------------------------------------------------

  get #draft() {
    return this.#cluster
      ? `design:${this.design}:cluster:${this.#cluster}`
      : `design:${this.design}:card:${this.#key}`;
  }

  /**
   * @param {string} text
   * @param {"card" | "cluster"} what
   * @param {Partial<CardContent>} [card] what else its form holds
   */
  #write(text, what, card) {
    this.form.hidden = false;
    this.form.dataset.what = what;
    this.field.value = personal.recallDraft(this.#draft) ?? text;
    if (personal.recallDraft(this.#draft) === null) void this.#adopt(this.#draft, text);
    this.field.rows = what === "card" ? 4 : 1;
    for (const label of boxes(this.form, "[data-of-card]")) label.hidden = what !== "card";
    if (card) fillContent(this.form, card);
    this.field.focus();
  }

  /**
   * A change that was begun in a tab that is gone goes on here, unless another one was begun by now.
   * @param {string} place
   * @param {string} text
   */
  async #adopt(place, text) {
    const draft = await personal.adoptDraft(place);
    if (draft !== null && place === this.#draft && this.field.value === text) this.field.value = draft;
  }

  /** @param {SubmitEvent} event */
  #save(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text)
      return refuseField(this.field, this.words.lacksText, (said) => this.board.announcements?.say(said));
    personal.keepDraft(this.#draft, null);
    if (this.form.dataset.what === "cluster")
      return this.#do("design_cluster_name", { cluster: Number(this.#cluster), name: text });
    this.#do("design_card_edit", { card: this.#key, ...contentOf(this.form) });
  }
}

/**
 * The last card by itself in a column, after which another one goes.
 * @param {State} state
 * @param {string} column
 */
function lastIn(state, column) {
  return (
    itemsIn(state, column)
      .filter((item) => item.kind === "card")
      .at(-1)?.id ?? null
  );
}
