// What every page has to hold, whatever it shows. Runs inside the page; returns sentences.

/** Width of the window, smallest type, smallest main target: of the mode. */
export function probe({ width, fontMin, targetMin }) {
  const faults = [];
  const name = (element) => {
    const classes = typeof element.className === "string" ? element.className : "";
    const words = (element.innerText ?? element.textContent ?? "").trim().slice(0, 20);
    return `${element.tagName.toLowerCase()}#${element.id}.${classes.replaceAll(" ", ".")} "${words}"`;
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 2 && box.height > 2 && style.visibility !== "hidden" && style.opacity !== "0";
  };

  const over = document.documentElement.scrollWidth - width;
  if (over > 0) {
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > width + 1 && !element.closest(".lw-scroll, .lw-queue__head"),
    );
    faults.push(`the page is ${over} px too wide: ${wide.slice(-3).map(name).join(", ")}`);
  }

  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode.textContent.trim();
    const leaf = words.currentNode.parentElement;
    if (text.length < 2 || !seen(leaf) || leaf.closest("svg, script, .maplibregl-map")) continue;
    const size = parseFloat(getComputedStyle(leaf).fontSize);
    if (size < fontMin - 0.01) faults.push(`type of ${size} px: ${name(leaf)}`);
    const lines = document.createRange();
    lines.selectNodeContents(words.currentNode);
    const box = lines.getBoundingClientRect();
    // More than two lines in less than four letters' width: a column was squeezed.
    if (box.width < size * 4 && box.height > size * 4.5) {
      faults.push(`words squeezed to ${Math.round(box.width)} px: ${name(leaf)}`);
    }
  }

  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const control of document.querySelectorAll(controls)) {
    if (!seen(control) && !control.matches("[type=radio], [type=checkbox]")) continue;
    if (control.closest("svg, .maplibregl-map, [hidden]")) continue;
    const { height } = control.getBoundingClientRect();
    const main = control.matches(
      ".govuk-button, .govuk-input, .govuk-select, .lw-tiles__link, .lw-bottombar__link, " +
        ".lw-header__link, .govuk-radios__input, .govuk-checkboxes__input, summary",
    );
    const small = control.closest(".govuk-radios--small, .govuk-checkboxes--small");
    const least = main && !small ? targetMin : 24;
    if (height < least - 0.5) faults.push(`target of ${height.toFixed(1)} px: ${name(control)}`);
  }

  for (const element of document.querySelectorAll("*")) {
    const swaps = [...element.attributes].some(({ name }) => name.startsWith("hx-"));
    const works = "a[href], form[action], form[action] *, [hx-sse\\:connect], body, html";
    if (swaps && !element.matches(works)) faults.push(`dead without script: ${name(element)}`);
    if (element.hasAttribute("style") && !element.closest("svg, .maplibregl-map, .lw-chart__canvas")) {
      faults.push(`style attribute: ${name(element)}`);
    }
  }
  return faults;
}
