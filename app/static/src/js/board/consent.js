/** A consent round: a wording, what speaks against it, how it is mended, until nothing stands. */
import { box, boxes, field, part } from "../elements/part.js";
import { acceptField, refuseField } from "../elements/field-error.js";
import { languageIn } from "./languages.js";
import { keyed, copyOf, say } from "./keyed.js";
import { UNSEEN } from "./seen.js";
import { personIn, phaseNow, titleOf } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { differences } from "./differences.js";
import { cardsOf, drawOrigins, Origins } from "./origins.js";

/** @import { DeskView, ObjectionShown, ProposalShown, ProposalStage } from "../live/payloads.js" */
/** @import { Act, Host, Seen, Written } from "./shapes.js" */
/** @typedef {HTMLInputElement | HTMLTextAreaElement} TextField */

/** @type {ProposalStage[]} */
const STAGES = ["clarify", "react", "object", "integrate", "agreed"];

const STANCES = /** @type {const} */ (["consent", "concern"]);
const UNSOLVED = new Set(["open", "stands"]);

export class Consent {
  #seen = UNSEEN;
  #asked = false;
  /** @type {DeskView["silent"]} */
  #silent = {};

  /**
   * @param {Host} board
   * @param {Act} act does what was chosen
   */
  constructor(board, act) {
    this.act = act;
    this.board = board;
    this.words = board.words;
    this.me = board.me;
    this.part = box(board.element, "[data-consent]");
    this.list = box(this.part, "[data-proposals]");
    this.pattern = part(board.element, "template[data-pattern=proposal]", HTMLTemplateElement);
    this.form = part(this.part, "[data-proposal-form]", HTMLFormElement);
    this.origins = new Origins(box(this.form, "[data-origins]"), this.words);
    this.winners = box(this.part, "[data-winners]");
    this.#prepare(this.form, "proposal-text", this.words.lacksWording, (text, lang) => {
      act("design_proposal", {
        act: "new",
        text,
        lang,
        ...(this.origins.keys.length ? { cards: this.origins.keys } : {}),
      });
      this.origins.choose([]);
      this.#asked = false;
    });
  }

  /**
   * Begin a proposal with what stands on a card or over a group of cards, in whatever phase.
   * @param {string} text
   * @param {string[]} cards
   */
  propose(text, cards) {
    this.#asked = true;
    textIn(this.form).value = text;
    this.origins.choose(cards);
    this.render(this.#seen);
    textIn(this.form).focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /**
   * The desk learns who said nothing of what is to be decided.
   * @param {DeskView} desk
   */
  know({ silent }) {
    this.#silent = silent;
    this.render(this.#seen);
  }

  /** @param {Seen} seen */
  render(seen) {
    this.#seen = seen;
    // What is being decided stands above what is decided.
    const proposals = Object.entries(seen.state.proposals ?? {}).sort(
      ([, one], [, other]) => Number(isOver(one)) - Number(isOver(other)),
    );
    const here = phaseNow(seen.state)?.kind === "consent";
    this.part.hidden = !here && !proposals.length && !this.#asked;
    this.form.hidden = !seen.runs || !(here || this.#asked);
    box(this.part, "[data-no-proposal]").hidden = Boolean(proposals.length) || !this.form.hidden;
    this.origins.render(seen.state);
    this.#renderWinners(seen, proposals);
    keyed(
      this.list,
      proposals,
      (id) => this.#build(id),
      (element, proposal) => this.#update(element, proposal),
    );
  }

  /**
   * What is ahead in the vote and was not proposed yet; those with as many points stand beside each other.
   * @param {Seen} seen
   * @param {[string, ProposalShown][]} proposals
   */
  #renderWinners({ state }, proposals) {
    const proposed = new Set(proposals.flatMap(([, proposal]) => proposal.cards ?? []));
    const open = (state.votes?.winners ?? []).filter((target) =>
      cardsOf(state, target).some((key) => !proposed.has(key)),
    );
    this.winners.hidden = this.form.hidden || !open.length;
    const build = () =>
      make("li", { class: "winner" }, [
        make("span"),
        make("button", { class: "button button-secondary button-small", type: "button" }, [
          this.words.proposeIt,
        ]),
      ]);
    keyed(
      box(this.winners, "[data-winner-list]"),
      open.map((target) => /** @type {[string, string]} */ ([target, target])),
      build,
      (element, target) => {
        const text = titleOf(target, state.cards, state.clusters);
        say(
          box(element, "span"),
          `${text || this.words.noName} · ${fill(this.words.totalPoints, { count: state.votes?.totals?.[target] ?? 0 })}`,
        );
        box(element, "button").onclick = () => this.propose(text, cardsOf(state, target));
      },
    );
  }

  /** @param {string} id */
  #build(id) {
    const element = copyOf(this.pattern);
    const of = Number(id);
    for (const stance of STANCES) {
      box(element, `[data-decide=${stance}]`).addEventListener("click", () =>
        this.act("design_stance", { proposal: of, stance }),
      );
    }
    const objection = formIn(element, "[data-objection-form]");
    const objects = box(element, "[data-decide=object]");
    this.#prepare(objection, `objection-${id}`, this.words.lacksObjection, (text, lang) => {
      this.act("design_object", { proposal: of, text, lang });
      this.#open(objects, objection, false);
      objects.focus();
    });
    const wording = formIn(element, "[data-wording-form]");
    const changes = box(element, "[data-decide=wording]");
    this.#prepare(wording, `wording-${id}`, this.words.lacksWording, (text, lang) => {
      this.act("design_proposal", { act: "wording", proposal: of, text, lang });
      this.#open(changes, wording, false);
      changes.focus();
    });
    objects.addEventListener("click", () => this.#open(objects, objection, objection.hidden === true));
    changes.addEventListener("click", () => {
      if (wording.hidden) textIn(wording).value ||= this.#seen.state.proposals?.[id]?.text ?? "";
      this.#open(changes, wording, wording.hidden === true);
    });
    for (const button of boxes(element, "[data-to]")) {
      const stage = STAGES.find((each) => each === button.dataset.to);
      if (stage) {
        button.dataset.decide = `to_${stage}`;
        button.addEventListener("click", () =>
          this.act("design_proposal", { act: "stage", proposal: of, stage }),
        );
      }
    }
    box(element, "[data-decide=withdraw]").addEventListener("click", () =>
      this.act("design_proposal", { act: "withdraw", proposal: of }),
    );
    return element;
  }

  /**
   * Open a form below its button, with the focus in its text, or close it.
   * @param {HTMLElement} button
   * @param {HTMLFormElement} form
   * @param {boolean} open
   */
  #open(button, form, open) {
    form.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) textIn(form).focus();
  }

  /**
   * Make a form hand over its text with the language that was chosen; an empty one is asked for in words.
   * @param {HTMLFormElement} form
   * @param {string} id the field's
   * @param {string} lacking
   * @param {(text: string, lang: string) => void} take
   */
  #prepare(form, id, lacking, take) {
    const control = textIn(form);
    control.id = id;
    const lang = languageIn(form, this.board);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = control.value.trim();
      if (!text) return refuseField(control, lacking, (said) => this.board.announcements?.say(said));
      acceptField(control);
      control.value = "";
      take(text, lang.value);
    });
  }

  /**
   * What was not taken stands in its form again; returns whether it was one of these forms'.
   * @param {Written} entry
   */
  giveBack({ event, payload }) {
    if ((event !== "design_object" && event !== "design_proposal") || !payload.text) return false;
    const item = this.list.querySelector(`[data-key="${CSS.escape(String(payload.proposal))}"]`);
    const selector = event === "design_object" ? "[data-objection-form]" : "[data-wording-form]";
    const form = item ? formIn(item, selector) : this.form;
    textIn(form).value = payload.text;
    if ("lang" in payload && payload.lang) field(form, "lang", HTMLSelectElement).value = payload.lang;
    if (form === this.form) this.origins.choose("cards" in payload ? (payload.cards ?? []) : []);
    form.hidden = false;
    if (item)
      box(item, `[data-decide=${event === "design_object" ? "object" : "wording"}]`).setAttribute(
        "aria-expanded",
        "true",
      );
    return true;
  }

  /**
   * @param {HTMLElement} element
   * @param {ProposalShown} proposal
   */
  #update(element, proposal) {
    const { stage } = proposal;
    const acts = new Set(this.#seen.mine.decide?.[element.dataset.key ?? ""]);
    this.#stages(box(element, "[data-stages]"), stage);
    this.#wording(box(element, "[data-wording]"), proposal);
    drawOrigins(box(element, "[data-origins-shown]"), proposal.cards, this.#seen.state, this.words);
    say(box(element, "[data-stage-asks]"), this.words.stageAsks[stage] ?? "");
    this.#offer(element, acts);
    say(box(element, "[data-to=object]"), this.words.toObject[stage] ?? "");
    this.#stances(element, proposal);
    say(box(element, "[data-stance-counts]"), this.#counts(proposal));
    keyed(
      box(element, "[data-objections]"),
      Object.entries(proposal.objections ?? {}),
      () => make("li", { class: "objection" }),
      (item, objection, key) => this.#objection(item, objection, key, acts.has(`answer_${key}`)),
    );
    say(box(element, "[data-silent]"), this.#seen.runs ? this.#nameSilent(element.dataset.key ?? "") : "");
  }

  /**
   * Every button that the server lets the reader press, and no other; of two steps of the desk the last one leads on.
   * @param {HTMLElement} element
   * @param {Set<string>} acts
   */
  #offer(element, acts) {
    for (const button of boxes(element, ":scope > .actions > [data-decide]"))
      button.hidden = !acts.has(button.dataset.decide ?? "");
    for (const [name, selector] of [
      ["object", "[data-objection-form]"],
      ["wording", "[data-wording-form]"],
    ])
      if (!acts.has(name))
        this.#open(box(element, `[data-decide=${name}]`), formIn(element, selector), false);
    for (const row of boxes(element, ":scope > .actions"))
      row.hidden = !boxes(row, "[data-decide]").some((button) => !button.hidden);
  }

  /** @param {string} key */
  #nameSilent(key) {
    const names = (this.#silent[key] ?? []).map((id) => personIn(this.#seen.state, id)?.name ?? "");
    const list = new Intl.ListFormat(document.documentElement.lang);
    return names.length ? fill(this.words.silent, { names: list.format(names.filter(Boolean)) }) : "";
  }

  /**
   * One's own stance is pressed, and what the others wait for is said.
   * @param {HTMLElement} element
   * @param {ProposalShown} proposal
   */
  #stances(element, { stage, objections = {} }) {
    const own = this.#seen.mine.stances?.[element.dataset.key ?? ""];
    for (const stance of STANCES)
      box(element, `[data-decide=${stance}]`).setAttribute("aria-pressed", String(stance === own));
    const objects = Object.values(objections).some(
      ({ by, state }) => String(by) === this.me && UNSOLVED.has(state),
    );
    const waits = objects ? this.words.answerFirst : this.words.stanceWaits[stage];
    say(box(element, "[data-stance-waits]"), (this.#seen.may.has("decide") && waits) || "");
  }

  /**
   * @param {HTMLElement} list
   * @param {ProposalStage} stage
   */
  #stages(list, stage) {
    keyed(
      list,
      STAGES.map((name) => /** @type {[string, ProposalStage]} */ ([name, name])),
      () => make("li"),
      (element, name) => {
        say(element, this.words.stages[name] ?? "");
        if (name === stage) element.setAttribute("aria-current", "step");
        else element.removeAttribute("aria-current");
      },
    );
  }

  /**
   * The wording as it stands, with what the last change took out and put in.
   * @param {HTMLElement} element
   * @param {ProposalShown} proposal
   */
  #wording(element, { text, lang, wording = {} }) {
    const versions = Object.keys(wording)
      .sort((one, other) => Number(one) - Number(other))
      .map((key) => wording[key].text);
    const before = versions.at(-2) ?? null;
    const signature = JSON.stringify([text, before]);
    if (element.dataset.says === signature) return;
    element.dataset.says = signature;
    element.lang = lang ?? "";
    const parts =
      before === null
        ? [text]
        : differences(before, text).map(([kind, words]) =>
            kind === "same" ? words : make(kind === "out" ? "del" : "ins", {}, [words]),
          );
    element.replaceChildren(...parts);
  }

  /**
   * @param {HTMLElement} item
   * @param {ObjectionShown} objection
   * @param {string} key
   * @param {boolean} isAnswered whether the reader says what becomes of it
   */
  #objection(item, objection, key, isAnswered) {
    const signature = JSON.stringify([objection, isAnswered]);
    if (item.dataset.says === signature) return;
    item.dataset.says = signature;
    const name = [personIn(this.#seen.state, objection.by)?.name, objection.organisation]
      .filter(Boolean)
      .join(" · ");
    const parts = [
      make("p", { lang: objection.lang ?? "" }, [objection.text]),
      make("p", { class: "small soft" }, [`${name} · ${this.words.objectionStates[objection.state] ?? ""}`]),
    ];
    if (isAnswered) parts.push(this.#objectionActs(key));
    item.replaceChildren(...parts);
  }

  /**
   * What becomes of an objection only its owner says.
   * @param {string} key
   */
  #objectionActs(key) {
    /** @type {[string, "accept" | "withdraw"][]} */
    const acts = [
      [this.words.objectionMet, "accept"],
      [this.words.objectionWithdraw, "withdraw"],
    ];
    return make(
      "div",
      { class: "actions" },
      acts.map(([label, act]) => {
        const button = make("button", { class: "button button-secondary button-small", type: "button" }, [
          label,
        ]);
        button.dataset.decide = `answer_${key}`;
        button.addEventListener("click", () => this.act("design_objection", { objection: Number(key), act }));
        return button;
      }),
    );
  }

  /** @param {ProposalShown} proposal */
  #counts({ stances = {}, objections = {} }) {
    const object = Object.values(objections).filter(({ state }) => UNSOLVED.has(state)).length;
    return Object.entries({ ...stances, object })
      .filter(([, count]) => count)
      .map(([name, count]) => fill(this.words.stanceCounts[name] ?? "", { count }))
      .join(" · ");
  }
}

/** @param {ProposalShown} proposal */
function isOver({ stage }) {
  return stage === "agreed" || stage === "withdrawn";
}

/**
 * @param {ParentNode} element
 * @param {string} selector
 */
function formIn(element, selector) {
  return part(element, selector, HTMLFormElement);
}

/**
 * The text that a form asks for: a line or several.
 * @param {HTMLFormElement} form
 * @returns {TextField}
 */
function textIn(form) {
  const found = form.elements.namedItem("text");
  return found instanceof HTMLInputElement ? found : field(form, "text", HTMLTextAreaElement);
}
