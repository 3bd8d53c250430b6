"""The index follows what is public, by whatever path it changes, in the transaction of the change."""

import pytest
from django.core.management import call_command
from django.db import transaction

from tests import make
from timeline import actions, search
from timeline.models import Citation, Event, Official, SearchDocument, SearchPerson
from timeline.search.engines import engine

pytestmark = [pytest.mark.both, pytest.mark.django_db]
KINDS = [
    "round",
    "statement",
    "event",
    "agreement",
    "official",
    "organization",
    "place",
    "topic",
    "figure",
    "source",
    "disagreement",
    "gap",
]


def slugs(asked, **filters):
    return [hit.slug for hit in search.search(asked, search.Filters(**filters)).hits]


@pytest.mark.parametrize("kind", KINDS)
def test_a_published_record_has_a_document(kind):
    record = getattr(make, kind)()

    assert SearchDocument.objects.filter(record_type=kind, slug=record.slug).count() == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_a_hidden_record_has_none(kind, state):
    getattr(make, kind)(state=state)

    assert SearchDocument.objects.filter(record_type=kind).count() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_goes_with_its_record(kind):
    record = getattr(make, kind)()
    pk = SearchDocument.objects.get(record_type=kind, record_id=record.pk).pk

    record.delete()

    assert not SearchDocument.objects.filter(record_type=kind).exists()
    assert engine().tokens([pk]) == {}


@pytest.mark.parametrize("kind", ["disagreement", "gap"])
def test_a_question_without_a_page_of_its_own_leads_to_where_it_stands(client, kind):
    record = getattr(make, kind)(slug="a-question")

    [hit] = search.search(f"kind:{kind}").hits

    assert hit.url == record.get_absolute_url()
    assert client.get(hit.url).status_code == 200


def test_what_somebody_reports_is_found_with_the_question():
    disagreement = make.disagreement(make.figure(), question="How much?")
    position = make.position(disagreement, reports="seventeen xylophones")
    found = slugs("xylophones")

    position.reports = "a trombone"
    position.save()

    assert (found, slugs("xylophones"), slugs("trombone")) == ([disagreement.slug], [], [disagreement.slug])


@pytest.mark.parametrize("kind", ["agreement", "round", "event", "statement", "figure"])
def test_a_disagreement_goes_by_the_agreement_of_what_it_concerns(kind):
    ninth, tenth = (make.agreement(ordinal=ordinal) for ordinal in (9, 10))
    record = ninth if kind == "agreement" else getattr(make, kind)(agreement=ninth)
    disagreement = make.disagreement(record)
    before = slugs("kind:disagreement", agreement="9")

    if kind != "agreement":
        record.agreement = tenth
        record.save()
        assert slugs("kind:disagreement", agreement="10") == [disagreement.slug]
    record.state = "draft"
    record.save()

    assert (before, slugs("kind:disagreement", agreement="9"), slugs("kind:disagreement")) == (
        [disagreement.slug], [], [disagreement.slug],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "title", "snippet"),
    [
        ("No list was found.", "No list was found.", ""),
        (
            "No list of U.S. Forces was found. It was looked for.",
            "No list of U.S. Forces was found.",
            "It was looked for.",
        ),
        (f"{'word ' * 40}end.", f"{'word ' * 31}word…", f"{'word ' * 40}end."),
    ],
)
def test_a_gap_is_called_by_its_first_sentence(text, title, snippet):
    make.gap(text=text)

    found = SearchDocument.objects.get(record_type="gap")

    assert (found.title, found.text) == (title, snippet)


def test_what_newer_code_has_written_of_a_new_kind_is_passed_over(client):
    place = make.place(name="Yongsan")
    newer = make.place(name="Yongsan Garrison")
    SearchDocument.objects.filter(record_id=newer.pk).update(record_type="treaty")

    assert [hit.slug for hit in search.search("yongsan").hits] == [place.slug]
    assert [each.title for each in search.suggest("yongs")] == ["Yongsan"]


def test_a_gap_is_found_by_its_agreement_as_long_as_that_is_public():
    agreement = make.agreement(ordinal=9)
    gap = make.gap(agreement=agreement, text="No list of items was found.")
    before = slugs("kind:gap", agreement="9")

    agreement.state = "draft"
    agreement.save()

    assert (before, slugs("kind:gap", agreement="9"), slugs("items")) == ([gap.slug], [], [gap.slug])


