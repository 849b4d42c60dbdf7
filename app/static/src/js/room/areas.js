/** F6 goes on to the next part of the room and Shift with F6 back: the messages, where one writes, who is here. */
import { box } from "../elements/part.js";

export class Areas {
  /**
   * @param {HTMLElement} room
   * @param {{messages: () => void, writing: (() => void) | undefined}} focus goes to a part
   */
  constructor(room, { messages, writing }) {
    const side = box(room, "#room-side");
    const areas = [
      { part: box(room, ".room-scroll"), focus: messages },
      ...(writing ? [{ part: box(room, ".room-foot"), focus: writing }] : []),
      {
        part: side,
        focus: () => (side.getClientRects().length ? side : box(room, ".room-side-open")).focus(),
      },
    ];
    room.addEventListener("keydown", (event) => {
      if (event.key !== "F6" || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const here = areas.findIndex(({ part }) => part.contains(document.activeElement));
      const from = here < 0 ? areas.length - 1 : here;
      areas[(from + (event.shiftKey ? areas.length - 1 : 1)) % areas.length].focus();
    });
  }
}
