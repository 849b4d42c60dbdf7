/** "/" goes to the field of the search: the page's own, else the one in the rail. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const { activeElement: active } = document;
  if (
    active instanceof HTMLElement &&
    (active.isContentEditable || active.matches("input, textarea, select"))
  )
    return;
  const fields = document.querySelectorAll("main [role=search] [type=search], #rail-search");
  const field = [...fields].find((each) => each instanceof HTMLInputElement && each.offsetParent);
  if (!(field instanceof HTMLInputElement)) return;
  event.preventDefault();
  field.focus();
  field.select();
});
