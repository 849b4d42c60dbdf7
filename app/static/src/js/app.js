/** What every page runs: htmx, the theme, dialogs, messages. */
import "htmx.org";
import "./elements/bell.js";
import "./elements/counters.js";
import "./elements/dialogs.js";
import "./elements/field-height.js";
import "./elements/flashes.js";
import "./elements/offline.js";
import "./elements/popovers.js";
import "./elements/search-key.js";
import "./elements/theme.js";
import "./elements/time-zone.js";
import "./elements/unsaved.js";
import "./elements/versions.js";
import "./elements/waiting.js";
import "./live/personal.js";
import { csrfToken } from "./elements/csrf.js";

document.addEventListener("htmx:config:request", (event) => {
  if (event instanceof CustomEvent) event.detail.ctx.request.headers["X-CSRFToken"] = csrfToken();
});

// A page begins with what was just done or refused, a form at the summary of its errors.
/** @type {HTMLElement | null} */
const beginning = document.querySelector("[data-focus-here]");
beginning?.focus({ preventScroll: Boolean(location.hash) });
