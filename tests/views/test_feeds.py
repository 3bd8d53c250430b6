"""The timeline as a feed: what was entered or corrected last, whole or through any filter of the timeline."""

import datetime as dt
import json
from io import StringIO

import feedparser
import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline import actions, chronology, history, index
from timeline.chronology import Filter
from timeline.models import EntryCard, Event, Round
from timeline.views import newest

pytestmark = pytest.mark.django_db
FORMS = ("atom", "rss", "json")
EARLY, LATE = (dt.datetime(2026, 1, day, 9, 30, tzinfo=dt.UTC) for day in (1, 2))
HOSTILE = "]]></content><script>alert(1)</script>&\x00\x0b\ufffe & <b> \U0001f600"


def changed(record, at):
    """`save` would say that it was changed now."""
    type(record).objects.filter(pk=record.pk).update(updated_at=at)
    return record


def feed(client, query="", form="atom"):
    parsed = feedparser.parse(client.get(f"/feeds/timeline.{form}{query}").content)
    assert not parsed.bozo
    return parsed


def items(client, query="", form="atom"):
    """(id, title, when it was entered, when it was corrected) of each."""
    if form == "json":
        found = client.get(f"/feeds/timeline.json{query}").json()["items"]
        return [
            (
                each["id"],
                each["title"],
                dt.datetime.fromisoformat(each["date_published"]),
                dt.datetime.fromisoformat(each["date_modified"]),
            )
            for each in found
        ]
    return [
        (each.id, each.title, moment(each.published_parsed), moment(each.updated_parsed))
        for each in feed(client, query, form).entries
    ]


def moment(parsed):
    return dt.datetime(*parsed[:6], tzinfo=dt.UTC)


def slugs(client, query=""):
    found = client.get(f"/feeds/timeline.json{query}").json()["items"]
    return [each["url"].rstrip("/").rpartition("/")[2] for each in found]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_each_entry_for_ever_with_its_own_dates(client, form):
    event = changed(make.event(title="Ministers & <b>others</b> meet", when="2019-08-09"), LATE)

    assert items(client, form=form) == [
        (f"tag:127.0.0.1,2026:event/{event.code}", "Ministers & <b>others</b> meet", make.FIRST_PUBLISHED, LATE)
    ]


def test_the_newest_on_the_site_comes_first_whenever_it_happened(client):
    changed(make.event(slug="of-2020", when="2020"), EARLY)
    changed(make.statement(slug="of-2019", when="2019-08-07"), LATE)
    changed(make.round(slug="of-1991", when="1991"), LATE + dt.timedelta(days=1))

    assert slugs(client) == ["of-1991", "of-2019", "of-2020"]


def test_what_was_entered_at_one_moment_stands_in_the_order_of_what_happened(client):
    for year in ("2019", "2021", "2020"):
        changed(make.event(slug=f"of-{year}", when=year), EARLY)

    assert slugs(client) == ["of-2021", "of-2020", "of-2019"]


def test_an_item_says_when_it_happened_who_spoke_and_who_says_so(client):
    speaker = make.official(name="Donald Trump", name_ko="도널드 트럼프")
    make.appointment(speaker, title="President of the United States", start="2017-01-20", end="2021-01-20")
    sma = make.agreement(ordinal=11, name="11th Special Measures Agreement")
    statement = make.statement(speaker=speaker, when="2019-08-07", text="They pay very little.", agreement=sma)
    source = make.source(slug="yonhap-a", publisher="Yonhap", title="Talks open")
    make.citation(statement, source=source, quote="They pay very little")
    make.topic(statement, slug="furlough", name="Furlough")

    (entry,) = feed(client).entries

    assert entry.summary == "Statement · 7 August 2019"
    assert {tag.label for tag in entry.tags} == {"Statement", "11th Special Measures Agreement", "Furlough"}
    html = entry.content[0].value
    for words in (
        '<blockquote lang="en"><p>They pay very little.</p></blockquote>',
        'Donald Trump</a> <span lang="ko">도널드 트럼프</span>, President of the United States',
        '<time datetime="2019-08-07">7 August 2019</time>',
        '<q lang="en">They pay very little</q>',
        'href="http://127.0.0.1:8000/sources/yonhap-a/"',
        'href="https://news.example/talks-open-in-seoul#:~:text=They%20pay%20very%20little"',
    ):
        assert words in html


