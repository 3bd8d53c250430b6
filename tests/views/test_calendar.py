"""Rounds and legal stages as a calendar, read by two programs that know nothing of ours."""

import datetime as dt

import icalendar
import pytest
import vobject
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline import actions, chronology
from timeline.chronology import Filter
from timeline.models import Round
from timeline.views import calendars

pytestmark = pytest.mark.django_db
CHANGED = dt.datetime(2026, 1, 2, 9, 30, tzinfo=dt.UTC)


def written(client, query=""):
    return client.get(f"/calendar.ics{query}").getvalue()


def events(client, query=""):
    return icalendar.Calendar.from_ical(written(client, query)).walk("VEVENT")


def codes(client, query=""):
    return [str(event["UID"]).partition("@")[0] for event in events(client, query)]


def span(event):
    return event["DTSTART"].dt, event["DTEND"].dt


def test_a_round_stands_on_its_days_and_ends_before_the_day_after(client):
    place = make.place(name="Honolulu", country="US", latitude="21.3069", longitude="-157.8583")
    sma = make.agreement(ordinal=12, name="12th Special Measures Agreement")
    round = make.round(agreement=sma, number=1, when="2024-04-23/2024-04-25", place=place, venue="East-West Center")
    Round.objects.update(updated_at=CHANGED, version=3)

    (event,) = events(client)

    assert span(event) == (dt.date(2024, 4, 23), dt.date(2024, 4, 26))
    assert {name: str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "URL")} == {
        "UID": f"{round.code}@127.0.0.1",
        "SUMMARY": "12th Special Measures Agreement talks, round 1",
        "LOCATION": "East-West Center, Honolulu",
        "STATUS": "CONFIRMED",
        "TRANSP": "TRANSPARENT",
        "URL": f"http://127.0.0.1:8000/rounds/{round.slug}/",
    }
    assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt, event["SEQUENCE"]) == (CHANGED, CHANGED, 3)
    assert (event["GEO"].latitude, event["GEO"].longitude) == (21.3069, -157.8583)
    assert list(event["CATEGORIES"].cats) == ["Round", "12th Special Measures Agreement"]


def test_both_delegations_and_their_heads_are_named(client):
    round = make.round()
    head = make.official(name="Lee Tae-woo", name_ko="이태우")
    make.delegate(round, official=make.official(name="Hong Gil-dong", name_ko="홍길동"), role="", is_head=False)
    make.delegate(round, official=head, role="chief delegate")
    make.delegate(round, official=make.official(name="Linda Specht", name_ko="", country="US"), side="US", role="")

    (event,) = events(client)

    told = str(event["DESCRIPTION"])
    assert "Republic of Korea: Lee Tae-woo 이태우 (chief delegate, head of delegation), Hong Gil-dong 홍길동" in told
    assert "United States: Linda Specht (head of delegation)" in told


@pytest.mark.parametrize(
    ("status", "told"),
    [("scheduled", "TENTATIVE"), ("held", "CONFIRMED"), ("cut_short", "CONFIRMED"), ("cancelled", "CANCELLED")],
)
def test_a_round_that_is_only_planned_or_did_not_take_place_says_so(client, status, told):
    make.round(status=status)

    (event,) = events(client)

    assert event["STATUS"] == told


@pytest.mark.parametrize(
    ("when", "days", "title"),
    [
        ("2024-05-21", ("2024-05-21", "2024-05-22"), "Signed"),
        ("2024-02-29/2024-03-01", ("2024-02-29", "2024-03-02"), "Signed"),
        ("2013-07-02~", ("2013-07-02", "2013-07-03"), "Signed (around 2 July 2013)"),
        ("2013-07", ("2013-07-01", "2013-08-01"), "Signed (July 2013)"),
        ("2013-12-30/2014-01", ("2013-12-30", "2014-02-01"), "Signed (30 December 2013 – January 2014)"),
    ],
)
def test_no_day_is_claimed_that_is_not_known(client, when, days, title):
    make.stage(make.agreement(), make.event(kind="signing", title="Signed", when=when))

    (event,) = events(client)

    assert tuple(day.isoformat() for day in span(event)) == days
    assert event["SUMMARY"] == title


@pytest.mark.parametrize("when", ["2013", "2013/2014", "2013-12/2014"])
def test_what_is_known_to_its_year_alone_is_left_to_the_timeline(client, when):
    make.round(when=when)

    assert events(client) == []


def test_legal_stages_of_public_agreements_are_in_it_and_other_events_are_not(client):
    signed, draft = make.event(kind="signing"), make.event(kind="signing")
    make.event(kind="signing")
    make.event(kind="meeting")
    make.stage(make.agreement(), signed)
    make.stage(make.agreement(state="draft"), draft)

    assert codes(client) == [signed.code]


