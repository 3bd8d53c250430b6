"""Each rule with a record that breaks it and its exact finding; `sound_…` makes records without any."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from tests import make
from timeline.enums import State
from timeline.models import (
    Agreement,
    Appointment,
    Citation,
    Entry,
    Event,
    Figure,
    Official,
    Organization,
    Place,
    Record,
    Redirect,
    Round,
    SearchDocument,
    Source,
    Stage,
    Statement,
    Tombstone,
)
from timeline.rules import RULES, Problem, problems_everywhere, problems_of
from timeline.rules.registry import Scope
from timeline.rules.stated import stated_amounts

pytestmark = pytest.mark.django_db

MEETING = "The ministers met in Seoul on Friday"


def cited(record: Record, *, sources: int = 1, **values) -> Record:
    for _each in range(sources):
        make.citation(record, **values)
    return record


def sound_agreement(**values) -> Agreement:
    return cited(make.agreement(**values), sources=2)


def sound_round(**values) -> Round:
    return cited(make.round(**({"name_ko": "제2차 회의"} | values)), sources=2)


def sound_event(**values) -> Event:
    return cited(make.event(**values), sources=2, quote=MEETING)


def sound_statement(**values) -> Statement:
    made = make.statement(**values)
    return cited(made, quote=made.text)


def sound_figure(**values) -> Figure:
    return cited(make.figure(**values))


def sound_official(**values) -> Official:
    return cited(make.official(**values))


def sound_organization(**values) -> Organization:
    return cited(make.organization(**values))


def sound_source(**values) -> Source:
    source = make.source(**values)
    make.citation(make.event(), source=source)
    return source


def sound_disagreement(**values):
    made = make.disagreement(make.event(), **values)
    for order, reports in enumerate(("USD 399 million", "USD 390 million")):
        make.citation(make.position(made, reports=reports, order=order))
    return made


SOUND = {
    "place": make.place,
    "organization": sound_organization,
    "official": sound_official,
    "source": sound_source,
    "agreement": sound_agreement,
    "round": sound_round,
    "event": sound_event,
    "statement": sound_statement,
    "figure": sound_figure,
    "topic": make.topic,
    "disagreement": sound_disagreement,
    "gap": make.gap,
}


def everywhere(record: Record) -> list[Problem]:
    """What `problems_everywhere` says of one record, without the rules of the database as a whole."""
    return [
        problem
        for problem in problems_everywhere()
        if problem.record == record and RULES[problem.rule].scope is not Scope.WHOLE
    ]


def problems(record: Record) -> list[tuple[str, str, str, str]]:
    """Level, rule, field and sentence; the checklist of one record and the check of everything must say the same."""
    found = problems_of(record)
    assert everywhere(record) == found
    return [(problem.level, problem.rule, problem.field, problem.sentence) for problem in found]


def of_the_whole(rule: str) -> list[tuple[str, str, str]]:
    found = [problem for problem in problems_everywhere() if problem.rule == rule]
    return [(problem.record.slug if problem.record else "", problem.field, problem.sentence) for problem in found]


# What is sound


@pytest.mark.deep(6)
@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_record_of_each_kind_has_no_problem(kind):
    record = SOUND[kind]()

    assert problems(record) == []


def test_a_problem_says_what_is_wrong_where_and_how_to_mend_it():
    place = make.place(name_ko="")

    assert problems_of(place) == [
        Problem(
            level="notice",
            rule="korean-name-missing",
            record=place,
            field="name_ko",
            sentence="The Korean name is missing.",
            mend="Add the Korean name as a source prints it; never spell it by guess.",
        )
    ]


def test_every_rule_has_a_test_here():
    tested = " ".join(name for name in globals() if name.startswith("test_"))

    assert [rule for rule in RULES if rule.replace("-", "_") not in tested] == []


def test_history_is_behind_where_somebody_wrote_past_django():
    official = make.official(slug="lee")
    make.citation(official)
    before = of_the_whole("history-is-behind")

    type(official).objects.update(summary="Written by SQL.")

    assert before == []
    assert of_the_whole("history-is-behind") == [("lee", "", "It says something else than its history says last.")]


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
def test_what_is_not_public_is_not_looked_at_everywhere_but_asked_alone(state):
    place = make.place(name_ko="", state=state)

    assert list(problems_everywhere()) == []
    assert [problem.rule for problem in problems_of(place)] == ["korean-name-missing"]


def test_an_unsaved_record_is_asked_for_its_own_fields():
    place = Place(slug="Seoul City", name="Seoul", kind="city", country="KR", time_zone="Asia/Seoul")

    found = [(problem.field, problem.sentence) for problem in problems_of(place)]

    assert found == [
        ("slug", "slug: Use small letters a to z, digits and single hyphens, such as sma-12-round-2."),
        ("latitude", "latitude: This field cannot be null."),
        ("longitude", "longitude: This field cannot be null."),
    ]


def test_unsaved_changes_are_asked_for_but_not_saved():
    place = make.place()
    place.name_ko = ""

    assert [problem.rule for problem in problems_of(place)] == ["korean-name-missing"]
    assert list(problems_everywhere()) == []


def test_parts_that_were_fetched_before_a_change_are_fetched_anew():
    event = Event.objects.prefetch_related("citations").get(pk=make.event().pk)
    before = [problem.rule for problem in problems_of(event)]
    cited(event, sources=2)

    assert (before, problems_of(event)) == (["no-citation"], [])


def test_a_kind_of_any_size_is_checked_in_batches(monkeypatch):
    monkeypatch.setattr("timeline.rules.parts.BATCH", 2)
    for number in range(5):
        make.place(slug=f"place-{number}", name_ko="")

    found = [problem.record.slug for problem in problems_everywhere()]

    assert found == ["place-0", "place-1", "place-2", "place-3", "place-4"]


@pytest.mark.deep(4)
@pytest.mark.parametrize("kind", SOUND)
def test_checking_everything_costs_the_same_queries_for_one_and_for_three(kind, django_assert_num_queries):
    SOUND[kind]()
    with count_queries() as one:
        list(problems_everywhere())
    SOUND[kind]()
    SOUND[kind]()

    with django_assert_num_queries(len(one)):
        list(problems_everywhere())


def count_queries():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


@pytest.mark.parametrize("delegates", [1, 3])
def test_the_checklist_of_a_round_costs_the_same_queries_for_one_delegate_and_for_three(
    delegates, django_assert_num_queries
):
    negotiation_round = sound_round()
    for _each in range(delegates):
        make.appointment(make.delegate(negotiation_round).official)

    with django_assert_num_queries(34):
        problems_of(negotiation_round)


# Fields


def test_full_clean_finds_a_date_that_ends_before_it_begins():
    negotiation_round = sound_round()
    Round.objects.update(when="2024-05-23/2024-05-21")
    negotiation_round.refresh_from_db()

    assert problems(negotiation_round) == [
        ("error", "full-clean", "when", "when: “2024-05-23/2024-05-21” ends before it begins.")
    ]


def test_full_clean_finds_a_quote_over_40_words():
    event = sound_event()
    Citation.objects.filter(pk=event.citations.first().pk).update(quote="word " * 40 + "word")

    assert problems(event) == [
        (
            "error",
            "full-clean",
            "citations",
            "citation, quote: A quotation has at most 40 words; this has 41. Keep those that carry the fact.",
        )
    ]


def test_full_clean_finds_a_statement_over_60_words():
    statement = sound_statement(text="so much " * 30 + "more")

    assert problems(statement)[0] == (
        "error",
        "full-clean",
        "text",
        "text: A statement has at most 60 words; this has 61. Choose the words that matter.",
    )


@pytest.mark.parametrize("address", ["https://", "http://news", "http://news example/a"])
def test_full_clean_finds_an_address_that_leads_nowhere(address):
    source = sound_source()
    Source.objects.filter(pk=source.pk).update(url=address)
    source.refresh_from_db()

    assert problems(source) == [("error", "full-clean", "url", "address: Enter a valid URL.")]


def test_full_clean_finds_a_repeated_round_number_before_the_database_refuses_it():
    held = sound_round(number=2)
    again = Round(agreement=held.agreement, number=2, slug="sma-99-round-2-again", when="2024-06-10")
    again.first_day = again.last_day = dt.date(2024, 6, 10)

    assert [(problem.rule, problem.field, problem.sentence) for problem in problems_of(again)] == [
        ("full-clean", "", "Round with this Agreement and Number already exists.")
    ]


def test_full_clean_is_asked_first_and_alone_when_a_field_holds_what_it_cannot():
    event = make.event()
    Event.objects.update(when="soon")
    event.refresh_from_db()

    assert [rule for _level, rule, _field, _sentence in problems(event)] == ["full-clean"]


def test_derived_days_must_be_those_that_the_date_means():
    event = sound_event(when="2019-08")
    Event.objects.update(first_day=dt.date(2019, 7, 31))
    event.refresh_from_db()

    assert problems(event) == [
        (
            "error",
            "derived-days",
            "when",
            "The column first_day says 2019-07-31, but the date “2019-08” means 2019-08-01.",
        )
    ]


def test_derived_days_of_an_appointment_are_compared_too():
    official = sound_official()
    make.appointment(official, start="2024-03-05")
    Appointment.objects.update(first_known_day=None)

    assert problems(official) == [
        (
            "error",
            "derived-days",
            "appointments",
            "The column first_known_day says —, but the date “2024-03-05” means 2024-03-05.",
        )
    ]


# Acknowledged findings


def test_an_acknowledged_error_becomes_a_notice_with_the_reason():
    figure = sound_figure(growth_percent=600, acknowledged="growth-beyond-reason: The paper printed it so.")

    (found,) = problems_of(figure)

    assert (found.level, found.rule, found.acknowledged) == (
        "notice",
        "growth-beyond-reason",
        "The paper printed it so.",
    )


def test_an_acknowledged_notice_says_why():
    place = make.place(name_ko="", acknowledged="korean-name-missing: No Korean paper names the base.")

    (found,) = problems_of(place)

    assert (found.level, found.acknowledged) == ("notice", "No Korean paper names the base.")


def test_an_unreadable_acknowledgement_is_told_and_a_firm_rule_stays_an_error():
    event = make.event(acknowledged="no-citation: Everybody knows it.\nsingle-source\nsingle source: one paper")

    assert problems(event) == [
        ("error", "no-citation", "citations", "No public source is cited."),
        ("notice", "unreadable-acknowledgement", "acknowledged", "The rule “no-citation” holds without exception."),
        ("notice", "unreadable-acknowledgement", "acknowledged", "“single-source” gives no reason."),
        ("notice", "unreadable-acknowledgement", "acknowledged", "“single source: one paper” names no rule."),
    ]


# Sources and citations


@pytest.mark.parametrize("kind", ["organization", "official", "agreement", "round", "event", "statement", "figure"])
def test_no_citation_on_a_record(kind):
    record = SOUND[kind]()
    record.citations.all().delete()

    assert problems(record) == [("error", "no-citation", "citations", "No public source is cited.")]


def test_no_citation_for_one_field_when_the_others_have_their_own():
    event = make.event(place=make.place())
    cited(event, sources=2, supports="when", quote=MEETING)
    cited(event, supports="place", quote=MEETING)

    assert problems(event) == [("error", "no-citation", "citations", "No citation supports the field “summary”.")]


def test_no_citation_counts_whose_source_readers_do_not_see():
    event = make.event()
    make.citation(event, source=make.source(state="draft", title="Not yet"))

    assert problems(event) == [
        ("error", "no-citation", "citations", "No public source is cited."),
        (
            "error",
            "points-at-hidden-record",
            "citations",
            "The citation points at the source “Yonhap, Not yet”, which readers do not see (draft).",
        ),
    ]


def test_no_citation_for_a_position_of_a_disagreement():
    disagreement = sound_disagreement()
    make.position(disagreement, reports="USD 1")

    assert problems(disagreement) == [
        ("error", "no-citation-for-a-position", "positions", "No public source is cited for “USD 1”.")
    ]


def test_no_citation_for_a_position_where_there_is_none():
    disagreement = sound_disagreement()
    disagreement.positions.all().delete()

    assert problems(disagreement) == [
        ("error", "no-citation-for-a-position", "positions", "No position is recorded, so no source is cited.")
    ]


def test_one_position_only_is_no_disagreement():
    disagreement = sound_disagreement()
    disagreement.positions.last().delete()

    assert problems(disagreement) == [
        ("notice", "one-position-only", "positions", "Only one position is recorded: a disagreement has two.")
    ]


def test_disagreement_about_nothing():
    disagreement = sound_disagreement()
    disagreement.concernedrecord_set.all().delete()

    assert problems(disagreement) == [
        ("notice", "disagreement-about-nothing", "concernedrecord_set", "It concerns no record.")
    ]


def test_points_at_hidden_record_from_a_field_a_list_and_a_part():
    hidden = make.place(name="Osan", state="withdrawn")
    event = sound_event(place=hidden)
    event.also_at.add(hidden)
    make.relation(event, make.event(title="A visit that is planned", state="draft"))

    assert problems(event) == [
        (
            "error",
            "points-at-hidden-record",
            "place",
            "The event points at the place “Osan”, which readers do not see (withdrawn).",
        ),
        (
            "error",
            "points-at-hidden-record",
            "relations",
            "The relation points at the event “A visit that is planned”, which readers do not see (draft).",
        ),
        (
            "error",
            "points-at-hidden-record",
            "also_at",
            "The event points at the place “Osan”, which readers do not see (withdrawn).",
        ),
    ]


def test_points_at_hidden_record_lets_a_topic_hold_drafts():
    topic = make.topic(make.event(state="draft"))

    assert problems(topic) == []


def test_quote_not_in_source_when_the_text_was_pasted():
    source = make.source(
        private_text="SEOUL — “The ministers met in  Seoul\non Friday,” it said. They agreed on nothing."
    )
    event = cited(make.event(), quote=MEETING)
    make.citation(event, source=source, quote='"the ministers met in Seoul on Friday," … agreed on nothing')
    make.citation(event, source=source, quote="They agreed on everything")

    assert problems(event) == [
        (
            "error",
            "quote-not-in-source",
            "citations",
            "“They agreed on everything” is not in the text pasted for its source, Yonhap, Talks open in Seoul.",
        )
    ]


@pytest.mark.parametrize(
    ("printed", "quote"),
    [
        ("a “mutually\n  acceptable”\u00a0agreement", "a 'mutually acceptable' agreement"),
        ("the cost-sharing nego-\ntiations — in Seoul", "the cost-sharing negotiations -- in Seoul"),
        ("the defence cost‑sharing deal, 2021–2025", "the defence cost-sharing deal, 2021-2025"),
        ("Seoul’s share of the bur\u00adden", "Seoul's share of the burden"),
        ("한ㆍ미는 「방위비분담」 협상을", "한·미는 '방위비분담' 협상을"),
        ("ＵＳ＄５ billion", "US$5 billion"),
    ],
)
def test_quote_not_in_source_heeds_the_words_and_no_marks(printed, quote):
    event = cited(make.event(), quote=MEETING)
    make.citation(event, source=make.source(private_text=f"They spoke of {printed} and left."), quote=quote)

    assert problems(event) == []


def test_quote_not_in_source_is_found_on_posts_and_positions_too():
    source = make.source(private_text="Something else.")
    official, disagreement = sound_official(), sound_disagreement()
    make.citation(make.appointment(official), source=source, quote="He is the negotiator")
    make.citation(disagreement.positions.first(), source=source, quote="It is 399")

    found = [(rule, field) for _level, rule, field, _sentence in problems(official) + problems(disagreement)]

    assert found == [("quote-not-in-source", "appointments"), ("quote-not-in-source", "positions")]


def test_same_citation_twice_on_one_record():
    event = sound_event()
    make.citation(event, source=event.citations.first().source, quote=MEETING.upper(), order=1)

    assert problems(event) == [
        ("error", "same-citation-twice", "citations", "“THE MINISTERS MET IN SEOUL ON FRIDAY” is cited twice.")
    ]


def test_same_citation_twice_is_fine_where_it_supports_two_positions():
    disagreement = sound_disagreement()
    source = make.source()
    for position in disagreement.positions.all():
        make.citation(position, source=source)

    assert problems(disagreement) == []


def test_supports_unknown_field():
    event = cited(sound_event(), supports="wehn", quote="It was on Friday")

    assert problems(event) == [
        (
            "error",
            "supports-unknown-field",
            "citations",
            "A citation supports “wehn”, which is no field of the event.",
        )
    ]


def test_single_source_of_news():
    event = make.event()
    source = make.source()
    make.citation(event, source=source)
    make.citation(event, source=source, quote=MEETING)

    assert problems(event) == [
        ("notice", "single-source", "citations", "It rests on one source alone: Yonhap, Talks open in Seoul.")
    ]


@pytest.mark.parametrize("kind", ["official", "legal"])
def test_single_source_is_enough_when_it_is_the_act_itself(kind):
    event = make.event()
    make.citation(event, source=make.source(kind=kind))

    assert problems(event) == []


def test_sources_before_the_event_report_it_in_advance():
    event = cited(make.event(when="2024-06"), sources=2)

    assert problems(event) == [
        (
            "notice",
            "sources-before-the-event",
            "citations",
            "All of its sources appeared before it, the last one on 24 May 2024; it is dated June 2024.",
        )
    ]


@pytest.mark.parametrize("when", ["2024-05-25", "2024-05-01"])
def test_sources_before_the_event_are_no_news_within_a_day_of_time_zones_or_after_it(when):
    event = cited(make.event(when=when), sources=2)

    assert problems(event) == []


def test_sources_before_the_event_are_natural_for_a_scheduled_round():
    negotiation_round = sound_round(when="2999-09-25", status="scheduled")

    assert problems(negotiation_round) == []


def test_scheduled_and_over():
    negotiation_round = sound_round(when="2024-05-21/2024-05-23", status="scheduled")

    assert problems(negotiation_round) == [
        (
            "notice",
            "scheduled-and-over",
            "status",
            "It is said to be scheduled, and its day is over (21–23 May 2024).",
        )
    ]


def test_source_without_address():
    source = sound_source(url="")

    assert problems(source) == [
        ("notice", "source-without-address", "url", "Readers cannot follow it: it has no address.")
    ]


def test_source_not_cited():
    source = make.source()

    assert problems(source) == [("notice", "source-not-cited", "", "Nothing cites it.")]


def test_source_not_cited_but_the_text_of_an_agreement_is_in_use():
    source = make.source()
    make.agreement(text_source=source)

    assert problems(source) == []


# Agreements


def with_stage(agreement: Agreement, stage: str, kind: str, when: str) -> Stage:
    return make.stage(agreement, make.event(kind=kind, when=when, agreement=agreement), stage=stage)


def test_status_contradicts_stages():
    agreement = sound_agreement(status="in_force")

    assert problems(agreement) == [
        (
            "error",
            "status-contradicts-stages",
            "status",
            "The status is “in force”, but no event is recorded for the stage “in force”.",
        )
    ]


def test_stages_out_of_order_certainly():
    agreement = sound_agreement()
    with_stage(agreement, "signed", "signing", "2024-11-04")
    with_stage(agreement, "assembly_approved", "ratification", "2024-10")

    assert problems(agreement) == [
        (
            "error",
            "stages-out-of-order",
            "stages",
            "“approved by the National Assembly” (October 2024) is dated before “signed” (4 November 2024).",
        )
    ]


def test_stages_out_of_order_only_perhaps_are_no_problem():
    agreement = sound_agreement()
    with_stage(agreement, "signed", "signing", "2005-06-09")
    with_stage(agreement, "assembly_approved", "ratification", "2005-06")

    assert problems(agreement) == []


def test_stage_of_another_kind():
    agreement = sound_agreement()
    with_stage(agreement, "signed", "call", "2024-11-04")

    assert problems(agreement) == [
        (
            "error",
            "stage-of-another-kind",
            "stages",
            "The stage “signed” cannot be the event “Ministers meet in Seoul” of the kind “Call”.",
        )
    ]


def test_stage_of_another_agreement():
    agreement = sound_agreement()
    make.stage(agreement, make.event(kind="signing"))

    assert problems(agreement) == [
        (
            "error",
            "stage-of-another-agreement",
            "stages",
            "The stage “signed” is “Ministers meet in Seoul”, no event of this agreement.",
        )
    ]


def test_talks_end_before_they_begin():
    agreement = sound_agreement(talks_opened="2024-04-23", talks_concluded="2024-03")

    assert problems(agreement) == [
        (
            "error",
            "talks-end-before-they-begin",
            "talks_concluded",
            "The talks were concluded (March 2024) before they were opened (23 April 2024).",
        )
    ]


def test_term_is_not_its_years():
    agreement = sound_agreement(covers_from=2026, covers_to=2030, term_years=4)

    assert problems(agreement) == [
        ("notice", "term-is-not-its-years", "term_years", "The term is 4 years, but it covers 2026–2030.")
    ]


def test_agreements_share_a_year():
    sound_agreement(ordinal=11, covers_from=2020, covers_to=2026)
    later = sound_agreement(ordinal=12, covers_from=2026, covers_to=2030)

    assert problems(later) == [
        (
            "error",
            "agreements-share-a-year",
            "covers_from",
            "It covers 2026–2030, but 11th Special Measures Agreement covers 2020–2026.",
        )
    ]


# Rounds


def test_round_outside_its_talks():
    talks = make.agreement(talks_opened="2024-06", talks_concluded="2024-10-02")
    early = sound_round(agreement=talks, number=1, when="2024-05-21/2024-05-23")
    late = sound_round(agreement=talks, number=9, when="2999-10-03", status="scheduled")

    assert problems(early) + problems(late) == [
        (
            "error",
            "round-outside-its-talks",
            "when",
            "It is dated 21–23 May 2024, before the talks were opened (June 2024).",
        ),
        (
            "error",
            "round-outside-its-talks",
            "when",
            "It is dated 3 October 2999, after the talks were concluded (2 October 2024).",
        ),
    ]


def test_rounds_out_of_order_by_number_and_date():
    talks = make.agreement()
    first = sound_round(agreement=talks, number=1, when="2024-05-21/2024-05-23")
    second = sound_round(agreement=talks, number=2, when="2024-04-23")
    third = sound_round(agreement=talks, number=3, when="2024-05")
    sentence = "Round 2 (23 April 2024) was over before round 1 (21–23 May 2024) began."

    assert problems(first) == [("error", "rounds-out-of-order", "when", sentence)]
    assert problems(second) == [("error", "rounds-out-of-order", "when", sentence)]
    assert problems(third) == []


def test_rounds_out_of_order_do_not_count_the_cancelled_ones():
    talks = make.agreement()
    held = sound_round(agreement=talks, number=1)
    sound_round(agreement=talks, number=2, when="2024-04-23", status="cancelled")

    assert problems(held) == []


# People


def test_role_unknown_of_a_speaker():
    speaker = make.official(name="Park Chan-jin")
    make.appointment(speaker, start="2019-08-08")
    statement = sound_statement(speaker=speaker)

    assert problems(statement) == [
        ("notice", "role-unknown", "speaker", "The role of Park Chan-jin on this day is unknown (7 August 2019).")
    ]


@pytest.mark.parametrize("when", ["2019-08-08", "2019-08", "2019~", "2018/2020"])
def test_role_unknown_is_not_said_when_a_post_was_held_on_one_of_the_days(when):
    speaker = make.official()
    make.appointment(speaker, start="2019-08-08", end="2020-12-31")
    statement = sound_statement(speaker=speaker, when=when)

    assert problems(statement) == []


def test_role_unknown_over_many_years_looks_at_both_ends():
    early, late = make.official(), make.official()
    make.appointment(early, start="1991-01-01", end="1991-12-31")
    make.appointment(late, start="2000-12-31", end="2001-12-31")

    found = [problems(sound_statement(speaker=each, when="1991/2000", text=each.slug)) for each in (early, late)]

    assert found == [[], []]


def test_role_unknown_of_those_who_attend_without_a_role_for_the_occasion():
    negotiation_round, event = sound_round(), sound_event()
    make.delegate(negotiation_round, role="")
    make.participant(event, role="")
    make.participant(event, role="host")

    assert problems(negotiation_round) + problems(event) == [
        ("notice", "role-unknown", "delegate_set", "The role of Lee Tae-woo on this day is unknown (21–23 May 2024)."),
        (
            "notice",
            "role-unknown",
            "participant_set",
            "The role of Lee Tae-woo on this day is unknown (9 August 2019).",
        ),
    ]


def test_role_unknown_of_a_joint_speaker():
    statement = sound_statement()
    statement.co_speakers.add(make.official())

    assert problems(statement) == [
        ("notice", "role-unknown", "co_speakers", "The role of Lee Tae-woo on this day is unknown (7 August 2019).")
    ]


def test_side_is_not_theirs():
    negotiation_round, agreement = sound_round(), sound_agreement(covers_from=None, covers_to=None)
    make.delegate(negotiation_round, side="US")
    make.chief_negotiator(agreement, side="US")
    sentence = "Lee Tae-woo is listed for the side “United States”, but belongs to “Republic of Korea”."

    assert problems(negotiation_round) + problems(agreement) == [
        ("error", "side-is-not-theirs", "delegate_set", sentence),
        ("error", "side-is-not-theirs", "chief_negotiators", sentence),
    ]


# Money


def test_thousandfold_against_most_figures_of_the_year():
    for amount in (1_183_300_000_000, 1_180_000_000_000):
        sound_figure(amount=Decimal(amount))
    wrong = sound_figure(amount=Decimal(1_183_300_000), as_stated="as much as last year", slug="fig-wrong")

    assert problems(wrong)[0][:3] == ("error", "thousandfold", "amount")
    assert problems(wrong)[0][3].startswith(
        "₩1.1833 billion is about a thousand times more or less than comparable figures: ₩1."
    )
    assert [problem.record for problem in problems_everywhere()] == [wrong]


def test_thousandfold_of_two_tells_both():
    right = sound_figure(slug="fig-right")
    wrong = sound_figure(amount=Decimal(1_183_300_000), as_stated="as before", slug="fig-wrong", measure="per_year")

    assert problems(right) == [
        (
            "error",
            "thousandfold",
            "amount",
            (
                "₩1.1833 trillion is about a thousand times more or less than comparable figures: "
                "₩1.1833 billion in fig-wrong."
            ),
        )
    ]
    assert [rule for _level, rule, _field, _sentence in problems(wrong)] == ["thousandfold"]


def test_thousandfold_against_the_same_talks_where_the_year_has_no_other():
    talks = make.agreement()
    years = {"covers_from": None, "covers_to": None}
    Agreement.objects.update(**years)
    sound_figure(agreement=talks, year_from=2026, year_to=2026, slug="fig-2026")
    wrong = sound_figure(
        agreement=talks, amount=Decimal(1_519_200_000), as_stated="as before", year_from=2027, year_to=2027
    )

    assert [rule for _level, rule, _field, _sentence in problems(wrong)] == ["thousandfold"]


@pytest.mark.parametrize("values", [{"measure": "part"}, {"measure": "other"}, {"currency": "USD"}, {"year_to": 2025}])
def test_thousandfold_does_not_compare_what_cannot_be_compared(values):
    sound_figure()
    other = sound_figure(**({"amount": Decimal(1_183_300_000), "as_stated": "as before"} | values))

    assert problems(other) == []


def test_words_say_another_amount():
    figure = sound_figure(as_stated="1.04 trillion won ($913 million)")

    assert problems(figure) == [
        (
            "notice",
            "words-say-another-amount",
            "amount",
            "The amount is ₩1.1833 trillion, but its words say ₩1.04 trillion.",
        )
    ]


@pytest.mark.parametrize("words", ["about 1.2 trillion won", "$1.03 billion", "between 1 and 1.1 trillion", "frozen"])
def test_words_say_another_amount_only_when_they_plainly_do(words):
    figure = sound_figure(as_stated=words)

    assert problems(figure) == []


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("1.04 trillion won ($913 million)", [(1_040_000_000_000, "KRW"), (913_000_000, "USD")]),
        ("1 trillion and 38.9 billion won", [(1_038_900_000_000, "KRW")]),
        ("a more than fivefold increase to US$5 billion", [(5_000_000_000, "USD")]),
        ("W950.7 billion last year (US$1=W1,073)", [(950_700_000_000, "KRW"), (1, "USD"), (1_073, "KRW")]),
        ("812.5 billion in Korean Won (KRW)", [(812_500_000_000, "KRW")]),
        ("680.4 billion Korean won in 2005", [(680_400_000_000, "KRW")]),
        ("South Korea paid $990,000,000", [(990_000_000, "USD")]),
        ("estimated at 200 million dollars", [(200_000_000, "USD")]),
        ("5.5 (unit: USD 100 million)", [(550_000_000, "USD")]),
        ("12,472 (unit: KRW 100 million)", [(1_247_200_000_000, "KRW")]),
        ("1조 389억원", [(1_038_900_000_000, "KRW")]),
        ("6억2천300만달러", [(623_000_000, "USD")]),
        ("1994년 2천80억원", [(208_000_000_000, "KRW")]),
        ("4억2천여만달러", [(420_000_000, "USD")]),
        ("2026년 총액은 1조 5,192억 원이고", [(1_519_200_000_000, "KRW")]),
        ("최소 총 7.9조원에서 많게는 10조 원", [(7_900_000_000_000, "KRW"), (10_000_000_000_000, "KRW")]),
        ("12억 달러(약 1조3566억원)", [(1_200_000_000, "USD"), (1_356_600_000_000, "KRW")]),
        ("five-point-nine trillion won", []),
        ("1,4 triliun won", []),
        ("13.9 percent", []),
    ],
)
def test_amounts_are_read_as_sources_print_them(words, amounts):
    assert stated_amounts(words) == [(Decimal(amount), currency) for amount, currency in amounts]


@pytest.mark.parametrize(
    ("dollars", "rate"), [(1_030_000, "1,148,835"), (1_700_000_000, "696"), (730_000_000, "1,621")]
)
def test_rate_that_never_was(dollars, rate):
    figure = sound_figure(usd_equivalent=Decimal(dollars))

    assert problems(figure) == [
        (
            "error",
            "rate-that-never-was",
            "usd_equivalent",
            f"A dollar would be {rate} won; it has been between 700 and 1,600.",
        )
    ]


def test_rate_that_never_was_is_not_said_of_a_usual_one():
    figure = sound_figure(usd_equivalent=Decimal(1_030_000_000))

    assert problems(figure) == []


def test_dollars_of_dollars():
    figure = sound_figure(
        amount=Decimal(5_000_000_000), currency="USD", as_stated="$5 billion", usd_equivalent=Decimal(5_000_000_000)
    )

    assert problems(figure) == [
        ("error", "dollars-of-dollars", "usd_equivalent", "A dollar equivalent belongs to an amount in won.")
    ]


@pytest.mark.parametrize(("growth", "words"), [("1390", "+1,390 %"), ("-100", "−100 %")])
def test_growth_beyond_reason(growth, words):
    figure = sound_figure(growth_percent=Decimal(growth))

    assert problems(figure) == [
        (
            "error",
            "growth-beyond-reason",
            "growth_percent",
            f"A change of {words} is beyond anything that was ever asked for.",
        )
    ]


def test_no_party():
    figure = sound_figure(party="")

    assert problems(figure) == [("notice", "no-party", "party", "It is not said who demanded, offered or pays.")]


@pytest.mark.parametrize(
    ("first", "last", "years"), [(2025, 2026, "2025–2026"), (2030, 2031, "2030–2031"), (2031, None, "2031–…")]
)
def test_outside_the_agreement(first, last, years):
    figure = sound_figure(agreement=make.agreement(ordinal=12), year_from=first, year_to=last)

    assert problems(figure) == [
        (
            "notice",
            "outside-the-agreement",
            "year_from",
            f"It is for {years}, but 12th Special Measures Agreement covers 2026–2030.",
        )
    ]


@pytest.mark.parametrize("values", [{"year_from": 2026, "year_to": 2030}, {"stance": "demanded"}, {"measure": "part"}])
def test_outside_the_agreement_asks_only_what_was_agreed_for_its_years(values):
    figure = sound_figure(agreement=make.agreement(), **values)

    assert problems(figure) == []


# Words


def test_words_not_quoted():
    text = "We protect the U.S. forces there. They agreed to pay. It is not enough."
    statement = make.statement(text=text)
    make.citation(statement, quote='"We protect the U.S. forces there," he said. "They agreed to pay."')

    assert problems(statement) == [("notice", "words-not-quoted", "text", "No citation quotes “It is not enough.”.")]


def test_words_not_quoted_accepts_a_longer_sentence_that_a_quotation_stands_for():
    statement = make.statement(
        text="Upon entry into force, this agreement is expected to strengthen our Alliance greatly"
    )
    make.citation(statement, quote="this agreement is expected to strengthen our Alliance")

    assert problems(statement) == []


def test_translation_without_original():
    statement = sound_statement(is_translation=True)

    assert problems(statement) == [
        (
            "notice",
            "translation-without-original",
            "original_text",
            "It is a translation, and the original words are not known.",
        )
    ]


def test_translation_without_original_is_mended_by_the_original():
    statement = sound_statement(is_translation=True, original_text="훨씬 더 많은 돈", original_language="ko")

    assert problems(statement) == []


def test_same_words_on_the_same_day():
    first = sound_statement(slug="2019-08-07-first")
    second = sound_statement(slug="2019-08-07-second", text="South Korea has agreed to pay “substantially” more")

    assert problems(first) == [
        (
            "error",
            "same-words-on-the-same-day",
            "text",
            "The same words stand on the same day in 2019-08-07-second.",
        )
    ]
    assert [rule for _level, rule, _field, _sentence in problems(second)] == ["same-words-on-the-same-day"]


def test_same_words_on_the_same_day_in_two_titles():
    first, second = sound_event(), sound_event()

    assert problems(first) == [
        (
            "error",
            "same-words-on-the-same-day",
            "title",
            f"The same words stand on the same day in {second.slug}.",
        )
    ]


def test_same_words_on_the_same_day_may_stand_in_a_draft_or_on_another_day():
    statement = sound_statement()
    make.statement(state=State.DRAFT)
    sound_statement(when="2019-08-08")

    assert problems(statement) == []


# Names


@pytest.mark.parametrize("kind", ["place", "organization", "agreement", "round", "topic"])
def test_korean_name_missing(kind):
    record = SOUND[kind](name_ko="")

    assert problems(record) == [("notice", "korean-name-missing", "name_ko", "The Korean name is missing.")]


def test_korean_name_missing_of_an_official_without_a_basis():
    official = sound_official(name_ko="", name_ko_basis="")

    assert problems(official) == [("notice", "korean-name-missing", "name_ko", "The Korean name is missing.")]


def test_korean_without_hangul_in_the_record_and_in_a_post():
    official = sound_official(name_ko="Lee Tae-woo")
    make.appointment(official, title_ko="chief delegate")

    assert problems(official) == [
        ("error", "korean-without-hangul", "name_ko", "“Lee Tae-woo” has no Hangul in it."),
        ("error", "korean-without-hangul", "appointments", "“chief delegate” has no Hangul in it."),
    ]


def test_basis_of_the_korean_name():
    without_basis = sound_official(name_ko_basis="")
    without_name = sound_official(name_ko="")

    assert problems(without_basis) == [
        (
            "error",
            "basis-of-the-korean-name",
            "name_ko_basis",
            "It is not said where the Korean name comes from.",
        )
    ]
    assert problems(without_name)[1] == (
        "error",
        "basis-of-the-korean-name",
        "name_ko",
        "There is a basis of the Korean name, but no name.",
    )


# The database as a whole


def test_slug_of_two_records():
    make.event(slug="2019-08-07-deal")
    statement = make.statement(slug="2019-08-07-other", state="draft")
    Statement.objects.update(slug="2019-08-07-deal")
    statement.refresh_from_db()

    assert of_the_whole("slug-of-two-records") == [
        ("2019-08-07-deal", "slug", "“2019-08-07-deal” is the slug of more than one: event, statement.")
    ]
    assert [problem.sentence for problem in problems_of(statement) if problem.field == "slug"] == [
        "slug: This slug is taken, by a record of another kind (event)."
    ]


def test_redirect_leads_nowhere_by_a_chain_a_loop_or_a_slug_that_nobody_has():
    make.event(slug="here")
    make.event(slug="draft", state="draft")
    for old, new in [("a", "here"), ("b", "a"), ("c", "d"), ("d", "c"), ("e", "gone"), ("f", "draft")]:
        Redirect.objects.create(kind="event", old_slug=old, new_slug=new)
    Redirect.objects.create(kind="treaty", old_slug="a", new_slug="b")

    assert of_the_whole("redirect-leads-nowhere") == [
        ("", "", "event: b → a leads to another redirect."),
        ("", "", "event: c → d leads to another redirect."),
        ("", "", "event: d → c leads to another redirect."),
        ("", "", "event: e → gone leads to no record."),
        ("", "", "event: f → draft leads to no record."),
        ("", "", "treaty: a → b leads to no record."),
    ]


def test_redirect_hides_a_record_of_its_own_or_a_sister_kind():
    make.event(slug="here")
    make.statement(slug="old")
    make.place(slug="old")
    Redirect.objects.create(kind="event", old_slug="old", new_slug="here")

    assert of_the_whole("redirect-hides-a-record") == [
        ("old", "slug", "event: old → here, but this statement has the old slug.")
    ]


def test_redirect_of_a_merged_record_hides_nothing():
    make.event(slug="kept")
    make.event(slug="merged", state="withdrawn")
    Redirect.objects.create(kind="event", old_slug="merged", new_slug="kept")

    assert of_the_whole("redirect-hides-a-record") == []


def test_redirect_leads_to_what_is_left_of_a_record():
    bury("event", "gone")
    Redirect.objects.create(kind="event", old_slug="old", new_slug="gone")

    assert of_the_whole("redirect-leads-nowhere") == []


def test_tombstone_of_another_record_of_its_own_or_a_sister_kind():
    own = make.event(slug="mine")
    bury("event", "mine", code=own.code)
    bury("event", "gone")
    make.statement(slug="gone")
    make.place(slug="gone")
    bury("treaty", "gone", code="other234")

    assert of_the_whole("tombstone-of-another-record") == [
        ("gone", "slug", "“gone” was the slug of gone2345, which was withdrawn.")
    ]


def bury(kind, slug, code="gone2345"):
    Tombstone.objects.create(kind=kind, code=code, slug=slug, withdrawn_at=make.FIRST_PUBLISHED, reason="Why.")


def test_entry_is_not_its_record():
    sound_event(slug="2019-08-09-meeting")
    Entry.objects.update(position=99)

    assert of_the_whole("entry-is-not-its-record") == [
        ("", "", "The entry of event 2019-08-09-meeting is not what the record says.")
    ]


def test_search_is_not_true():
    event = sound_event(slug="2019-08-09-meeting")
    SearchDocument.objects.filter(slug=event.slug).update(digest="another")

    assert of_the_whole("search-is-not-true") == [
        ("", "", "The index of the search does not say what event 2019-08-09-meeting says.")
    ]


def test_a_slug_that_is_taken_is_refused_with_the_field():
    make.event(slug="2019-08-07-deal")
    statement = make.statement()
    statement.slug = "2019-08-07-deal"

    with pytest.raises(ValidationError) as refusal:
        statement.full_clean()

    assert refusal.value.message_dict == {"slug": ["This slug is taken, by a record of another kind (event)."]}
