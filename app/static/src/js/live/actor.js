/** For whom this page was made: the key that every form and command of it carries, such as "12:5" (person, organisation). */
export function actingAs() {
  return metaContent("acting-as");
}

/**
 * The value of a <meta> of this page, empty where it has none.
 * @param {string} name
 */
export function metaContent(name) {
  /** @type {HTMLMetaElement | null} */
  const meta = document.querySelector(`meta[name="${name}"]`);
  return meta?.content ?? "";
}
