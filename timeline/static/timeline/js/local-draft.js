/* Nothing typed is lost: it is kept in this browser until the server says that it is stored. A form that is opened again
   after a crash, a lost network or a session that ran out offers it, row by row.

   Nothing else is kept: put back over a record that somebody has changed since, it leaves their fields as they are. One
   entry of localStorage for each window. */
const PREFIX = "sma-draft";
const WAIT = 400; // milliseconds without typing
const DAYS = 30;
const LONGEST_FIELD = 210_000; // characters; the longest text that a field of ours takes, and its quotation marks
const LONGEST = 600_000; // of one form; browsers keep some five million for the whole site
const NEVER_KEPT = new Set(["hidden", "password", "submit", "button", "reset", "file", "image"]);
const NOT_TYPED = "_another"; // a box that only a form has which was saved already

const place = document.querySelector("[data-local-draft]");
const form = place?.closest("form");

/* --- what is kept, and where */

function kept() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}:`));
  } catch {
    return []; // this browser keeps nothing for this site
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function drop(key) {
  localStorage.removeItem(key);
}

function dropOld() {
  const latest = Date.now() - DAYS * 86_400_000;
  kept().filter((key) => !(read(key)?.at > latest)).forEach(drop);
}

function dropSaved() {
  const saved = document.querySelector("[data-saved-forms]")?.dataset.savedForms.split(" ") ?? [];
  kept().filter((key) => saved.includes(key.split(":").at(-1))).forEach(drop);
}

/* Whether there was room, if need be that of the oldest drafts. */
function write(key, draft) {
  const oldest = kept().filter((each) => each !== key).sort((one, other) => read(one)?.at - read(other)?.at);
  for (;;) {
    try {
      localStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch {
      if (!oldest.length) {
        return false;
      }
      drop(oldest.shift());
    }
  }
}

/* --- what is typed into a form */

function controls() {
  return [...form.elements].filter(({ name, type }) =>
    name && name !== NOT_TYPED && !NEVER_KEPT.has(type) && type !== "fieldset" && !name.includes("__prefix__"),
  );
}

function valueOf(control) {
  if (control.type === "checkbox" || control.type === "radio") {
    return control.checked;
  }
  return control.multiple ? [...control.selectedOptions].map((each) => each.value) : control.value;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function labelOf(control) {
  return (control.labels?.[0]?.textContent ?? control.getAttribute("aria-label") ?? control.name).trim().replace(/:$/, "");
}

function fieldOf(control) {
  const field = { name: control.name, value: valueOf(control), label: labelOf(control) };
  if (control.type === "radio") {
    field.option = control.value;
  }
  if (control.matches("select")) { // the choices of a search are not on the page that is opened again
    field.choices = [...control.selectedOptions].map((each) => [each.value, each.textContent]);
  }
  return field;
}

/* The rows within the form: how many, how many of them stored, and which. */
function rowSets() {
  return [...form.querySelectorAll("input[name$='-TOTAL_FORMS']")].map((input) => {
    const prefix = input.name.replace(/-TOTAL_FORMS$/, "");
    const stored = Number(form.elements[`${prefix}-INITIAL_FORMS`].value);
    const ids = Array.from({ length: stored }, (_each, number) => idOf(prefix, number));
    return { prefix, total: Number(input.value), ids };
  });
}

function idOf(prefix, number) {
  return form.querySelector(`input[name="${prefix}-${number}-id"]`)?.value ?? "";
}

/* The row that a name is in, as [its set, its number, the rest], or nothing. */
function rowOf(name, sets) {
  for (const set of sets) {
    const match = name.startsWith(`${set.prefix}-`) && /^(\d+)-(.+)$/.exec(name.slice(set.prefix.length + 1));
    if (match) {
      return [set, Number(match[1]), match[2]];
    }
  }
  return undefined;
}

function isInNewRow(name, sets) {
  const row = rowOf(name, sets);
  return row !== undefined && row[1] >= row[0].ids.length;
}

/* --- keeping it */

class Keeper {
  constructor() {
    this.id = place.dataset.localDraft || randomName(); // that of a form which the server shows again
    this.base = `${PREFIX}:${place.dataset.user}:${location.pathname}`;
    this.key = `${this.base}:${this.id}`;
    const before = place.dataset.localDraft ? read(this.key) : null;
    this.touched = new Set(before?.fields.map((field) => field.name));
    this.found = new Map(controls().map((control) => [keyOf(control), valueOf(control)]));
    this.total = JSON.stringify(rowSets().map((set) => set.total));
    this.isSubmitting = false;
    this.unsaved = Boolean(place.dataset.localDraft);
    this.timer = 0;
    form.append(hidden("_local_draft", this.id));
    navigator.locks?.request(this.key, () => new Promise(() => {})); // until this window is closed
  }

  typed() {
    const sets = rowSets();
    return controls().filter((control) => {
      const before = this.found.get(keyOf(control));
      if (this.touched.has(control.name) || (before !== undefined && !same(before, valueOf(control)))) {
        return true;
      }
      return before === undefined && isInNewRow(control.name, sets);
    });
  }

  keepSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), WAIT);
  }

  keep() {
    clearTimeout(this.timer);
    const sets = rowSets();
    const typed = this.typed();
    const moved = this.total !== JSON.stringify(sets.map((set) => set.total));
    this.unsaved = Boolean(place.dataset.localDraft) || typed.length > 0 || moved;
    if (!this.unsaved) {
      drop(this.key);
      return;
    }
    const { fields, tooLong } = bounded(typed.map(fieldOf));
    const draft = { at: Date.now(), version: place.dataset.version, sets, fields, tooLong };
    say("[data-draft-not-kept]", !write(this.key, draft));
  }
}

function keyOf(control) {
  return control.type === "radio" ? `${control.name}=${control.value}` : control.name;
}

/* Of a form too long to keep, the shortest fields: they are the ones that were typed and not pasted. */
function bounded(fields) {
  const fits = new Set();
  const tooLong = [];
  let room = LONGEST;
  for (const field of [...fields].sort((one, other) => size(one) - size(other))) {
    room -= size(field);
    if (room < 0 || size(field) > LONGEST_FIELD) {
      tooLong.push(field.label);
    } else {
      fits.add(field);
    }
  }
  return { fields: fields.filter((field) => fits.has(field)), tooLong };
}

function size(field) {
  return JSON.stringify(field).length;
}

function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

/* --- putting it back */

/* Where the rows of a draft are on this page: stored ones by their id, all others behind what is there. */
function rowsToday(draft) {
  const today = rowSets();
  const numbers = new Map();
  for (const then of draft.sets) {
    const now = today.find((set) => set.prefix === then.prefix);
    let next = now?.ids.length ?? 0;
    for (let number = 0; now && number < then.total; number += 1) {
      const at = number < then.ids.length ? now.ids.indexOf(then.ids[number]) : -1;
      const isWanted = draft.fields.some((field) => field.name.startsWith(`${then.prefix}-${number}-`));
      if (at >= 0) {
        numbers.set(`${then.prefix}-${number}`, at);
      } else if (isWanted) {
        numbers.set(`${then.prefix}-${number}`, next);
        next += 1;
      }
    }
    addRows(then.prefix, next);
  }
  return numbers;
}

function addRows(prefix, wanted) {
  const total = form.elements[`${prefix}-TOTAL_FORMS`];
  const add = document.querySelector(`#${CSS.escape(prefix)}-group .add-row a`);
  for (let before = -1; add && total.value < wanted && total.value !== before; ) {
    before = total.value;
    add.click();
  }
}

