/** Small groups: which one I am in, looking into another; at the desk also the sheet in which they are composed. */
import { keyed, say } from "./keyed.js";
import { boardsOf, openGroups } from "./state.js";
import { BreakoutSheet } from "./breakout-sheet.js";
import { fill } from "../elements/words.js";
import { make } from "../elements/markup.js";
import { box, part } from "../elements/part.js";
import { UNSEEN } from "./seen.js";

/** @import { GroupShown, ProposedBreakouts } from "../live/payloads.js" */
/** @import { Act, Host, Seen, State } from "./shapes.js" */

/**
 * @typedef {object} BreakoutHandlers
 * @property {(query: Record<string, string>) => Promise<ProposedBreakouts | null>} ask has groups composed
 * @property {Act} act does it by the outbox
 * @property {(board: string) => void} look shows another board
 */

export class Breakouts {
  #seen = UNSEEN;

  /**
   * @param {Host} board
   * @param {BreakoutHandlers} handlers
   */
  constructor(board, { ask, act, look }) {
    this.act = act;
    this.look = look;
    this.words = board.words;
    this.me = board.me;
    this.banner = box(board.element, "[data-group-banner]");
    this.call = part(this.banner, "[data-call]", HTMLButtonElement);
    this.tabs = box(board.element, "[data-board-tabs]");
    this.call.addEventListener("click", () => {
      if (this.call.getAttribute("aria-disabled") !== "true") act("design_call", {});
    });
    this.sheet = board.element.querySelector("[data-breakouts-sheet]")
      ? new BreakoutSheet(board, { ask, act })
      : null;
  }

  /**
   * The desk learns where the cards of the groups go unless another column is chosen.
   * @param {import("../live/payloads.js").DeskView} desk
   */
  know(desk) {
    this.sheet?.know(desk);
  }

  /** @param {Seen} seen */
  render(seen) {
    this.#seen = seen;
    const { state } = seen;
    const groups = Object.fromEntries(openGroups(state));
    const mine = Object.values(groups).find((group) => group.members?.[this.me]);
    this.banner.hidden = !mine;
    if (mine) say(box(this.banner, "[data-group-says]"), groupSentence(mine, state, this.words, this.me));
    if (mine) this.call.setAttribute("aria-disabled", String(Boolean(mine.called)));
    this.#renderTabs(seen, groups);
    this.sheet?.render(seen);
  }

  /**
   * @param {Seen} seen
   * @param {Record<string, GroupShown>} groups
   */
  #renderTabs(seen, groups) {
    const boards = boardsOf(seen.state);
    this.tabs.hidden = boards.length < 2;
    /** @param {string} id */
    const build = (id) => {
      const button = make("button", { class: "segment", type: "button" });
      button.addEventListener("click", () => this.#goTo(id));
      return button;
    };
    keyed(
      this.tabs,
      boards.map((id) => /** @type {[string, GroupShown | undefined]} */ ([id, groups[id]])),
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

  /**
   * Look at a group's board; a call from there is answered by the facilitator of the design session.
   * @param {string} id
   */
  #goTo(id) {
    const { state, runs } = this.#seen;
    if (runs && state.breakouts?.groups?.[id]?.called)
      this.act("design_breakouts", { act: "answer", group: id });
    this.look(id);
  }

  /** Open the sheet of groups, for those who run the design session. */
  open() {
    this.sheet?.open();
  }
}

/**
 * In which group the reader is, and with whom.
 * @param {GroupShown} group
 * @param {State} state
 * @param {import("./words.js").BoardWords} words
 * @param {string} me
 */
export function groupSentence(group, state, words, me) {
  const others = Object.keys(group.members)
    .filter((id) => id !== me)
    .map((id) => state.people?.[id]?.name)
    .filter((name) => name !== undefined);
  const host =
    group.host === undefined
      ? ""
      : ` ${fill(words.groupHost, { name: state.people?.[group.host]?.name ?? "" })}`;
  const names = new Intl.ListFormat(document.documentElement.lang).format(others);
  return fill(words.inGroup, { group: group.name, names }) + host;
}
