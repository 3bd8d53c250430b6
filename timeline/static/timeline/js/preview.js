/* The public page beside the form, shown anew while somebody types. Without JavaScript its button does it. */

const PAUSE = 1200; // milliseconds after the last key

function wire(panel) {
  const button = panel.querySelector("[data-preview-button]");
  const frame = panel.querySelector("iframe");
  const state = panel.querySelector("[data-preview-state]");
  const form = button.form;
  let waiting = 0;
  let asking = null;

  // In place of the old page, not after it: neither the way back nor the place where one reads is lost.
  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const shown = frame.contentDocument;
    const top = frame.contentWindow.scrollY;
    shown.replaceChild(shown.adoptNode(page.documentElement), shown.documentElement);
    shown.addEventListener("click", follow);
    frame.contentWindow.scrollTo(0, top);
  }

  function follow(event) {
    const link = event.target.closest?.('a[href^="#"]');
    if (link) { // the frame has no address of its own, so the browser would look for the place elsewhere
      event.preventDefault();
      frame.contentDocument.getElementById(decodeURIComponent(link.hash.slice(1)))?.scrollIntoView();
    }
  }

  async function ask() {
    window.clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        body: new FormData(form),
        signal: asking.signal,
        redirect: "error", // to the sign-in page, when the session has run out
      });
      if (!answer.headers.get("content-type")?.startsWith("text/html")) {
        throw new TypeError("no page");
      }
      show(await answer.text());
      state.textContent = "";
      if (answer.status === 503) { // somebody else's preview was being made
        later();
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        state.textContent = state.dataset.failed;
      }
    }
  }

  function later() {
    if (panel.open) {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, PAUSE);
    }
  }

  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  panel.addEventListener("toggle", () => panel.open && ask());
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("formset:removed", later);
  if (window.django && window.django.jQuery) {
    window.django.jQuery(form).on("change", "select", later); // the pickers of records say it to jQuery alone
  }
}

document.querySelectorAll("[data-preview]").forEach(wire);
