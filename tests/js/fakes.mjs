/** What units of the scripts stand on in place of a browser and a server. */

/** A storage as browsers have it; `full` refuses to take more. */
export class FakeStorage {
  values = new Map();
  full = false;

  get length() {
    return this.values.size;
  }

  key(index) {
    return [...this.values.keys()][index] ?? null;
  }

  getItem(key) {
    return this.values.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.full) throw new Error("QuotaExceededError");
    this.values.set(key, value);
  }

  removeItem(key) {
    this.values.delete(key);
  }
}

/** The events of a stream after one number up to another. */
export function eventsBetween(after, last) {
  return Array.from({ length: Math.max(0, last - after) }, (_, index) => ({
    seq: after + index + 1,
    kind: "message",
  }));
}

/** Everything that was ready to run has run: promises, and what they started. */
export async function settled() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** As much of an element as an announcer needs. */
export class FakeElement {
  attributes = {};
  children = [];

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  append(...children) {
    this.children.push(...children);
  }

  replaceChildren(...children) {
    this.children = children;
  }

  get textContent() {
    return this.children.map((each) => each.textContent ?? each).join("");
  }

  /** The text with what is read by another voice in brackets. */
  get spoken() {
    const text = this.children.map((each) => each.spoken ?? each).join("");
    return this.attributes.lang ? `[${this.attributes.lang} ${text}]` : text;
  }
}
