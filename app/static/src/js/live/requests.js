/** The stream by ordinary requests: what was said before, what is missing; commands and presence, where no socket is to be had. */
import { csrfToken } from "../elements/csrf.js";

const REQUEST_TIMEOUT_MILLISECONDS = 8000;

/** @import { Acknowledgement, Commands, Presence, PresentPeople, Problem, StreamPage } from "./payloads.js" */
/** @typedef {{after?: number, before?: number, limit?: number}} Where which events to read: numbers beyond which they are */

/** The end of what one may read; `reason` as the socket's "closed" would give it. */
export class Ended extends Error {
  final = true;

  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** @type {Record<number, string>} */
const REASONS = { 401: "signed_out", 404: "removed" };

/**
 * Read events of a stream, a page of them.
 * @param {string} stream
 * @param {Where} where
 * @returns {Promise<StreamPage>}
 * @throws {Ended} when the person may not read it any more
 */
export async function read(stream, where) {
  const query = new URLSearchParams(Object.entries(where).map(([name, value]) => [name, String(value)]));
  const answer = await request(`streams/${encodeURIComponent(stream)}/events?${query}`);
  if (REASONS[answer.status]) throw new Ended(REASONS[answer.status]);
  if (!answer.ok) throw new Error(`the stream answered ${answer.status}`);
  return answer.json();
}

/**
 * Send a command; gives what the socket would answer, or null when there was no answer in time.
 * @template {keyof Commands} Name
 * @param {Name} event
 * @param {object} payload
 * @returns {Promise<Acknowledgement<Name> | null>}
 */
export async function command(event, payload) {
  const query = new URLSearchParams({ lang: document.documentElement.lang });
  try {
    const answer = await request(`commands/${event}?${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(payload),
    });
    const content = await answer.json();
    return answer.ok ? { ok: true, ...content } : refusalOf(content);
  } catch {
    return null;
  }
}

/**
 * Count as present at a stream; gives who is there, or null when there was no answer.
 * @param {string} stream
 * @returns {Promise<Presence[] | null>}
 */
export async function present(stream) {
  try {
    const answer = await request(`streams/${encodeURIComponent(stream)}/presence`, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken() },
    });
    if (!answer.ok) return null;
    const { people } = /** @type {PresentPeople} */ (await answer.json());
    return people;
  } catch {
    return null;
  }
}

/**
 * A refusal of the API as a socket would give it.
 * @param {Problem} problem
 */
export function refusalOf({ code, title, fields, now, before }) {
  return { ok: /** @type {const} */ (false), code, message: title, fields, now, before };
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
function request(path, { headers, ...init } = {}) {
  return fetch(`/api/v1/${path}`, {
    ...init,
    headers: { Accept: "application/json", ...headers },
    credentials: "same-origin",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MILLISECONDS),
  });
}
