/**
 * A sentence of the page with its values: fill("{name} is writing…", { name }). What people wrote stays as it is.
 * @param {string} sentence
 * @param {Record<string, any>} values
 * @returns {string}
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
