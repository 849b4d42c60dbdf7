/** Small groups: which one I am in, looking into another; and at the desk, composing them and adjusting them by hand. */
import { keyed, say } from "./keyed.js";
import { boardsOf, openGroups } from "./state.js";
import { fill } from "../room/words.js";
import { make } from "../elements/markup.js";

export class Breakouts {
  #proposed = null;

  /** `ask(event, payload)` asks the server at once; `act` does it by the outbox; `look(board)` shows another board. */
  constructor(board, { ask, act, look }) {
    Object.assign(this, { ask, act, look, words: board.words, me: board.me });
    this.banner = board.querySelector("[data-group-banner]");
    this.tabs = board.querySelector("[data-board-tabs]");
    this.dialog = board.querySelector("[data-breakouts-sheet]");
    this.list = this.dialog?.querySelector("[data-groups]");
    this.effect = this.dialog?.querySelector("[data-effect]");
    this.banner.querySelector("[data-call]").addEventListener("click", () => act("design_call", {}));
    this.dialog?.addEventListener("click", (event) => this.#press(event.target.closest("[data-do]")));
    this.dialog?.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#propose(Number(event.target.elements.size.value));
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
    const others = Object.keys(group.members).filter((id) => id !== this.me).map((id) => state.people?.[id]?.name).filter(Boolean);
    const host = group.host === undefined ? "" : ` ${fill(this.words.groupHost, { name: state.people?.[group.host]?.name ?? "" })}`;
    const names = new Intl.ListFormat(document.documentElement.lang).format(others);
    return fill(this.words.inGroup, { group: group.name, names }) + host;
  }

  #renderTabs(seen, groups) {
    const boards = boardsOf(seen.state);
    this.tabs.hidden = boards.length < 2;
    const build = (id) => {
      const button = make("button", { class: "segment", type: "button" });
      button.addEventListener("click", () => this.look(id));
      return button;
    };
    keyed(this.tabs, boards.map((id) => [id, groups[id]]), build, (button, group, id) => {
      say(button, group ? group.name + (group.called && seen.runs ? ` · ${this.words.calls}` : "") : this.words.everybody);
      button.setAttribute("aria-pressed", String(id === seen.board));
    });
  }

  // --- At the desk -----------------------------------------------------------------------------------------

  /** Open the sheet of groups. */
  open() {
    this.dialog.showModal();
    this.#renderDialog();
  }

  #renderDialog() {
    const { state } = this.seen;
    const isOpen = Boolean(state.breakouts?.open);
    const open = openGroups(state).map(([, { name, members }]) => ({ name, members: Object.keys(members ?? {}) }));
    const groups = isOpen ? open : (this.#proposed?.groups ?? []);
    for (const button of this.dialog.querySelectorAll("[data-do]")) button.hidden = (button.dataset.when === "open") !== isOpen || (!isOpen && !groups.length);
    this.dialog.querySelector("form").hidden = isOpen;
    const effect = isOpen ? state.breakouts.effect : this.#proposed?.effect;
    say(this.effect, effect ? fill(this.words.effect, effect) : "");
    this.list.replaceChildren(...groups.map((group, at) => this.#group(group, at, groups, isOpen)));
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
    const select = make("select", { class: "input input-small", "aria-label": fill(this.words.groupOf, { name: this.seen.state.people?.[id]?.name ?? "" }) });
    groups.forEach((group, place) => select.append(make("option", { value: place, ...(place === at ? { selected: "" } : {}) }, [group.name])));
    select.addEventListener("change", () => {
      groups[at].members = groups[at].members.filter((each) => each !== id);
      groups[Number(select.value)].members.push(id);
      this.#proposed.effect = null;
      this.#renderDialog();
    });
    return select;
  }

  async #propose(size) {
    const answer = await this.ask("design_breakouts", { act: "propose", size });
    if (!answer?.ok) return say(this.effect, answer?.message ?? this.words.noAnswer);
    this.#proposed = { groups: answer.groups.map(({ name, members }) => ({ name, members: members.map(String) })), effect: answer.effect };
    this.#renderDialog();
  }

  #press(button) {
    const what = button?.dataset.do;
    if (!what) return;
    if (what === "open") {
      const groups = this.#proposed.groups.filter(({ members }) => members.length).map(({ name, members }) => ({ name, members: members.map(Number) }));
      this.act("design_breakouts", { act: "open", groups });
    } else if (what === "merge") this.act("design_merge", {});
    else this.act("design_breakouts", { act: what });
    this.#proposed = null;
    this.dialog.close();
  }
}
