/**
 * The files that one adds to a message: chosen, dropped, pasted or taken with a camera. They wait in a strip above the text,
 * each with its description, and go with the message when it is sent. A draft keeps them over a reload.
 */
import { box, boxes, closest, part } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";
import { BlobStore } from "../live/blobs.js";
import { freshId } from "../live/storage.js";
import { sendFile } from "../live/uploads.js";
import { kindOf, MessageFiles } from "./message-files.js";

const PREVIEW_SIDE = 112;
const PERCENT = 100;

/** @import { Refusal } from "../live/payloads.js" */
/** @import { RoomEntry, WaitingFile } from "./words.js" */
/**
 * @typedef {object} AttachmentWords
 * @property {string} tooMany
 * @property {string} tooLarge
 * @property {string} unknown
 * @property {string} unreadable
 * @property {string} lost
 * @property {string} added
 * @property {string} takenAway
 * @property {string} progress
 * @property {string} checking
 * @property {string} undescribed
 */

/**
 * @typedef {object} AttachmentHandlers
 * @property {(sentence: string) => void} tell says aloud what became of an act
 * @property {(reason: string) => void} refuse says why a file was not taken
 * @property {() => void} changed is called when the strip changed
 */

export class Attachments {
  /** @type {WaitingFile[]} */
  #waiting = [];
  /** @type {Set<string>} The keys of the files that waited in the outbox when it was last looked at. */
  #inOutbox = new Set();
  #blobs = new BlobStore();
  /** @type {Set<string>} The keys of the pictures without a description of which one was reminded. */
  #reminded = new Set();

