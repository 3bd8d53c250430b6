/* Copies what a field or an element says: <button data-copy="#id" hidden>. Without JavaScript, or where the browser gives
   no clipboard, the button stays hidden and the text can be marked and copied by hand. */

const status = document.querySelector("[data-copy-status]");

const textOf = (source) => ("value" in source ? source.value : source.textContent.trim());

function copies(button) {
  const source = document.querySelector(button.dataset.copy);
  button.hidden = !source || !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(textOf(source));
    } catch {
      source.focus(); // refused by the browser: the reader copies by hand
      return;
    }
    button.classList.add("is-copied");
    if (status) status.textContent = status.dataset.copyStatus;
    window.setTimeout(() => {
      button.classList.remove("is-copied");
      if (status) status.textContent = "";
    }, 2000);
  });
}

document.querySelectorAll("[data-copy]").forEach(copies);
