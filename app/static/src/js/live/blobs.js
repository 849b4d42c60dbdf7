/**
 * Files that wait to be sent, in IndexedDB: what PersonalStorage keeps of them are their keys. They go when they were sent or
 * taken away, after 30 days, and when the person signs out here or another one signs in (storage.js wipes the database).
 * Where a browser has no room for them, memory serves until the page is left.
 */
import { metaContent } from "../elements/meta.js";
import { actingAs } from "./actor.js";
import { FILES_DATABASE } from "./personal.js";

const STORE = "files";
const KEPT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/** @typedef {{owner: string, at: number, blob: Blob}} Kept */

export class BlobStore {
  /** @type {Map<string, Blob>} What the browser has no room for. */
  #memory = new Map();
  #owner = `${metaContent("installation")}:${actingAs().split(":")[0]}`;

  constructor() {
    addEventListener("beforeunload", (event) => this.#memory.size && event.preventDefault());
    void this.#tidy().catch(() => {});
  }

  /**
   * @param {string} key
   * @param {Blob} blob
   */
  async put(key, blob) {
    try {
      await this.#run("readwrite", (store) => store.put({ owner: this.#owner, at: Date.now(), blob }, key));
    } catch {
      this.#memory.set(key, blob);
    }
  }

  /**
   * @param {string} key
   * @returns {Promise<Blob | null>} null where it is not kept here
   */
  async get(key) {
    const inMemory = this.#memory.get(key);
    if (inMemory) return inMemory;
    try {
      /** @type {Kept | undefined} */
      const kept = await this.#run("readonly", (store) => store.get(key));
      return kept?.owner === this.#owner ? kept.blob : null;
    } catch {
      return null;
    }
  }

  /** @param {string[]} keys */
  async remove(keys) {
    for (const key of keys) this.#memory.delete(key);
    try {
      for (const key of keys) await this.#run("readwrite", (store) => store.delete(key));
    } catch {
      // What cannot be opened holds nothing.
    }
  }

  /** Delete what others left here and what is too old. */
  async #tidy() {
    const oldest = Date.now() - KEPT_MILLISECONDS;
    await this.#run("readwrite", (store) => {
      const walk = store.openCursor();
      walk.onsuccess = () => {
        const cursor = walk.result;
        if (!cursor) return;
        /** @type {Kept} */
        const { owner, at } = cursor.value;
        if (owner !== this.#owner || at < oldest) cursor.delete();
        cursor.continue();
      };
      return walk;
    });
  }

  /**
   * Ask the store for something; the database is closed again, so that it can be deleted at any time.
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>}
   */
  async #run(mode, ask) {
    const database = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(STORE, mode);
        const request = ask(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(FILES_DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
