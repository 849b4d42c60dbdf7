/** What a browser keeps for one person: read and written whole, in memory where the browser keeps nothing. */
export const PREFIX = "trama:";
const memory = new Map();

/** The value kept under a key, or `otherwise`. */
export function recall(key, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? (memory.get(key) ?? otherwise) : JSON.parse(text);
  } catch {
    return memory.get(key) ?? otherwise;
  }
}

/** Keep a value under a key; nothing and empty lists are forgotten. */
export function keep(key, value) {
  const empty = value === null || value === undefined || (Array.isArray(value) && !value.length);
  if (empty) memory.delete(key);
  else memory.set(key, value);
  try {
    if (empty) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage: memory has it until the page is left.
  }
}

/** Call back when another page of this browser changed what is kept under a key. */
export function onChangeElsewhere(key, changed) {
  addEventListener("storage", (event) => {
    if (event.key !== PREFIX + key) return;
    memory.delete(key);
    changed();
  });
}
