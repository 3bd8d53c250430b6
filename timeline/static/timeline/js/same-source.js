/* One press release is the source of nearly everything on the form of a round: below the first row that cites it, it is
   cited again with one click. Nothing is chosen of itself. */
const SOURCES = 'select[name$="-source"], select[name$="-cited_source"]';
const button = document.querySelector("template[data-same-source]");

function choosers() {
  return [...document.querySelectorAll(SOURCES)].filter((each) => !each.closest(".empty-form"));
}

function above(chooser) {
  const all = choosers();
  return all.slice(0, all.indexOf(chooser)).findLast((each) => each.value);
}

function choose(chooser, from) {
  const chosen = from.selectedOptions[0];
  chooser.replaceChildren(new Option("", ""), new Option(chosen.text, chosen.value, true, true));
  if (window.django && window.django.jQuery) {
    window.django.jQuery(chooser).trigger("change"); // the picker draws itself anew
  }
  chooser.dispatchEvent(new Event("change", { bubbles: true }));
}

function refresh() {
  for (const chooser of choosers()) {
    const place = chooser.closest(".related-widget-wrapper") ?? chooser.parentElement;
    let offered = place.querySelector(".same-source");
    if (!offered) {
      place.append(button.content.cloneNode(true));
      offered = place.querySelector(".same-source");
      offered.addEventListener("click", () => {
        choose(chooser, above(chooser));
        refresh();
        place.querySelector(".select2-selection")?.focus();
      });
    }
    offered.hidden = Boolean(chooser.value) || !above(chooser);
  }
}

// jQuery comes later, and so do the rows that it adds.
window.addEventListener("load", () => {
  refresh();
  document.addEventListener("change", refresh);
  document.addEventListener("formset:added", refresh);
  document.addEventListener("formset:removed", refresh);
  if (window.django && window.django.jQuery) {
    window.django.jQuery(document).on("change", SOURCES, refresh); // the pickers say it to jQuery alone
  }
});
