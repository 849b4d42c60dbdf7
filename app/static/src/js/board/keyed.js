/** A list of elements in step with a list of things: each is made once, changed in place, moved and removed. */

/**
 * `items` are [key, value]; `build(key, value)` makes an element, `update(element, value, key)` brings it up to date.
 * What has the focus keeps it, because elements that stay are not taken out.
 */
export function keyed(parent, items, build, update) {
  const known = new Map([...parent.children].map((element) => [element.dataset.key, element]));
  const wanted = new Set(items.map(([key]) => key));
  for (const [key, element] of known) if (!wanted.has(key)) element.remove();
  let place = parent.firstElementChild;
  for (const [key, value] of items) {
    let element = known.get(key);
    if (!element) {
      element = build(key, value);
      element.dataset.key = key;
    }
    if (element === place) place = place.nextElementSibling;
    else moveBefore(parent, element, place);
    update(element, value, key);
  }
}

/** Put an element before another without losing the focus inside it. */
function moveBefore(parent, element, place) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  parent.insertBefore(element, place);
  focused?.focus({ preventScroll: true });
}

/** A copy of the first element of a <template>. */
export function copyOf(template) {
  return template.content.firstElementChild.cloneNode(true);
}

/** Set a text only when it changed, so that live regions stay quiet. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
