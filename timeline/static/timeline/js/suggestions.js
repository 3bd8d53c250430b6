/* Suggestions under a search box, as an ARIA combobox: arrows choose, Enter goes there, Escape closes, then clears.
   Without JavaScript the box is a plain form. */

const PAUSE = 120; // milliseconds after the last key
const HANGUL = /\p{Script=Hangul}/u;
const HYPHENS = /[-\u2010\u2011'’]/gu;
let boxes = 0;

function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  Object.entries(attributes).forEach(([attribute, value]) => element.setAttribute(attribute, value));
  element.append(...children);
  return element;
}

/* Finds the typed words where a word begins, hyphens or not; Korean ones anywhere. */
function finder(typed) {
  const words = typed.split(/[\s"“”]+/u).map((word) => word.replace(HYPHENS, "")).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const spelt = words.sort((one, other) => other.length - one.length).map((word) => {
    const letters = [...word].map((letter) => letter.replace(/[\\^$.*+?()[\]{}|/]/u, "\\$&"));
    return (HANGUL.test(word) ? "()" : "(^|[^\\p{L}\\p{N}])") + `(${letters.join("[-\\u2010\\u2011'’ ]?")})`;
  });
  return spelt.length ? new RegExp(spelt.join("|"), "giu") : null;
}

function marked(text, find) {
  const pieces = made("span", HANGUL.test(text) ? { lang: "ko" } : {});
  let end = 0;
  for (const match of find ? text.matchAll(find) : []) {
    const [before, word] = match.slice(1).filter((group) => group !== undefined);
    const start = match.index + before.length;
    pieces.append(text.slice(end, start), made("b", {}, word));
    end = start + word.length;
  }
  pieces.append(text.slice(end));
  return pieces;
}

function option(id, row, find) {
  const names = row.title_ko ? [marked(row.title, find), " ", marked(row.title_ko, find)] : [marked(row.title, find)];
  const kind = made("small", {}, row.when ? `${row.kind} · ${row.when}` : row.kind);
  return made("li", { id, role: "option", "aria-selected": "false", "data-url": row.url }, ...names, " ", kind);
}

function go(item, event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1) {
    window.open(item.dataset.url, "_blank", "noopener");
  } else {
    window.location.assign(item.dataset.url);
  }
}

function watch(box) {
  const list = made("ul", { id: `suggestions_${(boxes += 1)}`, class: "suggestions", role: "listbox", hidden: "" });
  const said = made("span", { class: "visually-hidden", role: "status" });
  let waiting = 0;
  let asking = null;
  let chosen = -1;
  list.setAttribute("aria-label", box.dataset.suggestName);
  box.after(list, said);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  function choose(place) {
    chosen = place;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === chosen)));
    if (chosen < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", list.children[chosen].id);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    }
  }

  function show({ suggestions, words }, typed) {
    const find = finder(typed);
    list.replaceChildren(...suggestions.map((row, number) => option(`${list.id}_${number}`, row, find)));
    choose(-1);
    list.scrollTop = 0;
    list.hidden = suggestions.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = words;
  }

  function forget() {
    window.clearTimeout(waiting);
    if (asking) {
      asking.abort(); // an older answer must not come after a newer one
    }
  }

  function close() {
    forget();
    list.hidden = true;
    said.textContent = "";
    choose(-1);
    box.setAttribute("aria-expanded", "false");
  }

  async function ask() {
    const typed = box.value.trim();
    forget();
    if (!typed) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      const found = answer.ok ? await answer.json() : { suggestions: [], words: "" };
      if (document.activeElement === box) {
        show(found, typed);
      }
    } catch {
      // no network, or overtaken: the box goes on as a plain form
    }
  }

  const keys = {
    ArrowDown: () => (list.hidden ? ask() : choose(chosen < list.children.length - 1 ? chosen + 1 : -1)),
    ArrowUp: () => list.hidden || choose(chosen < 0 ? list.children.length - 1 : chosen - 1),
    Escape() {
      if (list.hidden) {
        box.value = "";
      }
      close();
    },
  };

  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, PAUSE); // while a Korean syllable is put together as well
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return; // the key is for the syllable
    }
    if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      go(list.children[chosen], event);
    } else if (event.key in keys) {
      event.preventDefault();
      keys[event.key]();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      choose(-1); // it moves in the text
    }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  ["click", "auxclick"].forEach((name) =>
    list.addEventListener(name, (event) => {
      const item = event.target.closest("[role=option]");
      if (item && event.button < 2) {
        go(item, event);
      }
    })
  );
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  window.addEventListener("pagehide", close); // on the way back the page must not be found with it open
}

document.querySelectorAll("[data-suggest]").forEach(watch);
