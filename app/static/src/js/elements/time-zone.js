/** Joining: the browser tells the time zone, so that nobody has to look for hers in a list. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {NodeListOf<HTMLInputElement>} */
const fields = document.querySelectorAll("[data-timezone]");
for (const field of fields) field.value ||= zone ?? "";
