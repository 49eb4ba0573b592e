/* Comfort only: Enter goes to the next field instead of sending the form, so that a numeric pad is enough.
   From the last field it goes to the button. Nothing is sent or kept here. */
(() => {
  const form = document.getElementById("saisie");
  if (!form) return;
  form.addEventListener("keydown", (event) => {
    const here = event.target;
    if (event.key !== "Enter" || event.ctrlKey || !(here instanceof HTMLInputElement)) return;
    if (!["text", "radio", "checkbox"].includes(here.type)) return;
    event.preventDefault();
    const stops = [...form.querySelectorAll("input:not([type=hidden]), textarea, button[type=submit]")];
    const rest = stops.slice(stops.indexOf(here) + 1).filter((stop) => stop.type !== "radio" || stop.name !== here.name);
    if (rest.length) rest[0].focus();
  });
})();
