/** Joining: the browser tells the time zone, so that nobody has to look for hers in a list. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-timezone]")) field.value ||= zone ?? "";
