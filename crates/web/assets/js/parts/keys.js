// Keyboard in a queue: j/k next and previous row, Enter opens, x selects, e assigns what is selected, / searches.
// <table data-lw-keys>: a row is an element with data-lw-row that holds a link.

const rows = () => [...document.querySelectorAll("[data-lw-keys] [data-lw-row]")];

function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  next?.querySelector("a[href]")?.focus();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  x() {
    const row = document.activeElement?.closest("[data-lw-row]");
    row?.querySelector("input[type=checkbox]")?.click();
  },
  e() {
    const people = document.getElementById("handler");
    const details = people?.closest("details");
    if (details) details.open = true;
    people?.focus();
  },
  "/": () => document.querySelector("[data-lw-search]")?.focus(),
};

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]),textarea,select,[contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !rows().length) return;
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
}
