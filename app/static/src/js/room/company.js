/** Who is here and who is writing: signals that may be lost, so that each is forgotten after a while. */
import { make } from "../elements/markup.js";
import { box } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";

/** @import { Presence, SignalPush } from "../live/payloads.js" */
/** @import { RoomWords } from "./words.js" */

const STILL_WRITING = 6000;

export class Company {
  /** @type {Map<number, {name: string, timer: ReturnType<typeof setTimeout>}>} */
  #writers = new Map();

  /** @param {HTMLElement} room */
  constructor(room) {
    this.words = /** @type {RoomWords} */ (wordsOf(room));
    this.me = Number(room.dataset.me);
    this.part = box(room, "[data-here-part]");
    this.list = box(room, "[data-here]");
    this.count = box(room, "[data-here-count]");
    this.typing = box(room, "[data-typing]");
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  /**
   * Hear of the others.
   * @param {Pick<SignalPush, "kind" | "people" | "person">} signal
   */
  hear({ kind, people, person }) {
    if (kind === "presence") this.#show(people ?? []);
    if (kind === "typing" && person && person.id !== this.me) this.#note(person);
  }

  /**
   * Somebody said what she was writing.
   * @param {number | undefined} id
   */
  spoke(id) {
    this.#forget(id);
  }

  /** Nobody can be seen while the connection is gone. */
  lose() {
    this.#show([]);
    for (const id of [...this.#writers.keys()]) this.#forget(id);
  }

  /** @param {Presence[]} people */
  #show(people) {
    this.part.hidden = !people.length;
    this.count.textContent = String(people.length || "");
    this.list.replaceChildren(...people.map((person) => this.#person(person)));
  }

  /** @param {Presence} person */
  #person({ id, name, country }) {
    const parts = [make("span", { class: "here-dot", "aria-hidden": "true" }), make("span", {}, [name])];
    /** @type {(Node | string)[]} */
    const notes = id === this.me ? [make("span", {}, [this.words.you])] : [];
    if (country) notes.unshift(make("abbr", { title: this.countries.of(country) ?? country }, [country]));
    if (notes.length === 2) notes.splice(1, 0, " · ");
    if (notes.length) parts.push(make("span", { class: "small soft" }, notes));
    return make("li", { class: "here-person" }, parts);
  }

  /** @param {Presence} person */
  #note({ id, name }) {
    clearTimeout(this.#writers.get(id)?.timer);
    this.#writers.set(id, { name, timer: setTimeout(() => this.#forget(id), STILL_WRITING) });
    this.#tell();
  }

  /** @param {number | undefined} id */
  #forget(id) {
    if (id === undefined) return;
    clearTimeout(this.#writers.get(id)?.timer);
    if (this.#writers.delete(id)) this.#tell();
  }

  #tell() {
    const [first, second, ...more] = [...this.#writers.values()].map(({ name }) => name);
    const { writingOne, writingTwo, writingMany } = this.words;
    const sentence = more.length ? writingMany : second ? writingTwo : first ? writingOne : "";
    this.typing.textContent = fill(sentence, { name: first, other: second });
  }
}
