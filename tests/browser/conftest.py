"""A Chromium of the system and a running site, for as long as the tests of this folder take."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import desk
from tests.browser.site import python, served

CORRECT = "from tests.browser.busy_desk import correct; correct(); print(1)"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It runs as root in a container, draws without a graphics card, and has nothing to tell anybody.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def browser():
    """For the package and no longer: while Playwright's event loop exists, Django refuses to ask the database."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("No Chromium is installed here (on Debian: apt install chromium), or CHROMIUM does not name one.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def running_site(browser, tmp_path_factory):
    """Asks for the browser first: without one there is no need to start the site."""
    with served(tmp_path_factory.mktemp("site")) as running:
        desk.within(running, CORRECT)
        yield running


@pytest.fixture(scope="package")
def site(running_site):
    """The address of the site."""
    return running_site.address


@pytest.fixture(scope="package")
def charts(running_site):
    """Drawn when the first test looks at one: it takes as long as a third of the tests."""
    python("manage.py", "draw", "--only", "charts", environment=running_site.environment)


@pytest.fixture
def open_page(browser, site):
    """Opens an address of the site in a window of its own: `open_page("/timeline/", width=360)`."""
    contexts = []

    def opened(address, *, width=1440, **options):
        context = browser.new_context(base_url=site, viewport={"width": width, "height": 900}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
