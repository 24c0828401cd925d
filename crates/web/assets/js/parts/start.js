// What every page does when it opens and when htmx has swapped a part of it.
import "htmx.org/dist/htmx.esm.js";
import { listenForAids, startAids } from "./aids.js";
import { startControls } from "./controls.js";
import { startPasskeys } from "./passkey.js";
import { listenForPhotos } from "./preview.js";

export function start(more = () => {}) {
  // govuk-frontend hides conditional parts only under this class, so that nothing is lost without script.
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  const wake = (root) => {
    startControls(root);
    startAids(root);
    startPasskeys(root);
    more(root);
  };
  wake(document);
  listenForAids();
  listenForPhotos();
  document.addEventListener("htmx:after:swap", () => wake(document));
}
