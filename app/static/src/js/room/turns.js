/** Who may write now: what the room says of it above the composer, and how long one waits in a slow room. */
import { box } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";

/** @import { ModeEvent } from "../live/payloads.js" */
/** @import { RoomData, RoomWords } from "./words.js" */

const LONG_SECONDS = 120;

export class Turns {
  /** When one may write again, in milliseconds. */
  #until = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;

  /**
   * @param {HTMLElement} room
   * @param {(sentence: string) => void} tell says something aloud
   */
  constructor(room, tell) {
    this.data = /** @type {RoomData} */ (room.dataset);
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.note = box(room, "[data-mode-note]");
    this.turn = box(room, "[data-turn]");
    this.tell = tell;
    this.wait(Number(this.data.waitSeconds));
  }

  get #isExempt() {
    return "moderates" in this.data;
  }

  /**
   * The room is of another mode now.
   * @param {ModeEvent} event
   */
  apply({ settings }) {
    this.data.mode = settings.mode;
    this.data.slowSeconds = String(settings.slow_seconds);
    if (settings.mode !== "slow") this.wait(0);
    const sentence = settings.is_closed ? this.words.roomClosed : (this.words.modes[settings.mode] ?? "");
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
    if (sentence) this.tell(sentence);
  }

  /**
   * One has written something oneself.
   * @param {string} at the moment of it
   */
  spoke(at) {
    if (this.data.mode !== "slow" || this.#isExempt) return;
    this.wait(Number(this.data.slowSeconds) - Math.max(0, (Date.now() - Date.parse(at)) / 1000));
  }

  /**
   * Count the time until one may write again.
   * @param {number} seconds
   */
  wait(seconds) {
    clearInterval(this.#clock);
    this.#until = Date.now() + seconds * 1000;
    if (seconds > 0) this.#clock = setInterval(() => this.#show(), 1000);
    this.#show();
  }

  #show() {
    const seconds = Math.ceil((this.#until - Date.now()) / 1000);
    const wasShown = !this.turn.hidden;
    this.turn.hidden = seconds <= 0;
    if (seconds > LONG_SECONDS)
      this.turn.textContent = fill(this.words.waitMinutes, { minutes: Math.ceil(seconds / 60) });
    else if (seconds > 0) this.turn.textContent = fill(this.words.waitSeconds, { seconds });
    else {
      clearInterval(this.#clock);
      if (wasShown) this.tell(this.words.yourTurn);
    }
  }
}
