"""A record's card in the page of another site: framed there for real, without JavaScript, narrow and wide."""

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser
WIDTHS = [320, 560, 800]
EMBEDDED = {name.removesuffix("-detail"): address for name, address in PAGES.items() if name.endswith("-detail")} | {
    "long statement": "/statements/2019-08-07-trump-substantially-more/"
}
ISOLATED = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
OVERFLOW = """() => {
  const root = document.documentElement;
  return {
    "wider": root.scrollWidth - root.clientWidth,
    "taller": Math.max(0, root.scrollHeight - root.clientHeight),
    "headings": document.querySelectorAll("h1").length,
    "styled": getComputedStyle(document.querySelector(".embed")).display,
  };
}"""
FITS = {"wider": 0, "taller": 0, "headings": 1, "styled": "flex"}


class Page(BaseHTTPRequestHandler):
    """Another site: whatever is asked for, the page that the test has set."""

    body, headers_sent = "", {}

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(f"<!doctype html><html lang=en><title>Elsewhere</title><h1>Elsewhere</h1>{self.body}".encode())

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def elsewhere():
    """The address of another site, and the class whose page it serves."""

    class OfThisModule(Page):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), OfThisModule)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/", OfThisModule
    server.shutdown()
    server.server_close()


def answered(site, address, **query):
    question = urlencode({"url": f"{site}{address}"} | query)
    with urllib.request.urlopen(f"{site}/oembed?{question}", timeout=20) as response:  # noqa: S310 - our own address
        return json.load(response)


@pytest.fixture
def framed(browser, elsewhere):
    """A page elsewhere with this code in it, and the frame that came of it."""
    contexts = []

    def opened(code, *, width, headers=(), **options):
        address, served = elsewhere
        served.body, served.headers_sent = code, dict(headers)
        context = browser.new_context(viewport={"width": width, "height": 1200}, java_script_enabled=False, **options)
        contexts.append(context)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.goto(address, wait_until="networkidle")
        (frame,) = page.frames[1:]
        return frame, said

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.deep(3)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", EMBEDDED)
def test_the_card_of_each_kind_fits_the_frame_that_was_computed_for_it(site, framed, name, width):
    answer = answered(site, EMBEDDED[name], maxwidth=width)

    frame, said = framed(answer["html"], width=width + 100)

    assert frame.evaluate(OVERFLOW) == FITS
    assert [line for line in said if "favicon" not in line and "404" not in line] == []


@pytest.mark.deep(4)
@pytest.mark.parametrize("width", [320, 480, 640, 800])
@pytest.mark.parametrize("name", ["statement", "long statement", "event-detail", "figure"])
def test_the_code_on_the_page_fits_every_column_that_it_is_for(site, framed, open_page, name, width):
    page = open_page(EMBEDDED[name.removesuffix("-detail")])
    code = page.locator("#embed_code").input_value()

    frame, _said = framed(f"<div style='width:{width}px'>{code}</div>", width=width + 100)

    assert frame.evaluate(OVERFLOW) == FITS
    assert frame.evaluate("() => innerWidth") == width


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-popups"'])
def test_a_page_that_is_isolated_can_frame_a_card(site, framed, sandbox):
    code = answered(site, EMBEDDED["round"], maxwidth=500)["html"].replace("<iframe", f"<iframe {sandbox}")

    frame, _said = framed(code, width=700, headers=ISOLATED)

    assert frame.evaluate(OVERFLOW) == FITS


def test_no_other_page_can_be_framed(site, framed):
    frame, _said = framed(f'<iframe src="{site}/about/" width="500" height="300"></iframe>', width=700)

    assert frame.url.startswith("chrome-error:")


@pytest.mark.deep(3)
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["statement", "figure", "source", "official"])
def test_axe_finds_nothing_in_a_card(site, open_page, name, color_scheme):
    answer = answered(site, EMBEDDED[name])
    address = answer["html"].partition('src="')[2].partition('"')[0]

    page = open_page(address, width=500, color_scheme=color_scheme)

    found = Axe().run(page).response["violations"]
    assert [(fault["id"], node["html"][:100]) for fault in found for node in fault["nodes"]] == []


@pytest.mark.parametrize("name", ["round", "statement"])
def test_the_structured_data_of_a_page_is_read_and_never_run(open_page, name):
    page = open_page("/about/")
    said = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(EMBEDDED[name], wait_until="networkidle")

    assert said == []
    assert page.evaluate(
        "() => JSON.parse(document.querySelector('[type=\"application/ld+json\"]').text)['@context']"
    ) == ("https://schema.org")