@pytest.mark.parametrize(
    "query", ["", "?agreement=11", "?kind=round", "?kind=signing", "?place=seoul", "?from=2020", "?q=busan"]
)
def test_every_filter_leaves_what_it_leaves_of_the_timeline(client, query):
    sma = make.agreement(ordinal=11)
    make.round(agreement=sma, when="2019-09-24", place=make.place(slug="seoul"))
    make.round(when="2024-04-23", venue="Busan")
    make.stage(sma, make.event(kind="signing", when="2021-04-08", agreement=sma))
    make.statement(when="2021-04-08")
    cards = chronology.page(Filter.from_query(QueryDict(query.removeprefix("?")))).cards

    expected = [f"http://127.0.0.1:8000{card['url']}" for card in cards if card["record_type"] != "statement"]

    assert sorted(str(event["URL"]) for event in events(client, query)) == sorted(expected)


def test_a_calendar_names_itself_and_says_when_to_ask_again(client):
    make.agreement(ordinal=11)

    calendar = icalendar.Calendar.from_ical(written(client, "?agreement=11"))

    assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "SMA talks: 11"
    assert calendar["REFRESH-INTERVAL"].dt == dt.timedelta(days=1)
    assert str(calendar["SOURCE"]) == "http://127.0.0.1:8000/calendar.ics?agreement=11"
    assert client.get("/calendar.ics")["Content-Type"] == "text/calendar; charset=utf-8"


def test_what_is_asked_for_cannot_write_lines_into_the_name_of_a_calendar(client):
    asked = QueryDict(mutable=True)
    asked["q"] = "cost, a;\nATTENDEE:mailto:a@b.c\r\nX:1\u2028Y:2"

    lines = written(client, f"?{asked.urlencode()}").decode().splitlines()

    name = "SMA talks: cost\\, a\\; ATTENDEE:mailto:a@b.c X:1 Y:2"
    assert [line for line in lines if "ATTENDEE" in line] == [f"NAME:{name}", f"X-WR-CALNAME:{name}"]


def test_a_second_reader_understands_the_same_and_no_line_is_too_long(client):
    round = make.round(outcome="방위비분담금 협의가 서울에서 열렸다. " * 20, venue="한미연합사령부; 서울, 용산")
    make.delegate(round, official=make.official(name_ko="이태우"))

    content = written(client)
    (event,) = vobject.readOne(content.decode()).vevent_list

    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert [line.decode() for line in content.split(b"\r\n")]  # no sign is cut in two
    assert event.location.value == "한미연합사령부; 서울, 용산"
    assert "방위비분담금 협의가 서울에서 열렸다. " * 19 in event.description.value
    assert (event.dtstart.value, event.dtend.value) == (dt.date(2024, 5, 21), dt.date(2024, 5, 24))


def test_what_editors_write_cannot_write_lines_of_its_own(client):
    make.round(venue="Seoul\r\nATTACH:https://evil.example", outcome="One.\n\nBEGIN:VALARM\nEND:VEVENT")

    (event,) = events(client)

    assert "ATTACH" not in event
    assert vobject.readOne(written(client).decode()).vevent.contents.keys() >= {"dtstart", "dtend", "uid"}
    assert not event.subcomponents


def test_the_id_stays_when_a_round_is_renamed_and_goes_when_it_is_withdrawn(client):
    round = make.round()
    actions.rename(round, slug="another-name", by=None)

    assert codes(client) == [round.code]
    round.refresh_from_db()
    actions.withdraw(round, reason="It was entered twice.", by=None)
    assert codes(client) == []


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_is_not_in_it(client, state):
    secret = make.official(name="Secret person", state=state)
    round = make.round(place=make.place(name="Secret place", state=state))
    make.delegate(round, official=secret)
    make.round(state=state, outcome="Secret round")
    make.stage(make.agreement(), make.event(kind="signing", title="Secret signing", state=state))

    assert codes(client) == [round.code]
    assert b"Secret" not in written(client)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("?before=x", "There is no “before” to ask for here."), ("?from=soon", "“soon” is no date for “from”")],
)
def test_what_is_wrong_in_the_address_is_said(client, query, sentence):
    response = client.get(f"/calendar.ics{query}")

    assert (response.status_code, response.text.startswith(sentence)) == (400, True)


def test_who_has_the_calendar_gets_it_again_only_after_a_change(client):
    asked = {"If-None-Match": client.get("/calendar.ics")["ETag"]}

    assert client.get("/calendar.ics", headers=asked).status_code == 304
    make.round()
    assert client.get("/calendar.ics", headers=asked).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_as_often_for_one_round_as_for_three(client, count):
    for _each in range(count):
        make.delegate(make.round(place=make.place()))
        make.stage(make.agreement(), make.event(kind="signing", place=make.place()))

    with CaptureQueriesContext(connection) as queries:
        written(client)

    assert len(queries) == 7


def test_a_long_calendar_is_read_in_batches_in_one_order(client, monkeypatch):
    monkeypatch.setattr(calendars, "BATCH", 2)
    made = [make.round(when=f"2024-05-{day:02}").code for day in (1, 2, 3, 4, 5)]

    assert codes(client) == made