def test_a_withdrawn_record_is_not_found(admin_user):
    event = make.event(title="A xylophone was played")
    found = slugs("xylophone")

    actions.withdraw(event, by=admin_user, reason="It was entered twice.")

    assert (found, slugs("xylophone")) == ([event.slug], [])


def test_a_changed_name_is_found_wherever_it_stands():
    speaker = make.official(name="Kim Chulsoo", family_name="Kim", given_name="Chulsoo", name_ko="")
    statement = make.statement(speaker=speaker)

    speaker.aliases = ["Chol-su"]
    speaker.save()

    assert slugs("chol-su") == [speaker.slug, statement.slug]


def test_what_an_inline_adds_is_found():
    event, guest = make.event(), make.official(name="Zbigniew Brzezinski", name_ko="")
    make.participant(event, official=guest)

    assert slugs("brzezinski") == [guest.slug, event.slug]


def test_a_person_is_shown_with_the_last_post():
    person = make.official(name="Zbigniew Brzezinski", name_ko="")
    make.appointment(person, title="Nominee", title_ko="", start="2017-01", organization=None)
    make.appointment(person, title="Adviser", title_ko="", start="2019-01", organization=None)

    (hit,) = search.search("brzezinski").hits

    assert "".join(run.text for run in hit.snippet) == "Adviser"
    assert slugs("brzezinski nominee") == [person.slug]


def test_a_hidden_person_is_no_way_to_an_event():
    event, guest = make.event(), make.official(name="Zbigniew Brzezinski", name_ko="")
    make.participant(event, official=guest)

    guest.state = "draft"
    guest.save()

    assert (slugs("brzezinski"), SearchPerson.objects.count()) == ([], 0)
    assert slugs("ministers") == [event.slug]


def test_what_is_taken_back_leaves_the_index_as_it_was():
    event = make.event(title="A xylophone was played")
    with transaction.atomic():
        event.title = "A trombone was played"
        event.save()
        transaction.set_rollback(True)

    assert (slugs("xylophone"), slugs("trombone")) == ([event.slug], [])


def test_pasted_text_is_never_indexed():
    make.source(private_text="The xylophone is private.")

    assert slugs("xylophone") == []


def test_a_save_that_changes_nothing_writes_nothing():
    event = make.event()
    before = SearchDocument.objects.get(record_type="event").pk

    event.save()

    assert SearchDocument.objects.get(record_type="event").pk == before


def test_a_rebuilt_index_is_the_same():
    make.citation(make.round())
    before = {row.sort_key: row.digest for row in SearchDocument.objects.all()}

    call_command("rebuild_search")

    assert {row.sort_key: row.digest for row in SearchDocument.objects.all()} == before
    assert list(search.differences()) == []


def test_what_was_written_past_the_signals_is_a_difference():
    event = make.event()
    Event.objects.filter(pk=event.pk).update(title="Another one")
    call_command("rebuild_index")
    Official.objects.bulk_create(
        [Official(slug="nobody", name="Nobody", state="published", published_at=make.FIRST_PUBLISHED)]
    )

    found = set(search.differences())

    assert found == {
        f"The index of the search does not say what event {event.slug} says.",
        "official nobody is published and not in the index of the search.",
    }


def test_a_document_without_its_record_is_a_difference():
    event = make.event()
    Citation.objects.all().delete()
    Event.objects.filter(pk=event.pk).update(state="draft")
    call_command("rebuild_index")

    assert list(search.differences()) == ["A event that is not published is in the index of the search."]


def test_documents_are_in_the_order_of_the_timeline():
    make.event(slug="c", when="2019-08-07", position=20)
    make.event(slug="b", when="2019-08-07", position=9)
    make.event(slug="d", when="2019-08-07", position=20)
    make.event(slug="z", when="2019-08")
    make.event(slug="ca", when="2019-08-07", position=20)

    assert slugs("kind:event", by_date=True) == ["d", "ca", "c", "b", "z"]


@pytest.mark.parametrize("count", [1, 4])
def test_a_change_costs_the_same_however_many_are_there(count, django_assert_max_num_queries):
    for _each in range(count):
        make.event()
    event = make.event()
    event.title = "Another title"

    with django_assert_max_num_queries(75):
        event.save()
