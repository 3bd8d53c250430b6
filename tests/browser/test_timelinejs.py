"""The timeline in the form of TimelineJS, shown by TimelineJS itself on a page of another site."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
PACKAGE = Path(__file__).parent / "node_modules" / "@knight-lab" / "timelinejs" / "dist"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Another site</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/dist/css/timeline.css">
<script src="/dist/js/timeline.js"></script>
</head>
<body>
<div id="timeline" style="width: 100%; height: 600px"></div>
<script>
const address = new URLSearchParams(location.search).get("data");
window.shown = new TL.Timeline("timeline", address, {font: "", hash_bookmark: false});
</script>
</body>
</html>
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def other_site(tmp_path_factory):
    """Where somebody shows the timeline: what they need to know is its address."""
    if not PACKAGE.exists():
        pytest.skip("TimelineJS is not there: it is a package that npm installs in tests/browser.")
    folder = tmp_path_factory.mktemp("other_site")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "dist").symlink_to(PACKAGE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def show(browser, site, other_site):
    """Shows a filter of the timeline; gives the page, what the site answered, and what was complained about."""
    contexts = []

    def shown(query):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
        with page.expect_response(lambda response: response.url.startswith(f"{site}/timelinejs.json")) as answered:
            page.goto(f"{other_site}/?data={site}/timelinejs.json{query}")
        page.wait_for_function("() => window.shown.ready")
        return page, answered.value.json(), complaints

    yield shown
    for context in contexts:
        context.close()


@pytest.mark.deep(1)
@pytest.mark.parametrize("query", ["", "%3Fagreement%3D11", "%3Fkind%3Dstatement%26official%3Dtrump-donald"])
def test_timelinejs_shows_every_entry_and_complains_of_nothing(show, query):
    page, told, complaints = show(query)

    assert len(told["events"]) > 1
    assert page.locator(".tl-timemarker").count() == len(told["events"])
    assert page.evaluate("() => window.shown.config.getErrors()") == []
    assert page.evaluate("() => window.shown.config.events.map(each => each.unique_id)") == [
        each["unique_id"] for each in told["events"]
    ]
    assert complaints == []


def test_a_slide_shows_the_words_and_leads_to_the_page(show):
    page, told, _complaints = show("%3Fkind%3Dstatement%26agreement%3D11")
    first = told["events"][0]

    page.evaluate("id => window.shown.goToId(id)", first["unique_id"])

    slide = page.locator(f"[id='{first['unique_id']}']")
    assert slide.locator(".tl-headline a").get_attribute("href") in first["text"]["headline"]
    assert first["display_date"] in slide.inner_text()
    assert slide.locator("blockquote").inner_text().strip()[:20] in first["media"]["url"]
