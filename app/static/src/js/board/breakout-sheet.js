/** The sheet of the small groups at the desk: composing them, adjusting them by hand, and what they did to the network. */
import { keepingFocus } from "./focus.js";
import { keyed, say } from "./keyed.js";
import { columnsOn, openGroups } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { box, boxes, closest, field, part } from "../elements/part.js";
import { UNSEEN } from "./seen.js";

/** @import { EffectShown, NamedOrganisation } from "../live/payloads.js" */
/** @import { BreakoutHandlers } from "./breakouts.js" */
/** @import { Host, Seen, State } from "./shapes.js" */
/** @typedef {{name: string, members: string[], group?: string}} Group people by their ids; `group` where it is one at work */
/** @typedef {{groups: Group[], effect: {ties: number, again: number} | null}} Proposal */

export class BreakoutSheet {
  #seen = UNSEEN;
  /** @type {Proposal | null} */
  #proposed = null;
  /** The column into which the cards go unless another is chosen. */
  #mergeInto = "";

  /**
   * @param {Host} board
   * @param {Pick<BreakoutHandlers, "ask" | "act">} handlers
   */
  constructor(board, { ask, act }) {
    this.ask = ask;
    this.act = act;
    this.words = board.words;
    this.dialog = part(board.element, "[data-breakouts-sheet]", HTMLDialogElement);
    this.form = part(this.dialog, "form", HTMLFormElement);
    this.list = box(this.dialog, "[data-groups]");
    this.effect = box(this.dialog, "[data-effect]");
    this.ties = box(this.dialog, "[data-ties]");
    this.target = part(this.dialog, "select[name=merge-into]", HTMLSelectElement);
    this.target.id = "merge-into";
    this.dialog.addEventListener("click", (event) => this.#press(closest(event.target, "[data-do]")));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#propose({ size: field(this.form, "size", HTMLSelectElement).value });
    });
  }

  /** @param {import("../live/payloads.js").DeskView} desk */
  know({ merge_into: column }) {
    this.#mergeInto = column ? String(column) : "";
    if (this.dialog.open) this.#renderDialog();
  }

  /** @param {Seen} seen */
  render(seen) {
    this.#seen = seen;
    if (this.dialog.open) this.#renderDialog();
  }

  /** Open the sheet of groups. */
  open() {
    this.#proposed = null;
    this.target.value = "";
    this.dialog.showModal();
    this.#renderDialog();
  }

  #renderDialog() {
    keepingFocus(this.dialog, () => this.#draw());
  }

  /** While groups are open the sheet shows them, or how they would be mixed again. */
  #draw() {
    const { state } = this.#seen;
    const isOpen = Boolean(state.breakouts?.open);
    /** @type {Group[]} */
    const open = openGroups(state).map(([group, { name, members }]) => ({
      name,
      members: Object.keys(members ?? {}),
      group,
    }));
    const groups = this.#proposed?.groups ?? (isOpen ? open : []);
    /** @type {Record<string, boolean>} */
    const shown = {
      closed: !isOpen && groups.length > 0,
      open: isOpen && !this.#proposed,
      mixed: isOpen && this.#proposed !== null,
    };
    for (const button of boxes(this.dialog, "[data-do]")) button.hidden = !shown[button.dataset.when ?? ""];
    this.form.hidden = isOpen;
    this.#renderTarget(!isOpen || this.#proposed !== null);
    say(this.effect, this.#says(state));
    this.#renderTies(this.#proposed ? {} : (state.breakouts?.effect ?? {}));
    const isAtWork = isOpen && !this.#proposed;
    const lists = isAtWork ? [...groups, ...this.#unseated(groups)] : groups;
    this.list.replaceChildren(...lists.map((group, at) => this.#group(group, at, groups, isAtWork)));
  }

  /**
   * The columns into which the cards of the groups can go; the one of their phase is chosen.
   * @param {boolean} isHidden
   */
  #renderTarget(isHidden) {
    const columns = columnsOn(this.#seen.state, "main");
    const wanted = this.target.value || this.#mergeInto;
    /** @type {[string, string][]} */
    const options = columns.map(([id, { title }]) => [id, title]);
    if (!this.#mergeInto) options.unshift(["", this.words.chooseColumn]);
    keyed(
      this.target,
      options,
      (id) => make("option", { value: id }),
      (option, title) => say(option, title),
    );
    this.target.lang = this.#seen.lang;
    this.target.value = wanted;
    const label = this.target.closest("label");
    if (label) label.hidden = isHidden;
  }

  /** @param {State} state */
  #says(state) {
    if (this.#proposed)
      return this.#proposed.effect ? fill(this.words.proposedEffect, this.#proposed.effect) : "";
    return state.breakouts?.effect ? fill(this.words.effect, state.breakouts.effect) : "";
  }

  /**
   * Who met somebody from abroad for the first time, round by round.
   * @param {Partial<Pick<EffectShown, "rounds" | "organisations">>} effect
   */
  #renderTies({ rounds = {}, organisations = {} }) {
    const ties = Object.entries(rounds).flatMap(([round, pairs]) =>
      pairs.map(([one, other]) => {
        const tie = { round, one: organisations[one], other: organisations[other] };
        return /** @type {[string, typeof tie]} */ ([`${one}-${other}`, tie]);
      }),
    );
    this.ties.hidden = !ties.length;
    keyed(
      box(this.ties, "tbody"),
      ties,
      () => make("tr", {}, [make("td"), make("td"), make("td")]),
      (row, { one, other, round }) => {
        for (const [at, text] of [named(one), named(other), round].entries()) say(row.children[at], text);
      },
    );
  }

  /**
   * @param {Group} group
   * @param {number} at
   * @param {Group[]} groups
   * @param {boolean} isAtWork
   */
  #group(group, at, groups, isAtWork) {
    const people = group.members.map((id) => {
      const person = this.#seen.state.people?.[id];
      /** @type {Node[]} */
      const parts = [make("span", {}, [[person?.name, person?.country].filter(Boolean).join(" · ")])];
      parts.push(this.#chooser(id, at, groups, isAtWork));
      return make("li", { class: "group-person" }, parts);
    });
    return make("li", { class: "group" }, [make("h3", {}, [group.name]), make("ul", {}, people)]);
  }

  /**
   * Put somebody into another group by hand.
   * @param {string} id
   * @param {number} at
   * @param {Group[]} groups
   * @param {boolean} isAtWork
   */
  #chooser(id, at, groups, isAtWork) {
    const select = make("select", {
      class: "input input-small",
      "aria-label": fill(this.words.groupOf, { name: this.#seen.state.people?.[id]?.name ?? "" }),
    });
    for (const [place, { name }] of groups.entries()) {
      select.append(make("option", { value: place, ...(place === at ? { selected: "" } : {}) }, [name]));
    }
    if (at >= groups.length) select.prepend(make("option", { value: "", selected: "" }, ["…"]));
    select.addEventListener("change", () => {
      const { group } = groups[Number(select.value)] ?? {};
      if (isAtWork && select.value && group)
        return this.act("design_breakouts", { act: "seat", group, person: Number(id) });
      if (isAtWork) return;
      groups[at].members = groups[at].members.filter((each) => each !== id);
      groups[Number(select.value)].members.push(id);
      if (this.#proposed) this.#proposed.effect = null;
      this.#renderDialog();
      const name = select.getAttribute("aria-label");
      boxes(this.list, "select")
        .find((each) => each.getAttribute("aria-label") === name)
        ?.focus();
    });
    return select;
  }

  /**
   * Those who sit in no group, as one more list.
   * @param {Group[]} groups
   * @returns {Group[]}
   */
  #unseated(groups) {
    const seated = new Set(groups.flatMap((group) => group.members));
    const members = Object.entries(this.#seen.state.people ?? {})
      .filter(([id, { role }]) => role === "participant" && !seated.has(id))
      .map(([id]) => id);
    return members.length ? [{ name: this.words.noGroup, members }] : [];
  }

  /** @param {Record<string, string>} query */
  async #propose(query) {
    const answer = await this.ask(query);
    if (!answer) return say(this.effect, this.words.noAnswer);
    const { groups } = this.#seen.state.breakouts ?? {};
    this.#proposed = {
      groups: answer.groups.map(({ members, group }, at) => ({
        name: groups?.[group ?? ""]?.name ?? fill(this.words.groupNumber, { number: at + 1 }),
        members: members.map(String),
        ...(group ? { group } : {}),
      })),
      effect: { ties: answer.new_ties, again: answer.met_again.length },
    };
    this.#renderDialog();
  }

  /** @param {HTMLElement | null} button */
  async #press(button) {
    const what = button?.dataset.do;
    if (!what) return;
    if (what === "mix") return this.#propose({ rotate: "1" });
    if (what === "merge" && !this.target.value) return this.target.focus();
    if (what === "merge") this.act("design_merge", { column: this.target.value });
    else if (what === "close") this.act("design_breakouts", { act: "close" });
    else if (what === "open" || what === "rotate")
      this.act("design_breakouts", { act: what, groups: this.#wanted(what) });
    this.#proposed = null;
    this.dialog.close();
  }

  /** @param {string} what */
  #wanted(what) {
    const groups = (this.#proposed?.groups ?? []).filter(({ members }) => members.length);
    return groups.map(({ name, members, group }) => ({
      members: members.map(Number),
      ...(what === "rotate" ? { group } : { name }),
    }));
  }
}

/** @param {Partial<NamedOrganisation>} [organisation] */
function named({ name = "", country } = {}) {
  return [name, country].filter(Boolean).join(" · ");
}
