"""The timeline offers its other forms with the filter of the moment; so do the pages of what it can be filtered by."""

import re
from html import unescape

import pytest

from tests import make
from tests.views.reading import links
from timeline.chronology import Filter
from timeline.exports import FILES
from timeline.views.subscribing import FORMS, filter_words, subscription

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ADDRESSES = [
    "/feeds/timeline.atom",
    "/feeds/timeline.rss",
    "/feeds/timeline.json",
    "webcal://127.0.0.1:8000/calendar.ics",
    "/calendar.ics",
    "/downloads/sma-timeline.csv.zip",
    "/downloads/sma-timeline.jsonl",
    "/downloads/sma-timeline.sqlite",
    "/timelinejs.json",
]


def offered(response):
    fold = response.text.partition('<details class="subscribe"')[2].partition("</details>")[0]
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', fold)]


def alternates(response):
    return [unescape(href) for href in re.findall(r'<link rel="alternate"[^>]*href="(/feeds/[^"]+)"', response.text)]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_timeline_offers_every_form_with_its_filter_and_without_its_page(client, headers):
    make.event(kind="call")
    address = "/timeline/?kind=call&q=a+%26+b&order=newest&after=2019-01-01.00000.a"

    response = client.get(address, headers=headers)

    assert offered(response) == [f"{each}?kind=call&q=a+%26+b" for each in ADDRESSES]


def test_the_whole_timeline_offers_everything(client):
    response = client.get("/timeline/")

    assert offered(response) == ADDRESSES
    assert alternates(response) == ADDRESSES[:3]


def test_everything_offered_is_there(client):
    make.event(kind="call")
    addresses = [url.partition("?")[0] for url in offered(client.get("/timeline/?kind=call")) if url.startswith("/")]
    files = [url for url in addresses if url.removeprefix("/downloads/") in FILES]  # tests/views/test_downloads.py

    answered = {url: client.get(url, {"kind": "call"}).status_code for url in addresses if url not in files}

    assert (len(files), set(answered.values())) == (3, {200})
    assert len(answered) == len(ADDRESSES) - 4


def test_readers_of_feeds_find_those_of_the_view_in_its_head(client):
    make.event(kind="call")

    found = alternates(client.get("/timeline/?kind=call"))

    assert found == [f"{each}?kind=call" for each in ADDRESSES[:3]]


@pytest.mark.parametrize("name", ["agreement", "official", "organization", "topic", "place", "source"])
def test_the_page_of_what_it_can_be_filtered_by_leads_there(client, name):
    record = getattr(make, name)()
    make.event(agreement=record if name == "agreement" else None)
    value = record.ordinal if name == "agreement" else record.slug

    response = client.get(record.get_absolute_url())

    address = f"/timeline/?{name}={value}#take_along"
    assert links(response).count(address) == 1
    assert 'id="take_along"' in client.get(address.partition("#")[0]).text


def test_each_form_of_the_data_has_its_name():
    assert [label for label, _address in subscription(Filter()).downloads] == list(FORMS)


def test_a_long_filter_is_named_in_short():
    asked = Filter(pairs=tuple(("official", f"somebody-with-a-long-name-{number}") for number in range(20)))

    assert (len(filter_words(asked)), filter_words(asked)[-1]) == (120, "…")
