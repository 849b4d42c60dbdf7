/**
 * The part of a page that a selector names.
 * @template {Element} Kind
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => Kind} kind the class that the part has
 * @returns {Kind}
 * @throws {TypeError} when the markup has no such part
 */
export function part(parent, selector, kind) {
  const found = parent.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`${selector} names no ${kind.name}`);
}
