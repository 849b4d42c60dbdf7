/** The files of a message, as templates/rooms/_files.html draws them; pictures as thumbnails that load when they come near. */
import { make } from "../elements/markup.js";
import { box, part } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";

const THUMBNAIL_SIDE = 480;
const KILOBYTE = 1000;
const MEGABYTE = 1_000_000;

/** @import { FilePayload } from "../live/payloads.js" */
/** @import { WaitingFile } from "./words.js" */
/** @typedef {{kinds: Record<string, string>, undescribed: string, pictureAloud: string, fileAloud: string, gone: string}} FileWords */

export class MessageFiles {
  /** @param {HTMLElement} room */
  constructor(room) {
    const pattern = part(room, "[data-pattern=file]", HTMLTemplateElement);
    this.words = /** @type {FileWords} */ (wordsOf(pattern));
    this.pattern = box(pattern.content, "a");
  }

  /**
   * Show the files of a message in its list; a message of files alone has no text.
   * @param {HTMLElement} list
   * @param {HTMLElement} text
   * @param {{files?: FilePayload[], html: string, lang: string | null}} message
   */
  draw(list, text, { files = [], html, lang }) {
    list.replaceChildren(...files.map((file) => make("li", {}, [this.#shown(file, lang ?? "")])));
    list.hidden = !files.length;
    text.hidden = !html && files.length > 0;
    if (!html && !files.length) text.textContent = this.words.gone;
  }

  /**
   * Show files that wait to be sent.
   * @param {HTMLElement} list
   * @param {WaitingFile[]} files
   */
  drawWaiting(list, files) {
    list.replaceChildren(
      ...files.map(({ name, type, size, alt }) => {
        const line = this.#line(name, this.note(kindOf(type, name), size));
        return make("li", {}, alt ? [line, make("p", { class: "small soft" }, [alt])] : [line]);
      }),
    );
    list.hidden = !files.length;
  }

  /**
   * What is read aloud of the files of a message.
   * @param {FilePayload[]} files
   */
  aloud(files) {
    const { kinds, pictureAloud, fileAloud, undescribed } = this.words;
    return files.map(({ name, kind, bytes, alt }) => {
      if (kind !== "picture") return fill(fileAloud, { name, kind: kinds[kind], size: sizeOf(bytes) });
      return alt ? fill(pictureAloud, { words: alt }) : fill(undescribed, { name });
    });
  }

  /**
   * What kind a file is and how large.
   * @param {string} kind
   * @param {number} size
   */
  note(kind, size) {
    return [this.words.kinds[kind], sizeOf(size)].filter(Boolean).join(", ");
  }

  /**
   * @param {FilePayload} file
   * @param {string} lang
   */
  #shown(file, lang) {
    const { url, name, kind, width, height, alt } = file;
    if (kind !== "picture" || !width || !height) {
      const link = /** @type {HTMLAnchorElement} */ (this.pattern.cloneNode(true));
      link.href = url;
      return this.#filled(link, name, this.note(kind, file.bytes));
    }
    const scale = Math.min(THUMBNAIL_SIDE / width, THUMBNAIL_SIDE / height, 1);
    const image = make("img", {
      loading: "lazy",
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      lang,
      alt: alt || fill(this.words.undescribed, { name }),
    });
    image.src = `${url}?small=1`;
    return make("a", { class: "message-picture", href: url }, [image]);
  }

  /**
   * @param {string} name
   * @param {string} note
   */
  #line(name, note) {
    const line = make("span", { class: "message-file" });
    line.append(...[...this.pattern.childNodes].map((each) => each.cloneNode(true)));
    return this.#filled(line, name, note);
  }

  /**
   * @template {HTMLElement} Kind
   * @param {Kind} element
   * @param {string} name
   * @param {string} note
   */
  #filled(element, name, note) {
    box(element, ".message-file-name").textContent = name;
    box(element, ".soft").textContent = note;
    return element;
  }
}

/**
 * What a file is for people, by what the browser says of it.
 * @param {string} type
 * @param {string} name
 */
export function kindOf(type, name) {
  if (type.startsWith("image/")) return "picture";
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  /** @type {Record<string, string>} */
  const kinds = {
    pdf: "pdf",
    docx: "document",
    odt: "document",
    xlsx: "spreadsheet",
    ods: "spreadsheet",
    pptx: "presentation",
    odp: "presentation",
  };
  return kinds[ending] ?? "text";
}

/**
 * A number of bytes in words: "1.2 MB".
 * @param {number} bytes
 */
function sizeOf(bytes) {
  const isSmall = bytes < MEGABYTE;
  const unit = isSmall ? "kilobyte" : "megabyte";
  const format = new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit,
    maximumFractionDigits: isSmall ? 0 : 1,
  });
  return format.format(isSmall ? Math.max(1, Math.round(bytes / KILOBYTE)) : bytes / MEGABYTE);
}
