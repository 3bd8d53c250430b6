/* The head of the page names the feeds of what it shows. Where that changes in place, they are others. */

document.addEventListener("htmx:afterSettle", () => {
  for (const named of document.head.querySelectorAll("link[data-feed]")) {
    const shown = document.querySelector(`a[data-feed="${named.dataset.feed}"]`);
    if (shown) {
      named.href = shown.getAttribute("href");
    }
  }
});
