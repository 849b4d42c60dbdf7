import { metaContent } from "../elements/meta.js";

/** For whom this page was made: the key that every form and command of it carries, such as "12:5" (person, organisation). */
export function actingAs() {
  return metaContent("acting-as");
}
