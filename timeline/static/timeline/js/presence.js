/* Tells the desk that this record is open here, and the editor who else has it open. */
const BEAT = 30_000;
const FORGET_WHEN_HIDDEN = 10 * 60_000;
const place = document.querySelector("[data-presence]");
const tab = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
let hiddenSince = 0;

function message(now) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", place.closest("form").elements.csrfmiddlewaretoken.value);
  body.set("tab", tab);
  body.set("now", now);
  return body;
}

async function beat(now) {
  if (hiddenSince && Date.now() - hiddenSince > FORGET_WHEN_HIDDEN) {
    return;
  }
  try {
    const answer = await fetch(place.dataset.presence, { method: "POST", body: message(now) });
    const { others } = answer.ok && !answer.redirected ? await answer.json() : { others: place.textContent };
    if (place.textContent !== others) {
      place.textContent = others;
    }
  } catch {
    // Without a network nobody can be seen; what was said last stays.
  }
}

if (place) {
  beat("opened");
  setInterval(beat, BEAT, "open");
  document.addEventListener("visibilitychange", () => {
    hiddenSince = document.hidden ? Date.now() : 0;
    if (!document.hidden) {
      beat("open");
    }
  });
  window.addEventListener("pagehide", () => navigator.sendBeacon(place.dataset.presence, message("closed")));
  window.addEventListener("pageshow", (event) => event.persisted && beat("opened"));
}
