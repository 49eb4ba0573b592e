/* The page shown where the network is away: the screens that this device has kept, each with its link.
   Fed by the cache that service.js fills. Feeds nothing. */
"use strict";
(async () => {
  const box = document.getElementById("ecrans");
  if (!box || !window.caches) return;
  const kept = await (await caches.open("fabrique-animation-ecrans")).keys();
  for (const request of kept) {
    const { pathname, search } = new URL(request.url);
    if (search || !pathname.endsWith("/salle/")) continue;
    const page = await (await caches.match(request)).text();
    const title = new DOMParser().parseFromString(page, "text/html").querySelector("h1");
    const link = document.createElement("a");
    link.href = pathname;
    link.textContent = title ? title.textContent : pathname;
    const line = document.createElement("li");
    line.append(link);
    box.append(line);
  }
  document.getElementById("aucun").hidden = box.children.length > 0;
})();
