/** Which events of a room are no news: nothing becomes unread by them, and nobody is called. */

/** @type {ReadonlySet<string>} */
const QUIET = new Set(["reaction", "pin", "mode"]);

/** @param {{kind: string}} event */
export function isNews({ kind }) {
  return !QUIET.has(kind);
}
