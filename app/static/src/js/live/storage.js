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
  /** @type {Storage | null} */
  #local;
  /** @type {Storage | null} */
  #session;
  /** @type {LockManager | undefined} */
  #locks;
  #own;
  #owner;
  #now;
  #wiped;
  /** @type {Map<string, string>} What the storage has no room for, by key. */
  #memory = new Map();
  /** @type {(() => void)[]} */
  #closed = [];
  isClosed = false;

  /**
   * @param {object} options
   * @param {Storage | null} options.local
   * @param {Storage | null} options.session
   * @param {LockManager} [options.locks]
   * @param {string} options.installation
   * @param {string} options.person empty for a visitor
   * @param {() => number} [options.now] the time in milliseconds
   * @param {() => unknown} [options.wiped] is called when what others left is deleted: what is kept elsewhere goes, too
   */
  constructor({ local, session, locks, installation, person, now = Date.now, wiped = () => {} }) {
    this.#local = local;
    this.#session = session;
    this.#locks = locks;
    this.#now = now;
    this.#wiped = wiped;
    this.#owner = `${installation}:${person}`;
    this.#own = `${PREFIX}${this.#owner}:`;
    this.tab = this.#take(this.#session, TAB) ?? freshId();
    this.#put(this.#session, TAB, this.tab);
    if (person) this.#moveIn();
    this.ready = this.#claimTab();
  }

  /** Whether something is kept until this page is left and no longer: the browser has no room for it. */
  get isPassing() {
    return this.#memory.size > 0;
  }

  // --- Shared by the tabs of a person ----------------------------------------------------------------------

  /**
   * The value kept at a place, or `otherwise`.
   * @param {string} place
   * @param {any} [otherwise]
   */
  recall(place, otherwise = null) {
    return this.#read(this.#own + place)?.value ?? otherwise;
  }

  /**
   * Keep a value at a place; nothing and empty lists are forgotten.
   * @param {string} place
   * @param {any} value what JSON can hold
   */
  keep(place, value) {
    this.#write(this.#own + place, value);
  }

  /**
   * Call back when another page of this browser changed what is kept at a place.
   * @param {string} place
   * @param {() => void} changed
   */
  onChange(place, changed) {
    addEventListener("storage", (event) => event.key === this.#own + place && changed());
  }

  // --- Drafts, of one tab ----------------------------------------------------------------------------------

  /**
   * The draft of this tab at a place, or null.
   * @param {string} place
   */
  recallDraft(place) {
    return this.#read(this.#draft(place, this.tab))?.value ?? null;
  }

  /**
   * @param {string} place
   * @param {any} value what JSON can hold
   */
  keepDraft(place, value) {
    this.#write(this.#draft(place, this.tab), value);
  }

  /**
   * The draft of this tab, else the newest at that place of a tab that is gone, which becomes this tab's; else null.
   * @param {string} place
   */
  async adoptDraft(place) {
    await this.ready;
    const own = this.recallDraft(place);
    if (own !== null) return own;
    const prefix = this.#draft(place, "");
    const open = await this.#openTabs();
    const [found] = this.#keys()
      .filter((key) => key.startsWith(prefix) && !open.has(key.slice(prefix.length)))
      .map((key) => ({ key, ...(this.#read(key) ?? { at: 0, value: null }) }))
      .filter(({ value }) => value !== null)
      .sort((one, other) => other.at - one.at);
    if (!found || this.isClosed) return null;
    // Without locks nobody knows which tabs are gone: it is copied then.
    if (this.#locks) this.#remove(found.key);
    this.keepDraft(place, found.value);
    return found.value;
  }

  // --- Wiping ----------------------------------------------------------------------------------------------

  /** Delete everything of everybody, and keep nothing more: the person signs out in this browser. */
  wipe() {
    for (const key of this.#keys()) this.#remove(key);
    this.#wiped();
    this.#put(this.#local, WIPED, String(this.#now()));
    this.close();
  }

  /** Keep nothing more. */
  close() {
    this.isClosed = true;
    this.#memory.clear();
    for (const callback of this.#closed) callback();
  }

  /**
   * Call back when nothing more is kept.
   * @param {() => void} callback
   */
  onClose(callback) {
    this.#closed.push(callback);
  }

  /**
   * Take note of what another page of this browser did to what is kept.
   * @param {Pick<StorageEvent, "key" | "newValue">} event
   */
  hear({ key, newValue }) {
    if (newValue && (key === WIPED || (key === PERSON && newValue !== this.#owner))) this.close();
  }

  /** Delete what others wrote and what is too old; say whose browser this is now. */
  #moveIn() {
    if ((this.#take(this.#local, PERSON) ?? this.#owner) !== this.#owner) this.#wiped();
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

  /**
   * Hold the lock of this tab; whether that came about before the signal.
   * @param {AbortSignal} [signal]
   */
  #hold(signal) {
    /** @type {LockManager | undefined} */
    const locks = this.#locks;
    return new Promise((resolve) => {
      const held = () => {
        resolve(true);
        return new Promise(() => {});
      };
      locks?.request(TAB + this.tab, signal ? { signal } : {}, held).catch(() => resolve(false));
    });
  }

  async #openTabs() {
    if (!this.#locks) return new Set([this.tab]);
    const { held = [] } = await this.#locks.query();
    const names = held.map(({ name = "" }) => name).filter((name) => name.startsWith(TAB));
    return new Set(names.map((name) => name.slice(TAB.length)));
  }

  // --- What a storage may refuse ---------------------------------------------------------------------------

  /**
   * @param {string} place
   * @param {string} tab
   */
  #draft(place, tab) {
    return `${this.#own}draft:${place}:${tab}`;
  }

  /**
   * The entry under a key; null where there is none or it is too old.
   * @param {string} key
   * @returns {{at: number, value: any} | null}
   */
  #read(key) {
    const text = this.#memory.get(key) ?? this.#take(this.#local, key);
    try {
      const entry = JSON.parse(text ?? "null");
      return entry && entry.at > this.#now() - KEPT_MILLISECONDS ? entry : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {any} value
   */
  #write(key, value) {
    const isEmpty = value === null || value === undefined || (Array.isArray(value) && !value.length);
    if (isEmpty) return this.#remove(key);
    if (this.isClosed) return;
    const text = JSON.stringify({ at: this.#now(), value });
    this.#memory.delete(key);
    if (!this.#put(this.#local, key, text)) this.#memory.set(key, text);
  }

  /** @param {string} key */
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
      const all = Array.from(
        { length: this.#local?.length ?? 0 },
        (_, index) => this.#local?.key(index) ?? "",
      );
      return [...new Set([...all, ...this.#memory.keys()])].filter((key) => key.startsWith(PREFIX));
    } catch {
      return [...this.#memory.keys()];
    }
  }

  /**
   * @param {Storage | null} storage
   * @param {string} key
   */
  #take(storage, key) {
    try {
      return storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  /**
   * Whether the storage took a text.
   * @param {Storage | null} storage
   * @param {string} key
   * @param {string} text
   */
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
