"""How much has to be fetched. Counted as a server with compression sends it: the body of each answer through gzip."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "timeline" / "static" / "timeline"
OF_THE_DESK = {"admin", "desk", "duplicates", "history", "import", "sign-in", "source-desk"}


def compressed(paths):
    return len(gzip.compress(b"".join(path.read_bytes() for path in sorted(paths))))


def test_the_style_sheets_of_all_public_pages_weigh_less_than_20_kb_compressed():
    assert compressed(path for path in (FOLDER / "css").glob("*.css") if path.stem not in OF_THE_DESK) < 20_000


def test_the_scripts_weigh_less_than_30_kb_compressed():
    assert compressed(FOLDER.rglob("*.js")) < 30_000


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
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
