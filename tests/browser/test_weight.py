"""How much has to be fetched. Counted as a server with compression sends it: the body of each answer through gzip."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "timeline" / "static" / "timeline"
OF_THE_DESK = {"admin", "desk", "duplicates", "history", "import", "sign-in", "source-desk"}
OF_READERS = {"htmx.min", "in-place", "suggestions", "copy", "subscribe"}


def compressed(paths):
    return len(gzip.compress(b"".join(path.read_bytes() for path in sorted(paths))))


def test_the_style_sheets_of_all_public_pages_weigh_less_than_20_kb_compressed():
    assert compressed(path for path in (FOLDER / "css").glob("*.css") if path.stem not in OF_THE_DESK) < 20_000


def test_the_scripts_of_all_public_pages_weigh_less_than_21_kb_compressed():
    assert compressed(path for path in FOLDER.rglob("*.js") if path.stem in OF_READERS) < 21_000


def test_no_public_page_loads_a_script_of_the_desk():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    named = {name for each in templates for name in re.findall(r"/([\w.-]+)\.js\b", each.read_text())}

    assert named == OF_READERS


def test_the_scripts_of_the_desk_weigh_less_than_11_kb_compressed():
    assert compressed(path for path in FOLDER.rglob("*.js") if path.stem not in OF_READERS) < 11_000


@pytest.mark.browser
@pytest.mark.parametrize("address", ["/", "/timeline/", "/agreements/sma-11/"])
def test_a_page_with_all_that_it_loads_weighs_less_than_100_kb_compressed_and_its_style_sheets_less_than_20(
    browser, site, address
):
    weights = {}
    with browser.new_context() as context:
        page = context.new_page()
        page.on("requestfinished", lambda request: weights.update({request.url: weight(request)}))
        page.goto(site + address, wait_until="networkidle")

    assert sum(weights.values()) < 100_000, weights
    assert sum(each for url, each in weights.items() if url.endswith(".css")) < 20_000


def weight(request):
    return len(gzip.compress(request.response().body()))
