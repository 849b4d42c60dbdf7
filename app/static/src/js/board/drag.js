/** Moving a card with a mouse or a finger; the keyboard has the card's own menu and Alt with the arrows. */
const FAR = 6;
const HOLD = 250;
const EDGE = 56;
const FASTEST = 14;

export class Drag {
  #card = null;
  #ghost = null;
  #start = null;
  #at = null;
  #timer;

  /** `drop(key, {column, after, cluster})` is told where a card was let go. */
  constructor(box, drop) {
    Object.assign(this, { box, drop });
    box.addEventListener("pointerdown", (event) => this.#press(event));
    addEventListener("pointermove", (event) => this.#move(event), { passive: false });
    addEventListener("pointerup", (event) => this.#release(event));
    addEventListener("pointercancel", () => this.#end());
    box.addEventListener("touchmove", (event) => this.#ghost && event.preventDefault(), { passive: false });
    addEventListener("keydown", (event) => event.key === "Escape" && this.#end());
  }

  #press(event) {
    const card = event.target.closest("[data-can-move]");
    if (!card || event.button || event.target.closest("button, input, textarea, select, a, label")) return;
    this.#start = { x: event.clientX, y: event.clientY };
    this.#card = card;
    clearTimeout(this.#timer);
    if (event.pointerType === "touch") this.#timer = setTimeout(() => this.#card && this.#lift(event), HOLD);
  }

  #move(event) {
    if (!this.#card) return;
    const far = Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y) > FAR;
    if (!this.#ghost && far && event.pointerType === "touch") return this.#end();
    if (!this.#ghost && far) this.#lift(event);
    if (!this.#ghost) return;
    event.preventDefault();
    this.#at = event;
    this.#ghost.style.translate = `${event.clientX - this.#start.x}px ${event.clientY - this.#start.y}px`;
    this.#mark(this.#placeAt(event));
  }

  #lift() {
    const box = this.#card.getBoundingClientRect();
    this.#ghost = this.#card.cloneNode(true);
    this.#ghost.classList.add("card-ghost");
    this.#ghost.setAttribute("aria-hidden", "true");
    Object.assign(this.#ghost.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
    document.body.append(this.#ghost);
    this.#card.classList.add("card-lifted");
    getSelection()?.removeAllRanges();
    this.#at = null;
    requestAnimationFrame(() => this.#scroll(this.#ghost));
  }

  /** While a card is held at the edge of what scrolls, scroll on, the faster the nearer. */
  #scroll(ghost) {
    if (!ghost || ghost !== this.#ghost) return;
    if (this.#at) {
      const { clientX, clientY } = this.#at;
      for (let part = this.box; part; part = part.parentElement) {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        const across =
          part.scrollWidth > part.clientWidth
            ? push(clientX, Math.max(left, 0), Math.min(right, innerWidth))
            : 0;
        const down =
          part.scrollHeight > part.clientHeight
            ? push(clientY, Math.max(top, 0), Math.min(bottom, innerHeight))
            : 0;
        if (across || down) part.scrollBy({ left: across, top: down, behavior: "instant" });
      }
      this.#mark(this.#placeAt(this.#at));
    }
    requestAnimationFrame(() => this.#scroll(ghost));
  }

  #release(event) {
    const place = this.#ghost && this.#placeAt(event);
    const key = this.#card && keyOf(this.#card);
    this.#end();
    if (place && key) this.drop(key, place);
  }

  /** Where the pointer is: the column, the card above, and the cluster if it is in one. */
  #placeAt({ clientX, clientY }) {
    const under = document
      .elementsFromPoint(clientX, clientY)
      .find((each) => !each.closest(".card-ghost") && each.closest(".column"));
    const column = under?.closest(".column");
    if (!column) return null;
    const cluster = under.closest(".cluster")?.dataset.key.slice("cluster:".length) ?? null;
    const list = (under.closest(".cluster") ?? column).querySelector("[data-items]");
    const cards = [...list.children].filter(
      (each) => each !== this.#card && each.dataset.key.startsWith("card:"),
    );
    return {
      column: column.dataset.key,
      after: cardAbove(cards, clientY),
      cluster,
      element: under.closest(".cluster") ?? column,
    };
  }

  #mark(place) {
    for (const each of this.box.querySelectorAll(".takes-card"))
      if (each !== place?.element) each.classList.remove("takes-card");
    place?.element.classList.add("takes-card");
  }

  #end() {
    clearTimeout(this.#timer);
    this.#ghost?.remove();
    this.#card?.classList.remove("card-lifted");
    this.#mark(null);
    this.#ghost = this.#card = null;
  }
}

/** The key of the last of some cards whose middle is above a pointer; null where none is. */
export function cardAbove(elements, y) {
  const above = elements.filter((element) => middle(element) < y).at(-1);
  return above ? keyOf(above) : null;
}

/** The public key of a card's element. */
export function keyOf(element) {
  return element.dataset.key.slice("card:".length);
}

/** How far to scroll for a pointer between two edges: nothing in the middle. */
function push(at, low, high) {
  const near = Math.min(EDGE, (high - low) / 4);
  if (near <= 0) return 0;
  const over = at < low + near ? at - low - near : Math.max(at - high + near, 0);
  return Math.round(FASTEST * Math.max(-1, Math.min(1, over / near)));
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return box.top + box.height / 2;
}