  /**
   * @param {HTMLElement} room
   * @param {HTMLFormElement} form
   * @param {{storage: import("../live/storage.js").PersonalStorage, place: string}} kept where drafts are kept
   * @param {AttachmentHandlers} on
   */
  constructor(room, form, { storage, place }, on) {
    this.strip = box(form, "[data-files]");
    this.list = box(this.strip, "[data-waiting]");
    this.words = /** @type {AttachmentWords} */ (wordsOf(this.strip));
    this.pattern = box(part(this.strip, "template", HTMLTemplateElement).content, "li");
    this.input = part(form, "input[type=file]", HTMLInputElement);
    this.room = room.dataset.room ?? "";
    this.drawing = new MessageFiles(room);
    this.storage = storage;
    this.place = `${place}:files`;
    this.on = on;
    this.input.addEventListener("change", () => {
      void this.add([...(this.input.files ?? [])]);
      this.input.value = "";
    });
    this.list.addEventListener("input", (event) => this.#describe(event));
    this.list.addEventListener("click", (event) => this.#press(event));
    form.addEventListener("paste", (event) => this.#paste(event));
    room.addEventListener("dragover", (event) => this.#over(room, event));
    room.addEventListener("dragleave", () => room.classList.remove("room-takes-files"));
    room.addEventListener("drop", (event) => this.#drop(room, event));
    this.#waiting = storage.recallDraft(this.place) ?? [];
    this.#draw();
    if (!this.count) void this.#adopt();
  }

  /** How many files wait in the strip. */
  get count() {
    return this.#waiting.length;
  }

  /**
   * Add files to the strip; what cannot be sent is refused with a sentence.
   * @param {File[]} files
   */
  async add(files) {
    let refusal = "";
    for (const file of files) {
      const reason = this.#refusalOf(file);
      if (reason) refusal ||= reason;
      else await this.#take(file);
    }
    if (refusal) this.on.refuse(refusal);
  }

  /** @param {File} file */
  async #take(file) {
    const key = freshId();
    const { name, type, size } = file;
    try {
      await file.slice(0, 1).arrayBuffer(); // a folder has no bytes
    } catch {
      return this.on.refuse(fill(this.words.unreadable, { name }));
    }
    await this.#blobs.put(key, file);
    this.#change([...this.#waiting, { key, name, type, size, alt: "" }]);
    this.on.tell(fill(this.words.added, { name, count: this.count }));
  }

  /**
   * @param {File} file
   * @returns {string} why it cannot be sent, empty where it can
   */
  #refusalOf({ name, type, size }) {
    const { accept = "", maxBytes, maxFiles } = this.strip.dataset;
    const kinds = accept.split(",");
    const isKnown = kinds.includes(type) || kinds.some((kind) => name.toLowerCase().endsWith(kind));
    if (this.count >= Number(maxFiles)) return this.words.tooMany;
    if (!isKnown) return fill(this.words.unknown, { name });
    return size > Number(maxBytes) ? fill(this.words.tooLarge, { name }) : "";
  }

  /**
   * Remind once of each picture that has no description.
   * @returns {boolean} whether there was one; the field for its description has the focus then
   */
  remind() {
    const undescribed = this.#waiting.filter(
      ({ key, name, type, alt }) =>
        kindOf(type, name) === "picture" && !alt.trim() && !this.#reminded.has(key),
    );
    for (const { key } of undescribed) this.#reminded.add(key);
    if (!undescribed.length) return false;
    this.on.refuse(this.words.undescribed);
    part(box(this.list, `[data-key="${undescribed[0].key}"]`), "input", HTMLInputElement).focus();
    return true;
  }

  /** Take all files out of the strip, to go with a message. */
  take() {
    const taken = this.#waiting;
    this.#change([]);
    return taken;
  }

  /**
   * Put files back that were not sent.
   * @param {WaitingFile[]} files
   */
  giveBack(files) {
    this.#change([...files, ...this.#waiting]);
  }

  /**
   * Send the files of a message that are not sent yet.
   * @param {RoomEntry & {kind?: "post"}} entry
   * @param {(files: WaitingFile[]) => void} sent is called when another one was sent
   * @returns {Promise<(Refusal & {ok: false}) | null | undefined>} undefined when all are there, null without an answer
   */
  async send({ cid, acting_as, files = [] }, sent) {
    const known = [...files];
    for (const [place, { key, name, id }] of known.entries()) {
      if (id) continue;
      const blob = await this.#blobs.get(key);
      if (!blob) return refusalOf(fill(this.words.lost, { name }));
      const file = { room: this.room, cid: key, name, blob, actingAs: acting_as };
      const answer = await sendFile(file, (share) => this.#progress(cid, name, share));
      if (!answer?.ok) return answer && { ...answer, fields: naming(name, answer) };
      known[place] = { ...known[place], id: answer.id };
      sent([...known]);
    }
    return undefined;
  }

  /**
   * Delete the bytes of files that are neither in the outbox any more nor in the strip.
   * @param {RoomEntry[]} entries
   */
  settle(entries) {
    const kept = new Set(entries.flatMap(filesOf).map(({ key }) => key));
    const gone = [...this.#inOutbox].filter(
      (key) => !kept.has(key) && !this.#waiting.some((file) => file.key === key),
    );
    this.#inOutbox = kept;
    if (gone.length) void this.#blobs.remove(gone);
  }

  /**
   * @param {string} cid
   * @param {string} name
   * @param {number} share
   */
  #progress(cid, name, share) {
    const note = document.querySelector(`[data-pending="${cid}"] .message-note`);
    const { progress, checking } = this.words;
    if (note)
      note.textContent = fill(share < 1 ? progress : checking, {
        name,
        percent: Math.floor(share * PERCENT),
      });
  }

  // --- The strip -------------------------------------------------------------------------------------------

  /** What waited in a tab that is gone waits here. */
  async #adopt() {
    const files = await this.storage.adoptDraft(this.place);
    if (files?.length && !this.count) this.#change(files);
  }

  /** @param {WaitingFile[]} files */
  #change(files) {
    this.#waiting = files;
    this.#keep();
    this.#draw();
    this.on.changed();
  }

