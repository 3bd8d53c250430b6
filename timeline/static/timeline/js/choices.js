/* select2 draws the choosers of records and leaves them without a name. They get that of the field they stand for. */
const CHOOSER = "select.admin-autocomplete";

const CLEAR = "ul > .select2-selection__clear"; // in a list stand items only

function idOfName(select) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (label) {
    label.id ||= `${select.id}_label`;
    return label.id;
  }
  const id = `${select.id}_name`;
  let name = document.getElementById(id);
  if (!name) {
    name = document.createElement("span");
    name.id = id;
    name.hidden = true;
    name.textContent = select.getAttribute("aria-label");
    select.before(name);
  }
  return id;
}

function copy(attribute, from, to) {
  if (from.hasAttribute(attribute)) {
    to.setAttribute(attribute, from.getAttribute(attribute));
  }
}

function wrapClear(sign) {
  const item = document.createElement("li");
  sign.replaceWith(item);
  item.append(sign);
}

function nameChooser(drawn) {
  const select = drawn.previousElementSibling;
  if (!select?.matches(CHOOSER)) {
    return;
  }
  const name = idOfName(select);
  const box = drawn.querySelector(".select2-selection");
  const chosen = drawn.querySelector(".select2-selection__rendered");
  box.setAttribute("aria-labelledby", select.multiple ? name : `${name} ${chosen.id}`);
  copy("aria-describedby", select, box);
  copy("aria-invalid", select, box);
  if (select.multiple) {
    box.removeAttribute("role"); // the field within it is what one types into
    for (const attribute of ["aria-haspopup", "aria-expanded", "aria-disabled"]) {
      box.removeAttribute(attribute);
    }
    box.setAttribute("role", "group");
    drawn.querySelector(".select2-search__field").setAttribute("aria-labelledby", name);
    drawn.querySelectorAll(CLEAR).forEach(wrapClear);
  } else {
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
  }
}

/* The list that has just opened belongs to the chooser that says that it is open. */
function nameList(dropdown) {
  const select = document.querySelector(`${CHOOSER} + .select2-container--open`)?.previousElementSibling;
  if (!select) {
    return;
  }
  const name = idOfName(select);
  for (const each of dropdown.querySelectorAll(".select2-search__field, .select2-results__options")) {
    each.setAttribute("aria-labelledby", name);
  }
  dropdown.querySelector(".select2-search__field")?.focus();
}

function nameAll() {
  document.querySelectorAll(`${CHOOSER} + .select2-container`).forEach(nameChooser);
}

new MutationObserver((changes) => {
  for (const added of changes.flatMap((change) => [...change.addedNodes])) {
    if (added.nodeType !== Node.ELEMENT_NODE) {
      continue;
    }
    if (added.matches(".select2-container")) {
      nameChooser(added);
    }
    if (added.matches(CLEAR)) {
      wrapClear(added);
    }
    const dropdown = added.matches(".select2-dropdown") ? added : added.querySelector(".select2-dropdown");
    if (dropdown) {
      setTimeout(nameList, 0, dropdown); // select2 fills it in after it has put it there
    }
  }
}).observe(document.body, { childList: true, subtree: true });

nameAll();
document.addEventListener("formset:removed", () => setTimeout(nameAll)); // the rows behind it have new numbers
