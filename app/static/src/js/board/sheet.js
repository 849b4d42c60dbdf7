/** What can be done with one card or cluster: a dialog, so that everything works by keyboard, touch and screen reader. */
import { say } from "./keyed.js";
import { columnsOn, itemsIn } from "./state.js";
import { personal } from "../live/personal.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { cardsOf } from "./origins.js";

export class Sheet {
  #key;
  #cluster;
  #opener;

  /** `act(event, payload)` does what was chosen; `outcomes` begin a proposal or a commitment with a text and its cards. */
  constructor(board, act, outcomes) {
    Object.assign(this, { act, outcomes, words: board.words, design: board.design });
    this.dialog = board.querySelector("[data-card-sheet]");
    this.title = this.dialog.querySelector("h2");
    this.text = this.dialog.querySelector("[data-sheet-text]");
    this.list = this.dialog.querySelector("[data-sheet-acts]");
    this.form = this.dialog.querySelector("[data-sheet-form]");
    this.form.addEventListener("submit", (event) => this.#save(event));
    this.form.elements.text.addEventListener("input", () =>
      personal.keepDraft(this.#draft, this.form.elements.text.value),
    );
    this.dialog.addEventListener("close", () => this.#opener?.isConnected && this.#opener.focus());
  }

  /** Show what can be done with a card; its reader has opened it now. */
  openCard(key, opener, seen) {
    const card = seen.state.cards?.[key] ?? seen.ownHidden.find((each) => each.own_key === key);
    if (!card) return;
    this.#show(opener);
    this.#key = key;
    this.#cluster = null;
    say(
      this.title,
      seen.state.people?.[card.author]?.name ?? (card.anonymous ? this.words.anonymousCard : this.words.card),
    );
    say(this.text, card.veiled ? this.words.veiled : card.text);
    this.text.lang = card.lang ?? "";
    this.#offer(this.#cardActs(key, card, seen));
    if (seen.state.cards?.[key]) this.act("design_card_open", { card: key }, { quiet: true });
  }

  /** Show what can be done with a cluster. */
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

  #show(opener) {
    this.#opener = opener?.querySelector("button") ?? document.activeElement;
    this.form.hidden = true;
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** A change that was not taken is kept as a draft: it stands there when the card is opened again. */
  giveBack({ event, payload }) {
    if (event === "design_card_edit")
      personal.keepDraft(`design:${this.design}:card:${payload.card}`, payload.text);
  }

  // --- What can be done ------------------------------------------------------------------------------------

  #cardActs(key, card, seen) {
    const own = seen.ownKeys.has(key) || Boolean(card.own_key);
    const move = seen.may.has("move") && !card.own_key;
    const acts = [];
    if (own && seen.may.has("write"))
      acts.push([this.words.edit, () => this.#write(card.text, "card", card.lang)]);
    if (move) acts.push(...this.#moves(key, card, seen));
    if (seen.may.has("group") && !card.own_key) acts.push(...this.#groupings(key, card, seen));
    if (!card.own_key && !card.veiled) acts.push(...this.#outcomes(card.text, [key], seen));
    if (seen.runs && !card.own_key) acts.push(...this.#marks(key, card));
    if (own && seen.may.has("write"))
      acts.push([this.words.remove, () => this.#do("design_card_remove", { card: key }), "danger"]);
    return acts;
  }

  /** What can come of it: whoever runs the session puts it on the table, everybody can promise to do it. */
  #outcomes(text, cards, seen) {
    const begin = (outcome) => () => {
      this.#opener = null;
      this.dialog.close();
      this.outcomes[outcome](text, cards);
    };
    const acts = [];
    if (seen.runs && seen.state.design.state === "live") acts.push([this.words.proposeIt, begin("propose")]);
    if (seen.may.has("commit")) acts.push([this.words.commitToIt, begin("commit")]);
    return acts;
  }

  /** Earlier and later in the column, and into each other column. */
  #moves(key, card, seen) {
    const cards = itemsIn(seen.state, card.column)
      .filter((item) => item.kind === "card")
      .map((item) => item.id);
    const at = cards.indexOf(key);
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

  #groupings(key, card, seen) {
    const clusters = Object.entries(seen.state.clusters ?? {}).filter(
      ([id, cluster]) =>
        id !== card.cluster && (seen.state.columns?.[cluster.column]?.board ?? "main") === seen.board,
    );
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

  #clusterActs(id, cluster, seen) {
    const come = this.#outcomes(cluster.name ?? "", cardsOf(seen.state, `c${id}`), seen);
    if (!seen.runs) return come;
    const others = Object.entries(seen.state.clusters ?? {}).filter(([other]) => other !== id);
    return [
      ...come,
      [this.words.split, () => this.#do("design_cluster_split", { cluster: Number(id) })],
      ...others.map(([other, each]) => [
        fill(this.words.mergeInto, { name: each.name || this.words.noName }),
        () => this.#do("design_clusters_merge", { into: Number(other), from: Number(id) }),
      ]),
    ];
  }

  #offer(acts) {
    this.list.replaceChildren(
      ...acts.map(([label, act, kind = "secondary"]) => {
        const button = make("button", { class: `button button-${kind}`, type: "button" }, [label]);
        button.addEventListener("click", act);
        return make("li", {}, [button]);
      }),
    );
  }

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

  #write(text, what, lang) {
    this.form.hidden = false;
    this.form.dataset.what = what;
    this.form.elements.text.value = personal.recallDraft(this.#draft) ?? text;
    if (personal.recallDraft(this.#draft) === null) void this.#adopt(this.#draft, text);
    this.form.elements.text.rows = what === "card" ? 4 : 1;
    this.form.elements.lang.closest("label").hidden = what !== "card";
    if (lang) this.form.elements.lang.value = lang;
    this.form.elements.text.focus();
  }

  /** A change that was begun in a tab that is gone goes on here, unless another one was begun by now. */
  async #adopt(place, text) {
    const draft = await personal.adoptDraft(place);
    const field = this.form.elements.text;
    if (draft !== null && place === this.#draft && field.value === text) field.value = draft;
  }

  #save(event) {
    event.preventDefault();
    const text = this.form.elements.text.value.trim();
    if (!text) return this.form.elements.text.focus();
    personal.keepDraft(this.#draft, null);
    if (this.form.dataset.what === "cluster")
      return this.#do("design_cluster_name", { cluster: Number(this.#cluster), name: text });
    this.#do("design_card_edit", { card: this.#key, text, lang: this.form.elements.lang.value });
  }
}

/** The last card by itself in a column, after which another one goes. */
function lastIn(state, column) {
  return (
    itemsIn(state, column)
      .filter((item) => item.kind === "card")
      .at(-1)?.id ?? null
  );
}
