import { metaContent } from "./meta.js";

/** The token that proves that a request comes from one of our pages. */
export function csrfToken() {
  return metaContent("csrf-token");
}
