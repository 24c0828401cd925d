// Small aids that a page can do without: reading aloud, printing, finding one's place.
// Their buttons carry `hidden`; the script shows those that this browser can serve.

const send = (form, go) => form.requestSubmit(go && form.querySelector(`[name=go][value=${go}]`));

const aids = {
  // <button hidden data-lw-aid="read" data-lw-for="ID">: reads that part in the page's language.
  read: {
    able: () => "speechSynthesis" in window,
    act(button) {
      const voice = window.speechSynthesis;
      const part = document.getElementById(button.dataset.lwFor);
      if (voice.speaking) {
        voice.cancel();
      } else if (part) {
        const words = new SpeechSynthesisUtterance(part.innerText);
        words.lang = part.closest("[lang]").lang;
        words.rate = 0.9;
        voice.speak(words);
      }
    },
  },
  // <button hidden data-lw-aid="print">
  print: { able: () => "print" in window, act: () => window.print() },
  // <button hidden data-lw-aid="locate" data-lw-lat="ID" data-lw-lon="ID" data-lw-failed="ID">:
  // fills two fields; with data-lw-send their form is sent, by its button `go` of that value if there is
  // one; the element `failed` is shown when the browser does not tell.
  locate: {
    able: () => "geolocation" in navigator && window.isSecureContext,
    act({ dataset }) {
      const at = (id) => document.getElementById(id);
      const failed = at(dataset.lwFailed);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          at(dataset.lwLat).value = coords.latitude.toFixed(6);
          at(dataset.lwLon).value = coords.longitude.toFixed(6);
          at(dataset.lwLat).dispatchEvent(new Event("change", { bubbles: true }));
          if (failed) failed.hidden = true;
          if (dataset.lwSend !== undefined) send(at(dataset.lwLat).form, dataset.lwSend);
        },
        () => {
          if (failed) failed.hidden = false;
        },
        { enableHighAccuracy: true, timeout: 10000 },
      );
    },
  },
};

export function startAids(root) {
  for (const button of root.querySelectorAll("[data-lw-aid]")) {
    if (aids[button.dataset.lwAid]?.able()) button.hidden = false;
  }
}

export function listenForAids() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lw-aid]");
    if (button) aids[button.dataset.lwAid]?.act(button);
  });
}
