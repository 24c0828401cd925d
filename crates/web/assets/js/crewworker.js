// Keeps the crew's list readable while the connection is gone: pages from the network first, the last
// one seen otherwise; styles and scripts never change under their address.
const KEPT = "lw-crew";

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    // Led elsewhere: nobody is signed in any more, and the list is nobody's business.
    const away = answer.type === "opaqueredirect" || answer.redirected || [401, 403].includes(answer.status);
    if (away) await caches.delete(KEPT);
    else if (answer.ok) await kept.put(new URL(request.url).pathname, answer.clone());
    // A server that is being started again is as good as no connection.
    else if (answer.status >= 500) return (await kept.match(new URL(request.url).pathname)) ?? answer;
    return answer;
  } catch (gone) {
    const last = await kept.match(new URL(request.url).pathname);
    if (last) return last;
    throw gone;
  }
}

async function asset(request) {
  const kept = await caches.open(KEPT);
  const last = await kept.match(request);
  if (last) return last;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
  else if (request.mode === "navigate" && /^(\/en)?\/crew$/.test(pathname)) event.respondWith(page(request));
});
