"""One look at a page in Chromium, from a narrow phone to a sheet of paper, and what was seen in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1440, "height": 900}
PAPER = {"width": 718, "height": 1000}  # A4 in CSS pixels, less the margins
WIDTHS = (320, 360, 768, 1440)
IN_THE_DARK = ["color-contrast", "link-in-text-block"]  # the rules whose answer hangs on the colours
NOTE_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(
  entry => [entry.value, ...entry.sources.map(source => source.node?.className || source.node?.nodeName)]
))).observe({type: "layout-shift", buffered: true});
"""
# Less is a line that a late font sets anew on a busy machine, or rounding; a tenth is what readers begin to mind.
ROUNDED = 0.005
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifts))))"
WIDER = """width => [...document.querySelectorAll("body *")].filter(
  each => document.documentElement.scrollWidth > width && each.getBoundingClientRect().right > width
).slice(0, 5).map(each => `${each.tagName.toLowerCase()}.${each.getAttribute("class")} at ${width}`)"""
# The way to an address, hidden until the pointer is there, leaves an empty line where it has no room beside the words.
ALONE = """width => [...document.querySelectorAll(".fragment")].filter(each => each.checkVisibility()).filter(each => {
  const words = document.createRange(), box = each.getBoundingClientRect();
  words.selectNodeContents(each.parentElement);
  words.setEndBefore(each);
  const lines = [...words.getClientRects()].filter(line => line.width);
  return lines.length && lines.every(line => line.bottom < (box.top + box.bottom) / 2);
}).slice(0, 5).map(each => `${each.getAttribute("href")} at ${width}`)"""
# What scrolls sideways in a box of its own, although one does not see that it goes on or cannot scroll it by keyboard.
UNSEEN_SIDEWAYS = """() => {
  document.querySelectorAll("details").forEach(each => { each.open = true; });
  return [...document.querySelectorAll("main *")].filter(
    each => each.clientWidth > 1 && each.scrollWidth > each.clientWidth && each.checkVisibility() &&
      getComputedStyle(each).overflowX === "auto"
  ).filter(each => !(
    each.tabIndex === 0 && getComputedStyle(each).backgroundAttachment === "local, local, scroll, scroll" &&
      (each.tagName === "PRE" || each.matches("[role=region]:is([aria-label], [aria-labelledby])"))
  )).map(each => each.outerHTML.slice(0, 80));
}"""
# The numbers beside a fact stay folded: on paper they point to the list of sources, which is on the same page.
FOLDED_ON_PAPER = """() => [...document.querySelectorAll(
  "main details:not(.cite-marks, [data-stays-folded]) > :not(summary)"
)].filter(
  each => each.parentElement.checkVisibility() && !each.checkVisibility()
).map(each => each.outerHTML.slice(0, 80))"""
# Letters are small on paper: what a phone shows as cards stands there as a table, and code is not cut off.
WASTED_ON_PAPER = """() => [...document.querySelectorAll("main table")].filter(
  each => each.checkVisibility() && getComputedStyle(each).display !== "table"
).map(each => `no table: ${each.getAttribute("class")}`).concat(
  [...document.querySelectorAll("main pre")].filter(each => each.scrollWidth > each.clientWidth).map(
    each => `cut off: ${each.textContent.slice(0, 60)}`
  )
)"""
SEEN_ON_PAPER = """() => [...document.querySelectorAll(
  "nav, form, .skip-link, .site-menu"
)].filter(each => each.checkVisibility()).map(each => each.outerHTML.slice(0, 80))"""
WITHOUT_ADDRESS_ON_PAPER = """() => [...document.querySelectorAll("main a[href^=http]")].filter(each => {
  const printed = getComputedStyle(each, "::after").content;
  return !printed.includes(each.dataset.address || each.getAttribute("href"));
}).map(each => each.href)"""


@dataclass
class Look:
    """What is wrong with one page, each kind of fault in a list of its own."""

    console: list[str] = field(default_factory=list)
    shifts: list[Any] = field(default_factory=list)
    wider: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)


def look_at(browser: Browser, address: str, axe: str) -> Look:
    look = Look()
    with opened(browser, address, look, PHONE) as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            look.wider += page.evaluate(WIDER, width)
            look.alone += page.evaluate(ALONE, width)
        page.set_viewport_size(PHONE)
        look.sideways += page.evaluate(UNSEEN_SIDEWAYS)
    with opened(browser, address, look, SCREEN) as page:
        if axe:
            page.evaluate(axe)
            look.violations += violations(page, "light", {})
            page.emulate_media(color_scheme="dark")
            look.violations += violations(page, "dark", {"runOnly": IN_THE_DARK})
        page.emulate_media(media="print", color_scheme="dark")
        page.set_viewport_size(PAPER)
        look.printed += faults_on_paper(page)
    return look


@contextmanager
def opened(browser: Browser, address: str, look: Look, viewport: dict[str, int]) -> Iterator[Page]:
    with browser.new_context(viewport=viewport, color_scheme="light") as context:
        context.add_init_script(NOTE_SHIFTS)
        page = context.new_page()
        page.on("console", lambda message: look.console.append(message.text))
        page.on("pageerror", lambda error: look.console.append(str(error)))
        page.on("requestfailed", lambda request: look.console.append(f"{request.url}: {request.failure}"))
        page.goto(address)
        look.shifts += [shift for shift in page.evaluate(SETTLED) if shift[0] > ROUNDED]
        yield page


def violations(page: Page, scheme: str, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"]} | options)["violations"]
    return [
        f"{rule['id']} ({scheme}): {node['html'][:120]} – {(node['failureSummary'] or '')[:200]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def axe_script() -> str:
    """Empty where axe is not installed."""
    try:
        from axe_playwright_python.base import AXE_SCRIPT
    except ImportError:
        return ""
    return str(AXE_SCRIPT)


def faults_on_paper(page: Page) -> list[str]:
    faults = [f"folded: {each}" for each in page.evaluate(FOLDED_ON_PAPER)]
    faults += page.evaluate(WASTED_ON_PAPER)
    faults += [f"of no use on paper: {each}" for each in page.evaluate(SEEN_ON_PAPER)]
    faults += [f"without its address: {each}" for each in page.evaluate(WITHOUT_ADDRESS_ON_PAPER)]
    faults += [f"wider than the paper: {each}" for each in page.evaluate(WIDER, PAPER["width"])]
    ground = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    return faults if ground == "rgb(255, 255, 255)" else [*faults, f"on {ground}"]
