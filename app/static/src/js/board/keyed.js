/** A list of elements in step with a list of things: each is made once, changed in place, moved and removed. */

/**
 * `items` are [key, value]; `build(key, value)` makes an element, `update(element, value, key)` brings it up to date.
 * What has the focus keeps it, because elements that stay are not taken out.
 * @template {HTMLElement} Kind
 * @template Value
 * @param {HTMLElement} parent
 * @param {[string, Value][]} items
 * @param {(key: string, value: Value) => Kind} build
 * @param {(element: Kind, value: Value, key: string) => void} update
 */
export function keyed(parent, items, build, update) {
  const children = /** @type {Kind[]} */ ([...parent.children]);
  const known = new Map(children.map((element) => [element.dataset.key, element]));
  const wanted = new Set(items.map(([key]) => key));
  for (const [key, element] of known) if (key === undefined || !wanted.has(key)) element.remove();
  let place = parent.firstElementChild;
  for (const [key, value] of items) {
    let element = known.get(key);
    if (!element) {
      element = build(key, value);
      element.dataset.key = key;
    }
    if (element === place) place = element.nextElementSibling;
    else moveBefore(parent, element, place);
    update(element, value, key);
  }
}

/**
 * Put an element before another without losing the focus inside it.
 * @param {HTMLElement} parent
 * @param {HTMLElement} element
 * @param {Element | null} place
 */
function moveBefore(parent, element, place) {
  const { activeElement } = document;
  const focused =
    activeElement instanceof HTMLElement && element.contains(activeElement) ? activeElement : null;
  parent.insertBefore(element, place);
  focused?.focus({ preventScroll: true });
}

/**
 * A copy of the first element of a <template>.
 * @param {HTMLTemplateElement} template
 */
export function copyOf(template) {
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/**
 * Set a text only when it changed, so that live regions stay quiet.
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
