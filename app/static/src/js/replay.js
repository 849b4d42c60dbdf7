/** <trama-replay>: the board at any moment, folded from the events up to there. The last one is how it ended. */
import { box, part } from "./elements/part.js";
import { wordsOf } from "./elements/words.js";
import { customs } from "./live/customs.js";
import { CardMaker } from "./board/card.js";
import { Columns } from "./board/columns.js";
import { Commitments } from "./board/commitments.js";
import { Consent } from "./board/consent.js";
import { merge } from "./board/merge.js";
import { Parked } from "./board/parked.js";
import { Phases } from "./board/phases.js";
import { Writing } from "./board/writing.js";
import { UNSEEN } from "./board/seen.js";
import { phaseNow } from "./board/state.js";
import { read } from "./live/requests.js";

const STEP = 700;
const SILENT = () => {};

/** @import { DesignEvent } from "./live/payloads.js" */
/** @import { BoardPart, State } from "./board/shapes.js" */
/** @import { BoardTexts } from "./board/words.js" */

class ReplayElement extends HTMLElement {
  /** @type {Replay | undefined} */
  #replay;

  async connectedCallback() {
    this.#replay = new Replay(this);
    await this.#replay.begin();
  }

  /** The state after each event, the first before all of them. */
  get states() {
    return this.#replay?.states;
  }
}

class Replay {
  me = "";
  /** @type {State[]} */
  states = [{ design: {}, phases: {} }];
  /** @type {(string | null)[]} */
  times = [null];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    /** @type {BoardTexts} */
    this.words = { ...wordsOf(element), builtIn: {} }; // what was said then is shown as it was
    this.design = Number(element.dataset.design);
    this.place = part(element, "[data-place]", HTMLInputElement);
    this.where = box(element, "[data-where]");
    this.button = box(element, "[data-play]");
    this.playWord = this.button.textContent;
    const cards = new CardMaker(this, { open: SILENT, vote: SILENT, pick: SILENT });
    const columns = new Columns(this, cards, new Writing(this, { add: SILENT, write: SILENT }), {
      vote: SILENT,
      openCluster: SILENT,
    });
    /** @type {BoardPart[]} */
    this.parts = [
      new Phases(this),
      columns,
      new Consent(this, SILENT),
      new Commitments(this, SILENT),
      new Parked(this, cards),
    ];
    this.moment = new Intl.DateTimeFormat(customs, { timeStyle: "medium" });
    this.place.addEventListener("input", () => this.#show(Number(this.place.value)));
    this.button.addEventListener("click", () => (this.#timer ? this.#stop() : this.#play()));
  }

  /** Read what happened, and show how it began. */
  async begin() {
    await this.#readAll();
    this.element.dataset.ready = String(this.states.length - 1);
    this.place.max = String(this.states.length - 1);
    this.#show(Math.min(1, this.states.length - 1));
  }

  /** Every event from the first; each state shares with the one before what did not change. */
  async #readAll() {
    let last = 0;
    let more = true;
    while (more) {
      const page = await read(this.element.dataset.stream ?? "", { after: last });
      const events = /** @type {DesignEvent[]} */ (page.events);
      for (const event of events) {
        this.states.push(merge(this.states[this.states.length - 1], event.patch ?? {}));
        this.times.push(event.at);
        last = event.seq;
      }
      more = page.more && events.length > 0;
    }
  }

  /** @param {number} place */
  #show(place) {
    this.place.value = String(place);
    const state = this.states[place];
    const lang = this.element.dataset.lang ?? "";
    const seen = { ...UNSEEN, state, lang, phase: phaseNow(state), isOpen: true };
    for (const each of this.parts) each.render(seen);
    const at = this.times[place];
    this.where.textContent = `${place} / ${this.states.length - 1}${at ? ` · ${this.moment.format(new Date(at))}` : ""}`;
  }

  #play() {
    this.button.textContent = wordsOf(this.button).stop;
    if (Number(this.place.value) >= this.states.length - 1) this.#show(0);
    this.#timer = setInterval(() => {
      const next = Number(this.place.value) + 1;
      if (next >= this.states.length) return this.#stop();
      this.#show(next);
    }, STEP);
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.button.textContent = this.playWord;
  }
}

customElements.define("trama-replay", ReplayElement);
