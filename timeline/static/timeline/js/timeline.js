/* What htmx leaves to the page when the timeline changes in place: saying how many entries there are now, and keeping
   the reader's place. Without JavaScript the form and the links do the same by loading the page. */
"use strict";

(function () {
  var opened = false; // whether the fold with the filters was open, on narrow screens
  var lost = false; // whether what had the focus is about to go

  function view() {
    return document.getElementById("timeline_view");
  }

  function isOfTheView(event) {
    return event.detail.target && event.detail.target.id === "timeline_view";
  }

  /* The pager belongs to every list of the site; on this page it changes the list in place. */
  function boostPager() {
    document.querySelectorAll("[data-timeline-stream] .pager").forEach(function (pager) {
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
    if (view()) {
      view().setAttribute("aria-busy", "true");
    }
  });

  document.addEventListener("htmx:afterRequest", function () {
    if (view()) {
      view().removeAttribute("aria-busy");
    }
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (!isOfTheView(event)) {
      return;
    }
    opened = document.getElementById("filters_fold").open;
    lost = view().contains(document.activeElement) && !document.activeElement.id;
  });

  document.addEventListener("htmx:afterSettle", function () {
    var count = document.getElementById("timeline_count");
    var status = document.getElementById("timeline_status");
    if (!count || !status) {
      return;
    }
    boostPager();
    document.getElementById("filters_fold").open = opened;
    if (status.textContent !== count.textContent) {
      status.textContent = count.textContent;
    }
    if (lost) {
      document.getElementById("timeline_entries").focus({ preventScroll: true });
      lost = false;
    }
    var top = document.getElementById("timeline_entries").getBoundingClientRect().top;
    if (/[?&](after|before)=/.test(window.location.search) && top < 0) {
      document.getElementById("timeline_entries").scrollIntoView();
    }
  });
})();
