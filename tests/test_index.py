import datetime as dt

import pytest
from django.core.management import call_command
from django.db import transaction

from tests import make
from timeline import actions, contents, index
from timeline.models import Citation, ContentVersion, Entry, EntryCard, EntryLink

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def card(record):
    return EntryCard.objects.get(entry__slug=record.slug).content


def slugs():
    return list(Entry.objects.in_order().values_list("slug", flat=True))


@pytest.mark.parametrize("kind", ["round", "statement", "event"])
def test_a_published_record_has_an_entry(kind):
    record = getattr(make, kind)()

    assert slugs() == [record.slug]


@pytest.mark.parametrize("kind", ["round", "statement", "event"])
@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_a_hidden_record_has_none(kind, state):
    getattr(make, kind)(state=state)

    assert slugs() == []


def test_an_entry_leaves_with_its_record():
    event = make.event()
    make.citation(event)

    event.delete()

    assert [Entry.objects.count(), EntryLink.objects.count(), EntryCard.objects.count()] == [0, 0, 0]


def test_order_is_first_day_then_position_then_slug():
    make.event(slug="c", when="2019-08-07", position=20)
    make.event(slug="b", when="2019-08-07", position=9)
    make.event(slug="d", when="2019-08-07", position=20)
    make.event(slug="z", when="2019-08")

    assert slugs() == ["z", "b", "c", "d"]


def test_an_entry_says_what_its_record_says():
    agreement, seoul = make.agreement(ordinal=12, name="12th Special Measures Agreement"), make.place()
    round = make.round(agreement=agreement, number=2, place=seoul, when="2024-05-21/2024-05-23")
    make.delegate(round, official=make.official(slug="specht-linda", name="Linda Specht", country="US"), side="US")

    entry = Entry.objects.get()

    assert (entry.kind, entry.first_day, entry.last_day) == ("round", dt.date(2024, 5, 21), dt.date(2024, 5, 23))
    assert (entry.agreement_id, entry.is_kr, entry.is_us, entry.year) == (agreement.pk, True, True, 2024)
    assert card(round)["title"] == "12th Special Measures Agreement talks, round 2"
    assert [person["name"] for person in card(round)["people"]] == ["Linda Specht"]


def test_a_role_is_that_of_the_occasion_or_else_of_the_day():
    speaker = make.official()
    make.appointment(speaker, title="Foreign minister", start="2019-01-01")
    statement = make.statement(speaker=speaker, when="2019-08-07")
    earlier = make.statement(speaker=speaker, when="2018-08-07")
    event = make.event()
    make.participant(event, official=speaker, role="host")

    assert [card(each)["people"][0]["role"] for each in (statement, earlier, event)] == ["Foreign minister", "", "host"]


HIDDEN = {"state": "draft", "name": "Secret"}


def test_what_is_hidden_is_not_in_the_card_of_what_is_public():
    secret, event = make.official(**HIDDEN), make.event(place=make.place(**HIDDEN), agreement=make.agreement(**HIDDEN))
    make.participant(event, official=secret)
    make.participant(event, organization=make.organization(**HIDDEN))
    make.citation(event, source=make.source(state="draft", title="Secret"))
    make.figure(arose_at_event=event, state="draft", as_stated="Secret")
    make.disagreement(event, state="draft", question="Secret?")
    make.topic(event, **HIDDEN)
    make.statement(made_at_event=event, state="draft", text="Secret")

    assert "secret" not in f"{card(event)}{EntryCard.objects.get().text}".lower()
    assert card(event)["said_here"] == 0
    assert EntryLink.objects.count() == 0


def test_a_statement_by_somebody_hidden_is_shown_without_a_name():
    statement = make.statement(speaker=make.official(**HIDDEN), attribution="", text="We will see.")

    assert card(statement)["title"] == "“We will see.”"


def change_official(event):
    official = make.official(name="Before")
    make.participant(event, official=official)
    official.name = "After"
    official.save()


def change_place(event):
    event.place = make.place(name="Before")
    event.save()
    event.place.name = "After"
    event.place.save()


def change_source(event):
    citation = make.citation(event)
    citation.source.publisher = "After"
    citation.source.save()


def change_citation(event):
    citation = make.citation(event)
    citation.quote = "After"
    citation.save()


