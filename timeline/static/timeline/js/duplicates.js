/* Records like the one that is being typed, beside the form. Without JavaScript they are named when it is saved. */

const PAUSE = 400; // milliseconds after the last key

function values(panel, form) {
  const data = new FormData();
  data.set("of", panel.dataset.nearOf);
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const name of panel.dataset.nearFields.split(" ")) {
    const field = form.elements[name];
    if (field && typeof field.value === "string") {
      data.set(name, field.value.slice(0, 1000));
    }
  }
  return data;
}

function remember(panel, list) {
  const seen = panel.querySelector("input[name=_near_seen]");
  const codes = new Set(seen.value.split(" ").filter(Boolean));
  list.querySelectorAll("[data-near-code]").forEach((each) => codes.add(each.dataset.nearCode));
  seen.value = [...codes].join(" ");
}

function watch(panel) {
  const form = panel.closest("form");
  const list = panel.querySelector("[data-near-list]");
  const names = new Set(panel.dataset.nearFields.split(" "));
  let waiting = 0;
  let asking = null;

  async function ask() {
    if (asking) {
      asking.abort(); // an older answer must not come after a newer one
    }
    asking = new AbortController();
    try {
      const answer = await fetch(panel.dataset.near, {
        method: "POST",
        body: values(panel, form),
        signal: asking.signal,
        redirect: "error", // to the sign-in page, when the session has run out
      });
      if (answer.ok) {
        const text = (await answer.text()).trim();
        if (list.dataset.shown !== text) { // said again only when it says something else
          list.dataset.shown = text;
          list.innerHTML = text;
        }
        remember(panel, list);
      }
    } catch {
      // no network, or overtaken: the list stays as it is
    }
  }

  function later(event) {
    if (names.has(event.target.name)) {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, PAUSE);
    }
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  if (window.django && window.django.jQuery) {
    window.django.jQuery(form).on("change", "select", later); // the pickers of records say it to jQuery alone
  }
  if (panel.dataset.nearOf) {
    ask();
  }
}

document.querySelectorAll("[data-near]").forEach(watch);
