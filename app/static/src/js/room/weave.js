/** An organisation's weave as templates/macros/weave.html draws it. */
import { make } from "../elements/markup.js";

const STEP = 16;

/**
 * The picture of `weave` (warp and weft, lists of threads' names), so many pixels wide; the name stands beside it.
 * @param {import("../live/payloads.js").RoomWeave} weave
 * @param {number} size
 */
export function drawWeave({ warp, weft }, size) {
  /** @type {Map<string, string>} */
  const threads = new Map();
  for (const [row, across] of weft.entries()) {
    for (const [column, down] of warp.entries()) {
      const [x, y, over] = [column * STEP, row * STEP, (row + column) % 2 === 0];
      const path = over ? `M${x + 2} ${y + 1}h12v14h-12z` : `M${x + 1} ${y + 2}h14v12h-14z`;
      const dye = over ? down : across;
      threads.set(dye, (threads.get(dye) ?? "") + path);
    }
  }
  const paths = [...threads].map(([dye, d]) => make("path", { class: `dye-${dye}`, d }));
  const viewBox = `0 0 ${warp.length * STEP} ${weft.length * STEP}`;
  return make("svg", { class: "weave", width: size, height: size, viewBox, "aria-hidden": "true" }, paths);
}
