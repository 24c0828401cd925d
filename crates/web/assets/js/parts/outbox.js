// Acts of a crew that wait for a connection. Forms with data-lw-outbox are sent by script; what cannot
// be sent is kept in the browser, photos too, and sent once when the connection is back: each form has
// a key, by which the server knows a repeat. The page works without this as plain forms.
//
// <div data-lw-outbox-box data-worker data-scope data-sign-in data-waiting data-refused data-drop data-sign data-sent data-kept>

const STORE = "acts";
let box;
let sending = false;

function open() {
  return new Promise((resolve, reject) => {
    const wish = indexedDB.open("lw-outbox", 1);
    wish.onupgradeneeded = () => wish.result.createObjectStore(STORE, { keyPath: "key" });
    wish.onsuccess = () => resolve(wish.result);
    wish.onerror = () => reject(wish.error);
  });
}

async function within(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const turn = database.transaction(STORE, mode);
      const wish = act(turn.objectStore(STORE));
      turn.oncomplete = () => resolve(wish.result);
      turn.onerror = () => reject(turn.error);
      turn.onabort = () => reject(turn.error);
    });
  } finally {
    database.close();
  }
}

const all = async () => (await within("readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at);
const keep = (act) => within("readwrite", (store) => store.put(act));
const drop = (key) => within("readwrite", (store) => store.delete(key));

function body(act) {
  const form = new FormData();
  for (const [name, value] of act.fields) form.append(name, value);
  form.append("at", String(act.at));
  return form;
}

// The answer of the server, or nothing without a connection.
async function post(act) {
  try {
    return await fetch(act.url, { method: "POST", body: body(act), credentials: "same-origin" });
  } catch {
    return undefined;
  }
}

const asksToSignIn = (answer) => new URL(answer.url).pathname === box.dataset.signIn;

// What the server will not take later either; anything else may go through next time.
const isRefused = ({ status }) => status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);

function line(words, ...more) {
  const paragraph = document.createElement("p");
  paragraph.append(words, ...more);
  return paragraph;
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "lw-link-button govuk-link";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

async function show(note) {
  const acts = await all();
  const waiting = acts.filter((act) => !act.refused);
  const lines = [];
  if (note) lines.push(line(note));
  if (waiting.length) {
    const list = document.createElement("ul");
    for (const act of waiting) list.append(Object.assign(document.createElement("li"), { textContent: act.title }));
    lines.push(line(box.dataset.waiting.replace("#", waiting.length)), list);
  }
  for (const act of acts.filter((one) => one.refused)) {
    const link = Object.assign(document.createElement("a"), {
      href: act.url,
      className: "govuk-link",
      textContent: act.title,
    });
    const forget = button(box.dataset.drop, async () => {
      await drop(act.key);
      show();
    });
    lines.push(line(`${box.dataset.refused} `, link, " ", forget));
  }
  box.replaceChildren(...lines);
  box.className = lines.length ? "lw-outbox lw-notice" : "lw-outbox";
}

async function sendAll() {
  if (sending) return;
  sending = true;
  let sent = 0;
  let note;
  try {
    for (const act of (await all()).filter((one) => !one.refused)) {
      const answer = await post(act);
      if (!answer) break;
      if (asksToSignIn(answer)) {
        note = box.dataset.sign;
        break;
      }
      if (isRefused(answer)) await keep({ ...act, refused: answer.status });
      else if (answer.ok) {
        await drop(act.key);
        sent += 1;
      } else break;
    }
  } finally {
    sending = false;
  }
  if (sent) note = box.dataset.sent.replace("#", sent);
  await show(note);
  return sent;
}

// One sender at a time, over all tabs of this browser.
const flush = () =>
  navigator.locks ? navigator.locks.request("lw-outbox", sendAll) : sendAll();

// What comes next on the card; the list itself is as old as the connection.
function goOn(form) {
  form.hidden = true;
  const next = form.nextElementSibling;
  if (next) next.hidden = false;
  next?.querySelector("summary, button")?.focus();
}

async function submit(event) {
  const form = event.target.closest?.("form[data-lw-outbox]");
  if (!form) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const act = {
    key: data.get("key"),
    url: form.action,
    title: form.dataset.title,
    at: Date.now(),
    fields: [...data].filter(([, value]) => !(value instanceof File) || value.size > 0),
  };
  const earlier = (await all()).some((one) => !one.refused);
  const answer = earlier ? undefined : await post(act);
  if (answer?.ok && !asksToSignIn(answer)) {
    location.assign(answer.url);
  } else if (answer && isRefused(answer)) {
    // A refused act wrote nothing, so it may be sent again as a plain form, whose answer says why.
    form.submit();
  } else {
    await keep(act);
    goOn(form);
    await show(box.dataset.kept);
    if (earlier) flush();
  }
}

export function startOutbox() {
  box = document.querySelector("[data-lw-outbox-box]");
  if (!box || !("indexedDB" in window)) return;
  document.addEventListener("submit", submit);
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  setInterval(flush, 30_000);
  flush();
  navigator.serviceWorker?.register(box.dataset.worker, { scope: box.dataset.scope }).catch(console.warn);
}
