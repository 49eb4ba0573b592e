/* The room's screen. Everything noted is written on the device first, then sent as soon as the network allows;
   what the server acknowledges leaves the device. Without this script the same form works, with the network.
   Fed by the page (#donnees) and magasin.js. Feeds the synchronisation address and the service worker. */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("donnees").textContent);
  const { words, urls } = data;
  const form = byId("saisie");
  const store = window.FabriqueStore;
  /* how often the device tries again, and asks what the other tablets noted */
  const RETRY = 15000;
  const BATCH = 50;
  /* characters of one sending, of at most four bytes each: the server takes half a million bytes */
  const WEIGHT = 80000;

  const known = new Map();   // what the server holds, in this tab's memory only
  let local = new Map();     // what it does not hold yet, on the device
  let net = navigator.onLine ? "unknown" : "away";
  let editing = null;        // {client_id, base, words}
  let running = false;
  let again = false;
  let place = { table: data.table, prompt: data.prompt };
  let shown = "";

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const say = (id, sentence) => { const box = byId(id); if (box.textContent !== sentence) box.textContent = sentence; };
  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };
  const promptOf = (id) => data.prompts.find((one) => one.id === id) || data.prompts[0];
  const tableOf = (id) => data.tables.find((one) => one.id === id) || data.tables[0];
  const sameWords = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /* ---- what is shown */

  const waiting = () => local.size;

  function tell() {
    const count = waiting();
    const refused = [...local.values()].filter((record) => record.refused).length;
    let sentence = words.allSent;
    if (count) sentence = fill(count === 1 ? words.oneWaiting : words.someWaiting, { count });
    if (refused) sentence += ` ${fill(refused === 1 ? words.oneRefused : words.someRefused, { count: refused })}`;
    say("attente", sentence);
    byId("attente").dataset.nombre = count;
    byId("attente").classList.toggle("ani-attente--reste", count > 0);
    say("reseau", words.net[net]);
    byId("reseau").dataset.etat = net;
    byId("reconnexion").hidden = net !== "session";
    byId("envoyer").hidden = !count;
    byId("sans-reseau").hidden = net !== "away" || known.size > 0;
  }

  function sayPlace() {
    const prompt = promptOf(place.prompt);
    const number = data.prompts.indexOf(prompt) + 1;
    byId("question-rang").textContent = fill(words.rank, { number, total: data.prompts.length });
    byId("question-texte").textContent = prompt.wording;
    form.elements.prompt.value = prompt.id;
    form.elements.table.value = place.table;
    byId("choix-table").value = place.table;
    for (const link of document.querySelectorAll("[data-question]")) {
      if (link.dataset.question === prompt.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      link.href = `?table=${place.table}&question=${link.dataset.question}`;
    }
    byId("notes").textContent = fill(words.notedAt, { table: tableOf(place.table).label });
  }

  function here() {
    const found = [];
    for (const item of known.values()) if (!local.has(item.client_id)) found.push({ ...item, status: "sent" });
    for (const record of local.values()) found.push({ ...record, status: record.refused ? "refused" : "waiting" });
    return found
      .filter((item) => item.words.table === place.table && item.words.prompt === place.prompt)
      .sort((one, other) => (one.at < other.at ? 1 : -1));
  }

  function list() {
    const items = here();
    const drawn = JSON.stringify(items);
    if (drawn === shown) return;
    shown = drawn;
    const box = byId("propos");
    const focused = document.activeElement && document.activeElement.dataset.fait;
    box.replaceChildren(...items.map(draw));
    byId("rien").hidden = items.length > 0;
    if (focused) { const back = box.querySelector(`[data-fait="${CSS.escape(focused)}"]`); if (back) back.focus(); }
  }

  function draw(item) {
    const node = byId("modele-propos").content.firstElementChild.cloneNode(true);
    const at = (name) => node.querySelector(`[data-ici="${name}"]`);
    const said = item.words;
    const pending = item.status !== "sent";
    at("nature").textContent = data.kinds[said.kind];
    at("texte").textContent = said.text;
    const details = [];
    if (said.people) details.push(said.people === 1 ? words.onePerson : fill(words.people, { count: said.people }));
    if (said.carrier) details.push(fill(words.carrier, { carrier: said.carrier }));
    at("details").textContent = details.join(" · ");
    at("etat").textContent = pending ? words[item.status] : (item.conflict ? words.twoVersions : "");
    at("etat").classList.toggle("ani-propos__etat--reste", pending || item.conflict);
    at("motif").textContent = item.refused || "";
    node.classList.toggle("ani-propos--retire", said.removed);
    const change = at("modifier");
    const remove = at("retirer");
    change.dataset.fait = `modifier ${item.client_id}`;
    remove.dataset.fait = `retirer ${item.client_id}`;
    const start = said.text.slice(0, 40);
    change.append(hiddenWords(start));
    remove.textContent = said.removed ? words.restore : words.remove;
    remove.append(hiddenWords(start));
    change.hidden = said.removed;
    at("departager").hidden = !item.conflict || pending;
    at("departager").append(hiddenWords(start));
    change.addEventListener("click", () => edit(item));
    remove.addEventListener("click", () => keep(item.client_id, item.base, { ...said, removed: !said.removed }, item.at));
    return node;
  }

  const hiddenWords = (text) => {
    const span = document.createElement("span");
    span.className = "fr-sr-only";
    span.textContent = ` : ${text}`;
    return span;
  };

  const render = () => { sayPlace(); list(); tell(); };

  /* ---- noting */

  const wrong = (name, sentence) => {
    const input = form.elements[name];
    const said = document.createElement("p");
    said.className = "fr-message fr-message--error";
    said.textContent = sentence;
    byId(`id_${name}-messages`).replaceChildren(...(sentence ? [said] : []));
    const target = input instanceof RadioNodeList ? input[0] : input;
    if (sentence) target.setAttribute("aria-invalid", "true"); else target.removeAttribute("aria-invalid");
    return sentence ? target : null;
  };

  function typed() {
    const value = (name) => form.elements[name].value.trim();
    const people = value("people");
    const number = people === "" ? null : Number(people);
    const faults = [
      wrong("kind", value("kind") ? "" : words.kindMissing),
      wrong("text", value("text") ? "" : words.textMissing),
      wrong("people", number === null || (Number.isInteger(number) && number >= 1 && number <= 100000) ? "" : words.peopleWrong),
    ].filter(Boolean);
    if (faults.length) { faults[0].focus(); return null; }
    return {
      table: place.table, prompt: place.prompt, kind: value("kind"), text: value("text"),
      people: number, carrier: value("carrier").replace(/\s+/g, " "), removed: false,
    };
  }

  async function keep(clientId, base, said, at) {
    const before = local.get(clientId);
    const earlier = before ? before.earlier : [];
    const record = {
      client_id: clientId, meeting: data.meeting, base: before ? before.base : base, words: said, earlier,
      entry: net === "here" ? "ecran" : "hors-ligne", stamp: newId(), at: at || new Date().toISOString(), refused: "",
    };
    /* in memory first: a sending under way must find these words, and hand them what it sent before */
    local.set(clientId, record);
    try {
      await store.put(record);
    } catch {
      if (before) local.set(clientId, before); else local.delete(clientId);
      say("annonce", words.noStore);
      return false;
    }
    render();
    sync();
    return true;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = typed();
    if (!said) return;
    const target = editing || { client_id: newId(), base: 0 };
    if (!await keep(target.client_id, target.base, said, target.at)) return;
    say("annonce", editing ? words.changed : words.noted);
    reset();
    form.elements.text.focus();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  function reset() {
    editing = null;
    form.elements.text.value = "";
    form.elements.carrier.value = "";
    form.elements.people.value = "1";
    byId("noter").textContent = words.note;
    byId("laisser").hidden = true;
    store.removeDraft(data.meeting).catch(() => null);
  }

  function edit(item) {
    editing = { client_id: item.client_id, base: item.base, at: item.at };
    form.elements.text.value = item.words.text;
    form.elements.people.value = item.words.people ?? "";
    form.elements.carrier.value = item.words.carrier;
    for (const radio of form.querySelectorAll("[name=kind]")) radio.checked = radio.value === item.words.kind;
    byId("noter").textContent = words.save;
    byId("laisser").hidden = false;
    form.elements.text.focus();
  }

  byId("laisser").addEventListener("click", () => { reset(); form.elements.text.focus(); });

  /* half a sentence survives a tablet that falls asleep */
  let typing = 0;
  form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      if (!editing) store.putDraft({ meeting: data.meeting, text: form.elements.text.value }).catch(() => null);
    }, 400);
  });

  /* ---- table and question, without leaving the page */

  function go(table, prompt) {
    place = { table: tableOf(table).id, prompt: promptOf(prompt).id };
    history.replaceState(null, "", `?table=${place.table}&question=${place.prompt}`);
    render();
  }

  byId("choix-table").addEventListener("change", (event) => go(event.target.value, place.prompt));
  byId("aller").hidden = true;
  for (const link of document.querySelectorAll("[data-question]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); go(place.table, link.dataset.question); });
  }

  /* ---- sending */

  async function ask(url, options) {
    const answer = await fetch(url, { redirect: "manual", cache: "no-store", ...options });
    if (answer.type === "opaqueredirect" || answer.status === 401) throw "session";
    if (answer.status === 403 || answer.status === 404) throw "refused";
    if (!answer.ok) throw "away";
    return answer.json();
  }

  async function sync() {
    if (running) { again = true; return; }
    running = true;
    try {
      do {
        again = false;
        const state = await ask(urls.state);
        take(state.items);
        await send(state.csrf);
      } while (again);
      net = "here";
    } catch (reason) {
      net = typeof reason === "string" ? reason : "away";
    } finally {
      running = false;
    }
    render();
  }

  function take(items) {
    known.clear();
    for (const item of items) known.set(item.client_id, item);
  }

  function* batches(records) {
    let batch = [];
    let weight = 0;
    for (const record of records) {
      const size = JSON.stringify([record.words, record.words, record.earlier]).length;
      if (batch.length === BATCH || (batch.length && weight + size > WEIGHT)) {
        yield batch;
        batch = [];
        weight = 0;
      }
      batch.push(record);
      weight += size;
    }
    if (batch.length) yield batch;
  }

  async function send(csrf) {
    const records = [...local.values()].filter((record) => !record.refused);
    for (const batch of batches(records)) {
      /* from now on these words may reach the server without our hearing of it */
      for (const record of batch) await note(record);
      const changes = batch.map(({ client_id, base, words: said, earlier, entry }) => ({ client_id, base, words: said, earlier, entry }));
      const answer = await ask(urls.sync, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify({ changes }),
      });
      for (const outcome of answer.outcomes) await settle(batch.find((one) => one.client_id === outcome.client_id), outcome);
    }
    const sent = new Set(records.map((record) => record.stamp));
    if ([...local.values()].some((record) => !record.refused && !sent.has(record.stamp))) again = true;
  }

  async function note(record) {
    if (record.earlier.some((said) => sameWords(said, record.words))) return;
    record.earlier = [...record.earlier, record.words].slice(-8);
    await store.settle(record.client_id, record.stamp, (kept) => ({ ...kept, earlier: record.earlier }));
    const present = local.get(record.client_id);
    if (present) present.earlier = record.earlier;
  }

  async function settle(record, outcome) {
    if (!record) return;
    for (const item of outcome.items) known.set(item.client_id, item);
    const present = local.get(record.client_id);
    const refused = outcome.status === "refused";
    await store.settle(record.client_id, record.stamp, (kept, same) => {
      if (refused) return same ? { ...kept, refused: outcome.sentence } : kept;
      if (same) return null;
      return { ...kept, base: outcome.items[0].base, earlier: outcome.status === "conflict" ? [] : kept.earlier };
    });
    if (!present) return;
    if (refused) { if (present.stamp === record.stamp) present.refused = outcome.sentence; return; }
    if (present.stamp === record.stamp) local.delete(record.client_id);
    else { present.base = outcome.items[0].base; if (outcome.status === "conflict") present.earlier = []; }
    if (outcome.status === "conflict") say("annonce", words.conflict);
  }

  byId("envoyer").addEventListener("click", sync);
  window.addEventListener("online", sync);
  window.addEventListener("offline", () => { net = "away"; render(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  setInterval(() => { if (!document.hidden) sync(); }, RETRY);

  /* ---- this device */

  const worker = (message) => new Promise((done) => {
    if (!navigator.serviceWorker) { done(false); return; }
    navigator.serviceWorker.ready.then((registration) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => done(event.data.done);
      registration.active.postMessage(message, [channel.port2]);
    });
  });

  async function prepare() {
    if (!navigator.serviceWorker) { say("pret", words.noWorker); return; }
    try {
      await navigator.serviceWorker.register(urls.worker, { scope: urls.scope });
    } catch {
      /* a registration that is already there keeps working when its script cannot be asked for again */
      if (!await navigator.serviceWorker.getRegistration(urls.scope)) { say("pret", words.noWorker); return; }
    }
    const files = [...document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon], script[src]")].map((one) => one.href || one.src);
    const done = await worker({ ask: "keep", path: location.pathname, files });
    const kept = done || Boolean(await caches.match(location.pathname));
    say("pret", kept ? words.ready : words.notReady);
    byId("pret").dataset.pret = kept ? "oui" : "non";
  }

  byId("effacer").addEventListener("click", () => {
    const count = waiting();
    if (!count) { erase(); return; }
    byId("perdre").hidden = false;
    say("perdre-texte", fill(words.loss, { count }));
    byId("garder").focus();
  });
  byId("garder").addEventListener("click", () => { byId("perdre").hidden = true; byId("effacer").focus(); });
  byId("perdre-oui").addEventListener("click", () => { byId("perdre").hidden = true; erase(); });

  async function erase() {
    await store.clear();
    local = new Map();
    reset();
    await worker({ ask: "forget" });
    render();
    say("pret", words.erased);
    byId("pret").dataset.pret = "non";
    byId("effacer").focus();
  }

  /* ---- at the start */

  async function start() {
    const asked = new URLSearchParams(location.search);
    place = {
      table: tableOf(asked.get("table") || place.table).id,
      prompt: promptOf(asked.get("question") || place.prompt).id,
    };
    for (const node of document.querySelectorAll("[data-script]")) node.hidden = false;
    byId("sans-script").hidden = true;
    try {
      local = new Map((await store.items(data.meeting)).map((record) => [record.client_id, record]));
      const draft = await store.draft(data.meeting);
      if (draft && !form.elements.text.value) form.elements.text.value = draft.text;
    } catch {
      say("annonce", words.noStore);
    }
    render();
    document.body.dataset.salle = "prete";
    sync();
    prepare();
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => null);
  }

  start();
})();
