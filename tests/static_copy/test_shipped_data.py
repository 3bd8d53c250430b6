"""A copy of the data that is shipped: who follows every link finds every page, and so does who reads the sitemap."""

import re
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings

from tests import shipped
from tests.static_copy.reading import broken, links, pages
from timeline import static_copy

pytestmark = [pytest.mark.django_db, pytest.mark.deep(0)]
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
NEEDS_A_SERVER = ("/api/", "/search/")


@pytest.fixture
def copy(tmp_path):
    shipped.load()
    report = static_copy.write(tmp_path / "copy")
    return (tmp_path / "copy").resolve(), report


def reached(folder):
    """Every page to which links lead from the first one."""
    found, waiting = {folder / "index.html"}, [folder / "index.html"]
    while waiting:
        page = waiting.pop()
        targets = {(page.parent / unquote(urlsplit(link).path)).resolve() for link in links(page)}
        new = {target for target in targets if target.suffix == ".html"} - found
        found |= new
        waiting += new
    return found


def listed(folder):
    """The pages that the files of the sitemap name."""
    named = [_path(each) for each in LOCATION.findall((folder / "sitemap.xml").read_text())]
    found = [_path(each) for file in named for each in LOCATION.findall((folder / file).read_text())]
    return {folder / path / "index.html" for path in found if not f"/{path}/".startswith(NEEDS_A_SERVER)}


def _path(address):
    return unescape(address).removeprefix(f"{settings.SITE_URL}/")


def test_every_link_leads_somewhere_and_no_page_of_the_sitemap_is_an_orphan(copy):
    folder, report = copy

    assert (report.missing, broken(folder)) == ({}, [])
    assert {page for page in listed(folder) if not page.is_file()} == set()
    assert listed(folder) - reached(folder) == set()


def test_every_page_of_a_record_is_reached_and_in_the_sitemap(copy):
    folder, _report = copy
    of_records = {page for page in pages(folder) if len(page.relative_to(folder).parts) == 3}
    families = {f"{page.relative_to(folder).parts[0]}" for page in listed(folder) if page.parent.parent != folder}

    own = {page for page in of_records if page.relative_to(folder).parts[0] in families}

    assert {page for page in own if "http-equiv" not in page.read_text()} - listed(folder) == set()
    assert listed(folder) & own <= reached(folder)