def change_figure(event):
    figure = make.figure(arose_at_event=event)
    figure.as_stated = "After"
    figure.save()


def change_agreement(event):
    event.agreement = make.agreement(name="Before")
    event.save()
    event.agreement.name = "After"
    event.agreement.save()


def change_disagreement(event):
    disagreement = make.disagreement(event)
    disagreement.question = "After?"
    disagreement.save()


def change_post(event):
    official = make.official()
    make.participant(event, official=official, role="")
    make.appointment(official, title="After", start="2019")


def add_place(event):
    event.also_at.add(make.place(name="After"))


@pytest.mark.parametrize(
    "change",
    [
        change_official,
        change_place,
        change_source,
        change_citation,
        change_figure,
        change_agreement,
        change_disagreement,
        change_post,
        add_place,
    ],
)
def test_a_change_around_a_record_reaches_its_card(change):
    event = make.event()

    change(event)

    assert "After" in str(card(event))
    assert index.differences() == []


def test_the_name_of_an_agreement_reaches_what_was_said_at_its_rounds():
    sma = make.agreement(name="Before")
    statement = make.statement(made_at_round=make.round(agreement=sma, number=2), agreement=None)

    sma.name = "After"
    sma.save()

    assert card(statement)["occasion"]["title"] == "After talks, round 2"


def test_taking_a_row_away_reaches_the_card():
    event, place = make.event(), make.place()
    event.also_at.add(place)
    topic = make.topic(event)
    citation, participant = make.citation(event), make.participant(event)

    event.also_at.clear()
    topic.events.remove(event)
    citation.delete()
    participant.delete()

    assert (card(event)["places"], card(event)["citations"], card(event)["people"]) == ([], [], [])
    assert EntryLink.objects.count() == 0


def test_a_topic_cleared_from_either_end_links_nothing():
    event, statement = make.event(), make.statement()
    topic = make.topic(event, statement)

    topic.events.clear()
    statement.topics.clear()

    assert EntryLink.objects.count() == 0


def test_moving_a_row_to_another_record_reaches_both_cards():
    first, second = make.event(), make.event()
    figure = make.figure(arose_at_event=first)

    figure.arose_at_event = second
    figure.save()

    assert [len(card(event)["money"]) for event in (first, second)] == [0, 1]


def test_withdrawing_an_occasion_reaches_what_was_said_there():
    event = make.event()
    statement = make.statement(made_at_event=event)

    event.state, event.withdrawn_at, event.withdrawal_reason = "draft", None, ""
    event.save()

    assert card(statement)["occasion"] is None


def test_each_public_change_is_a_new_content_version():
    event = make.event()
    version = ContentVersion.current()

    event.note = "A note."
    event.save()

    assert ContentVersion.current() == version + 1


def test_a_change_to_a_draft_is_none():
    event = make.event(state="draft")
    version = ContentVersion.current()

    event.note = "A note."
    event.save()

    assert ContentVersion.current() == version


def test_a_change_to_what_was_withdrawn_is_one():
    """Its JSON and the list of changes name it."""
    event = make.event(state="withdrawn")
    version = ContentVersion.current()

    actions.rename(event, slug="another-name", by=None)

    assert ContentVersion.current() == version + 1


def cited(record):
    make.citation(record)
    return record


def parts_of(record):
    return [piece.instance for piece in contents.read_records([record]).popitem()[1] if piece.owner]


def _draft_round():
    return make.delegate(cited(make.round(state="draft"))).round


def _draft_event():
    event = cited(make.event(state="draft"))
    make.relation(event, make.round())
    return make.participant(event).event


def _draft_statement():
    return cited(make.statement(state="draft", made_at_round=make.round()))


def _draft_agreement():
    agreement = cited(make.agreement(state="draft"))
    make.chief_negotiator(agreement)
    return make.stage(agreement, make.event()).agreement


def _draft_official():
    return cited(make.appointment(cited(make.official(state="draft")))).official


def _draft_disagreement():
    return cited(make.position(make.disagreement(make.round(), state="draft"))).disagreement


DRAFTS = [_draft_round, _draft_event, _draft_statement, _draft_agreement, _draft_official, _draft_disagreement]


