/**
 * What an element says: the sentences that its template wrote as JSON into `data-words`, by their names.
 * @param {HTMLElement} element
 * @returns {any} named as the template names them
 */
export function wordsOf(element) {
  return JSON.parse(element.dataset.words ?? "{}");
}

/**
 * A sentence of the page with its values: fill("{name} is writing…", { name }). What people wrote stays as it is.
 * @param {string} sentence
 * @param {object} values
 * @returns {string}
 */
export function fill(sentence, values) {
  const known = new Map(Object.entries(values));
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => known.get(key) ?? whole);
}
