/** Small groups: which one I am in, looking into another; and at the desk, composing them and adjusting them by hand. */
import { keyed, say } from "./keyed.js";
import { boardsOf, openGroups } from "./state.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";

export class Breakouts {
  #proposed = null;

  /** `ask(query)` has groups composed; `act` does it by the outbox; `look(board)` shows another board. */
  constructor(board, { ask, act, look }) {
    Object.assign(this, { ask, act, look, words: board.words, me: board.me });
    this.banner = board.querySelector("[data-group-banner]");
    this.tabs = board.querySelector("[data-board-tabs]");
    this.dialog = board.querySelector("[data-breakouts-sheet]");
    this.list = this.dialog?.querySelector("[data-groups]");
    this.effect = this.dialog?.querySelector("[data-effect]");
    this.ties = this.dialog?.querySelector("[data-ties]");
    this.banner.querySelector("[data-call]").addEventListener("click", () => act("design_call", {}));
    this.dialog?.addEventListener("click", (event) => this.#press(event.target.closest("[data-do]")));
    this.dialog?.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#propose({ size: event.target.elements.size.value });
    });
  }

  render(seen) {
    this.seen = seen;
    const { state } = seen;
    const groups = Object.fromEntries(openGroups(state));
    const [id, mine] = Object.entries(groups).find(([, group]) => group.members?.[this.me]) ?? [];
    this.banner.hidden = !mine;
    if (mine) say(this.banner.querySelector("[data-group-says]"), this.#sentence(mine, state));
    if (mine) this.banner.querySelector("[data-call]").disabled = Boolean(groups[id].called);
    this.#renderTabs(seen, groups);
    if (this.dialog?.open) this.#renderDialog();
  }

  #sentence(group, state) {
    const others = Object.keys(group.members)
      .filter((id) => id !== this.me)
      .map((id) => state.people?.[id]?.name)
      .filter(Boolean);
    const host =
      group.host === undefined
        ? ""
        : ` ${fill(this.words.groupHost, { name: state.people?.[group.host]?.name ?? "" })}`;
    const names = new Intl.ListFormat(document.documentElement.lang).format(others);
    return fill(this.words.inGroup, { group: group.name, names }) + host;
  }

  #renderTabs(seen, groups) {
    const boards = boardsOf(seen.state);
    this.tabs.hidden = boards.length < 2;
    const build = (id) => {
      const button = make("button", { class: "segment", type: "button" });
      button.addEventListener("click", () => this.#goTo(id));
      return button;
    };
    keyed(
      this.tabs,
      boards.map((id) => [id, groups[id]]),
      build,
      (button, group, id) => {
        say(
          button,
          group
            ? group.name + (group.called && seen.runs ? ` · ${this.words.calls}` : "")
            : this.words.everybody,
        );
        button.setAttribute("aria-pressed", String(id === seen.board));
      },
    );
  }

  /** Look at a group's board; a call from there is answered by whoever runs the design session. */
  #goTo(id) {
    const { state, runs } = this.seen;
    if (runs && state.breakouts?.groups?.[id]?.called)
      this.act("design_breakouts", { act: "answer", group: id });
    this.look(id);
  }

  // --- At the desk -----------------------------------------------------------------------------------------

  /** Open the sheet of groups. */
  open() {
    this.#proposed = null;
    this.dialog.showModal();
    this.#renderDialog();
  }

  /** While groups are open the sheet shows them, or how they would be mixed anew. */
  #renderDialog() {
    const { state } = this.seen;
    const isOpen = Boolean(state.breakouts?.open);
    const open = openGroups(state).map(([, { name, members }]) => ({
      name,
      members: Object.keys(members ?? {}),
    }));
    const groups = this.#proposed?.groups ?? (isOpen ? open : []);
    const shown = {
      closed: !isOpen && groups.length,
      open: isOpen && !this.#proposed,
      mixed: isOpen && this.#proposed,
    };
    for (const button of this.dialog.querySelectorAll("[data-do]"))
      button.hidden = !shown[button.dataset.when];
    this.dialog.querySelector("form").hidden = isOpen;
    say(this.effect, this.#says(state));
    this.#renderTies(this.#proposed ? {} : (state.breakouts?.effect ?? {}));
    this.list.replaceChildren(...groups.map((group, at) => this.#group(group, at, groups, !this.#proposed)));
  }

  #says(state) {
    if (this.#proposed)
      return this.#proposed.effect ? fill(this.words.proposedEffect, this.#proposed.effect) : "";
    return state.breakouts?.effect ? fill(this.words.effect, state.breakouts.effect) : "";
  }

  /** Who met somebody from abroad for the first time, round by round. */
  #renderTies({ rounds = {}, organisations = {} }) {
    const ties = Object.entries(rounds).flatMap(([round, pairs]) =>
      pairs.map(([one, other]) => [
        `${one}-${other}`,
        { round, one: organisations[one], other: organisations[other] },
      ]),
    );
    this.ties.hidden = !ties.length;
    keyed(
      this.ties.querySelector("tbody"),
      ties,
      () => make("tr", {}, [make("td"), make("td"), make("td")]),
      (row, { one, other, round }) => {
        for (const [at, text] of [named(one), named(other), round].entries()) say(row.children[at], text);
      },
    );
  }

  #group(group, at, groups, isOpen) {
    const people = group.members.map((id) => {
      const person = this.seen.state.people?.[id];
      const parts = [make("span", {}, [[person?.name, person?.country].filter(Boolean).join(" · ")])];
      if (!isOpen) parts.push(this.#chooser(id, at, groups));
      return make("li", { class: "group-person" }, parts);
    });
    return make("li", { class: "group" }, [make("h3", {}, [group.name]), make("ul", {}, people)]);
  }

  /** Put somebody into another group by hand. */
  #chooser(id, at, groups) {
    const select = make("select", {
      class: "input input-small",
      "aria-label": fill(this.words.groupOf, { name: this.seen.state.people?.[id]?.name ?? "" }),
    });
    for (const [place, { name }] of groups.entries()) {
      select.append(make("option", { value: place, ...(place === at ? { selected: "" } : {}) }, [name]));
    }
    select.addEventListener("change", () => {
      groups[at].members = groups[at].members.filter((each) => each !== id);
      groups[Number(select.value)].members.push(id);
      this.#proposed.effect = null;
      this.#renderDialog();
    });
    return select;
  }

  async #propose(query) {
    const answer = await this.ask(query);
    if (!answer) return say(this.effect, this.words.noAnswer);
    const { groups } = this.seen.state.breakouts ?? {};
    this.#proposed = {
      groups: answer.groups.map(({ members, group }, at) => ({
        name: groups?.[group]?.name ?? fill(this.words.groupNumber, { number: at + 1 }),
        members: members.map(String),
        ...(group ? { group } : {}),
      })),
      effect: { ties: answer.new_ties, again: answer.met_again.length },
    };
    this.#renderDialog();
  }

  #press(button) {
    const what = button?.dataset.do;
    if (!what) return;
    if (what === "mix") return this.#propose({ rotate: 1 });
    if (what === "merge" && !confirm(this.words.mergeSure)) return;
    if (what === "merge") this.act("design_merge", {});
    else if (what === "close") this.act("design_breakouts", { act: "close" });
    else this.act("design_breakouts", { act: what, groups: this.#wanted(what) });
    this.#proposed = null;
    this.dialog.close();
  }

  #wanted(what) {
    const groups = this.#proposed.groups.filter(({ members }) => members.length);
    return groups.map(({ name, members, group }) => ({
      members: members.map(Number),
      ...(what === "rotate" ? { group } : { name }),
    }));
  }
}

function named({ name = "", country } = {}) {
  return [name, country].filter(Boolean).join(" · ");
}
