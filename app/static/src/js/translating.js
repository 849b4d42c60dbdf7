/** Has a text translated, and puts the translation under its words as the server draws it. Loaded when somebody asks. */
import { csrfToken } from "./elements/csrf.js";
import { make } from "./elements/markup.js";
import { actingAs } from "./live/actor.js";

const MAX_MILLISECONDS = 30_000;

/**
 * Where the words change meanwhile, what comes is not of these words any more.
 * @param {HTMLElement} text
 * @param {string} address where it is translated
 * @param {{waits: string, failed: string}} words
 * @param {(sentence: string) => void} tell says aloud what became of it
 */
export async function translate(text, address, { waits, failed }, tell) {
  const before = text.innerHTML;
  const note = make("p", { class: "message-note", "data-translation": "" }, [waits]);
  text.after(note);
  tell(waits);
  const answer = await ask(address);
  if (!note.isConnected || text.innerHTML !== before) return note.remove();
  const found = answer?.querySelector("details[data-translation]");
  if (found) {
    note.replaceWith(found);
    tell(found.textContent?.trim().replace(/\s+/g, " ") ?? "");
  } else {
    note.textContent = answer?.querySelector("[data-refused]")?.textContent ?? failed;
    tell(note.textContent);
  }
}

/**
 * What the server answers; null where it does not.
 * @param {string} address
 */
async function ask(address) {
  const body = new URLSearchParams({ part: "1", csrf_token: csrfToken(), acting_as: actingAs() });
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      redirect: "error",
      signal: AbortSignal.timeout(MAX_MILLISECONDS),
    });
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content;
  } catch {
    return null;
  }
}
