"""What differs between two states of a record, in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from timeline import contents
from timeline.contents.differences import differences, differs_for_readers, seen_by_readers
from timeline.models import Citation, Organization

pytestmark = pytest.mark.django_db


def whole(record):
    (found,) = contents.read_records([type(record).objects.get(pk=record.pk)]).values()
    return found


def in_words(sections):
    return [
        (
            section.heading,
            section.way,
            [(line.label, line.before, line.after, said(line.runs)) for line in section.lines],
        )
        for section in sections
    ]


def said(runs):
    return "".join({"del": f"[-{run.text}-]", "ins": f"[+{run.text}+]"}.get(run.kind, run.text) for run in runs)


def changed(record, then):
    before = whole(record)
    then()
    return in_words(differences([(before, whole(record))])[0])


def test_fields_are_named_as_in_forms_and_values_as_people_read_them():
    round = make.round(place=make.place(name="Seoul"), when="2024-05-21")
    hawaii = make.place(name="Honolulu")

    def edit():
        round.place, round.when, round.status = hawaii, "2024-05-21/2024-05-23", "cut_short"
        round.save()

    assert changed(round, edit) == [
        (
            "",
            "changed",
            [
                ("when", "21 May 2024", "21–23 May 2024", ""),
                ("place", "Seoul", "Honolulu", ""),
                ("status", "held", "cut short", ""),
            ],
        )
    ]


def test_long_texts_are_compared_word_by_word():
    round = make.round(outcome="Views were exchanged on all questions.")

    def edit():
        round.outcome = "Views were exchanged on some questions."
        round.save()

    assert changed(round, edit) == [
        ("", "changed", [("outcome", "", "", "Views were exchanged on[- all-][+ some+] questions.")])
    ]


def test_a_citation_is_named_by_its_source():
    round = make.round()
    citation = make.citation(round, quote="It began.", source=make.source(publisher="Yonhap", title="Talks open"))

    def edit():
        citation.quote, citation.supports = "It ended.", "when"
        citation.save()

    assert changed(round, edit) == [
        (
            "Citation of Yonhap, Talks open",
            "changed",
            [("supports", "", "when", ""), ("quote", "", "", "It[- began.-][+ ended.+]")],
        )
    ]


def test_delegates_that_came_and_went_are_named():
    round = make.round()
    gone = make.delegate(round, official=make.official(name="Chang Won-sam"))

    def edit():
        gone.delete()
        make.delegate(round, official=make.official(name="Lee Tae-woo"), side="KR", role="", is_head=True)

    sections = changed(round, edit)

    assert [section[:2] for section in sections] == [
        ("Delegate Lee Tae-woo", "added"),
        ("Delegate Chang Won-sam", "removed"),
    ]
    assert ("head", "", "yes", "") in sections[0][2]


def test_a_citation_of_a_post_says_of_which():
    official = make.official()
    post = make.appointment(official, title="Minister")

    assert changed(official, lambda: make.citation(post, source=make.source(publisher="Yonhap", title="New")))[0][
        :2
    ] == ("Citation of Yonhap, New, for the appointment “Minister”", "added")


def test_members_of_a_topic_are_named_one_by_one():
    here, gone, new = (make.event(title=title) for title in ("Stays", "Goes", "Comes"))
    topic = make.topic(here, gone)

    assert changed(topic, lambda: topic.events.set([here, new])) == [
        ("", "changed", [("events", "", "", "[-Goes-]; [+Comes+]")])
    ]


def test_a_relation_says_what_it_leads_to():
    event = make.event()

    assert changed(event, lambda: make.relation(event, make.agreement(name="12th SMA")))[0][:2] == (
        "Relation is about 12th SMA",
        "added",
    )


def test_what_it_points_at_may_be_gone():
    round = make.round(place=make.place(slug="seoul", state="draft", published_at=None))
    before, place = whole(round), round.place
    round.place = None
    round.save()
    place.delete()

    assert in_words(differences([(before, whole(round))])[0])[0][2] == [
        ("place", "place seoul, which is deleted", "", "")
    ]


@pytest.mark.parametrize("count", [1, 4])
def test_names_are_looked_up_in_six_queries_whatever_is_named(count):
    pairs = []
    for _each in range(count):
        round = make.round(place=make.place())
        make.delegate(round, official=make.official())
        make.citation(round)
        statement = make.statement(speaker=make.official(), made_at_round=round)
        make.relation(statement, make.figure())
        make.relation(statement, make.statement())
        pairs += [(None, whole(round)), (None, whole(statement))]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        differences(pairs)

    assert len(queries) == 5


# --- for readers


def seen(before, record):
    return in_words(seen_by_readers([(before, whole(record))])[0])


def test_readers_are_told_nothing_of_state_acknowledgements_and_pasted_text():
    source = make.source()
    before = whole(source)
    source.private_text, source.acknowledged = "secret", "single-source: secret"
    source.save()

    assert not differs_for_readers(before, whole(source))
    assert seen(before, source) == []


def test_readers_are_told_nothing_of_what_was_never_public():
    round = make.round()
    before = whole(round)
    draft = make.source(title="Secret", state="draft")
    make.citation(round, source=draft, quote="secret")
    round.place = make.place(name="Secret", state="draft")
    round.save()

    assert not differs_for_readers(before, whole(round))
    assert seen(before, round) == []


def test_readers_are_not_told_the_words_of_what_was_withdrawn():
    round = make.round()
    withdrawn = make.source(title="Secret", state="withdrawn")
    before = whole(round)
    make.citation(round, source=withdrawn, quote="secret")
    round.place = make.place(name="Secret", state="withdrawn")
    round.save()

    assert seen(before, round) == [
        ("", "changed", [("place", "", "a record that is not public", "")]),
        ("Citation of a record that is not public", "added", []),
    ]


def test_for_readers_a_citation_that_moves_to_a_hidden_source_is_gone():
    round = make.round()
    citation = make.citation(round, quote="It began.", source=make.source(publisher="Yonhap", title="Talks open"))
    before = whole(round)
    Citation.objects.filter(pk=citation.pk).update(source=make.source(title="Secret", state="draft"), quote="secret")

    assert seen(before, round) == [
        (
            "Citation of Yonhap, Talks open",
            "removed",
            [("source", "Yonhap, Talks open", "", ""), ("quote", "It began.", "", "")],
        )
    ]


def test_what_hangs_on_a_hidden_post_is_hidden_as_well():
    official = make.official()
    post = make.appointment(official, organization=make.organization(name="Secret", state="draft"), title="Secret")
    before = whole(official)
    make.citation(post, quote="secret")

    assert not differs_for_readers(before, whole(official))
    Organization.objects.update(state="published", published_at=make.FIRST_PUBLISHED)
    assert differs_for_readers(before, whole(official))
