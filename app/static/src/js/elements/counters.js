/** How many characters are left in a text: the sentence beside it follows the typing. */
function count(note) {
  const control = document.getElementById(note.dataset.counts);
  if (!control) return;
  const left = Number(note.dataset.most) - [...control.value].length;
  const sentence = left < 0 ? note.dataset.sayOver : note.dataset.sayLeft;
  note.textContent = sentence.replace("{left}", left).replace("{over}", -left);
  note.classList.toggle("field-count-over", left < 0);
}

document.addEventListener("input", (event) => {
  const note = event.target.id && document.querySelector(`[data-counts="${CSS.escape(event.target.id)}"]`);
  if (note) count(note);
});

for (const note of document.querySelectorAll("[data-counts]")) {
  if (document.getElementById(note.dataset.counts)?.value) count(note);
}
