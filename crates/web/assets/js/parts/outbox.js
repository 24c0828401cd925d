// Acts of a crew that wait for a connection. Forms with data-lw-outbox are first kept in the browser,
// photos too, then sent; what cannot be sent stays and is sent in its order when the connection is back.
// Each form has a key, by which the server knows a repeat. The page works without this as plain forms.
//
// <div data-lw-outbox-box data-account data-worker data-scope data-waiting data-refused data-drop
//      data-sign data-sent data-kept data-others>

const STORE = "acts";
// The server draws pictures to this size anyway; a street's connection should not carry more.
const SIDE_MAX = 2048;
let box;

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

const everybodys = async () => (await within("readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at);
// What one account did is never shown to, nor sent by, another one on the same phone.
const own = async () => (await everybodys()).filter((act) => act.account === box.dataset.account);
const find = (key) => within("readonly", (store) => store.get(key));
// The same form a second time is the same act: what was kept first stays.
const keepNew = async (act) => (await find(act.key)) ?? (await within("readwrite", (store) => store.add(act)));
const change = (act) => within("readwrite", (store) => store.put(act));
const drop = (key) => within("readwrite", (store) => store.delete(key));

async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = SIDE_MAX / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}

function body(act) {
  const form = new FormData();
  for (const [name, value] of act.fields) form.append(name, value);
  form.append("at", String(act.at));
  form.append("account", act.account);
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

const plain = (address) => new URL(address, location.href).pathname.replace(/^\/en(?=\/)/, "");
// Done is only what led back to the list; a page of somebody else's network is no answer.
const isDone = (answer) => answer.ok && answer.redirected && plain(answer.url) === plain(box.dataset.scope);
const asksToSignIn = (answer) => plain(answer.url) === "/sign-in";
// What the server will not take later either; anything else may go through next time.
const isRefused = ({ status }) => status >= 400 && status < 500 && ![401, 408, 409, 425, 429].includes(status);
const numberOf = (act) => act.url.match(/\/work\/([^/]+)/)?.[1];

function line(words, ...more) {
  const paragraph = document.createElement("p");
  paragraph.append(words, ...more);
  return paragraph;
}

function dropping(act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "lw-link-button govuk-link";
  made.textContent = box.dataset.drop;
  made.setAttribute("aria-label", `${box.dataset.drop} ${act.title}`);
  made.addEventListener("click", async () => {
    await drop(act.key);
    show();
  });
  return made;
}

async function show(note) {
  const all = await everybodys();
  const mine = all.filter((act) => act.account === box.dataset.account);
  const waiting = mine.filter((act) => !act.refused);
  const lines = [];
  if (note) lines.push(line(note));
  if (waiting.length) {
    const list = document.createElement("ul");
    for (const act of waiting) {
      const item = document.createElement("li");
      item.append(act.title, ...(act.tries > 2 ? [" ", dropping(act)] : []));
      list.append(item);
    }
    lines.push(line(box.dataset.waiting.replace("#", waiting.length)), list);
  }
  for (const act of mine.filter((one) => one.refused)) {
    const address = act.url.replace(/\/act\/.*/, "");
    const link = Object.assign(document.createElement("a"), { href: address, className: "govuk-link", textContent: act.title });
    lines.push(line(`${box.dataset.refused} `, link, " ", dropping(act)));
  }
  if (all.length > mine.length) lines.push(line(box.dataset.others.replace("#", all.length - mine.length)));
  box.replaceChildren(...lines);
  box.className = lines.length ? "lw-outbox lw-notice" : "lw-outbox";
}

async function sendAll() {
  let sent = 0;
  let note;
  // Acts on one case go in their order; a case that is stuck does not hold up the others.
  const stuck = new Set();
  for (const act of (await own()).filter((one) => !one.refused)) {
    if (stuck.has(numberOf(act))) continue;
    const answer = await post(act);
    if (!answer) break;
    if (asksToSignIn(answer)) {
      note = box.dataset.sign;
      break;
    }
    if (isDone(answer)) {
      await drop(act.key);
      sent += 1;
      continue;
    }
    if (isRefused(answer)) await change({ ...act, refused: answer.status });
    else await change({ ...act, tries: (act.tries ?? 0) + 1 });
    stuck.add(numberOf(act));
  }
  if (sent) note = box.dataset.sent.replace("#", sent);
  await show(note);
}

// One sender at a time, over all tabs of this browser.
let turn = Promise.resolve();
function flush() {
  const send = () => (navigator.locks ? navigator.locks.request("lw-outbox", sendAll) : sendAll());
  turn = turn.then(send, send);
  return turn;
}

// What comes next on the card; the list itself is as old as the connection.
function goOn(form, focus) {
  form.hidden = true;
  const next = form.nextElementSibling;
  if (!next) return;
  next.hidden = false;
  if (focus) next.querySelector("summary, button")?.focus();
}

async function submit(event) {
  const form = event.target.closest?.("form[data-lw-outbox]");
  if (!form || form.dataset.sending) return;
  event.preventDefault();
  form.dataset.sending = "yes";
  const key = form.elements.key.value;
  try {
    const fields = [];
    for (const [name, value] of new FormData(form, event.submitter)) {
      if (!(value instanceof File)) fields.push([name, value]);
      else if (value.size > 0) fields.push([name, await shrunk(value)]);
    }
    const { account } = box.dataset;
    await keepNew({ key, account, url: form.action, title: form.dataset.title, at: Date.now(), fields });
  } catch {
    // A browser that keeps nothing sends as it would without this.
    form.submit();
    return;
  }
  await show();
  await flush();
  delete form.dataset.sending;
  const left = await find(key);
  if (!left) {
    location.assign(box.dataset.scope);
  } else if (left.refused) {
    // A refused act wrote nothing, so it may be sent again as a plain form, whose answer says why.
    await drop(key);
    form.submit();
  } else {
    goOn(form, true);
    await show(box.dataset.kept);
  }
}

async function startWith(forms) {
  const waiting = new Set((await own()).map((act) => act.key));
  // Seen from the browser's own copy of the list: what waits is not offered again.
  for (const form of forms) if (waiting.has(form.elements.key.value)) goOn(form, false);
  await flush();
}

export function startOutbox() {
  box = document.querySelector("[data-lw-outbox-box]");
  if (!box || !("indexedDB" in window)) return;
  document.addEventListener("submit", submit);
  window.addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && flush());
  setInterval(flush, 30_000);
  startWith(document.querySelectorAll("form[data-lw-outbox]")).catch(console.warn);
  navigator.storage?.persist?.().catch(() => {});
  navigator.serviceWorker?.register(box.dataset.worker, { scope: box.dataset.scope }).catch(console.warn);
}
