/* A form by keyboard: what is wrong gets the focus, then what is added; what is removed hands it on, and a button heeds
   the space bar even where it is a link. */
const CONTROLS = "input:not([type=hidden]), textarea, select, .select2-selection";

/* Django gives it to the first field, and select2 may hide that. */
window.addEventListener("load", () => setTimeout(() => {
  const wrong = document.querySelector("form [aria-invalid=true]:not(.select2-hidden-accessible)");
  const drawn = document.querySelector(".select2-hidden-accessible:focus + .select2-container .select2-selection");
  (wrong ?? drawn)?.focus();
}));

function lastRow(group) {
  return [...group.querySelectorAll("tr.form-row, .inline-related:not(.tabular)")]
    .filter((row) => !row.matches(".empty-form"))
    .at(-1);
}

/* Django numbers names and ids anew, and not what points at them. */
function describe(root) {
  for (const control of root.querySelectorAll("[aria-describedby$='_helptext']")) {
    control.setAttribute("aria-describedby", `${control.id}_helptext`);
  }
}

document.addEventListener("formset:added", (event) => describe(event.target));
document.addEventListener("formset:removed", () => setTimeout(describe, 0, document));

/* Only where the button itself was pressed: rows that are put back from a draft leave the focus where it is. */
function pressed(event, selector) {
  const button = event.target.closest(selector);
  return button && document.activeElement === button ? button.closest(".inline-group") : null;
}

document.addEventListener("click", (event) => {
  const group = pressed(event, ".add-row a");
  if (group) {
    setTimeout(() => {
      const shown = [...lastRow(group).querySelectorAll(CONTROLS)].find(
        (each) => each.checkVisibility() && !each.matches(".select2-hidden-accessible"),
      );
      shown?.focus();
    });
  }
});

document.addEventListener("click", (event) => {
  const group = pressed(event, ".inline-deletelink");
  if (group) {
    setTimeout(() => group.querySelector(".add-row a")?.focus());
  }
}, true); // before the row is gone

document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches("a[role=button]")) {
    event.preventDefault();
    event.target.click();
  }
});