  #keep() {
    this.storage.keepDraft(this.place, this.#waiting);
  }

  #draw() {
    const shown = new Map(boxes(this.list, "li").map((item) => [item.dataset.key, item]));
    this.list.replaceChildren(...this.#waiting.map((file) => shown.get(file.key) ?? this.#item(file)));
    this.list.hidden = !this.count;
  }

  /** @param {WaitingFile} file */
  #item({ key, name, type, size, alt }) {
    const item = /** @type {HTMLElement} */ (this.pattern.cloneNode(true));
    const kind = kindOf(type, name);
    item.dataset.key = key;
    for (const each of boxes(item, "[data-name]")) each.textContent = name;
    box(item, "[data-note]").textContent = this.drawing.note(kind, size);
    if (kind !== "picture") {
      box(item, "[data-describes]").remove();
      return item;
    }
    part(item, "input", HTMLInputElement).value = alt;
    void this.#preview(part(item, "canvas", HTMLCanvasElement), key);
    return item;
  }

  /**
   * Draw a picture small; one that the browser cannot read has none.
   * @param {HTMLCanvasElement} canvas
   * @param {string} key
   */
  async #preview(canvas, key) {
    const blob = await this.#blobs.get(key);
    try {
      const picture = await createImageBitmap(/** @type {Blob} */ (blob));
      const scale = PREVIEW_SIDE / Math.min(picture.width, picture.height);
      canvas.width = canvas.height = PREVIEW_SIDE;
      const [width, height] = [picture.width * scale, picture.height * scale];
      canvas
        .getContext("2d")
        ?.drawImage(picture, (PREVIEW_SIDE - width) / 2, (PREVIEW_SIDE - height) / 2, width, height);
      picture.close();
      canvas.hidden = false;
    } catch {
      canvas.hidden = true;
    }
  }

  /** @param {Event} event */
  #describe({ target }) {
    const key = closest(target, "li")?.dataset.key;
    if (!(target instanceof HTMLInputElement)) return;
    this.#waiting = this.#waiting.map((file) => (file.key === key ? { ...file, alt: target.value } : file));
    this.#keep();
  }

  /** @param {MouseEvent} event */
  #press({ target }) {
    const item = closest(target, "[data-takes-away]") && closest(target, "li");
    const file = this.#waiting.find(({ key }) => key === item?.dataset.key);
    if (!file) return;
    this.#change(this.#waiting.filter((each) => each !== file));
    void this.#blobs.remove([file.key]);
    this.on.tell(fill(this.words.takenAway, { name: file.name }));
    const [next] = boxes(this.list, "[data-takes-away]");
    (next ?? this.input).focus();
  }

  // --- Other ways in ---------------------------------------------------------------------------------------

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData?.getData("text/plain")) return;
    event.preventDefault();
    void this.add(files);
  }

  /**
   * @param {HTMLElement} room
   * @param {DragEvent} event
   */
  #over(room, event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    room.classList.add("room-takes-files");
  }

  /**
   * @param {HTMLElement} room
   * @param {DragEvent} event
   */
  #drop(room, event) {
    room.classList.remove("room-takes-files");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    void this.add(files);
  }
}

/**
 * The files of what waits in the outbox.
 * @param {RoomEntry} entry
 */
function filesOf(entry) {
  return "files" in entry ? (entry.files ?? []) : [];
}

/**
 * A refusal that this page makes itself.
 * @param {string} message
 * @returns {Refusal & {ok: false}}
 */
function refusalOf(message) {
  return { ok: false, code: "invalid", message, fields: {} };
}

/**
 * The sentences of a refusal with the name of the file that it is about.
 * @param {string} name
 * @param {Refusal} refusal
 */
function naming(name, { message, fields }) {
  const reason = Object.values(fields ?? {}).flat()[0] ?? message;
  return { files: [`${name}: ${reason}`] };
}