def test_addresses_in_the_text_are_whole(client):
    make.event(summary="See [the round](https://sma.example/x) and [more](/about/).", place=make.place())

    html = client.get("/feeds/timeline.json").json()["items"][0]["content_html"]

    assert 'href="/' not in html
    assert 'href="http://127.0.0.1:8000/about/"' in html


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_whatever_a_record_says_the_feed_stays_readable(client, form):
    event = make.event()
    Event.objects.filter(pk=event.pk).update(updated_at=EARLY)
    card = event_card(event)
    card.content = card.content | {"title": HOSTILE, "date_note": HOSTILE}
    card.content = json.loads(json.dumps(card.content).replace("\\u0000", "\\u0001"))  # PostgreSQL keeps no NUL
    card.save()

    (entry,) = feed(client, form=form).entries

    assert entry.title == "]]></content><script>alert(1)</script>&\ufffd\ufffd\ufffd & <b> \U0001f600"
    assert b"<script" not in client.get(f"/feeds/timeline.{form}").content


def event_card(event):
    return EntryCard.objects.get(entry__slug=event.slug)


def test_ids_and_dates_stay_when_a_record_is_renamed(client):
    event = changed(make.event(slug="old-name"), LATE)
    (before,) = items(client)

    actions.rename(event, slug="new-name", by=None)

    ((name, title, published, updated),) = items(client)
    assert (name, title, published) == before[:3]
    assert updated >= before[3]
    assert slugs(client) == ["new-name"]


def test_a_correction_moves_an_entry_up_and_keeps_the_day_of_its_publication(client):
    first, second = changed(make.event(), EARLY), changed(make.event(), LATE)

    with history.unit(why="The paper corrected itself."):
        first.title = "Ministers met in Busan"
        first.save()

    found = items(client)
    assert [each[0].rpartition("/")[2] for each in found] == [first.code, second.code]
    corrected_at = Event.objects.get(pk=first.pk).updated_at.replace(microsecond=0)
    assert found[0][2:] == (make.FIRST_PUBLISHED, corrected_at)


def test_loading_the_files_again_makes_nothing_new(client, tmp_path):
    changed(make.event(), EARLY)
    call_command("export_fixtures", str(tmp_path), stdout=StringIO())
    before = items(client)
    Event.objects.all().delete()

    call_command("load_fixtures", str(tmp_path), stdout=StringIO(), stderr=StringIO())

    assert items(client) == before


@pytest.fixture
@index.refreshed_at_once
def talks():
    """Some of everything, so that each filter leaves something and leaves something out."""
    sma, place, topic = make.agreement(ordinal=11), make.place(slug="seoul"), make.topic(slug="furlough")
    official, body = make.official(slug="lee"), make.organization(slug="mofa")
    round = make.round(agreement=sma, place=place, when="2019-09-24/2019-09-25")
    make.delegate(round, official=official)
    make.delegate(round, organization=body)
    make.citation(round, source=make.source(slug="yonhap"))
    event = make.event(kind="call", when="2019-10", summary="They spoke of furlough.")
    topic.events.add(event)
    make.statement(speaker=make.official(country="US"), when="2020-02-03", agreement=sma, text="Pay more.")
    make.event(kind="signing", when="2021-03-18")


QUERIES = (
    "",
    "?agreement=11",
    "?agreement=sma-11&kind=round",
    "?kind=call&kind=statement",
    "?country=US",
    "?official=lee",
    "?organization=mofa",
    "?place=seoul&topic=furlough",
    "?topic=furlough",
    "?source=yonhap",
    "?from=2019-09-25&to=2019-10",
    "?to=2019",
    "?q=furlough",
    "?kind=call&from=2020",
)


@pytest.mark.deep(8)
@pytest.mark.parametrize("few", [0, newest.FEW])
@pytest.mark.parametrize("query", QUERIES)
def test_every_filter_leaves_what_it_leaves_of_the_timeline(client, talks, query, few, monkeypatch):
    """Whether the records are looked up or tried one by one."""
    monkeypatch.setattr(newest, "FEW", few)
    asked = Filter.from_query(QueryDict(query.removeprefix("?")))

    assert sorted(slugs(client, query)) == sorted(card["slug"] for card in chronology.page(asked).cards)


