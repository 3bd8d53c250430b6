"""The timeline in the form of TimelineJS; tests/browser/test_timelinejs.py shows it to the real one."""

import json

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline import chronology
from timeline.chronology import Filter
from timeline.views import timelinejs

pytestmark = pytest.mark.django_db


def told(client, query=""):
    return client.get(f"/timelinejs.json{query}").json()


def events(client, query=""):
    return told(client, query)["events"]


@pytest.mark.parametrize(
    ("when", "start", "end", "words"),
    [
        ("2019-08-07", {"year": 2019, "month": 8, "day": 7}, None, "7 August 2019"),
        ("2013-07~", {"year": 2013, "month": 7}, None, "around July 2013"),
        ("1950/1953", {"year": 1950}, {"year": 1953}, "1950–1953"),
        (
            "2024-05-21/2024-05-23",
            {"year": 2024, "month": 5, "day": 21},
            {"year": 2024, "month": 5, "day": 23},
            "21–23 May 2024",
        ),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(client, when, start, end, words):
    make.event(when=when)

    (slide,) = events(client)

    assert (slide["start_date"], slide.get("end_date"), slide["display_date"]) == (start, end, words)


def test_a_statement_is_shown_as_the_quotation_that_it_is(client):
    speaker = make.official(name="Donald <Trump>", country="US")
    statement = make.statement(speaker=speaker, text="They pay <very> little.")

    (slide,) = events(client)

    assert (slide["unique_id"], slide["group"]) == (statement.code, "Statements")
    assert slide["media"]["url"] == (
        '<blockquote lang="en">They pay &lt;very&gt; little.<cite>Donald &lt;Trump&gt;</cite></blockquote>'
    )


def test_a_slide_says_what_happened_and_leads_to_its_page(client):
    event = make.event(title="Ministers & others <met>", summary="They *met*.", kind="call", place=make.place())
    make.citation(event, source=make.source(slug="yonhap", publisher="Yonhap"))

    (slide,) = events(client)

    assert slide["text"]["headline"] == (
        f'<a href="http://127.0.0.1:8000/events/{event.slug}/">Ministers &amp; others &lt;met&gt;</a>'
    )
    assert "<p>They <em>met</em>.</p>" in slide["text"]["text"]
    assert '<a href="http://127.0.0.1:8000/sources/yonhap/">Yonhap</a>' in slide["text"]["text"]
    assert "Call · Seoul" in slide["text"]["text"]


@pytest.mark.parametrize(
    "query", ["", "?kind=call", "?agreement=11", "?from=2020&to=2021", "?q=busan", "?official=lee"]
)
def test_every_filter_leaves_what_it_leaves_of_the_timeline(client, query):
    sma = make.agreement(ordinal=11)
    make.delegate(make.round(agreement=sma), official=make.official(slug="lee"))
    make.event(kind="call", when="2020-02-01", venue="Busan")
    make.statement(when="2021-04-08")
    page = chronology.page(Filter.from_query(QueryDict(query.removeprefix("?"))))

    assert [slide["text"]["headline"].split('"')[1] for slide in events(client, query)] == [
        f"http://127.0.0.1:8000{card['url']}" for card in page.cards
    ]


def test_more_than_it_shows_is_said_and_led_to(client, monkeypatch):
    monkeypatch.setattr(timelinejs, "MOST_SLIDES", 2)
    made = [make.event(when=f"2019-08-0{day}", kind="call").code for day in (1, 2, 3)]

    response = client.get("/timelinejs.json?kind=call")
    url, _, rel = response["Link"].partition("; ")
    behind = client.get(url.strip("<>").removeprefix("http://127.0.0.1:8000"))

    assert (rel, "At most 2 entries" in response.json()["title"]["text"]["text"]) == ('rel="next"', True)
    assert [each["unique_id"] for each in response.json()["events"] + behind.json()["events"]] == made
    assert behind["Link"].endswith('; rel="prev"')


def test_the_title_names_the_filter(client):
    make.agreement(ordinal=11)

    title = told(client, "?agreement=11&q=pay")["title"]["text"]

    assert title["headline"] == "SMA Timeline: 11; pay"
    assert 'href="http://127.0.0.1:8000/timeline/?agreement=11&amp;q=pay"' in title["text"]


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_is_not_in_it(client, state):
    make.statement(speaker=make.official(name="Secret", state=state), attribution="a Seoul official")
    make.event(title="Secret", state=state)

    assert len(events(client)) == 1
    assert "Secret" not in client.get("/timelinejs.json").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("?colour=red", "There is no “colour” to ask for here."), ("?after=x", "“x” is no page of this list.")],
)
def test_what_is_wrong_in_the_address_is_said(client, query, sentence):
    response = client.get(f"/timelinejs.json{query}")

    assert (response.status_code, response.text.startswith(sentence)) == (400, True)


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_as_often_for_one_entry_as_for_three(client, count):
    for _each in range(count):
        make.citation(make.statement(speaker=make.official()))
        make.round()
        make.event()

    with CaptureQueriesContext(connection) as queries:
        client.get("/timelinejs.json")

    assert len(queries) == 6


def test_other_sites_may_show_it_and_have_it_again_only_after_a_change(client):
    first = client.get("/timelinejs.json")

    assert first["Access-Control-Allow-Origin"] == "*"
    assert client.get("/timelinejs.json", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert json.loads(first.content)["events"] == []
