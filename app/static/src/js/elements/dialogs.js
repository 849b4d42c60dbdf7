/** Dialogs: data-opens="id" opens one, data-closes shuts the one around it; a press beside it shuts it too. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && isBeside(event)) event.target.close();
});

function isBeside(event) {
  const box = event.target.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

// A sheet that opened takes the focus, so that the keyboard and the screen reader go on inside it.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.newState === "open" && event.target.matches("[popover]")) {
      event.target.focus({ preventScroll: true });
    }
  },
  { capture: true },
);