function nameToday(name, draft, numbers) {
  const row = rowOf(name, draft.sets);
  if (!row) {
    return name;
  }
  const number = numbers.get(`${row[0].prefix}-${row[1]}`);
  return number === undefined ? "" : `${row[0].prefix}-${number}-${row[2]}`;
}

function controlOf(field, name) {
  return controls().find(
    (control) => control.name === name && (field.option === undefined || control.value === field.option),
  );
}

function setChoices(select, choices) {
  const values = choices.map(([value]) => value);
  for (const [value, label] of choices) {
    if (![...select.options].some((option) => option.value === value) && select.matches(".admin-autocomplete")) {
      select.add(new Option(label, value));
    }
  }
  for (const option of select.options) {
    option.selected = values.includes(option.value);
  }
  return [...select.selectedOptions].length === values.length;
}

function setField(control, field) {
  let isSet = true;
  if (control.matches("select")) {
    isSet = setChoices(control, field.choices ?? []);
  } else if (typeof field.value === "boolean") {
    control.checked = field.value;
  } else {
    control.value = field.value;
  }
  control.closest("details")?.setAttribute("open", "");
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
  return isSet;
}

/* Those fields that have no place on this page any more. */
function putBack(draft) {
  const numbers = rowsToday(draft);
  return draft.fields.filter((field) => {
    const control = controlOf(field, nameToday(field.name, draft, numbers));
    return !control || !setField(control, field);
  });
}

