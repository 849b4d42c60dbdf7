/** What one wording has that another has not, word by word, by the longest run of words that they share. */

/** @typedef {["same" | "out" | "in", string]} Part */

/**
 * Parts in reading order: ["same" | "out" | "in", words].
 * @param {string} before
 * @param {string} after
 */
export function differences(before, after) {
  const [one, other] = [before, after].map((text) => text.match(/\S+\s*/g) ?? []);
  const lengths = table(one, other);
  /** @type {Part[]} */
  const parts = [];
  let [row, column] = [0, 0];
  while (row < one.length || column < other.length) {
    if (row < one.length && column < other.length && one[row].trim() === other[column].trim()) {
      put(parts, "same", other[column]);
      row += 1;
      column += 1;
    } else if (
      column >= other.length ||
      (row < one.length && lengths[row + 1][column] >= lengths[row][column + 1])
    ) {
      put(parts, "out", one[row]);
      row += 1;
    } else {
      put(parts, "in", other[column]);
      column += 1;
    }
  }
  return parts;
}

/**
 * For each pair of places, how many words the rests share in order.
 * @param {string[]} one
 * @param {string[]} other
 */
function table(one, other) {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let row = one.length - 1; row >= 0; row -= 1) {
    for (let column = other.length - 1; column >= 0; column -= 1) {
      const same = one[row].trim() === other[column].trim();
      lengths[row][column] = same
        ? lengths[row + 1][column + 1] + 1
        : Math.max(lengths[row + 1][column], lengths[row][column + 1]);
    }
  }
  return lengths;
}

/**
 * @param {Part[]} parts
 * @param {Part[0]} kind
 * @param {string} words
 */
function put(parts, kind, words) {
  const last = parts.at(-1);
  if (last?.[0] === kind) last[1] += words;
  else parts.push([kind, words]);
}
