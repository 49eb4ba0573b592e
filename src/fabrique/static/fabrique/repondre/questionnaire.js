/* Comfort only: the page does the same without it. A question that depends on another shows when it applies;
   ticking « aucune » unticks the others. Nothing is sent or kept here. */
(() => {
  const form = document.getElementById("questionnaire");
  if (!form) return;
  const given = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].map((box) => box.value);
  const blocks = [...form.querySelectorAll("[data-condition-sur]")];
  const refresh = () => {
    for (const block of blocks) {
      const wanted = block.dataset.conditionCles.split(" ");
      const applies = given(block.dataset.conditionSur).some((key) => wanted.includes(key));
      const wrong = block.querySelector("[aria-invalid], .fr-fieldset--error");
      block.hidden = !applies && !wrong;
      const words = block.querySelector(".fab-question__condition");
      if (words) words.hidden = true;
    }
  };
  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type === "checkbox" && box.checked) {
      const alone = box.hasAttribute("data-exclusif");
      for (const other of form.querySelectorAll(`[name="${CSS.escape(box.name)}"]`)) {
        if (other !== box && (alone || other.hasAttribute("data-exclusif"))) other.checked = false;
      }
    }
    refresh();
  });
  refresh();
})();
