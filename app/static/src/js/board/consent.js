/** A consent round: a wording, what speaks against it, how it is mended, until nothing stands. */
import { keyed, copyOf, say } from "./keyed.js";
import { phaseNow, titleOf } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { differences } from "./differences.js";
import { cardsOf, drawOrigins, Origins } from "./origins.js";

const STAGES = ["clarify", "react", "object", "integrate", "agreed"];
const UNSOLVED = new Set(["open", "stands"]);

export class Consent {
  /** `act(event, payload)` does what was chosen. */
  constructor(board, act) {
    Object.assign(this, { act, words: board.words, me: board.me });
    this.part = board.querySelector("[data-consent]");
    this.list = this.part.querySelector("[data-proposals]");
    this.pattern = board.querySelector("template[data-pattern=proposal]");
    this.form = this.part.querySelector("[data-proposal-form]");
    this.origins = new Origins(this.form.querySelector("[data-origins]"), this.words);
    this.winners = this.part.querySelector("[data-winners]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#taken(this.form.elements.text);
      if (!text) return;
      act("design_proposal", {
        act: "new",
        text,
        lang: document.documentElement.lang,
        ...(this.origins.keys.length ? { cards: this.origins.keys } : {}),
      });
      this.origins.choose([]);
      this.asked = false;
    });
  }

  /** Begin a proposal with what stands on a card or over a group of cards, in whatever phase. */
  propose(text, cards) {
    this.asked = true;
    this.form.elements.text.value = text;
    this.origins.choose(cards);
    this.render(this.seen);
    this.form.elements.text.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  render(seen) {
    this.seen = seen;
    const proposals = Object.entries(seen.state.proposals ?? {});
    const here = phaseNow(seen.state)?.kind === "consent";
    this.part.hidden = !here && !proposals.length && !this.asked;
    this.form.hidden = !seen.runs || !(here || this.asked);
    this.part.querySelector("[data-no-proposal]").hidden = Boolean(proposals.length) || !this.form.hidden;
    this.origins.render(seen.state);
    this.#renderWinners(seen, proposals);
    keyed(
      this.list,
      proposals,
      (id) => this.#build(id),
      (element, proposal) => this.#update(element, proposal),
    );
  }

  /** What is ahead in the vote and was not proposed yet; those with as many points stand beside each other. */
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
      this.winners.querySelector("[data-winner-list]"),
      open.map((target) => [target, target]),
      build,
      (element, target) => {
        const text = titleOf(target, state.cards, state.clusters);
        say(
          element.firstChild,
          `${text || this.words.noName} · ${fill(this.words.totalPoints, { count: state.votes.totals?.[target] ?? 0 })}`,
        );
        element.lastChild.onclick = () => this.propose(text, cardsOf(state, target));
      },
    );
  }

  #build(id) {
    const element = copyOf(this.pattern);
    const of = Number(id);
    for (const button of element.querySelectorAll("[data-stance]")) {
      button.addEventListener("click", () =>
        this.act("design_stance", { proposal: of, stance: button.dataset.stance }),
      );
    }
    this.#onSubmit(element, "[data-objection-form]", (text, lang) =>
      this.act("design_object", { proposal: of, text, lang }),
    );
    this.#onSubmit(element, "[data-wording-form]", (text, lang) =>
      this.act("design_proposal", { act: "wording", proposal: of, text, lang }),
    );
    element
      .querySelector("[data-next-stage]")
      .addEventListener("click", (event) =>
        this.act("design_proposal", { act: "stage", proposal: of, stage: event.currentTarget.dataset.stage }),
      );
    element
      .querySelector("[data-withdraw]")
      .addEventListener("click", () => this.act("design_proposal", { act: "withdraw", proposal: of }));
    return element;
  }

  #onSubmit(element, selector, take) {
    element.querySelector(selector).addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#taken(event.target.elements.text);
      if (text) take(text, document.documentElement.lang);
    });
  }

  /** What was not taken stands in its form again; returns whether it was one of these forms'. */
  giveBack({ event, payload }) {
    const forms = { design_object: "[data-objection-form]", design_proposal: "[data-wording-form]" };
    if (!forms[event] || !payload.text) return false;
    const item = this.list.querySelector(`[data-key="${CSS.escape(String(payload.proposal))}"]`);
    const form = item?.querySelector(forms[event]) ?? this.form;
    form.elements.text.value = payload.text;
    if (form === this.form) this.origins.choose(payload.cards ?? []);
    form.hidden = false;
    return true;
  }

  #taken(field) {
    const text = field.value.trim();
    if (!text) field.focus();
    else field.value = "";
    return text;
  }

  #update(element, proposal) {
    const { stage } = proposal;
    const over = stage === "agreed" || stage === "withdrawn";
    this.#stages(element.querySelector("[data-stages]"), stage);
    this.#wording(element.querySelector("[data-wording]"), proposal);
    drawOrigins(element.querySelector("[data-origins-shown]"), proposal.cards, this.seen.state, this.words);
    say(element.querySelector("[data-stage-asks]"), this.words.stageAsks[stage] ?? "");
    element.querySelector("[data-stances]").hidden = over || !this.seen.may.has("decide");
    say(element.querySelector("[data-stance-counts]"), this.#counts(proposal.stances));
    element.querySelector("[data-objection-form]").hidden =
      stage !== "object" || !this.seen.may.has("decide");
    element.querySelector("[data-wording-form]").hidden = stage !== "integrate" || !this.seen.runs;
    keyed(
      element.querySelector("[data-objections]"),
      Object.entries(proposal.objections ?? {}),
      () => make("li", { class: "objection" }),
      (item, objection, key) => this.#objection(item, objection, key),
    );
    this.#deskButtons(element, proposal, over);
  }

  #deskButtons(element, { stage, objections = {} }, over) {
    const next = element.querySelector("[data-next-stage]");
    const wanted = stage === "integrate" ? "object" : STAGES[STAGES.indexOf(stage) + 1];
    next.hidden = !this.seen.runs || over || !wanted;
    next.dataset.stage = wanted ?? "";
    say(next, this.words.stageNext[stage] ?? "");
    const agreed = element.querySelector("[data-agree]");
    const unsolved = Object.values(objections).some(({ state }) => UNSOLVED.has(state));
    agreed.hidden = !this.seen.runs || stage !== "object" || unsolved;
    agreed.onclick = () =>
      this.act("design_proposal", { act: "stage", proposal: Number(element.dataset.key), stage: "agreed" });
    element.querySelector("[data-withdraw]").hidden = !this.seen.runs || over;
  }

  #stages(list, stage) {
    keyed(
      list,
      STAGES.map((name) => [name, name]),
      () => make("li"),
      (element, name) => {
        say(element, this.words.stages[name]);
        if (name === stage) element.setAttribute("aria-current", "step");
        else element.removeAttribute("aria-current");
      },
    );
  }

  /** The wording as it stands, with what the last change took out and put in. */
  #wording(element, { text, lang, wording = {} }) {
    const versions = Object.keys(wording)
      .sort((one, other) => one - other)
      .map((key) => wording[key].text);
    const before = versions.length > 1 ? versions.at(-2) : null;
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

  #objection(item, objection, key) {
    const signature = JSON.stringify(objection);
    if (item.dataset.says === signature) return;
    item.dataset.says = signature;
    const name = [this.seen.state.people?.[objection.by]?.name, objection.organisation]
      .filter(Boolean)
      .join(" · ");
    const parts = [
      make("p", { lang: objection.lang ?? "" }, [objection.text]),
      make("p", { class: "small soft" }, [`${name} · ${this.words.objectionStates[objection.state] ?? ""}`]),
    ];
    if (objection.state === "open" && String(objection.by) === this.me) parts.push(this.#objectionActs(key));
    item.replaceChildren(...parts);
  }

  /** What becomes of an objection only its owner says. */
  #objectionActs(key) {
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
        button.addEventListener("click", () => this.act("design_objection", { objection: Number(key), act }));
        return button;
      }),
    );
  }

  #counts(stances = {}) {
    return Object.entries(stances)
      .filter(([, count]) => count)
      .map(([name, count]) => fill(this.words.stanceCounts[name] ?? "", { count }))
      .join(" · ");
  }
}
