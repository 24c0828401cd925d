// A page that follows what happens: presses its own refresh link (data-lw-refresh) every half minute,
// unless somebody is reading or typing in what would be swapped, the page is hidden, or it was paused.

const EVERY = 30_000;

export function startRefresh() {
  const link = document.querySelector("[data-lw-refresh]");
  if (!link) return;
  let paused = false;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "lw-link-button govuk-link";
  const say = () => (button.textContent = paused ? link.dataset.goOn : link.dataset.pause);
  button.addEventListener("click", () => {
    paused = !paused;
    say();
  });
  say();
  // Beside the part that is swapped, so that it stays.
  link.closest("[id]").after(button);
  setInterval(() => {
    const columns = [...document.querySelectorAll("[id^=duty-]")];
    const busy = columns.some((column) => column.contains(document.activeElement)) || !getSelection().isCollapsed;
    if (!paused && !busy && !document.hidden) document.querySelector("[data-lw-refresh]")?.click();
  }, EVERY);
}