@pytest.mark.parametrize("entered", DRAFTS)
def test_nor_is_a_draft_whose_parts_are_saved_or_that_is_deleted_with_them(entered):
    draft = entered()
    version = ContentVersion.current()

    for part in parts_of(draft):
        part.save()
    actions.delete(draft, by=None)

    assert ContentVersion.current() == version
    assert index.differences() == []


@pytest.mark.parametrize("entered", DRAFTS)
def test_a_part_of_what_is_public_that_goes_is_a_change(entered):
    record = entered()
    type(record).objects.filter(pk=record.pk).update(
        state="published", published_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    )
    parts = parts_of(record)
    version = ContentVersion.current()

    for part in reversed(parts):
        part.delete()

    assert ContentVersion.current() == version + len(parts) > version


def test_a_part_that_moves_from_a_public_record_to_a_draft_or_back_is_a_change():
    public, draft = make.event(), make.event(state="draft")
    citation = make.citation(public)
    version = ContentVersion.current()

    for event in (draft, public):
        citation.event = event
        citation.save()

    assert ContentVersion.current() == version + 2


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_a_deleted_draft_that_stood_in_the_list_of_what_was_public_is_a_change_of_that_list(state):
    draft = make.statement(state="draft")
    make.topic(draft, state=state)
    version = ContentVersion.current()

    actions.delete(draft, by=None)

    assert ContentVersion.current() == version + 1


def test_changes_collected_at_once_are_one_version():
    event = make.event()
    version = ContentVersion.current()

    with index.at_once():
        make.citation(event)
        make.participant(event)

    assert ContentVersion.current() == version + 1
    assert index.differences() == []


def save_and_fail(event):
    with transaction.atomic(), index.at_once():
        event.title = "After"
        event.save()
        raise LookupError


def test_a_change_that_is_taken_back_leaves_the_entries_alone():
    event = make.event(title="Before")

    with pytest.raises(LookupError):
        save_and_fail(event)

    assert card(event)["title"] == "Before"


def test_differences_name_what_is_stale_missing_or_left_over():
    stale, missing, left_over = make.event(slug="stale"), make.event(slug="missing"), make.event(slug="left-over")
    type(stale).objects.filter(pk=stale.pk).update(title="Changed behind the back")
    Entry.objects.filter(slug=missing.slug).delete()
    type(left_over).objects.filter(pk=left_over.pk).update(state="draft")

    assert sorted(index.differences()) == [
        "The entry of event stale is not what the record says.",
        "event left-over is not published and has an entry on the timeline.",
        "event missing is published and has no entry on the timeline.",
    ]


def test_rebuilding_mends_every_difference():
    event = make.event()
    make.citation(event)
    Entry.objects.all().delete()

    call_command("rebuild_index")

    assert (slugs(), index.differences()) == ([event.slug], [])


def test_a_suspended_load_is_indexed_at_its_end():
    with index.suspended():
        event = make.event()
        assert slugs() == []

    assert slugs() == [event.slug]


def test_the_cost_of_a_rebuild_does_not_grow_with_its_records(django_assert_num_queries):
    for _each in range(5):
        event = make.event()
        make.citation(event)
        make.participant(event)
    ids = list(type(event).objects.values_list("pk", flat=True))

    for some in (ids, ids[:1]):
        with django_assert_num_queries(10):
            index.composed(type(event), some)


def test_raw_fixture_saves_are_indexed():
    event = make.event(title="Loaded")
    Citation.objects.all().delete()
    Entry.objects.all().delete()

    event.save_base(raw=True)

    assert card(event)["title"] == "Loaded"


def test_an_exchange_is_on_both_cards_and_follows_what_it_names():
    speaker = make.official(name="Before")
    claim, denial = make.statement(speaker=speaker, attribution=""), make.event(title="The denial")
    relation = make.relation(denial, claim, kind="answers")

    speaker.name = "After"
    speaker.save()

    assert [(each["way"], each["title"][:5]) for each in card(denial)["exchange"]] == [("answers", "After")]
    assert [(each["way"], each["title"]) for each in card(claim)["exchange"]] == [("answered_by", "The denial")]
    assert index.differences() == []

    relation.delete()
    assert (card(denial)["exchange"], card(claim)["exchange"]) == ([], [])


def test_an_exchange_with_what_is_hidden_is_not_shown():
    event = make.event()
    make.relation(make.statement(state="draft", text="Secret"), event, kind="answers")

    assert card(event)["exchange"] == []
