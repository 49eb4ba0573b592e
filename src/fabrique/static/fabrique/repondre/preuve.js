/* Solves the page's challenge (altcha, version 2, PBKDF2) in a worker, and then hides the plain question.
   Where anything is missing, the plain question stays: it is enough. */
(() => {
  const field = document.getElementById("altcha");
  const form = document.getElementById("envoi");
  const question = document.getElementById("petite-question");
  const state = document.getElementById("etat-preuve");
  if (!field || !form || !window.Worker || !window.crypto || !crypto.subtle) return;
  if (question.classList.contains("fr-input-group--error")) return;
  const challenge = JSON.parse(field.dataset.defi);
  const worker = new Worker(field.dataset.script);
  let waiting = false;
  const giveUp = () => {
    worker.terminate();
    question.hidden = false;
    state.textContent = waiting ? state.dataset.question : "";
    waiting = false;
  };
  question.hidden = true;
  worker.onerror = giveUp;
  worker.onmessage = (event) => {
    if (!event.data) { giveUp(); return; }
    field.value = btoa(JSON.stringify({ challenge, solution: event.data }));
    state.textContent = "";
    worker.terminate();
    if (waiting) form.requestSubmit();
  };
  form.addEventListener("submit", (event) => {
    if (field.value || !question.hidden) return;
    event.preventDefault();
    waiting = true;
    state.textContent = state.dataset.attente;
  });
  worker.postMessage(challenge.parameters);
})();