@pytest.mark.parametrize("few", [0, newest.FEW])
def test_pages_follow_one_another_without_gap_or_repetition(client, monkeypatch, few):
    monkeypatch.setattr(newest, "FEW", few)
    monkeypatch.setattr(newest.newest, "__defaults__", ("", 3))
    for number in range(4):
        changed(make.event(slug=f"e{number}", when="2019-08-09", position=1 - number // 2), EARLY)
        changed(make.statement(slug=f"s{number}", when="2019-08-09"), LATE)

    found, url = [], "/feeds/timeline.json?to=2020"
    while url:
        answer = client.get(url).json()
        found.append([each["url"].rstrip("/").rpartition("/")[2] for each in answer["items"]])
        url = answer.get("next_url")

    assert found == [["s3", "s2", "s1"], ["s0", "e1", "e0"], ["e3", "e2"]]


def test_a_feed_names_itself_its_page_and_the_pages_before(client, monkeypatch):
    monkeypatch.setattr(newest.newest, "__defaults__", ("", 1))
    make.event(kind="call")
    event = make.event(kind="call")
    Event.objects.update(updated_at=LATE)

    links = {link.rel: link.href for link in feed(client, "?kind=call").feed.links}

    here = "http://127.0.0.1:8000/feeds/timeline.atom?kind=call"
    key = f"20260102T093000000000.2019-08-09.00010.{event.slug}"
    assert links == {
        "self": here,
        "first": here,
        "alternate": "http://127.0.0.1:8000/timeline/?kind=call",
        "next": f"{here}&before={key}",
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?kind=rounds", "There is no kind “rounds” in this knowledge base."),
        ("?colour=red", "There is no “colour” to ask for here. It can be: agreement, kind, "),
        ("?before=yesterday", "“yesterday” is no page of this list."),
        ("?before=20261340T000000000000.2019-08-09.00000.a", "“20261340T000000000000.2019-08-09.00000.a” is no page"),
        ("?order=newest", "There is no “order” to ask for here."),
    ],
)
def test_what_is_wrong_in_the_address_is_said(client, form, query, sentence):
    response = client.get(f"/feeds/timeline.{form}{query}")

    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert response.text.startswith(sentence)


@pytest.mark.parametrize("form", FORMS)
def test_who_has_the_feed_gets_it_again_only_after_a_change(client, form):
    address = f"/feeds/timeline.{form}?kind=meeting"
    make.event()
    first = client.get(address)

    asked = {"If-None-Match": first["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=asked).status_code == 304
    assert len(queries) == 1
    make.event()
    assert client.get(address, headers=asked).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_feed_is_not_new_each_time_it_is_asked_for(client, form):
    first, second = (client.get(f"/feeds/timeline.{form}").content for _each in (1, 2))

    assert first == second


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_is_in_no_feed(client, state):
    hidden = make.official(name="Secret speaker", state=state)
    statement = make.statement(speaker=hidden, attribution="a Seoul official")
    make.topic(statement, name="Secret topic", state=state)
    make.citation(statement, source=make.source(publisher="Secret paper", state=state))
    make.event(state=state, title="Secret")
    make.round(state=state, outcome="Secret")
    make.statement(state=state, text="Secret")

    assert len(items(client)) == 1
    for form in FORMS:
        assert "Secret" not in client.get(f"/feeds/timeline.{form}").text


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_asks_as_often_for_one_entry_as_for_three(client, count):
    topic = make.topic()
    for _each in range(count):
        for record in (make.event(), make.round(), make.statement()):
            getattr(topic, f"{record._meta.model_name}s").add(record)
            make.citation(record)

    asked = []
    for _time in ("first", "again"):
        with CaptureQueriesContext(connection) as queries:
            client.get("/feeds/timeline.atom?to=2025")
        asked.append(len(queries))

    assert asked == [8, 7]  # what it has in hand it does not read again


def test_an_item_is_written_anew_when_its_topic_has_another_name_or_is_there_no_more(client):
    topic = make.topic(name="Burden sharing")
    topic.events.add(make.event())
    index.rebuild()
    before = client.get("/feeds/timeline.json").json()["items"][0]["tags"]
    topic.name = "Cost sharing"
    topic.save()
    renamed = client.get("/feeds/timeline.json").json()["items"][0]["tags"]
    actions.withdraw(topic, by=None, reason="Not a topic.")

    withdrawn = client.get("/feeds/timeline.json").json()["items"][0]["tags"]
    assert (before[1:], renamed[1:], withdrawn[1:]) == (["Burden sharing"], ["Cost sharing"], [])


def test_pages_of_other_sites_may_read_it(client):
    assert client.get("/feeds/timeline.json")["Access-Control-Allow-Origin"] == "*"


PREFLIGHT = {
    "Origin": "https://notebook.example",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "if-none-match",
}


@pytest.mark.parametrize("path", ["/feeds/timeline.json", "/calendar.ics", "/downloads/sma-timeline.zip", "/oembed"])
def test_scripts_of_other_sites_may_ask_whether_it_has_changed(client, path):
    answer = client.options(path, headers=PREFLIGHT)

    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "If-None-Match, If-Modified-Since, Range, If-Range"
    assert client.post(path).status_code == 405


def test_only_tables_in_which_such_entries_can_stand_are_read():
    assert newest._kinds_asked_for(Filter(kinds=("call", "round"))) == [Event, Round]
