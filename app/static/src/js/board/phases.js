/** The phases across the top, and what the one that runs asks. */
import { box, boxes } from "../elements/part.js";
import { keyed, say } from "./keyed.js";
import { langOf } from "./languages.js";
import { phaseNow, phasesOf, titleOf } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

const MOST_NAMED = 4;

/** @import { Mine, PhaseShown } from "../live/payloads.js" */
/** @import { Host, PhaseNow, Seen, State } from "./shapes.js" */

export class Phases {
  /** @type {HTMLElement | undefined} The phase that was brought into sight. */
  shown;

  /** @param {Host} board */
  constructor(board) {
    this.words = board.words;
    this.list = box(board.element, "[data-phases]");
    this.kind = box(board.element, "[data-kind]");
    this.prompt = box(board.element, "[data-prompt]");
    this.asked = box(board.element, "[data-asked]");
    this.standing = box(board.element, "[data-standing]");
    this.lang = board.element.dataset.lang ?? "";
  }

  /** @param {Seen} seen */
  render({ state, mine, here }) {
    keyed(
      this.list,
      phasesOf(state),
      () => make("li", { class: "phase" }, [make("span"), make("span", { class: "phase-status" })]),
      (element, shown, id) => this.#phase(element, shown, id === state.now?.phase),
    );
    this.#scrollTo();
    const phase = phaseNow(state);
    const isOver = state.design.state === "closed" || state.design.state === "archived";
    say(this.kind, this.words.kinds[phase?.kind ?? ""] ?? (isOver ? this.words.over : this.words.notBegun));
    say(this.prompt, phase?.prompt || state.design.question || (state.design.title ?? ""));
    this.prompt.lang = langOf(this.prompt.textContent ?? "", this.words, this.lang);
    say(this.asked, isOver ? (this.words.asks.over ?? "") : this.#ask(state, mine, phase));
    say(this.standing, this.#stand(state, phase, here));
  }

  /**
   * @param {HTMLElement} element
   * @param {PhaseShown} phase
   * @param {boolean} isNow
   */
  #phase(element, phase, isNow) {
    const [title, status] = boxes(element, ":scope > span");
    const points = phase.policy?.vote
      ? ` · ${fill(this.words.pointsEach, { count: phase.policy.vote })}`
      : "";
    say(title, isNow ? phase.title + points : phase.title);
    title.lang = langOf(phase.title, this.words, this.lang);
    say(status, ` ${this.words.status[phase.status] ?? ""}`);
    element.className = `phase phase-${phase.status}`;
    if (isNow) element.setAttribute("aria-current", "step");
    else element.removeAttribute("aria-current");
  }

  /** On a narrow screen the phase that runs is the one in sight. */
  #scrollTo() {
    const [current] = boxes(this.list, "[aria-current]");
    if (!current || current === this.shown) return;
    this.shown = current;
    this.list.parentElement?.scrollTo({ left: current.offsetLeft - 8 });
  }

  /**
   * What is asked of the reader at this moment, in one sentence.
   * @param {State} state
   * @param {Partial<Mine>} mine
   * @param {PhaseNow | undefined} phase
   */
  #ask(state, mine, phase) {
    if (!phase?.kind) return this.words.asks.waiting;
    if (state.design.frozen) return this.words.asks.frozen;
    if (phase.policy?.vote && mine.left !== undefined)
      return fill(this.words.asks.points, { left: mine.left });
    return this.words.asks[phase.kind] ?? "";
  }

  /**
   * What the last vote put first; those with as many points are told as tied.
   * @param {State} state
   */
  #ahead({ votes, cards, clusters, phases, now }) {
    const since =
      (phases?.[now?.phase ?? ""]?.position ?? Infinity) - (phases?.[votes?.phase ?? ""]?.position ?? 0);
    if (votes?.open || !votes?.winners?.length || since > 1) return [];
    const titles = votes.winners.map((target) => titleOf(target, cards, clusters) || this.words.noName);
    const names = new Intl.ListFormat(document.documentElement.lang).format(
      titles.slice(0, MOST_NAMED).map((title) => `“${title}”`),
    );
    return [
      fill(titles.length > 1 ? this.words.tied : this.words.ahead, {
        names,
        count: votes.totals?.[votes.winners[0]] ?? 0,
      }),
    ];
  }

  /**
   * Where all of them stand: how many are ready, what stays hidden.
   * @param {State} state
   * @param {PhaseNow | undefined} phase
   * @param {number | undefined} here how many of the participants look at the board
   */
  #stand(state, phase, here) {
    const notes = [];
    if (phase?.kind && here && state.ready?.of)
      notes.push(fill(this.words.ready, { count: state.ready.count, of: here }));
    if (phase?.policy?.totals_hidden && state.votes?.open) notes.push(this.words.totalsHidden);
    notes.push(...this.#ahead(state));
    if (phase?.policy?.anonymous) notes.push(this.words.anonymous);
    else if (phase?.policy?.see_own_only && !state.now?.revealed) notes.push(this.words.hiddenUntilReveal);
    return notes.join(" · ");
  }
}
