/** <trama-board>: a design session that runs. Events carry what they changed; this lays them onto the state and shows it. */
import { Announcements } from "./board/announcements.js";
import { Breakouts } from "./board/breakouts.js";
import { CardMaker } from "./board/card.js";
import { Clock } from "./board/clock.js";
import { Columns } from "./board/columns.js";
import { Commitments } from "./board/commitments.js";
import { Consent } from "./board/consent.js";
import { Desk } from "./board/desk.js";
import { Drag, keyOf } from "./board/drag.js";
import { keepingFocus } from "./board/focus.js";
import { CardKeys, stayOnPage } from "./board/keys.js";
import { merge } from "./board/merge.js";
import { BoardConnection } from "./board/connection.js";
import { Parked } from "./board/parked.js";
import { People } from "./board/people.js";
import { Phases } from "./board/phases.js";
import { Sheet } from "./board/sheet.js";
import { boardOf, boardsOf, inReadersLanguage, neighbourOf, phaseNow, withVotes } from "./board/state.js";
import { Writing } from "./board/writing.js";
import { box, boxes, closest, field, part } from "./elements/part.js";
import { fill, wordsOf } from "./elements/words.js";
import { personal } from "./live/personal.js";

/** @import { DesignEvent, Mine, Presence, SignalPush } from "./live/payloads.js" */
/** @import { Act, BoardPart, Seen, State, Written } from "./board/shapes.js" */
/** @import { BoardTexts } from "./board/words.js" */

class BoardElement extends HTMLElement {
  /** @type {Board | undefined} */
  #board;

  connectedCallback() {
    this.#board ??= new Board(this);
  }

  /** The public state as this page has it. */
  get state() {
    return this.#board?.state;
  }
}

class Board {
  /** @type {Set<string>} The cards that are picked for a group. */
  picked = new Set();
  /** @type {string | null} The board at which one looks in place of one's own. */
  looking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #writesTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #problemTimer;
  /** @type {number | undefined} */
  #frame;
  /** @type {string | undefined} The run of the phase that was drawn last. */
  #run;

  /** @param {HTMLElement} element */
  constructor(element) {
    const { dataset } = element;
    this.element = element;
    /** @type {BoardTexts} */
    this.words = {
      ...wordsOf(element),
      builtIn: JSON.parse(box(element, "[data-built-in]").dataset.builtIn ?? "{}"),
    };
    /** @type {State} */
    this.state = JSON.parse(dataset.state ?? "");
    /** @type {Partial<Mine>} */
    this.mine = JSON.parse(dataset.mine ?? "");
    this.design = Number(dataset.design);
    this.me = dataset.me ?? "";
    this.problem = box(element, "[data-board-problem]");
    this.grouping = part(element, "[data-grouping]", HTMLFormElement);
    this.groupName = field(this.grouping, "name", HTMLInputElement);
    this.announcements = new Announcements(this);
    this.clock = new Clock(
      box(element, "[data-time]"),
      box(element, "[data-paused]"),
      dataset.now ?? "",
      (left) => this.announcements.say(left ? this.words.lastMinute : this.words.timeIsUp, { isOnce: true }),
    );
    this.connection = new BoardConnection(this, {
      apply: (event) => this.#apply(event),
      mine: (mine) => this.#know(mine),
      desk: (desk) => {
        this.desk.know(desk);
        this.consent.know(desk);
        breakouts.know(desk);
      },
      signal: (told) => this.#hear(told),
      changed: () => this.#renderSoon(),
      answered: (command) => this.announcements.answer(command, this.seen),
      refused: (entry, reason) => this.#refused(entry, reason),
    });
    /** @type {Act} */
    const act = (event, payload, how) => this.connection.act(event, payload, how);
    this.sheet = new Sheet(this, act, {
      propose: (text, keys) => this.consent.propose(text, keys),
      commit: (text, keys) => this.commitments.begin(text, keys),
    });
    this.writing = new Writing(this, {
      add: (payload) => act("design_card_add", payload),
      write: () => this.#write(),
      storage: personal,
    });
    this.writing.adopted = () => this.#renderSoon();
    /**
     * @param {string} target
     * @param {number} points
     */
    const vote = (target, points) => this.#vote(target, points);
    const cards = new CardMaker(this, {
      open: (key, opener) => this.sheet.openCard(key, opener, this.seen),
      vote,
      pick: (key, on) => this.#pick(key, on),
    });
    this.columns = new Columns(this, cards, this.writing, {
      vote,
      openCluster: (id) => this.sheet.openCluster(id, null, this.seen),
      shown: () => this.keys.render(),
    });
    const breakouts = new Breakouts(this, {
      act,
      ask: (query) => this.connection.fetch(`breakouts?${new URLSearchParams(query)}`),
      look: (board) => this.#look(board),
    });
    this.desk = new Desk(this, act, { breakouts: () => breakouts.open() });
    this.people = new People(this, act);
    this.consent = new Consent(this, act);
    this.commitments = new Commitments(this, act);
    /** @type {BoardPart[]} */
    this.parts = [
      new Phases(this),
      this.columns,
      this.people,
      breakouts,
      this.consent,
      this.commitments,
      new Parked(this, cards),
      this.desk,
    ];
    this.drag = new Drag(box(element, "[data-columns]"), (card, place) => this.#drop(card, place));
    this.keys = new CardKeys(element);
    element.addEventListener("keydown", (event) => this.#key(event));
    stayOnPage();
    this.#prepareGrouping();
    this.connection.open();
    this.render();
  }

  // --- Following -------------------------------------------------------------------------------------------

  /** @param {DesignEvent} event */
  #apply(event) {
    const before = this.state;
    this.state = merge(before, event.patch ?? {});
    this.desk.outdate();
    this.announcements.tell(event, before, this.state, this.seen.runs);
    if (this.looking && !boardsOf(this.state).includes(this.looking)) this.looking = null;
    this.#renderSoon();
    if (this.state.design.state === "closed") this.connection.finish(this.element.dataset.report ?? "");
  }

  /** @param {Mine} mine */
  #know(mine) {
    this.mine = mine;
    this.#renderSoon();
  }

