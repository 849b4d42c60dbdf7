/** Who does what, and by when: every commitment has an organisation, somebody and a day. */
import { customs } from "../live/customs.js";
import { box, field, part } from "../elements/part.js";
import { acceptField, refuseField } from "../elements/field-error.js";
import { languageIn } from "./languages.js";
import { keyed, say } from "./keyed.js";
import { UNSEEN } from "./seen.js";
import { personIn, phaseNow } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { drawOrigins, Origins } from "./origins.js";

/** @import { CommitmentShown } from "../live/payloads.js" */
/** @import { Act, Commands, Host, Seen, Written } from "./shapes.js" */

export class Commitments {
  #seen = UNSEEN;
  #asked = false;
  /** Whether the reader's own organisation, and herself, were chosen for her. */
  #isPreset = false;
  /** @type {boolean | undefined} Whether its phase goes on. */
  #isHere;

  /**
   * @param {Host} board
   * @param {Act} act does what was chosen
   */
  constructor(board, act) {
    this.act = act;
    this.board = board;
    this.words = board.words;
    this.part = box(board.element, "[data-commitments]");
    this.fold = part(this.part, "details", HTMLDetailsElement);
    this.list = box(this.part, "[data-commitment-list]");
    this.form = part(this.part, "[data-commitment-form]", HTMLFormElement);
    this.fields = {
      organisation: field(this.form, "organisation", HTMLSelectElement),
      owner: field(this.form, "owner", HTMLSelectElement),
      what: field(this.form, "what", HTMLInputElement),
      ifThen: field(this.form, "if_then", HTMLInputElement),
      byWhen: field(this.form, "by_when", HTMLInputElement),
    };
    for (const [name, control] of Object.entries(this.fields)) control.id = `commitment-${name}`;
    this.lang = languageIn(this.form, board);
    this.days = new Intl.DateTimeFormat(customs, { dateStyle: "long", timeZone: "UTC" });
    this.origins = new Origins(box(this.form, "[data-origins]"), this.words);
    this.fields.organisation.addEventListener("change", () => this.#fillOwners());
    this.form.addEventListener("submit", (event) => this.#submit(event));
  }

  /**
   * Begin a commitment with what stands on a card, in whatever phase.
   * @param {string} text
   * @param {string[]} cards
   */
  begin(text, cards) {
    this.#asked = true;
    this.fold.open = true;
    this.fields.what.value = text;
    this.origins.choose(cards);
    this.render(this.#seen);
    this.fields.what.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** @param {Seen} seen */
  render(seen) {
    this.#seen = seen;
    const commitments = Object.entries(seen.state.commitments ?? {});
    const here = phaseNow(seen.state)?.kind === "commitments";
    this.part.hidden = !here && !commitments.length && !this.#asked;
    this.form.hidden = !seen.may.has("commit");
    this.#place(here);
    keyed(
      this.list,
      commitments,
      () => make("li", { class: "commitment" }),
      (element, commitment) => this.#update(element, commitment),
    );
    this.origins.render(seen.state);
    this.#fillOrganisations();
  }

  /**
   * In its own phase it stands above the cards, open; in every other one below them, folded.
   * @param {boolean} here
   */
  #place(here) {
    if (this.#isHere === here) return;
    this.#isHere = here;
    const main = part(this.board.element, "#main", HTMLElement);
    main.insertBefore(this.part, box(main, here ? "[data-column-tabs]" : "[data-parked]"));
    this.fold.open = here;
  }

  /**
   * A commitment that was not taken stands in the form again, with the reason.
   * @param {Written} entry
   * @param {string} reason
   */
  giveBack({ event, payload }, reason) {
    if (event !== "design_commit") return false;
    const { what, ifThen, byWhen } = this.fields;
    [what.value, ifThen.value, byWhen.value] = [payload.what, payload.if_then ?? "", payload.by_when];
    this.origins.choose(payload.cards ?? []);
    refuseField(what, reason, (said) => this.board.announcements?.say(said));
    return true;
  }

  /**
   * @param {HTMLElement} element
   * @param {CommitmentShown} commitment
   */
  #update(element, commitment) {
    this.#draw(element, commitment);
    drawOrigins(box(element, ".origins"), commitment.cards, this.#seen.state, this.words);
  }

  /**
   * @param {HTMLElement} element
   * @param {CommitmentShown} commitment
   */
  #draw(element, commitment) {
    const signature = JSON.stringify(commitment);
    if (element.dataset.says === signature) return;
    element.dataset.says = signature;
    const owner = personIn(this.#seen.state, commitment.owner)?.name ?? commitment.owner_name;
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
    const { state, runs } = this.#seen;
    const own = state.people?.[this.board.me]?.organisation_id;
    // One promises for one's own organisation; who runs the session writes down what any of them says.
    const people = Object.values(state.people ?? {}).filter(
      (person) => person.organisation_id && (runs || person.organisation_id === own),
    );
    const known = new Map(
      people.map((person) => [String(person.organisation_id), person.organisation ?? ""]),
    );
    keyed(
      this.fields.organisation,
      [...known].sort(([, one], [, other]) => one.localeCompare(other)),
      (id) => make("option", { value: id }),
      (option, name) => say(option, name),
    );
    this.#fillOwners();
    if (this.#isPreset || !own) return;
    this.#isPreset = true;
    this.fields.organisation.value = String(own);
    this.#fillOwners();
    this.fields.owner.value = this.board.me;
  }

  #fillOwners() {
    const organisation = this.fields.organisation.value;
    const people = Object.entries(this.#seen.state.people ?? {}).filter(
      ([, person]) => String(person.organisation_id) === organisation,
    );
    keyed(
      this.fields.owner,
      people,
      (id) => make("option", { value: id }),
      (option, person) => say(option, person.name),
    );
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const { organisation, owner, what, ifThen, byWhen } = this.fields;
    /** @type {[HTMLInputElement | HTMLSelectElement, string][]} */
    const needed = [
      [organisation, this.words.lacksOrganisation],
      [owner, this.words.lacksOwner],
      [what, this.words.lacksWhat],
      [byWhen, this.words.lacksDay],
    ];
    const lacking = needed.find(([each]) => !each.value.trim());
    for (const [each] of needed) acceptField(each);
    if (lacking) return refuseField(...lacking, (said) => this.board.announcements?.say(said));
    /** @type {Commands["design_commit"]} */
    const payload = {
      organisation: Number(organisation.value),
      owner: Number(owner.value),
      what: what.value.trim(),
      by_when: byWhen.value,
      lang: this.lang.value,
    };
    if (ifThen.value.trim()) payload.if_then = ifThen.value.trim();
    if (this.origins.keys.length) payload.cards = this.origins.keys;
    this.act("design_commit", payload);
    this.origins.choose([]);
    for (const each of [what, ifThen, byWhen]) each.value = "";
    what.focus();
  }
}
