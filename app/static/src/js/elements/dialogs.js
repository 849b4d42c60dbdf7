/** Dialogs: data-opens="id" opens one, data-closes shuts the one around it; a press beside it shuts it too. */
/** @type {Set<HTMLElement>} */
const openSheets = new Set();

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  /** @type {HTMLElement | null} */
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens ?? "");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && isBeside(event.target, event)) event.target.close();
});

/**
 * Whether a press was outside the dialog, on what is dimmed behind it.
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} press
 */
function isBeside(dialog, { clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

/** @type {HTMLElement | null} The last button that was pressed outside of dialogs. */
let lastPressed = null;

document.addEventListener(
  "click",
  ({ target }) => {
    /** @type {HTMLElement | null} */
    const pressed = target instanceof Element ? target.closest("button, a") : null;
    if (pressed && !pressed.closest("dialog")) lastPressed = pressed;
  },
  { capture: true },
);

// A dialog that was opened out of a sheet gives the focus back to what opens the sheet, which is closed by then.
document.addEventListener(
  "close",
  ({ target }) => {
    if (!(target instanceof HTMLDialogElement) || !lastPressed) return;
    const { activeElement } = document; // until the next frame it may be in the dialog, where nothing is shown any more
    if (activeElement && activeElement !== document.body && activeElement.getClientRects().length) return;
    const sheet = lastPressed.closest("[popover]");
    /** @type {NodeListOf<HTMLElement>} */
    const openers = document.querySelectorAll(`[popovertarget="${sheet?.id}"]`);
    [lastPressed, ...openers].find((each) => each.getClientRects().length)?.focus();
  },
  { capture: true },
);

// A sheet covers the page, so that it closes when the focus goes on behind it. Its own button shuts it by itself.
document.addEventListener("focusin", ({ target }) => {
  if (!(target instanceof Element)) return;
  for (const sheet of openSheets) {
    const isItsButton = target.closest(`[popovertarget="${CSS.escape(sheet.id)}"]`) !== null;
    if (!sheet.contains(target) && !isItsButton) sheet.hidePopover();
  }
});

// A sheet that opened takes the focus, so that the keyboard and the screen reader go on inside it. On a busy machine this
// is told late: who is inside already stays where she is.
document.addEventListener(
  "toggle",
  (event) => {
    const sheet = event.target;
    if (!(sheet instanceof HTMLElement && sheet.matches("[popover]"))) return;
    if (event.newState === "open") {
      openSheets.add(sheet);
      if (!sheet.contains(document.activeElement)) sheet.focus({ preventScroll: true });
    } else openSheets.delete(sheet);
  },
  { capture: true },
);
