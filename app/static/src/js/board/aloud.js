/** What changed, read aloud politely: phases, reveals, hands; many small things at once become one sentence. */
import { fill } from "../elements/words.js";

const SOON = 400;

export class Aloud {
  #waiting = new Map();
  #timer;

  constructor(board) {
    this.words = board.words;
    this.element = board.querySelector("[data-announce]");
  }

  /** Tell of an event; `state` is what it led to. */
  tell(event, state) {
    const sentence = this.words.told[event.kind];
    if (!sentence) return;
    const phase = state.phases?.[state.now?.phase];
    const name = state.people?.[event.actor]?.name ?? this.words.somebody;
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

  /** Say a sentence; those of one kind that come together are said once. */
  say(sentence, kind = sentence) {
    this.#waiting.set(kind, sentence);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.element.textContent = [...this.#waiting.values()].join(" ");
      this.#waiting.clear();
    }, SOON);
  }
}
