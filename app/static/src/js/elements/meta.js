/**
 * The value of a <meta> of this page, empty where it has none.
 * @param {string} name
 */
export function metaContent(name) {
  /** @type {HTMLMetaElement | null} */
  const meta = document.querySelector(`meta[name="${name}"]`);
  return meta?.content ?? "";
}
