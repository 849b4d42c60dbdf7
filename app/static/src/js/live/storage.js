/**
 * What a browser keeps of what a person wrote. Every key names the installation, the person, the kind and the place; a
 * draft's also the tab:
 *
 *   trama:<installation>:<person>:outbox:room:12          shared by the tabs of that person
 *   trama:<installation>:<person>:draft:room:12:<tab>     of one tab; adopted by another once that tab is gone
 *
 * One rule for all of it. Kept: until it is sent or discarded, for 30 days at most, also when the sign-in ended elsewhere.
 * Wiped: when the person signs out in this browser, and when another person is signed in in it. After that the pages
 * that are still open keep nothing more. Where a browser's storage is full or forbidden, memory serves until the page is left.
 */
const PREFIX = "trama:";
const WIPED = `${PREFIX}wiped`;
const PERSON = `${PREFIX}person`;
const TAB = `${PREFIX}tab`;
const KEPT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;
const LOCK_TIMEOUT_MILLISECONDS = 1000;

export class PersonalStorage {
  #local;
  #session;
  #locks;
  #own;
  #owner;
  #now;
  #memory = new Map();
  #closed = [];
  isClosed = false;

  /** `local` and `session` are storages or null, `locks` a LockManager or nothing; `person` is empty for a visitor. */
  constructor({ local, session, locks, installation, person, now = Date.now }) {
    Object.assign(this, { tab: freshId() });
    [this.#local, this.#session, this.#locks, this.#now] = [local, session, locks, now];
    this.#owner = `${installation}:${person}`;
    this.#own = `${PREFIX}${this.#owner}:`;
    this.tab = this.#take(this.#session, TAB) ?? this.tab;
    this.#put(this.#session, TAB, this.tab);
    if (person) this.#moveIn();
    this.ready = this.#claimTab();
  }

  // --- Shared by the tabs of a person ----------------------------------------------------------------------

  /** The value kept at a place, or `otherwise`. */
  recall(place, otherwise = null) {
    return this.#read(this.#own + place)?.value ?? otherwise;
  }

  /** Keep a value at a place; nothing and empty lists are forgotten. */
  keep(place, value) {
    this.#write(this.#own + place, value);
  }

  /** Call back when another page of this browser changed what is kept at a place. */
  onChange(place, changed) {
    addEventListener("storage", (event) => event.key === this.#own + place && changed());
  }

  // --- Drafts, of one tab ----------------------------------------------------------------------------------

  /** The draft of this tab at a place, or null. */
  recallDraft(place) {
    return this.#read(this.#draft(place, this.tab))?.value ?? null;
  }

  keepDraft(place, value) {
    this.#write(this.#draft(place, this.tab), value);
  }

  /** The draft of this tab, else the newest at that place of a tab that is gone, which becomes this tab's; else null. */
  async adoptDraft(place) {
    await this.ready;
    const own = this.recallDraft(place);
    if (own !== null) return own;
    const prefix = this.#draft(place, "");
    const open = await this.#openTabs();
    const found = this.#keys()
      .filter((key) => key.startsWith(prefix) && !open.has(key.slice(prefix.length)))
      .map((key) => [key, this.#read(key)])
      .filter(([, entry]) => entry)
      .sort(([, one], [, other]) => other.at - one.at)[0];
    if (!found || this.isClosed) return null;
    // Without locks nobody knows which tabs are gone: it is copied then.
    if (this.#locks) this.#remove(found[0]);
    this.keepDraft(place, found[1].value);
    return found[1].value;
  }

  // --- Wiping ----------------------------------------------------------------------------------------------

  /** Delete everything of everybody, and keep nothing more: the person signs out in this browser. */
  wipe() {
    for (const key of this.#keys()) this.#remove(key);
    this.#put(this.#local, WIPED, String(this.#now()));
    this.close();
  }

  /** Keep nothing more. */
  close() {
    this.isClosed = true;
    this.#memory.clear();
    for (const callback of this.#closed) callback();
  }

  /** Call back when nothing more is kept. */
  onClose(callback) {
    this.#closed.push(callback);
  }

  /** Take note of what another page of this browser did to what is kept. */
  hear({ key, newValue }) {
    if (newValue && (key === WIPED || (key === PERSON && newValue !== this.#owner))) this.close();
  }

  /** Delete what others wrote and what is too old; say whose browser this is now. */
  #moveIn() {
    for (const key of this.#keys()) {
      if (key === PERSON || key === WIPED) continue;
      if (!key.startsWith(this.#own) || !this.#read(key)) this.#remove(key);
    }
    this.#put(this.#local, PERSON, this.#owner);
  }

  // --- Tabs ------------------------------------------------------------------------------------------------

  /** Hold a lock for as long as this page is open. A tab that was duplicated has the id of another: it takes a new one. */
  async #claimTab() {
    if (!this.#locks) return;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LOCK_TIMEOUT_MILLISECONDS);
    if (await this.#hold(patience.signal)) return clearTimeout(timer);
    this.tab = freshId();
    this.#put(this.#session, TAB, this.tab);
    await this.#hold();
  }

  #hold(signal) {
    return new Promise((resolve) => {
      const held = () => {
        resolve(true);
        return new Promise(() => {});
      };
      this.#locks.request(TAB + this.tab, signal ? { signal } : {}, held).catch(() => resolve(false));
    });
  }

  async #openTabs() {
    if (!this.#locks) return new Set([this.tab]);
    const { held } = await this.#locks.query();
    return new Set(held.filter(({ name }) => name.startsWith(TAB)).map(({ name }) => name.slice(TAB.length)));
  }

  // --- What a storage may refuse ---------------------------------------------------------------------------

  #draft(place, tab) {
    return `${this.#own}draft:${place}:${tab}`;
  }

  /** The entry {at, value} under a key; null where there is none or it is too old. */
  #read(key) {
    const text = this.#memory.get(key) ?? this.#take(this.#local, key);
    try {
      const entry = JSON.parse(text);
      return entry && entry.at > this.#now() - KEPT_MILLISECONDS ? entry : null;
    } catch {
      return null;
    }
  }

  #write(key, value) {
    const isEmpty = value === null || value === undefined || (Array.isArray(value) && !value.length);
    if (isEmpty) return this.#remove(key);
    if (this.isClosed) return;
    const text = JSON.stringify({ at: this.#now(), value });
    this.#memory.delete(key);
    if (!this.#put(this.#local, key, text)) this.#memory.set(key, text);
  }

  #remove(key) {
    this.#memory.delete(key);
    try {
      this.#local?.removeItem(key);
    } catch {
      // A forbidden storage holds nothing.
    }
  }

  #keys() {
    try {
      const all = Array.from({ length: this.#local?.length ?? 0 }, (_, index) => this.#local.key(index));
      return [...new Set([...all, ...this.#memory.keys()])].filter((key) => key.startsWith(PREFIX));
    } catch {
      return [...this.#memory.keys()];
    }
  }

  #take(storage, key) {
    try {
      return storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  #put(storage, key, text) {
    try {
      storage?.setItem(key, text);
      return Boolean(storage);
    } catch {
      return false;
    }
  }
}

/** An id that nobody else has. */
export function freshId() {
  const letters = crypto.getRandomValues(new Uint8Array(12));
  return btoa(String.fromCharCode(...letters))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
