/** Sending one file to a room, so that a message can carry it; an XMLHttpRequest, since fetch tells nothing of the way. */
import { csrfToken } from "../elements/csrf.js";
import { refusalOf } from "./requests.js";

const STALL_MILLISECONDS = 60_000;
const BROKEN = 500;

/** @import { Refusal, SentFile } from "./payloads.js" */

/**
 * Send a file; the same `cid` again is answered as before.
 * @param {object} file
 * @param {string} file.room
 * @param {string} file.cid
 * @param {string} file.name
 * @param {Blob} file.blob
 * @param {string} file.actingAs
 * @param {(share: number) => void} progress is called with how much of it has gone, from 0 to 1
 * @returns {Promise<(SentFile & {ok: true}) | (Refusal & {ok: false}) | null>} null where there was no answer
 */
export function sendFile({ room, cid, name, blob, actingAs }, progress) {
  const query = new URLSearchParams({ name, cid, lang: document.documentElement.lang, acting_as: actingAs });
  const request = new XMLHttpRequest();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let stalled;
  const wait = () => {
    clearTimeout(stalled);
    stalled = setTimeout(() => request.abort(), STALL_MILLISECONDS);
  };
  return new Promise((resolve) => {
    request.upload.onprogress = ({ loaded, total }) => {
      wait();
      progress(loaded / total);
    };
    request.onloadend = () => {
      clearTimeout(stalled);
      resolve(answerOf(request));
    };
    request.open("POST", `/api/v1/rooms/${room}/files?${query}`);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    wait();
    request.send(blob);
  });
}

/** @param {XMLHttpRequest} request */
function answerOf({ status, responseText }) {
  if (!status || status >= BROKEN) return null;
  try {
    const content = JSON.parse(responseText);
    return status < 300 ? { ok: /** @type {const} */ (true), ...content } : refusalOf(content);
  } catch {
    return null;
  }
}
