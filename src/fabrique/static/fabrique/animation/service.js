/* Service worker of the facilitator's room: keeps the room's screen and its files on the device.
   No item is ever in these caches: the screen kept is its shell, without a word that people said.
   Fed by messages of salle.js. Feeds the browser when the network is away, slow or broken. */
"use strict";

const SCREENS = "fabrique-animation-ecrans";
const FILES = "fabrique-animation-fichiers";
/* a network that says nothing for so long is treated as absent */
const PATIENCE = 4000;
const LISTED = "?fichiers";
const HASHED = /\.[0-9a-f]{12}\.[a-z0-9]+$/;
const { offline, files: FOLDER, screen: SCREEN } = self.FABRIQUE;
const isScreen = (url) => new RegExp(SCREEN).test(url.pathname);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep(offline, offline, null));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(FOLDER)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

/* A file under a hashed name never changes: the copy is the file. Any other is asked for first. */
async function file(request) {
  const kept = await caches.match(request, { cacheName: FILES });
  if (kept && HASHED.test(new URL(request.url).pathname)) return kept;
  try {
    return await fetch(request);
  } catch (broken) {
    if (kept) return kept;
    throw broken;
  }
}

async function page(request, url) {
  const asked = fetch(request);
  const answered = asked.then((answer) => (answer.status >= 500 ? null : answer), () => null);
  const kept = isScreen(url) ? await caches.match(url.pathname, { cacheName: SCREENS }) : null;
  const answer = await (kept ? Promise.race([answered, after(PATIENCE)]) : answered);
  if (answer) return answer;
  if (kept) return kept;
  try {
    return await asked;
  } catch {
    return (await caches.match(offline, { cacheName: SCREENS })) || Response.error();
  }
}

const after = (delay) => new Promise((done) => setTimeout(() => done(null), delay));

self.addEventListener("message", (event) => {
  const { ask, path, files } = event.data || {};
  const answer = (said) => event.ports[0] && event.ports[0].postMessage(said);
  const verbs = { keep: () => keep(path, `${path}?coquille=1`, files), forget };
  if (!verbs[ask]) return;
  event.waitUntil(verbs[ask]().then(() => answer({ done: true }), () => answer({ done: false })));
});

/* Keep one page as `address` gives it, under its path, and the files that it links. */
async function keep(path, address, files) {
  const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
  if (!answer.ok) throw new Error("page");
  const linked = files || await linksOf(answer.clone());
  const screens = await caches.open(SCREENS);
  const kept = await caches.open(FILES);
  /* said first: another page that is being kept meanwhile must not prune these files */
  await screens.put(path + LISTED, new Response(JSON.stringify(linked)));
  for (const one of linked) {
    if (await kept.match(one) && HASHED.test(new URL(one, self.location).pathname)) continue;
    const found = await fetch(one, { cache: "no-cache" });
    if (found.ok) await kept.put(one, found);
  }
  await screens.put(path, answer);
  await prune(screens, kept);
}

/* The addresses of our own files that a page names. */
async function linksOf(answer) {
  const found = (await answer.text()).matchAll(/(?:src|href)="([^"]+)"/g);
  return [...found].map((one) => one[1]).filter((one) => one.startsWith(FOLDER));
}

/* Files that no kept screen links any more go. */
async function prune(screens, kept) {
  const wanted = new Set();
  for (const request of await screens.keys()) {
    if (!request.url.endsWith(LISTED)) continue;
    for (const address of await (await screens.match(request)).json()) wanted.add(new URL(address, self.location).href);
  }
  for (const request of await kept.keys()) if (!wanted.has(request.url)) await kept.delete(request);
}

/* A shared device: nothing stays but the page that says that the network is away. */
async function forget() {
  await caches.delete(FILES);
  await caches.delete(SCREENS);
  await keep(offline, offline, null).catch(() => null);
}
