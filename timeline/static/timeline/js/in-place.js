/* What htmx leaves to a page that changes in place: saying how much there is now, and keeping the reader's place.
   Without JavaScript the form and the links do the same by loading the page. */
"use strict";

(function () {
  var changing = false; // whether the view is about to be another, and not only a problem said in it
  var opened = false; // whether the fold with the filters was open, on narrow screens
  var focused = null; // what had the focus in what has gone; its id, if it has one

  function part(name) {
    return document.querySelector("[data-in-place" + name + "]");
  }

  function isOfTheView(event) {
    return event.detail.target && event.detail.target.hasAttribute("data-in-place");
  }

  /* The pager belongs to every list of the site; in a stream it changes the list in place. */
  function boostPager() {
    document.querySelectorAll("[data-in-place-stream] .pager").forEach(function (pager) {
      pager.setAttribute("data-hx-boost", "true");
      window.htmx.process(pager);
    });
  }

  document.addEventListener("DOMContentLoaded", boostPager);

  document.addEventListener("htmx:configRequest", function (event) {
    var given = event.detail.formData || event.detail.parameters;
    var names = Array.from(given.keys ? given.keys() : Object.keys(given));
    names.forEach(function (name) {
      // an untouched field says nothing, and would stand in the address
      if (given.getAll && given.getAll(name).every(function (value) { return value.trim() === ""; })) {
        given.delete(name);
      }
    });
  });

  document.addEventListener("htmx:beforeRequest", function () {
    if (part("")) {
      part("").setAttribute("aria-busy", "true");
    }
  });

  document.addEventListener("htmx:afterRequest", function () {
    if (part("")) {
      part("").removeAttribute("aria-busy");
    }
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    changing = isOfTheView(event);
    if (!changing) {
      return;
    }
    opened = Boolean(part("-fold") && part("-fold").open);
    focused = part("").contains(document.activeElement) ? document.activeElement.id : null;
  });

  document.addEventListener("htmx:afterSettle", function () {
    var count = part("-count");
    var status = part("-status");
    if (!changing || !count || !status) {
      return;
    }
    changing = false;
    boostPager();
    if (part("-fold")) {
      part("-fold").open = opened;
    }
    if (status.textContent !== count.textContent) {
      status.textContent = count.textContent;
    }
    if (focused !== null && (!document.activeElement || document.activeElement === document.body)) {
      // htmx looks for it before the fold is open again; a reader who is in a field by now stays there
      (document.getElementById(focused) || part("-main")).focus({ preventScroll: true });
    }
    focused = null;
    var top = part("-main").getBoundingClientRect().top;
    if (/[?&](after|before)=/.test(window.location.search) && top < 0) {
      part("-main").scrollIntoView();
    }
  });
})();
