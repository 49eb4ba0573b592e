/* The button that prints exists only where a script can print. */
(() => {
  const button = document.getElementById("imprimer");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => window.print());
})();
