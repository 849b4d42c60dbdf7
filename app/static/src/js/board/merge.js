/** JSON Merge Patch (RFC 7396): what an event changed, laid onto the state of a design session. */

/**
 * The state with the patch in it; neither is changed, and what the patch does not touch stays the same object.
 * @param {any} state
 * @param {any} patch
 * @returns {any}
 */
export function merge(state, patch) {
  if (!isObject(patch)) return patch;
  /** @type {Record<string, unknown>} */
  const merged = isObject(state) ? { ...state } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return merged;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