  /** @param {SignalPush} signal */
  #hear({ kind, people, person }) {
    if (kind === "presence") {
      this.people.here(people ?? []);
      this.#renderSoon();
    }
    if (kind === "typing" && person) this.#somebodyWrites(person);
  }

  /** @param {Presence} person */
  #somebodyWrites({ name }) {
    const element = box(this.element, "[data-writes]");
    element.textContent = fill(this.words.writes, { name });
    clearTimeout(this.#writesTimer);
    this.#writesTimer = setTimeout(() => (element.textContent = ""), 4000);
  }

  // --- Showing ---------------------------------------------------------------------------------------------

  #renderSoon() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.render();
    });
  }

  /**
   * Everything that the parts look at, drawn together once for each showing.
   * @returns {Seen}
   */
  get seen() {
    const own = Object.entries(this.mine.cards ?? {});
    const state = inReadersLanguage(this.state, this.words.builtIn);
    return {
      state,
      mine: withVotes(this.mine, this.connection.pending("design_vote")),
      lang: this.element.dataset.lang ?? "",
      phase: phaseNow(state),
      runs: this.mine.may?.includes("run") ?? false,
      board: this.looking ?? boardOf(this.state, this.me),
      may: new Set(this.mine.may ?? []),
      ownKeys: new Set(own.map(([, card]) => card.key).filter(Boolean)),
      ownHidden: own.filter(([, card]) => card.hidden).map(([key, card]) => ({ ...card, own_key: key })),
      pending: this.connection.pending("design_card_add"),
      isOpen: this.connection.isOpen,
      here: this.people.hereOf(this.state),
      picked: this.picked,
    };
  }

  render() {
    keepingFocus(this.element, () => this.#draw());
  }

  #draw() {
    const { seen } = this;
    this.#beginPhase(seen);
    for (const each of this.parts) each.render(seen);
    box(this.element, "[data-looking-on]").hidden = this.mine.joined !== false;
    this.clock.follow(this.state.now);
    this.element.classList.toggle("board-frozen", Boolean(this.state.design.frozen));
    box(this.element, "[data-frozen]").hidden = !this.state.design.frozen;
    const broadcast = box(this.element, "[data-broadcast]");
    broadcast.hidden = !this.state.broadcast;
    if (broadcast.textContent !== (this.state.broadcast?.text ?? ""))
      broadcast.textContent = this.state.broadcast?.text ?? "";
    broadcast.lang = this.state.broadcast?.lang ?? "";
    this.#renderGrouping(seen);
    this.keys.render();
  }

  /**
   * A new phase begins at the top of the page, at the column in which it writes, unless somebody is writing.
   * @param {Seen} seen
   */
  #beginPhase({ phase }) {
    const run = phase && `${phase.id}.${phase.run}`;
    if (run === this.#run) return;
    const isFirst = this.#run === undefined;
    this.#run = run;
    const begun = phaseNow(this.state);
    if (begun) this.columns.begin(this.state, begun);
    const { activeElement } = document;
    const isWriting = activeElement instanceof HTMLTextAreaElement && activeElement.value.trim();
    if (!isFirst && !isWriting) part(this.element, "#main", HTMLElement).scrollTop = 0;
  }

  /** @param {string} board */
  #look(board) {
    this.looking = board;
    this.render();
  }

  // --- What the reader does --------------------------------------------------------------------------------

  /**
   * @param {string} target
   * @param {number} change
   */
  #vote(target, change) {
    const { mine } = this.seen;
    const points = (mine.votes?.[target] ?? 0) + change;
    if (points < 0 || (change > 0 && (mine.left ?? 0) < 1)) return;
    this.connection.act("design_vote", { target, points });
    this.render();
  }

  #write() {
    const phase = phaseNow(this.state);
    const hushed = phase?.policy?.anonymous || (phase?.policy?.see_own_only && !this.state.now?.revealed);
    if (!hushed) this.connection.sayTyping();
  }

  /**
   * @param {string} card
   * @param {import("./board/drag.js").Place} place
   */
  #drop(card, { column, after, cluster }) {
    const stands = this.state.cards?.[card];
    if (!stands || after === card) return;
    this.connection.act("design_card_move", {
      card,
      column,
      after,
      cluster: cluster === null ? null : Number(cluster),
    });
  }

  /**
   * Alt and an arrow moves the card that has the focus.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const element = closest(event.target, ".card[data-can-move]");
    if (
      !element ||
      closest(event.target, "input, textarea, select") ||
      !event.altKey ||
      !event.key.startsWith("Arrow")
    ) {
      return;
    }
    const key = keyOf(element);
    const columns = boxes(this.element, "[data-columns] > .column").map((each) => each.dataset.key ?? "");
    const place = neighbourOf(this.state, key, event.key, columns);
    if (!place) return;
    event.preventDefault();
    this.connection.act("design_card_move", { card: key, ...place });
  }

  // --- Picking cards for a group ---------------------------------------------------------------------------

  #prepareGrouping() {
    this.grouping.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.groupName.value.trim();
      this.connection.act("design_group", { cards: [...this.picked], ...(name ? { name } : {}) });
      this.#goToPicked();
      this.#unpick();
    });
    box(this.grouping, "[data-unpick]").addEventListener("click", () => {
      this.#goToPicked();
      this.#unpick();
      this.announcements.say(fill(this.words.picked, { count: 0 }), { kind: "picked" });
    });
  }

  /**
   * @param {string} key
   * @param {boolean} on
   */
  #pick(key, on) {
    if (on) this.picked.add(key);
    else this.picked.delete(key);
    this.announcements.say(fill(this.words.picked, { count: this.picked.size }), { kind: "picked" });
    this.render();
  }

  /** The form of a group goes away: the focus goes to the first card that was picked for it. */
  #goToPicked() {
    const [key] = this.picked;
    boxes(this.element, `[data-columns] [data-key="card:${key}"]`)[0]?.focus();
  }

  #unpick() {
    this.picked.clear();
    this.groupName.value = "";
    this.render();
  }

  /** @param {Seen} seen */
  #renderGrouping({ may }) {
    for (const key of this.picked) if (!this.state.cards?.[key]) this.picked.delete(key);
    this.grouping.hidden = !this.picked.size || !may.has("group");
    box(this.grouping, "[data-picked]").textContent = fill(this.words.picked, {
      count: this.picked.size,
    });
  }

  // --- What was not taken ----------------------------------------------------------------------------------

  /**
   * @param {Written} entry
   * @param {string} reason
   */
  #refused(entry, reason) {
    if (entry.event === "design_card_add") {
      const { column } = entry.payload;
      this.columns.lookAt(String(column));
      if (this.writing.giveBack(this.element, entry, reason)) return;
    }
    if (this.commitments.giveBack(entry, reason)) return;
    this.consent.giveBack(entry);
    this.sheet.giveBack(entry);
    this.problem.hidden = false;
    this.problem.textContent = reason;
    clearTimeout(this.#problemTimer);
    this.#problemTimer = setTimeout(() => (this.problem.hidden = true), 12_000);
  }
}

customElements.define("trama-board", BoardElement);
