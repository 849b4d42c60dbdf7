/** Who is here, whose hand is up, who is ready; and for those who run it, what they can do for each. */
import { confirmed } from "../elements/confirmation.js";
import { box, part } from "../elements/part.js";
import { keyed, copyOf, say } from "./keyed.js";
import { handsUp } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

/** @import { Attendee, Presence } from "../live/payloads.js" */
/** @import { Act, Commands, Host, Seen, State } from "./shapes.js" */
/** @typedef {"design_person" | "design_desk"} PersonCommand */
/** @typedef {[label: string, event: PersonCommand, payload: Commands[PersonCommand]]} PersonAct */

export class People {
  /** @type {Set<string>} */
  present = new Set();
  /** @type {Seen | undefined} */
  #seen;

  /**
   * @param {Host} board
   * @param {Act} act does what was chosen
   */
  constructor(board, act) {
    this.act = act;
    this.words = board.words;
    this.me = board.me;
    this.list = box(board.element, "[data-people]");
    this.hands = box(board.element, "[data-hands]");
    this.handsPart = box(board.element, "[data-hands-part]");
    this.count = box(board.element, "[data-here-count]");
    this.ready = box(board.element, "[data-ready]");
    this.hand = box(board.element, "[data-hand]");
    this.pattern = part(board.element, "template[data-pattern=person]", HTMLTemplateElement);
    this.countries = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
    this.ready.addEventListener("click", () =>
      act("design_ready", { ready: this.ready.getAttribute("aria-pressed") !== "true" }),
    );
    this.hand.addEventListener("click", () =>
      act("design_hand", { up: this.hand.getAttribute("aria-pressed") !== "true" }),
    );
  }

  /**
   * How many of those who take part, and do not run the session, look at the board now.
   * @param {State} state
   */
  hereOf(state) {
    return Object.entries(state.people ?? {}).filter(
      ([id, { role }]) => role === "participant" && this.present.has(id),
    ).length;
  }

  /**
   * Hear who looks at the board at this moment.
   * @param {Presence[]} people
   */
  here(people) {
    this.present = new Set(people.map((person) => String(person.id)));
    if (this.#seen) this.render(this.#seen);
  }

  /** @param {Seen} seen */
  render(seen) {
    this.#seen = seen;
    const { state, mine, may, runs } = seen;
    const people = Object.entries(state.people ?? {}).sort(([, one], [, other]) =>
      one.name.localeCompare(other.name),
    );
    keyed(
      this.list,
      people,
      () => this.#build(),
      (element, person, id) => this.#update(element, person, id, seen, runs),
    );
    say(this.count, String(people.filter(([id]) => this.present.has(id)).length || ""));
    const hands = handsUp(state);
    this.handsPart.hidden = !hands.length;
    keyed(
      this.hands,
      hands,
      () => make("li"),
      (element, person) => say(element, person.name),
    );
    this.#press(this.ready, may.has("ready"), Boolean(mine.ready));
    this.#press(this.hand, may.has("hand"), Boolean(state.people?.[this.me]?.hand));
  }

  /**
   * @param {HTMLElement} button
   * @param {boolean} allowed
   * @param {boolean} on
   */
  #press(button, allowed, on) {
    button.hidden = !allowed;
    button.setAttribute("aria-pressed", String(on));
  }

  #build() {
    return copyOf(this.pattern);
  }

  /**
   * @param {HTMLElement} element
   * @param {Attendee} person
   * @param {string} id
   * @param {Seen} seen
   * @param {boolean} runs
   */
  #update(element, person, id, seen, runs) {
    const notes = [person.country && this.countries.of(person.country), person.organisation];
    if (id === this.me) notes.push(this.words.you);
    notes.push(this.present.has(id) ? this.words.present : this.words.absent);
    say(box(element, "[data-name]"), person.name);
    say(box(element, "[data-notes]"), notes.filter(Boolean).join(" · "));
    say(box(element, "[data-marks]"), this.#marks(person, id, seen.state).join(" · "));
    element.classList.toggle("here-absent", !this.present.has(id));
    const menu = box(element, "[data-person-acts]");
    menu.hidden = !runs || id === this.me;
    const signature = JSON.stringify([
      runs,
      person.muted,
      person.hand,
      person.role,
      seen.state.desk?.holder,
      seen.state.round,
      this.me,
    ]);
    if (menu.hidden || menu.dataset.says === signature) return;
    menu.dataset.says = signature;
    box(menu, "ul").replaceChildren(
      ...this.#acts(person, id, seen.state).map(([label, event, payload]) =>
        this.#button(label, event, payload, person),
      ),
    );
  }

  /**
   * @param {Attendee} person
   * @param {string} id
   * @param {State} state
   */
  #marks(person, id, state) {
    const marks = [];
    if (person.role !== "participant") marks.push(this.words.roles[person.role] ?? "");
    if (state.desk?.holder === id) marks.push(this.words.hasDesk);
    if (person.hand) marks.push(fill(this.words.handNumber, { place: person.hand }));
    if (person.muted) marks.push(this.words.muted);
    if (state.round?.asked && state.round.spoken?.[id]) marks.push(this.words.hasSpoken);
    return marks;
  }

  /**
   * @param {Attendee} person
   * @param {string} id
   * @param {State} state
   */
  #acts(person, id, state) {
    const of = Number(id);
    /** @type {PersonAct[]} */
    const acts = [
      [
        person.muted ? this.words.unmute : this.words.mute,
        "design_person",
        { person: of, act: person.muted ? "unmute" : "mute" },
      ],
    ];
    if (person.hand) acts.unshift([this.words.handDone, "design_person", { person: of, act: "lower_hand" }]);
    if (state.round?.asked && !state.round.spoken?.[id])
      acts.unshift([this.words.spoke, "design_person", { person: of, act: "spoken" }]);
    if (person.role === "participant")
      acts.push([this.words.shareDesk, "design_desk", { act: "share", person: of }]);
    else {
      acts.push([this.words.handOver, "design_desk", { act: "hand_over", person: of }]);
      if (state.desk?.holder !== id)
        acts.push([this.words.unshareDesk, "design_desk", { act: "unshare", person: of }]);
    }
    acts.push([this.words.sendAway, "design_person", { person: of, act: "remove" }]);
    return acts;
  }

  /**
   * @param {string} label
   * @param {PersonCommand} event
   * @param {Commands[PersonCommand]} payload
   * @param {Attendee} person
   */
  #button(label, event, payload, person) {
    const button = make("button", { class: "button button-quiet button-small", type: "button" }, [label]);
    button.addEventListener("click", async () => {
      const { title, ...words } = this.words.sendAwaySure;
      const question = { title: fill(title, { name: person.name }), ...words };
      if (payload.act !== "remove" || (await confirmed(question))) this.act(event, payload);
    });
    return make("li", {}, [button]);
  }
}
