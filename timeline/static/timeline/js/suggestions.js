/* Suggestions under a search box, as an ARIA combobox: arrows choose, Enter goes there, Escape closes. Without
   JavaScript the box is a plain form. */

const PAUSE = 120; // milliseconds after the last key
let boxes = 0;

function option(id, row) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.url = row.url;
  const title = document.createElement("span");
  title.textContent = row.title + (row.title_ko && row.title_ko !== row.title ? ` ${row.title_ko}` : "");
  const kind = document.createElement("small");
  kind.textContent = row.when ? `${row.kind} · ${row.when}` : row.kind;
  item.append(title, kind);
  return item;
}

function watch(box) {
  const list = document.createElement("ul");
  list.id = `suggestions_${(boxes += 1)}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0] ? box.labels[0].textContent : box.placeholder);
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("autocomplete", "off");
  let waiting = 0;
  let asking = null;
  let chosen = -1;

  function close() {
    window.clearTimeout(waiting);
    if (asking) {
      asking.abort();
    }
    list.hidden = true;
    choose(-1);
    box.setAttribute("aria-expanded", "false");
  }

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

  function show(rows) {
    list.replaceChildren(...rows.map((row, number) => option(`${list.id}_${number}`, row)));
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
    list.hidden = rows.length === 0;
    box.setAttribute("aria-expanded", String(rows.length > 0));
  }

  async function ask() {
    if (asking) {
      asking.abort(); // an older answer must not come after a newer one
    }
    const words = box.value.trim();
    if (!words) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === box) {
        show((await answer.json()).suggestions);
      }
    } catch {
      // no network, or overtaken: the box goes on as a plain form
    }
  }

  box.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, PAUSE);
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) {
      return; // a Korean syllable is still being put together
    }
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") {
      choose(chosen < last ? chosen + 1 : -1);
    } else if (event.key === "ArrowUp") {
      choose(chosen < 0 ? last : chosen - 1);
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Enter" && chosen >= 0) {
      window.location.assign(list.children[chosen].dataset.url);
    } else {
      return;
    }
    event.preventDefault();
  });

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) {
      window.location.assign(item.dataset.url);
    }
  });
  box.addEventListener("blur", close);
}

document.querySelectorAll("[data-suggest]").forEach(watch);
