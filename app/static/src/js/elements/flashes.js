/** Messages that can be put away; and a way for scripts to say one: say("Saved.", "done"). */
for (const button of document.querySelectorAll("[data-dismiss]")) button.hidden = false;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const list = button.closest(".flashes");
  button.closest(".flash").remove();
  if (list && !list.querySelector(".flash")) list.hidden = true;
  document.getElementById("main")?.focus({ preventScroll: true });
});

/** Show a message at the top of the page, where it is also read aloud; kind is "done", "problem" or nothing. */
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
