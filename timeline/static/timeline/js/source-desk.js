/* A source added without leaving the form that cites it. The server makes what the dialog shows; here it is only opened,
   sent, and its answer put into the row that it was opened from. */
const dialog = document.querySelector("dialog[data-source-desk]");
const body = dialog.querySelector("[data-body]");
const failure = dialog.querySelector("[data-failure]");
const button = document.querySelector("template[data-source-desk-button]");
let chooser = null; // the select whose source is sought

function offer(root) {
  for (const wrapper of root.querySelectorAll('.related-widget-wrapper[data-model-ref="source"]')) {
    if (wrapper.closest(".empty-form") || wrapper.querySelector(".source-desk-open") || !wrapper.querySelector("select")) {
      continue;
    }
    wrapper.append(button.content.cloneNode(true));
    wrapper.querySelector(".source-desk-open").addEventListener("click", () => open(wrapper.querySelector("select")));
  }
}

function fail(sentence) {
  failure.textContent = sentence;
  failure.hidden = !sentence;
}

/* The answer, or nothing when there is none to show: what was typed then stays as it is. */
async function ask(options) {
  fail("");
  dialog.setAttribute("aria-busy", "true");
  const focused = document.activeElement;
  body.inert = true; // what is typed now would be lost when the answer takes its place
  try {
    const answer = await fetch(dialog.dataset.sourceDesk, { ...options, credentials: "same-origin" });
    if (answer.redirected) {
      fail(dialog.dataset.signedOut);
      return null;
    }
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const isSaved = answer.headers.get("Content-Type").startsWith("application/json");
    return isSaved ? { saved: await answer.json() } : { html: await answer.text() };
  } catch {
    fail(dialog.dataset.failed);
    return null;
  } finally {
    body.inert = false;
    if (body.contains(focused)) {
      focused.focus();
    }
    dialog.removeAttribute("aria-busy");
  }
}

/* What is wrong comes first, then what is said, then what was read. */
function show(html, firstToFill = "input:not([type=hidden])") {
  body.innerHTML = html;
  const first = ["[aria-invalid=true]", "[data-focus]", firstToFill].map((each) => body.querySelector(each)).find(Boolean);
  first?.focus();
}

async function open(select) {
  chooser = select;
  dialog.showModal();
  if (!body.firstElementChild) {
    const answer = await ask({});
    if (answer) {
      show(answer.html);
    }
  }
}

function choose(id, text) {
  const known = [...chooser.options].find((option) => option.value === id);
  chooser.append(known ?? new Option(text, id));
  chooser.value = id;
  chooser.dispatchEvent(new Event("change", { bubbles: true })); // select2 shows it, the local draft keeps it
  body.replaceChildren();
  dialog.close();
  chooser.parentElement.querySelector(".select2-selection")?.focus();
}

async function send(form, submitter) {
  const sent = new FormData(form);
  sent.set(submitter.name, submitter.value);
  const answer = await ask({ method: "POST", body: sent });
  if (answer?.saved) {
    choose(answer.saved.id, answer.saved.text);
  } else if (answer) {
    show(answer.html, "[data-found] input");
  }
}

dialog.addEventListener("submit", (event) => {
  if (event.target.method !== "dialog") {
    event.preventDefault();
    if (!dialog.hasAttribute("aria-busy")) {
      send(event.target, event.submitter ?? event.target.querySelector("[name=ask]"));
    }
  }
});
dialog.addEventListener("click", (event) => {
  const use = event.target.closest("[data-use]");
  if (use) {
    choose(use.dataset.use, use.dataset.text);
  }
});
document.addEventListener("formset:added", (event) => offer(event.target));
offer(document);
