/** Light, dark or as the device does: kept in a cookie, so that the server renders the next page right at once. */
const A_YEAR = 60 * 60 * 24 * 365;

/** @param {string} theme */
function choose(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax${secure}`;
  document.documentElement.dataset.theme = theme;
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll("[data-theme-choice]");
  for (const button of buttons) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  /** @type {HTMLElement | null} */
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  event.preventDefault();
  choose(button.dataset.themeChoice ?? "");
});
