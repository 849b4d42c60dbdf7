/** Scrolling back: older messages are fetched before the reader reaches the oldest that is there. */
const AT_ONCE = 50;
const AHEAD = "600px 0px 0px 0px";

export class History {
  #busy = false;

  /** `fetchBefore(seq, limit)` reads older events, `show(events)` puts them before the others. */
  constructor(room, box, { fetchBefore, show }) {
    Object.assign(this, { fetchBefore, show });
    this.link = room.querySelector("[data-older]");
    if (!this.link) return;
    this.link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#more();
    });
    this.observer = new IntersectionObserver(([entry]) => entry.isIntersecting && this.#more(), {
      root: box,
      rootMargin: AHEAD,
    });
    this.observer.observe(this.link);
  }

  async #more() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const { events, more } = await this.fetchBefore(Number(this.link.dataset.older), AT_ONCE);
      this.show(events);
      if (more) this.#point(events[0].seq);
      else this.#end();
    } catch {
      // Without the network the link stays where it is, to be pressed again.
    } finally {
      this.#busy = false;
    }
  }

  /** The next older ones; looked at anew, because the link may still be in sight. */
  #point(seq) {
    this.link.dataset.older = seq;
    this.link.href = `?before=${seq}`;
    this.observer.unobserve(this.link);
    this.observer.observe(this.link);
  }

  #end() {
    this.observer.disconnect();
    this.link.parentElement.remove();
  }
}
