/** Dialogs: data-opens="id" opens one, data-closes shuts the one around it; a press beside it shuts it too. */
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

// A sheet that opened takes the focus, so that the keyboard and the screen reader go on inside it.
document.addEventListener(
  "toggle",
  (event) => {
    if (
      event.newState === "open" &&
      event.target instanceof HTMLElement &&
      event.target.matches("[popover]")
    ) {
      event.target.focus({ preventScroll: true });
    }
  },
  { capture: true },
);
