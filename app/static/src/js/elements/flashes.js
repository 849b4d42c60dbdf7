/** Messages that can be put away; and a way for scripts to say one: say("Saved.", "done"). */
/** @type {NodeListOf<HTMLElement>} */
const dismissals = document.querySelectorAll("[data-dismiss]");
for (const button of dismissals) button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-dismiss]");
  if (!button) return;
  /** @type {HTMLElement | null} */
  const list = button.closest(".flashes");
  button.closest(".flash")?.remove();
  if (list && !list.querySelector(".flash")) list.hidden = true;
  document.getElementById("main")?.focus({ preventScroll: true });
});

/**
 * Show a message at the top of the page, where it is also read aloud.
 * @param {string} text
 * @param {"done" | "problem" | ""} [kind]
 */
export function say(text, kind = "") {
  const list = document.getElementById("flashes");
  if (!list) return;
  const message = document.createElement("div");
  message.className = `notice flash ${kind ? `notice-${kind}` : ""}`.trim();
  const words = document.createElement("p");
  words.textContent = text;
  message.append(words);
  list.hidden = false;
  list.replaceChildren(message);
}
