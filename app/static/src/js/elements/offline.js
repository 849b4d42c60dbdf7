/**
 * A form that is sent without a network stays on its page with all that was typed; what sends by itself says so itself. The
 * browser's word for it is a hint: the server is asked first, and pressed again the form is sent whatever the browser says.
 */
import { say } from "./flashes.js";
import { wordsOf } from "./words.js";

const PROBE_TIMEOUT_MILLISECONDS = 3000;
/** @type {WeakSet<HTMLFormElement>} */
const tried = new WeakSet();

document.addEventListener("submit", (event) => {
  const { target, submitter, defaultPrevented } = event;
  if (navigator.onLine || defaultPrevented || !(target instanceof HTMLFormElement) || tried.has(target))
    return;
  event.preventDefault();
  tried.add(target);
  void sendIfReachable(target, submitter);
});

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter the button that was pressed
 */
async function sendIfReachable(form, submitter) {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MILLISECONDS);
    await fetch("/health", { method: "HEAD", cache: "no-store", signal });
  } catch {
    const list = document.getElementById("flashes");
    if (!list) return;
    say(wordsOf(list).offline, "problem");
    list.scrollIntoView({ block: "center" });
    return;
  }
  form.requestSubmit(submitter);
}
