/** Cards that were put aside, to come back to. */
import { box } from "../elements/part.js";
import { keyed } from "./keyed.js";
import { parkedCards } from "./state.js";

export class Parked {
  /**
   * @param {import("./shapes.js").Host} board
   * @param {import("./card.js").CardMaker} cards
   */
  constructor(board, cards) {
    this.cards = cards;
    this.part = box(board.element, "[data-parked]");
    this.list = box(this.part, "[data-items]");
  }

  /** @param {import("./shapes.js").Seen} seen */
  render(seen) {
    const parked = parkedCards(seen.state);
    this.part.hidden = !parked.length;
    /** @type {[string, import("./shapes.js").SeenCard][]} */
    const shown = parked.map(([key, card]) => [
      `card:${key}`,
      { card, may: new Set(), left: 0, own: seen.ownKeys.has(key) },
    ]);
    keyed(
      this.list,
      shown,
      (key) => this.cards.build(key.slice("card:".length)),
      (element, each) => this.cards.update(element, each),
    );
  }
}
