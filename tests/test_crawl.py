"""A reader who follows every link of the running site, and one who reads its sitemap, find the same pages."""

import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import shipped as shipped_data
from tests.conftest import IS_DEEP, sample

pytestmark = pytest.mark.django_db
LINK = re.compile(r"""\s(?:href|src|action)="([^"]*)\"""")
ID = re.compile(r"""\sid="([^"]+)\"""")
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')
NO_INDEX = re.compile(r'<meta name="robots" content="noindex')
PAGES = 150  # of a sample
MOST_QUERIES = 12
NOT_FOLLOWED = ("/static/", "/admin/", "/api/")
PAGES_OF_THE_API = "/api/v1/docs"  # for people, and in the sitemap
NOT_READY = {503}  # what is drawn or gathered outside the worker


@pytest.fixture
def shipped(db):
    shipped_data.load()


def listed(client):
    """The paths in all the files of the sitemap."""
    files = [path_of(address) for address in LOCATION.findall(client.get("/sitemap.xml").text)]
    return [path_of(address) for file in files for address in LOCATION.findall(client.get(file).text)]


def path_of(address):
    return unescape(address).removeprefix(settings.SITE_URL) or "/"


def is_followed(address):
    return address.startswith(PAGES_OF_THE_API) or not address.startswith(NOT_FOLLOWED)


class Crawl:
    """What pages say of other pages."""

    def __init__(self, client):
        self.client, self.ids, self.problems, self.canonical = client, {}, [], {}
        self.statuses = {}

    def page(self, address):
        """The links of a page, each with the page on which it stands."""
        text = self.get(address)
        found = (unescape(link) for link in LINK.findall(text))
        return [urljoin(address, link) for link in dict.fromkeys(found) if not urlsplit(link).scheme]

    def get(self, address):
        response = self.client.get(address, follow=True)
        is_page = response.get("Content-Type", "").startswith("text/html")
        text = response.text if is_page and not response.streaming else ""
        for close in response._resource_closers:  # `close()` of the whole would end the test's connection as well
            close()
        self.statuses[address] = response.status_code
        self.ids[address] = {unescape(each) for each in ID.findall(text)}
        if response.status_code == 200 and is_page and not response.redirect_chain:
            named = CANONICAL.search(text)
            self.canonical[address] = path_of(named[1]) if named and not NO_INDEX.search(text) else ""
        return text

    def check(self, page, link):
        address, fragment = urldefrag(link)
        if not address.startswith("/") or not is_followed(address):
            return
        if address not in self.statuses:
            self.get(address)
        if self.statuses[address] not in {200} | NOT_READY:
            self.problems.append(f"{page} leads to {address}: {self.statuses[address]}")
        elif fragment and self.ids[address] and fragment not in self.ids[address]:
            self.problems.append(f"{page} leads to {link}: no such place")


@pytest.mark.deep
def test_every_link_of_the_pages_in_the_sitemap_leads_somewhere(client, shipped):
    crawl = Crawl(client)
    pages = sample(listed(client), PAGES)

    links = {(page, link) for page in pages for link in crawl.page(page)}
    targets = sample(sorted({link for _page, link in links}), PAGES)
    for page, link in sorted(links):
        if link in set(targets):
            crawl.check(page, link)

    assert [page for page in pages if crawl.statuses[page] != 200] == []
    assert crawl.problems == []


def test_every_page_that_can_be_reached_by_links_is_in_the_sitemap_and_the_other_way_round(client, shipped):
    """Of a sample, only that what the pages lead to is listed: whether all is reached, all pages must tell."""
    sitemap, crawl = set(listed(client)), Crawl(client)
    waiting, seen = ["/"] if IS_DEEP else ["/", *sample(sorted(sitemap), 40)], set()
    while waiting:
        page = waiting.pop()
        if page in seen or page.startswith("/embed/") or not is_followed(page):
            continue
        seen.add(page)
        for link in crawl.page(page):
            address = urldefrag(link)[0]
            if IS_DEEP and address.startswith("/") and ("?" not in address or "after=" in address):
                waiting.append(address)

    own = {page for page, named in crawl.canonical.items() if named == page and "?" not in page}
    assert {page for page in own - sitemap if not page.startswith("/corrections/")} == set()
    assert not IS_DEEP or sitemap - seen == set()


@pytest.mark.deep
def test_no_page_in_the_sitemap_asks_more_than_a_dozen_queries(client, shipped):
    """Once what is kept until the content changes is there."""
    pages = ["/", "/timeline/", *sample(listed(client), PAGES)]

    asked = {page: queries_of(client, page) for page in pages}

    assert {page: count for page, count in asked.items() if count > MOST_QUERIES} == {}


def queries_of(client, page):
    if page.count("/") <= 2:  # lists and pages of their own, which keep something; pages of records keep nothing
        client.get(page)
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    return len(queries)
