/** <trama-replay>: the board at any moment, folded from the events up to there. The last one is how it ended. */
import { customs } from "./live/customs.js";
import { CardMaker } from "./board/card.js";
import { Columns } from "./board/columns.js";
import { Commitments } from "./board/commitments.js";
import { Consent } from "./board/consent.js";
import { merge } from "./board/merge.js";
import { Parked } from "./board/parked.js";
import { Phases } from "./board/phases.js";
import { Writing } from "./board/writing.js";
import { phaseNow } from "./board/state.js";
import { read } from "./live/catch-up.js";

const STEP = 700;
const SILENT = () => {};

class Replay extends HTMLElement {
  async connectedCallback() {
    this.words = JSON.parse(this.dataset.words);
    this.design = Number(this.dataset.design);
    this.me = "";
    this.states = [{ design: {}, phases: {} }];
    this.times = [null];
    this.place = this.querySelector("[data-place]");
    this.where = this.querySelector("[data-where]");
    this.button = this.querySelector("[data-play]");
    this.playWord = this.button.textContent;
    const cards = new CardMaker(this, { open: SILENT, vote: SILENT, pick: SILENT });
    const columns = new Columns(this, cards, new Writing(this, { add: SILENT, write: SILENT }), {
      vote: SILENT,
      openCluster: SILENT,
    });
    this.parts = [
      new Phases(this),
      columns,
      new Consent(this, SILENT),
      new Commitments(this, SILENT),
      new Parked(this, cards),
    ];
    this.moment = new Intl.DateTimeFormat(customs, { timeStyle: "medium" });
    this.place.addEventListener("input", () => this.#show(Number(this.place.value)));
    this.button.addEventListener("click", () => (this.timer ? this.#stop() : this.#play()));
    await this.#readAll();
    this.dataset.ready = String(this.states.length - 1);
    this.place.max = this.states.length - 1;
    this.#show(Math.min(1, this.states.length - 1));
  }

  /** Every event from the first; each state shares with the one before what did not change. */
  async #readAll() {
    let last = 0;
    let more = true;
    while (more) {
      const { events, more: goesOn } = await read(this.dataset.stream, { after: last });
      for (const event of events) {
        this.states.push(merge(this.states.at(-1), event.patch ?? {}));
        this.times.push(event.at);
        last = event.seq;
      }
      more = goesOn && events.length > 0;
    }
  }

  /** The state that the events up to a place lead to. */
  stateAt(place) {
    return this.states[place];
  }

  #show(place) {
    this.place.value = place;
    const state = this.states[place];
    const seen = {
      state,
      mine: { may: [], votes: {} },
      lang: this.dataset.lang,
      phase: phaseNow(state),
      runs: false,
      board: "main",
      may: new Set(),
      ownKeys: new Set(),
      ownHidden: [],
      pending: [],
      isOpen: true,
      picked: new Set(),
    };
    for (const part of this.parts) part.render(seen);
    const at = this.times[place];
    this.where.textContent = `${place} / ${this.states.length - 1}${at ? ` · ${this.moment.format(new Date(at))}` : ""}`;
  }

  #play() {
    this.button.textContent = this.button.dataset.sayStop;
    if (Number(this.place.value) >= this.states.length - 1) this.#show(0);
    this.timer = setInterval(() => {
      const next = Number(this.place.value) + 1;
      if (next >= this.states.length) return this.#stop();
      this.#show(next);
    }, STEP);
  }

  #stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.button.textContent = this.playWord;
  }
}

customElements.define("trama-replay", Replay);
