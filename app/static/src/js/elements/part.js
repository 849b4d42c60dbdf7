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
  return expect(parent.querySelector(selector), selector, kind);
}

/**
 * The part that a selector names, where it must be an HTML element and nothing more.
 * @param {ParentNode} parent
 * @param {string} selector
 */
export function box(parent, selector) {
  return part(parent, selector, HTMLElement);
}

/**
 * All HTML elements that a selector names.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function boxes(parent, selector) {
  /** @type {NodeListOf<HTMLElement>} */
  const found = parent.querySelectorAll(selector);
  return [...found];
}

/**
 * The field of a form.
 * @template {Element} Kind
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {new () => Kind} kind
 */
export function field(form, name, kind) {
  const found = form.elements.namedItem(name);
  return expect(found instanceof Element ? found : null, name, kind);
}

/**
 * The nearest element that fits, from what an event happened on outwards.
 * @param {EventTarget | null} target
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closest(target, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}

/**
 * @template {Element} Kind
 * @param {Element | null} found
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function expect(found, selector, kind) {
  if (found instanceof kind) return found;
  throw new TypeError(`${selector} names no ${kind.name}`);
}
