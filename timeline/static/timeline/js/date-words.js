/* Beside every date, while it is typed: the words that the public page would print, or what is wrong with it. */
const WAIT = 250;
const address = document.querySelector("[data-date-words-address]")?.dataset.dateWordsAddress;
const known = new Map(); // text to the promise of its words

function words(text) {
  if (!known.has(text)) {
    const asked = fetch(`${address}?${new URLSearchParams({ date: text })}`, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(answer.status)));
    asked.catch(() => known.delete(text)); // the next time it may be answered
    known.set(text, asked);
  }
  return known.get(text);
}

function place(field) {
  const next = field.nextElementSibling;
  if (next?.matches(".date-words")) {
    return next;
  }
  const output = document.createElement("output");
  output.className = "date-words";
  output.setAttribute("aria-live", "polite");
  field.after(output);
  return output;
}

/* Whether the form, shown again, says so beside the field already. */
function isSaid(field, sentence) {
  const ids = field.getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.some((id) => document.getElementById(id)?.textContent.includes(sentence));
}

async function show(field) {
  const text = field.value.trim();
  const output = place(field);
  output.htmlFor = field.id;
  let said = { words: "", wrong: false };
  try {
    said = text ? await words(text) : said;
  } catch {
    // No network or no session: the field works without its words.
  }
  if (field.value.trim() === text) {
    output.textContent = said.wrong && isSaid(field, said.words) ? "" : said.words;
    output.classList.toggle("is-wrong", said.wrong);
  }
}

const waiting = new WeakMap();

function showSoon(field) {
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(show, WAIT, field));
}

if (address) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-date-in-words]")) {
      showSoon(event.target);
    }
  });
  for (const field of document.querySelectorAll("[data-date-in-words]")) {
    if (!field.closest(".empty-form") && field.value) {
      show(field);
    }
  }
}
