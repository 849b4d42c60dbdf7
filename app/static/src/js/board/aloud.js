/** What changed, read aloud politely: phases, reveals, hands; many small things at once become one sentence. */
import { box } from "../elements/part.js";
import { fill } from "../elements/words.js";
import { personIn, phaseNow } from "./state.js";

const SOON = 400;

export class Aloud {
  /** @type {Map<string, string>} */
  #waiting = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("./shapes.js").Host} board */
  constructor(board) {
    this.words = board.words;
    this.element = box(board.element, "[data-announce]");
  }

  /**
   * Tell of an event; `state` is what it led to.
   * @param {import("../live/payloads.js").DesignEvent} event
   * @param {import("./shapes.js").State} state
   */
  tell(event, state) {
    const sentence = this.words.told[event.kind];
    if (!sentence) return;
    const phase = phaseNow(state);
    const name = personIn(state, event.actor)?.name ?? this.words.somebody;
    this.say(
      fill(sentence, {
        name,
        title: phase?.title ?? "",
        prompt: phase?.prompt ?? "",
        text: state.broadcast?.text ?? "",
      }),
      event.kind,
    );
  }

  /**
   * Say a sentence; those of one kind that come together are said once.
   * @param {string} sentence
   * @param {string} [kind]
   */
  say(sentence, kind = sentence) {
    this.#waiting.set(kind, sentence);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.element.textContent = [...this.#waiting.values()].join(" ");
      this.#waiting.clear();
    }, SOON);
  }
}
