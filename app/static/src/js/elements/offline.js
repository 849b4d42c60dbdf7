/** A form that is sent without a network stays on its page with all that was typed; what sends by itself says so itself. */
import { say } from "./flashes.js";
import { wordsOf } from "./words.js";

document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  const list = document.getElementById("flashes");
  if (!list) return;
  say(wordsOf(list).offline, "problem");
  list.scrollIntoView({ block: "center" });
});
