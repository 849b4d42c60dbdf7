/**
 * What was typed into one form is not lost by the button of another: the browser asks before it leaves the page. Links
 * do not ask; live pages keep what is written there themselves.
 */
const KEPT = "trama-room, trama-board";
/** @type {Set<HTMLFormElement>} */
const changed = new Set();

document.addEventListener("input", ({ target }) => {
  const form = target instanceof Element ? target.closest("form") : null;
  if (form?.method === "post" && !form.closest(KEPT)) changed.add(form);
});

// On the window: whoever sends a form without leaving the page has said so by then.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
  const others = [...changed].filter((other) => other !== form && other.isConnected);
  if (!others.length) return;
  addEventListener("beforeunload", ask, { once: true });
});

/** @param {BeforeUnloadEvent} event */
function ask(event) {
  event.preventDefault();
  event.returnValue = true; // for Chrome below 119
}
