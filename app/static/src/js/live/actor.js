/** For whom this page was made: the key that every form and command of it carries, such as "12:5" (person, organisation). */
export function actingAs() {
  return document.querySelector('meta[name="acting-as"]')?.content ?? "";
}
