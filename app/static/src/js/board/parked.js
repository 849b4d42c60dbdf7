/** Cards that were put aside, to come back to. */
import { keyed } from "./keyed.js";
import { parkedCards } from "./state.js";

export class Parked {
  constructor(board, cards) {
    this.cards = cards;
    this.part = board.querySelector("[data-parked]");
    this.list = this.part.querySelector("[data-items]");
  }

  render(seen) {
    const parked = parkedCards(seen.state);
    this.part.hidden = !parked.length;
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
