/** JSON Merge Patch (RFC 7396): what an event changed, laid onto the state of a design session. */

/**
 * The state with the patch in it; neither is changed, and what the patch does not touch stays the same object.
 * @template State
 * @param {State} state
 * @param {unknown} patch
 * @returns {State} what the server's patches lead to is a state again
 */
export function merge(state, patch) {
  return /** @type {State} */ (merged(state, patch));
}

/**
 * @param {unknown} state
 * @param {unknown} patch
 * @returns {unknown}
 */
function merged(state, patch) {
  if (!isObject(patch)) return patch;
  /** @type {Record<string, unknown>} */
  const result = isObject(state) ? { ...state } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
