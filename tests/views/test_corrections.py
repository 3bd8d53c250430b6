"""The public log of corrections: what changed after it was published, and nothing else."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.views.reading import link_to_page, links, words
from timeline import actions, history, index
from timeline.models import Proposal, Revision

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def change(record, why="", **values):
    with history.unit(why=why):
        for name, value in values.items():
            setattr(record, name, value)
        record.save()


def feed_of(response):
    return ElementTree.fromstring(response.content)  # noqa: S314 - it is our own


def test_each_says_when_what_it_said_what_it_says_and_why(client):
    event = make.event(title="Ministers meet", when="2019-08-09", summary="They met on Friday.")
    change(event, "The paper corrected itself.", when="2019-08-10", summary="They met on Saturday.")

    response = client.get("/corrections/")

    assert words(response).endswith(
        "event Ministers meet when 9 August 2019 → 10 August 2019 summary They met on Friday. Saturday. "
        "Why: The paper corrected itself."
    )
    assert event.get_absolute_url() in links(response)


def test_a_new_record_and_a_save_that_changes_nothing_are_none(client):
    make.event().save()

    assert "Nothing that was published has been corrected here." in words(client.get("/corrections/"))


def test_parts_are_named_by_what_they_are(client):
    round = make.round()
    citation = make.citation(round, quote="It began.", source=make.source(publisher="Yonhap", title="Talks open"))
    citation.quote = "It ended."
    citation.save()

    text = words(client.get("/corrections/"))

    assert "Citation of Yonhap, Talks open: added source Yonhap, Talks open quote It began." in text
    assert "Citation of Yonhap, Talks open quote It began. ended." in text


def test_a_record_says_when_it_was_corrected_and_leads_to_what_changed(client):
    event = make.event()
    make.event(title="Another")
    assert "Corrected on" not in words(client.get(event.get_absolute_url()))
    change(event, title="Ministers met")

    response = client.get(event.get_absolute_url())
    log = client.get(f"/corrections/event/{event.code}/")

    assert f"/corrections/event/{event.code}/" in links(response)
    assert "title Ministers meet in Seoul → Ministers met" in words(log)


@pytest.mark.parametrize(
    "made", [make.place, make.source, make.topic, make.official, make.organization, make.agreement, make.figure]
)
def test_pages_of_every_kind_say_so(client, made):
    record = made()
    name = next(each for each in ("name", "title", "as_stated") if hasattr(record, each))
    change(record, **{name: "Another name"})

    assert "Corrected on" in words(client.get(record.get_absolute_url()))


def test_records_that_stand_in_lists_say_so_there(client):
    disagreement, gap = make.disagreement(), make.gap()
    change(disagreement, followed="USD 400 million")
    change(gap, text="Nobody found them.")

    assert "Corrected on" in words(client.get("/disagreements/"))
    assert "Corrected on" in words(client.get("/gaps/"))


def test_the_newest_come_first_page_by_page(client):
    events = [make.event(title=f"Event {number}") for number in range(27)]
    for event in events:
        change(event, title=f"{event.title} corrected")

    first = client.get("/corrections/")
    second = client.get(f"/corrections/{link_to_page(first, 'next')}")
    back = client.get(f"/corrections/{link_to_page(second, 'prev')}")

    assert "Event 26 corrected" in words(first)
    assert "Event 1 corrected" not in words(first)
    assert words(second).count("corrected") == 4
    assert words(back) == words(first)


@pytest.mark.parametrize(
    "query", ["after=1", "after=x.event.abcd.1", "before=20260101T000000000000.a.b.c", "after=%00"]
)
def test_a_forged_page_key_gets_a_sentence(client, query):
    assert client.get(f"/corrections/?{query}").status_code == 400


@pytest.mark.parametrize("address", ["event/nosuch", "nosuch/abcd", "event/" + "a" * 500])
def test_an_unknown_record_has_no_log(client, address):
    assert client.get(f"/corrections/{address}/").status_code == 404


def test_the_log_of_a_draft_is_not_there_and_that_of_a_withdrawn_record_is_gone(client):
    draft, withdrawn = make.event(state="draft"), make.event(state="withdrawn")

    assert client.get(f"/corrections/event/{draft.code}/").status_code == 404
    assert client.get(f"/corrections/event/{withdrawn.code}/").status_code == 410


def test_after_a_withdrawal_it_is_compared_with_what_was_public_last(client):
    event = make.event(title="Ministers meet", summary="They met.")
    make.citation(event)
    actions.withdraw(event, reason="The day was wrong.", by=None)
    change(event, title="Secret", summary="Secret")
    change(event, title="Ministers met", summary="They met.")
    actions.publish(event, by=None)

    text = words(client.get("/corrections/"))

    assert "title Ministers meet → Ministers met" in text
    assert "Secret" not in text
    assert "The day was wrong." not in text


def test_a_withdrawn_record_takes_its_corrections_along(client):
    event = make.event(title="Ministers meet")
    change(event, title="Secret")
    actions.withdraw(event, reason="It never took place.", by=None)

    assert "Secret" not in client.get("/corrections/").text
    assert "Secret" not in client.get("/feeds/corrections.atom").text


def test_what_the_loader_changed_counts(client, tmp_path):
    from timeline.fixture_files.exporting import export
    from timeline.fixture_files.loading import load

    event = make.event(title="Ministers meet")
    make.citation(event)
    export(tmp_path)
    load(tmp_path)
    path = tmp_path / "07-events.yaml"
    path.write_text(path.read_text().replace("Ministers meet", "Ministers met"))
    load(tmp_path)

    assert "title Ministers meet → Ministers met" in words(client.get("/corrections/"))
    assert Revision.objects.filter(act="loaded", is_public=True).count() == 1


def test_remarks_of_editors_to_one_another_are_not_told(client):
    event = make.event()
    make.citation(event)
    actions.withdraw(event, reason="Wrong.", by=None)
    change(event, title="Ministers met")
    actions.publish(event, by=None, reason="Secret: nobody else was in the office.")

    response = client.get("/corrections/")

    assert "Ministers met" in words(response)
    assert "Secret" not in response.text


# --- nothing leaks


SECRET = "geheimnis"


def _texts(model):
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"CharField", "TextField"}
        and field.editable
        and not field.choices
        and type(field).__name__ != "EdtfField"
        and field.name not in {"slug", "url", "archived_url", "country", "time_zone"}
    ]


def _planted(made, **values):
    record = made(**values)
    for name in _texts(type(record)):
        setattr(record, name, f"{SECRET} {name}"[: type(record)._meta.get_field(name).max_length])
    if hasattr(record, "original_language"):
        record.original_language = "ko"
    record.save()
    return record


KINDS = [
    make.place,
    make.source,
    make.organization,
    make.official,
    make.agreement,
    make.round,
    make.event,
    make.statement,
    make.figure,
    make.topic,
    make.gap,
    make.disagreement,
]


@pytest.mark.deep(1)
@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_no_word_of_what_is_not_public_is_on_any_page(client, state):
    for made in KINDS:
        _planted(made, state=state)
    public = _public_records_that_name(state)

    for address in ("/corrections/", "/feeds/corrections.atom", *(record.get_absolute_url() for record in public)):
        assert SECRET not in client.get(address).text


def _public_records_that_name(state):
    """Each of these was changed so that it names something that is not public, and back."""
    event, topic, disagreement = make.event(), make.topic(), make.disagreement()
    round, official, agreement, statement = make.round(), make.official(), make.agreement(), make.statement()
    change(event, place=_planted(make.place, state=state), agreement=_planted(make.agreement, state=state))
    event.also_at.add(_planted(make.place, state=state))
    hidden = _planted(make.event, state=state)
    topic.events.add(hidden)
    make.disagreement(hidden)
    make.citation(make.position(disagreement), quote=SECRET, source=_planted(make.source, state=state))
    make.citation(round, quote=SECRET, note=SECRET, source=_planted(make.source, state=state))
    make.delegate(round, official=_planted(make.official, state=state), role=SECRET)
    make.participant(event, organization=_planted(make.organization, state=state), role=SECRET)
    post = make.appointment(official, title=SECRET, organization=_planted(make.organization, state=state))
    make.citation(post, quote=SECRET)
    make.stage(agreement, _planted(make.event, state=state))
    make.chief_negotiator(agreement, official=_planted(make.official, state=state), note=SECRET)
    make.relation(statement, _planted(make.figure, state=state))
    change(statement, speaker=_planted(make.official, state=state), made_at_event=hidden)
    for each in (event, statement):
        change(each, note="Corrected.")
    return [event, topic, round, official, agreement, statement]


def test_no_word_from_before_the_publication_or_from_a_proposal_is_told(client, django_user_model):
    event = _planted(make.event, state="draft")
    change(event, **dict.fromkeys(_texts(type(event)), "") | {"title": "Ministers meet", "summary": "They met."})
    make.citation(event)
    actions.publish(event, by=None)
    change(event, title="Ministers met", acknowledged=f"single-source: {SECRET}")
    whole = Revision.objects.of(event).newest_first().first().content
    whole[0]["values"] |= {"title": SECRET, "summary": SECRET}
    editor = django_user_model.objects.create_user("minji")
    Proposal.objects.create(
        kind="event", code=event.code, slug=event.slug, base_version=3, content=whole, remark=SECRET, proposed_by=editor
    )

    text = client.get("/corrections/").text

    assert "Ministers met" in text
    for page in (text, client.get("/feeds/corrections.atom").text, client.get(event.get_absolute_url()).text):
        assert SECRET not in page


def test_pasted_text_of_a_public_source_is_never_told(client):
    source = make.source(private_text=f"{SECRET} one")
    change(source, private_text=f"{SECRET} two", title="Talks opened")

    assert "Talks opened" in client.get("/corrections/").text
    assert SECRET not in client.get("/corrections/").text
    assert SECRET not in client.get("/feeds/corrections.atom").text


# --- the feed


def test_the_feed_names_each_correction_for_ever(client, settings):
    event = make.event(slug="ministers-meet", title="Ministers & <b>others</b> meet")
    change(event, summary="They met & <i>agreed</i>.")
    revision = Revision.objects.of(event).newest_first().first()

    response = client.get("/feeds/corrections.atom")
    (entry,) = feed_of(response).findall(f"{ATOM}entry")

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert entry.findtext(f"{ATOM}id") == f"tag:127.0.0.1,2026:corrections/event/{event.code}/{revision.version}"
    assert entry.findtext(f"{ATOM}title") == "Ministers & <b>others</b> meet"
    assert dt.datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == revision.at
    assert entry.find(f"{ATOM}link").get("href").endswith("/events/ministers-meet/")
    assert "&lt;i&gt;agreed&lt;/i&gt;" in entry.findtext(f"{ATOM}content")


def test_the_feed_bears_signs_that_xml_cannot_hold(client):
    event = make.event()
    change(event, title="Ministers\x0b met\x1f")

    (entry,) = feed_of(client.get("/feeds/corrections.atom")).findall(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title") == "Ministers\ufffd met\ufffd"


def test_who_has_the_feed_gets_it_again_only_after_a_change(client):
    event = make.event()
    change(event, title="Ministers met")
    first = client.get("/feeds/corrections.atom")
    asked = {"If-None-Match": first["ETag"]}

    assert client.get("/feeds/corrections.atom", headers=asked).status_code == 304
    change(event, title="Ministers met again")
    assert client.get("/feeds/corrections.atom", headers=asked).status_code == 200


def test_an_empty_feed_is_not_new_each_time_it_is_asked_for(client):
    make.event()

    first, second = (feed_of(client.get("/feeds/corrections.atom")).findtext(f"{ATOM}updated") for _each in (1, 2))

    assert first == second


# --- what it costs


TOLD_BY = {
    "place": "name",
    "source": "title",
    "organization": "name",
    "official": "name",
    "agreement": "note",
    "round": "venue",
    "event": "title",
    "statement": "text",
    "figure": "as_stated",
    "topic": "name",
    "gap": "text",
    "disagreement": "question",
}


def _corrected_records(count):
    with index.at_once():
        for _each in range(count):
            official, place = make.official(), make.place()
            records = [made() for made in KINDS]
            round, event, statement = records[5], records[6], records[7]
            make.citation(round)
            make.delegate(round, official=official)
            make.relation(event, make.figure())
            change(statement, speaker=official, made_at_event=event)
            change(event, place=place)
            for record in records:
                change(record, **{TOLD_BY[record._meta.model_name]: "changed"})


@pytest.mark.deep(2)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", ["/corrections/", "/feeds/corrections.atom"])
def test_the_log_costs_the_same_whatever_is_in_it(client, address, count):
    _corrected_records(count)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    assert len(queries) == {"/corrections/": 10, "/feeds/corrections.atom": 11}[address]
