/** Who is here and who is writing: signals that may be lost, so that each is forgotten after a while. */
import { make } from "../elements/markup.js";
import { fill } from "../elements/words.js";

const STILL_WRITING = 6000;

export class Company {
  #writers = new Map();

  constructor(room) {
    this.words = room.dataset;
    this.me = Number(room.dataset.me);
    this.part = room.querySelector("[data-here-part]");
    this.list = room.querySelector("[data-here]");
    this.count = room.querySelector("[data-here-count]");
    this.typing = room.querySelector("[data-typing]");
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  }

  /** Hear of the others. */
  hear({ kind, people, person }) {
    if (kind === "presence") this.#show(people);
    if (kind === "typing" && person.id !== this.me) this.#note(person);
  }

  /** Somebody said what she was writing. */
  spoke(id) {
    this.#forget(id);
  }

  /** Nobody can be seen while the connection is gone. */
  lose() {
    this.#show([]);
    for (const id of [...this.#writers.keys()]) this.#forget(id);
  }

  #show(people) {
    this.part.hidden = !people.length;
    this.count.textContent = people.length || "";
    this.list.replaceChildren(...people.map((person) => this.#person(person)));
  }

  #person({ id, name, country }) {
    const parts = [make("span", { class: "here-dot", "aria-hidden": "true" }), make("span", {}, [name])];
    const notes = [id === this.me ? this.words.sayYou : null]
      .filter(Boolean)
      .map((text) => make("span", {}, [text]));
    if (country) notes.unshift(make("abbr", { title: this.countries.of(country) }, [country]));
    if (notes.length === 2) notes.splice(1, 0, " · ");
    if (notes.length) parts.push(make("span", { class: "small soft" }, notes));
    return make("li", { class: "here-person" }, parts);
  }

  #note({ id, name }) {
    clearTimeout(this.#writers.get(id)?.timer);
    this.#writers.set(id, { name, timer: setTimeout(() => this.#forget(id), STILL_WRITING) });
    this.#tell();
  }

  #forget(id) {
    clearTimeout(this.#writers.get(id)?.timer);
    if (this.#writers.delete(id)) this.#tell();
  }

  #tell() {
    const [first, second, ...more] = [...this.#writers.values()].map(({ name }) => name);
    const { sayWritingOne, sayWritingTwo, sayWritingMany } = this.words;
    const sentence = more.length ? sayWritingMany : second ? sayWritingTwo : first ? sayWritingOne : "";
    this.typing.textContent = fill(sentence, { name: first, other: second });
  }
}
