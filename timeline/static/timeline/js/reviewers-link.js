/* Copies the link. Without JavaScript it can be marked and copied by hand. */

function copies(button) {
  const input = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(input.value);
    button.textContent = button.dataset.copied;
    window.setTimeout(() => { button.textContent = label; }, 2000);
  });
}

document.querySelectorAll("[data-copy]").forEach(copies);
