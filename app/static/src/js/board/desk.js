/** The facilitator's desk: everything that runs a design session, for those only who run it. */
import { confirmed } from "../elements/confirmation.js";
import { closest, field } from "../elements/part.js";
import { acceptField, refuseField } from "../elements/field-error.js";
import { ToolbarKeys } from "./keys.js";
import { languageIn } from "./languages.js";
import { say } from "./keyed.js";
import { handsUp, phaseNow, unseatedIn } from "./state.js";
import { fill } from "../elements/words.js";
import { UNSEEN } from "./seen.js";

const KEEP = 15_000;
/** Buttons that are shown while the server allows what they do. */
const NEEDED = {
  start: "start",
  previous: "go_previous",
  repeat: "go_repeat",
  skip: "go_skip",
  close: "close",
  take: "take_desk",
};

/** @import { DeskView } from "../live/payloads.js" */
/** @import { Act, Host, Seen, State } from "./shapes.js" */

export class Desk {
  #seen = UNSEEN;
  /** @type {number | null} The number of the step that can be undone. */
  #step = null;
  #isOutdated = false;
  /** Whether the last step is undone as soon as the desk knows which it is. */
  #undoes = false;

  /**
   * @param {Host} board
   * @param {Act} act
   * @param {{breakouts: () => void}} sheets `breakouts` opens the sheet of groups
   */
  constructor(board, act, { breakouts }) {
    this.act = act;
    this.board = board;
    this.words = board.words;
    this.me = board.me;
    this.breakouts = breakouts;
    /** @type {HTMLElement | null} */
    this.bar = board.element.querySelector("[data-desk]");
    /** @type {HTMLElement | null} */
    this.take = board.element.querySelector("[data-take-desk]");
    this.notHeard = board.element.querySelector("[data-not-heard]");
    /** @param {HTMLElement | null} where */
    const listen = (where) =>
      where?.addEventListener("click", (event) => this.#press(closest(event.target, "[data-do]")));
    this.keys = this.bar && new ToolbarKeys(this.bar);
    listen(this.bar);
    listen(this.take);
    const form = board.element.querySelector("[data-broadcast-form]");
    if (form instanceof HTMLFormElement) languageIn(form, board);
    if (form instanceof HTMLFormElement)
      form.addEventListener("submit", (event) => this.#broadcast(event, form));
    setInterval(() => this.holds && this.act("design_desk", { act: "keep" }, { quiet: true }), KEEP);
  }

  get holds() {
    const { state } = this.#seen;
    return state.desk?.holder === this.me && state.design.state === "live";
  }

  /** @param {Seen} seen */
  render(seen) {
    this.#seen = seen;
    const { state, runs } = seen;
    if (this.bar) this.bar.hidden = !runs;
    const away = Boolean(state.desk?.away || !state.desk?.holder);
    if (this.take) this.take.hidden = !(away && seen.may.has("take_desk"));
    if (!runs) return;
    const live = state.design.state === "live";
    const now = phaseNow(state);
    for (const [name, needed] of Object.entries(NEEDED)) this.#show(name, seen.may.has(needed));
    for (const name of [
      "add",
      "pause",
      "lock",
      "reveal",
      "hands",
      "breakouts",
      "undo",
      "round",
      "freeze",
      "broadcast",
    ])
      this.#show(name, live);
    // The last phase leaves the place of "Next phase" empty: what ends everything never stands there.
    this.#show("next", live);
    for (const button of this.#buttons("next"))
      button.setAttribute("aria-disabled", String(!seen.may.has("go_next")));
    this.#label("next", seen.may.has("go_next") ? this.words.desk.next : this.words.desk.last);
    this.#label("pause", state.now?.left !== undefined ? this.words.desk.resume : this.words.desk.pause);
    this.#label("freeze", state.design.frozen ? this.words.desk.thaw : this.words.desk.freeze);
    this.#label("lock", state.design.locked ? this.words.desk.unlock : this.words.desk.lock);
    this.#label("round", state.round?.asked ? this.words.desk.endRound : this.words.desk.round);
    this.#label("hands", fill(this.words.desk.hands, { count: handsUp(state).length }));
    this.#show(
      "reveal",
      live &&
        Boolean(now?.policy?.see_own_only || state.cards === undefined || this.#hides(state)) &&
        !state.now?.revealed,
    );
    this.#show("pause", live && Boolean(state.now?.ends_at || state.now?.left !== undefined));
    this.#show("less", live && Boolean(state.now?.ends_at || state.now?.left));
    this.keys?.render();
  }

  /**
   * What only those at the desk may know: who has not been heard, what nobody opened, which group calls.
   * @param {DeskView} desk
   */
  know(desk) {
    const { not_heard: notHeard, calls = [], undo } = desk;
    const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
    const list = new Intl.ListFormat(document.documentElement.lang);
    const countries = (notHeard?.countries ?? []).map((code) => names.of(code) ?? code);
    const notes = [];
    if (countries.length) notes.push(fill(this.words.notHeard, { names: list.format(countries) }));
    const unseated = unseatedIn(this.#seen.state);
    if (unseated.length) notes.push(fill(this.words.unseated, { names: list.format(unseated) }));
    if (calls.length)
      notes.push(
        fill(this.words.groupCalls, {
          names: list.format(calls.map((id) => this.#seen.state.breakouts?.groups?.[id]?.name ?? id)),
        }),
      );
    if (this.notHeard) say(this.notHeard, notes.join(" · "));
    this.#step = desk.undo_step;
    this.#isOutdated = false;
    for (const button of this.#buttons("undo")) {
      button.setAttribute("aria-disabled", String(!undo));
      button.title = undo ? fill(this.words.desk.undoOf, { what: undo }) : "";
    }
    if (this.#undoes) this.#undo();
  }

  /** The phase that one sees, and which run of it: what is done to the phase is only done to this one. */
  #phase() {
    const now = phaseNow(this.#seen.state);
    return { from: now ? Number(now.id) : null, run: now?.run ?? 0 };
  }

  /** What was known of the last step is old: something happened since. */
  outdate() {
    this.#isOutdated = true;
  }

  /** The last step that one sees is undone once: until the desk learns of the one before it, nothing is. */
  #undo() {
    this.#undoes = this.#isOutdated;
    if (this.#undoes || this.#step === null) return;
    this.act("design_undo", { step: this.#step });
    this.#step = null;
    for (const button of this.#buttons("undo")) button.setAttribute("aria-disabled", "true");
  }

  /** @param {State} state */
  #hides(state) {
    return Object.values(state.columns ?? {}).some((column) => column.written);
  }

  /** @param {HTMLElement | null} button */
  #press(button) {
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const { state } = this.#seen;
    /** @type {Record<string, () => unknown>} */
    const acts = {
      start: () => this.act("design_start", {}),
      next: () => this.act("design_go", { to: "next", ...this.#phase() }),
      previous: () => this.act("design_go", { to: "previous", ...this.#phase() }),
      skip: () => this.act("design_go", { to: "skip", ...this.#phase() }),
      repeat: () => this.act("design_go", { to: "repeat", ...this.#phase() }),
      add: () => this.act("design_timer", { act: "add", seconds: 60, ...this.#phase() }),
      less: () => this.act("design_timer", { act: "add", seconds: -60, ...this.#phase() }),
      pause: () =>
        this.act("design_timer", {
          act: state.now?.left === undefined ? "pause" : "resume",
          ...this.#phase(),
        }),
      lock: () => this.act("design_lock", { what: "board", on: !state.design.locked }),
      reveal: () => this.act("design_reveal", {}),
      undo: () => this.#undo(),
      freeze: () => this.act("design_freeze", { on: !state.design.frozen }),
      round: () => this.act("design_round", { on: !state.round?.asked }),
      take: () => this.act("design_desk", { act: "take" }),
      close: async () => (await confirmed(this.words.desk.closeSure)) && this.act("design_close", {}),
      breakouts: this.breakouts,
    };
    acts[button.dataset.do ?? ""]?.();
  }

  /**
   * @param {SubmitEvent} event
   * @param {HTMLFormElement} form
   */
  #broadcast(event, form) {
    event.preventDefault();
    const text = field(form, "text", HTMLTextAreaElement);
    if (!text.value.trim())
      return refuseField(text, this.words.lacksText, (said) => this.board.announcements?.say(said));
    acceptField(text);
    const lang = field(form, "lang", HTMLSelectElement).value;
    this.act("design_broadcast", { text: text.value.trim(), lang });
    text.value = "";
    form.closest("dialog")?.close();
  }

  /** @param {string} name */
  #buttons(name) {
    /** @type {NodeListOf<HTMLButtonElement> | undefined} */
    const buttons = this.bar?.querySelectorAll(`[data-do="${name}"]`);
    return buttons ?? [];
  }

  /**
   * @param {string} name
   * @param {boolean} shown
   */
  #show(name, shown) {
    for (const button of this.#buttons(name)) button.hidden = !shown;
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #label(name, text) {
    for (const button of this.#buttons(name)) say(button.querySelector("span") ?? button, text);
  }
}