/* --- offering it */

function say(selector, isTrue) {
  place.querySelector(selector).hidden = !isTrue;
}

function wordsOf(field) {
  const value = field.choices ? field.choices.map(([, label]) => label).join(", ") : field.value;
  return `${field.label}: ${value}`;
}

function list(lines) {
  const all = document.createElement("ul");
  all.append(...lines.map((textContent) => Object.assign(document.createElement("li"), { textContent })));
  return all;
}

function offer(key, draft, keeper) {
  const bar = place.querySelector("template").content.firstElementChild.cloneNode(true);
  const part = (name) => bar.querySelector(`[data-draft-${name}]`);
  const show = (...names) => {
    for (const each of bar.querySelectorAll("p, button, ul")) {
      each.hidden = !names.some((name) => each.matches(`[data-draft-${name}]`));
    }
  };
  const { lang } = document.documentElement;
  const when = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { // days before months, as on the site
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(draft.at);
  part("when").textContent = part("when").textContent.replace("{when}", when);
  if (draft.tooLong?.length) {
    part("too-long").textContent += ` ${draft.tooLong.join(", ")}`;
  }
  const isOlder = draft.version && draft.version !== place.dataset.version;
  show("when", "put-back", "throw-away", isOlder ? "older" : "when", draft.tooLong?.length ? "too-long" : "when");
  part("put-back").addEventListener("click", () => {
    const homeless = putBack(draft);
    keeper.keep();
    drop(key);
    show("done", homeless.length ? "homeless" : "done");
    if (homeless.length) {
      bar.append(list(homeless.map(wordsOf)));
    }
    part("done").focus();
  });
  part("throw-away").addEventListener("click", () => {
    drop(key);
    show("thrown", "undo");
    part("undo").focus();
  });
  part("undo").addEventListener("click", () => {
    write(key, draft);
    show("when", "put-back", "throw-away");
    part("put-back").focus();
  });
  place.append(bar);
}

async function openElsewhere() {
  const { held } = (await navigator.locks?.query()) ?? { held: [] };
  return new Set(held.map((lock) => lock.name));
}

/* A window that is just being closed still counts as open for a moment, so a second look is taken. */
async function offerAll(keeper, offered = new Set()) {
  const open = await openElsewhere();
  const ours = kept().filter((key) => key.startsWith(`${keeper.base}:`) && key !== keeper.key);
  for (const key of ours.sort((one, other) => read(one)?.at - read(other)?.at)) {
    const draft = read(key);
    if (draft?.fields && !open.has(key) && !offered.has(key)) {
      offered.add(key);
      offer(key, draft, keeper);
    }
  }
  return offered;
}

function start() {
  const keeper = new Keeper();
  form.addEventListener("input", () => keeper.keepSoon());
  form.addEventListener("change", () => keeper.keepSoon());
  document.addEventListener("formset:added", () => keeper.keepSoon());
  document.addEventListener("formset:removed", () => keeper.keepSoon());
  document.addEventListener("visibilitychange", () => document.hidden && keeper.keep());
  form.addEventListener("submit", (event) => {
    if (keeper.isSubmitting) { // a second click would store the record twice
      event.preventDefault();
      return;
    }
    keeper.keep();
    keeper.isSubmitting = true;
    setTimeout(() => { keeper.isSubmitting = false; }, 20_000); // the network may have failed
  });
  for (const name of ["input", "change", "pageshow"]) { // this is another one
    window.addEventListener(name, () => { keeper.isSubmitting = false; });
  }
  window.addEventListener("beforeunload", (event) => {
    if (keeper.isSubmitting) {
      return;
    }
    keeper.keep();
    if (keeper.unsaved) {
      event.preventDefault();
    }
  });
  offerAll(keeper).then((offered) => setTimeout(offerAll, 1_500, keeper, offered));
}

dropSaved();
dropOld();
if (place) {
  // jQuery's own start comes later: it draws the rows' buttons and the choosers, which are no typing.
  window.addEventListener("load", () => setTimeout(start));
}
