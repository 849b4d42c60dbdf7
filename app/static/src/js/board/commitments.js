/** Who does what, and by when: every commitment has an organisation, somebody and a day. */
import { customs } from "../live/customs.js";
import { keyed, say } from "./keyed.js";
import { phaseNow } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { drawOrigins, Origins } from "./origins.js";

export class Commitments {
  /** `act(event, payload)` does what was chosen. */
  constructor(board, act) {
    Object.assign(this, { act, words: board.words });
    this.part = board.querySelector("[data-commitments]");
    this.list = this.part.querySelector("[data-commitment-list]");
    this.form = this.part.querySelector("[data-commitment-form]");
    this.problem = this.form.querySelector("[data-problem]");
    this.days = new Intl.DateTimeFormat(customs, { dateStyle: "long", timeZone: "UTC" });
    this.origins = new Origins(this.form.querySelector("[data-origins]"), this.words);
    this.form.elements.organisation.addEventListener("change", () => this.#fillOwners());
    this.form.addEventListener("submit", (event) => this.#submit(event));
  }

  /** Begin a commitment with what stands on a card, in whatever phase. */
  begin(text, cards) {
    this.asked = true;
    this.form.elements.what.value = text;
    this.origins.choose(cards);
    this.render(this.seen);
    this.form.elements.what.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  render(seen) {
    this.seen = seen;
    const commitments = Object.entries(seen.state.commitments ?? {});
    const here = phaseNow(seen.state)?.kind === "commitments";
    this.part.hidden = !here && !commitments.length && !this.asked;
    this.form.hidden = !seen.may.has("commit");
    keyed(
      this.list,
      commitments,
      () => make("li", { class: "commitment" }),
      (element, commitment) => this.#update(element, commitment),
    );
    this.origins.render(seen.state);
    this.#fillOrganisations();
  }

  /** A commitment that was not taken stands in the form again, with the reason. */
  giveBack({ event, payload }, reason) {
    if (event !== "design_commit") return false;
    const { what, if_then: ifThen, by_when: byWhen } = this.form.elements;
    [what.value, ifThen.value, byWhen.value] = [payload.what, payload.if_then ?? "", payload.by_when];
    this.origins.choose(payload.cards ?? []);
    say(this.problem, reason);
    return true;
  }

  #update(element, commitment) {
    this.#draw(element, commitment);
    drawOrigins(element.lastElementChild, commitment.cards, this.seen.state, this.words);
  }

  #draw(element, commitment) {
    const signature = JSON.stringify(commitment);
    if (element.dataset.says === signature) return;
    element.dataset.says = signature;
    const owner = this.seen.state.people?.[commitment.owner]?.name ?? commitment.owner;
    const when = fill(this.words.byWhen, { day: this.days.format(new Date(`${commitment.by_when}T00:00Z`)) });
    const notes = [owner, commitment.organisation, when, this.words.commitmentStates[commitment.state]]
      .filter(Boolean)
      .join(" · ");
    element.replaceChildren(
      make("p", { class: "commitment-what", lang: commitment.lang ?? "" }, [commitment.what]),
      ...(commitment.if_then
        ? [make("p", { class: "small", lang: commitment.lang ?? "" }, [commitment.if_then])]
        : []),
      make("p", { class: "small soft" }, [notes]),
      make("ul", { class: "origins small", "aria-label": this.words.comesFrom }),
    );
  }

  #fillOrganisations() {
    const people = Object.values(this.seen.state.people ?? {}).filter((person) => person.organisation_id);
    const known = new Map(people.map((person) => [String(person.organisation_id), person.organisation]));
    const select = this.form.elements.organisation;
    keyed(
      select,
      [...known].sort(([, one], [, other]) => one.localeCompare(other)),
      (id) => make("option", { value: id }),
      (option, name) => say(option, name),
    );
    this.#fillOwners();
  }

  #fillOwners() {
    const organisation = this.form.elements.organisation.value;
    const people = Object.entries(this.seen.state.people ?? {}).filter(
      ([, person]) => String(person.organisation_id) === organisation,
    );
    keyed(
      this.form.elements.owner,
      people,
      (id) => make("option", { value: id }),
      (option, person) => say(option, person.name),
    );
  }

  async #submit(event) {
    event.preventDefault();
    const { organisation, owner, what, if_then: ifThen, by_when: byWhen } = this.form.elements;
    const lacking = [
      [organisation, this.words.lacksOrganisation],
      [owner, this.words.lacksOwner],
      [what, this.words.lacksWhat],
      [byWhen, this.words.lacksDay],
    ].find(([field]) => !field.value.trim());
    say(this.problem, lacking?.[1] ?? "");
    if (lacking) return lacking[0].focus();
    const payload = {
      organisation: Number(organisation.value),
      owner: Number(owner.value),
      what: what.value.trim(),
      by_when: byWhen.value,
      lang: document.documentElement.lang,
    };
    if (ifThen.value.trim()) payload.if_then = ifThen.value.trim();
    if (this.origins.keys.length) payload.cards = this.origins.keys;
    this.act("design_commit", payload);
    this.origins.choose([]);
    for (const field of [what, ifThen, byWhen]) field.value = "";
    what.focus();
  }
}
