"""What people ask of the shipped data, on whichever database the tests run."""

import sys
import time
from itertools import islice
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import sample
from tests.search.reference import Reference
from timeline import search
from timeline.models import SearchDocument
from timeline.search import Filters
from timeline.search.planning import ANSWERING, DATED, FEW

pytestmark = [pytest.mark.both, pytest.mark.django_db, pytest.mark.usefixtures("shipped")]
SECTIONS = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))
QUESTIONS = [question for section in SECTIONS.values() for question in section]
MORE = [
    "cost sharing",
    '"cost sharing" -trump',
    "분담",
    "협상",
    "방위비분담금협정",
    "방위비 분담금 협정",
    "한미 동맹",
    "돈",
    "2019",
    "May 2024",
    "2024년 10월",
    "kind:statement",
    "-trump kind:statement",
    "who:trump in:seoul",
    "before:2000",
    "after:2025-06 trump",
    "trump seoul nonsense",
    "What did Trump say about the troops?",
]


@pytest.fixture(scope="module")
def reference(shipped, django_db_blocker):
    with django_db_blocker.unblock():
        return Reference()


def pages(asked, filters, size=50):
    """All results, page after page."""
    after = ""
    while True:
        results = search.search(asked, filters, after, size)
        yield from (f"{hit.record_type} {hit.slug}" for hit in results.hits)
        after = results.next_key
        if not after:
            return


def named(sort_keys):
    rows = dict(SearchDocument.objects.filter(sort_key__in=sort_keys).values_list("sort_key", "slug"))
    return [f"{key.rpartition('.')[2]} {rows[key]}" for key in sort_keys]


def answered(client, question):
    results = client.get("/search.json", {"q": question["asked"]}).json()["results"]
    return {row["slug"] for row in results[:3]} & set(question.get("either") or [question["slug"]])


@pytest.mark.deep(40)
@pytest.mark.parametrize("question", [each for each in QUESTIONS if "weak" not in each], ids=lambda each: each["asked"])
def test_the_record_that_is_asked_for_comes_among_the_first_three(client, question):
    assert answered(client, question)


@pytest.mark.parametrize("question", [each for each in QUESTIONS if "weak" in each], ids=lambda each: each["asked"])
def test_what_is_known_to_be_weak_is_still_so(client, question):
    assert answered(client, question) == set()


@pytest.mark.deep
@pytest.mark.parametrize("asked", sample([*(each["asked"] for each in QUESTIONS), *MORE], 9))
def test_an_engine_finds_what_plain_python_finds_in_the_same_order(reference, asked):
    by_date, ranked = reference.search(asked, Filters())

    assert list(pages(asked, Filters(by_date=True))) == named(by_date)
    assert list(islice(pages(asked, Filters()), 200)) == named(ranked[:200])
    assert len(set(ranked)) == len(ranked)


@pytest.mark.parametrize(
    ("asked", "when"),
    [
        ("who led the us delegation in 2018", "2018"),
        ("SCM 2019 joint communique", "2019"),
        ("why did the talks break down in November 2019", "2019-11"),
        ("Biden Moon summit 2021", "2021"),
    ],
)
def test_of_what_lacks_a_term_that_of_the_date_that_was_named_comes_first(asked, when):
    results = search.search(asked)

    assert not results.has_all
    assert [hit.when[: len(when)] for hit in results.hits[:3]] == [when] * 3


def test_the_little_that_has_all_terms_is_followed_by_what_has_most_and_the_amount_first():
    results = search.search("Trump $5 billion demand")

    assert [hit.slug for hit in results.hits if not hit.is_near] == [
        "2024-05-24-speculation-on-early-deal",
        "first-term-demand-5-or-50-billion",
    ]
    near = [hit.slug for hit in results.hits if hit.is_near]
    assert set(near[:6]) >= {"fig-trump-claim-2bn", "2020-05-07-us-official-nothing", "fig-sma-11-demand-5bn"}


def test_a_payment_of_another_year_that_was_stated_in_the_one_asked_for_is_no_answer():
    hits = search.search("2018년 분담금은 얼마였나").hits

    assert [hit.slug for hit in hits if hit.tier <= ANSWERING] == ["fig-sma-09-2018", "fig-wp-2018-krw", "sma-09"]


def test_where_the_first_is_asked_for_the_oldest_come_first_whatever_the_size_of_a_page():
    found = list(pages("When did the 12th SMA talks begin?", Filters(), 3))
    rounds = [each for each in found if each.startswith("round sma-12-round-")]

    assert rounds == [f"round sma-12-round-{number}" for number in range(1, 9)]
    assert found == list(pages("When did the 12th SMA talks begin?", Filters()))


@pytest.mark.parametrize("asked", ["When did cost sharing begin?", "방위비 분담은 언제 시작됐나", "history of the SMA"])
def test_when_all_of_it_began_is_answered_by_the_first_agreement(asked):
    slugs = [hit.slug for hit in search.search(asked).hits]

    assert slugs[:3] == ["sma-01", "1991-01-25-sma-01-signed", "1991-02-21-sma-01-in-force"]


def test_a_first_round_of_another_agreement_is_no_answer_to_when_the_first_agreement_was():
    slugs = [hit.slug for hit in search.search("When was the first SMA?").hits]

    assert slugs[:2] == ["1991-02-21-sma-01-in-force", "1991-01-25-sma-01-signed"]


def test_what_is_of_the_kind_of_event_that_is_named_comes_before_what_names_it():
    hits = search.search("ratification vote 12th SMA").hits

    assert [hit.kind for hit in hits if hit.tier == DATED] == ["ratification"]


def test_what_is_agreed_comes_before_what_is_demanded_where_it_is_asked_what_is_paid():
    slugs = [hit.slug for hit in search.search("How much does Korea pay?", size=100).hits]

    assert slugs.index("fig-1991-scm-22") < slugs.index("fig-trump-10bn-2024-10")


def test_of_a_year_and_a_word_what_is_of_the_year_comes_before_what_names_it():
    results = search.search("2019 contribution", size=100)
    dated = [hit.tier <= DATED for hit in results.hits]

    others = [hit.slug for hit in results.hits if hit.tier <= DATED and not hit.when.startswith("2019")]
    assert others == ["sma-10"]  # which covers that year
    assert dated == sorted(dated, reverse=True)


def test_the_index_says_what_the_records_say():
    assert list(search.differences()) == []


def test_a_word_of_two_syllables_is_found_inside_longer_ones():
    found = {
        asked: search.search(asked).total for asked in ("분담", "분담금", "방위비분담금협정", "방위비 분담금 협정")
    }

    assert found["분담"] > found["분담금"] > found["방위비 분담금 협정"] >= found["방위비분담금협정"] > 0


SIGNS = "trump 분담금 11차 2019 May 일 - who: kind: in: before: : * ( ) NEAR/2 AND OR NOT ' % _ \\ ﬁ ß ⑫ ½ ١٢ 日本"
ODD = ('"', "\x00", "\ud800", "e\u0301", "{title}", "who:trump", "-kind:round", "after:9999-12-31", "before:0001")
WORDS = st.sampled_from([*SIGNS.split(), *ODD])
LONG = st.builds(
    lambda word, between: (word + between) * (100_000 // len(word + between)), WORDS, st.sampled_from(["", " "])
)
TYPED = st.one_of(
    st.lists(WORDS, max_size=30).map("".join), st.lists(WORDS, max_size=30).map(" ".join), st.text(max_size=300), LONG
)
# Seconds of the processor, on which coverage lies heavily.
LONGEST_WAIT = 1.0 if sys.gettrace() is None else 10.0


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED)
def test_whatever_is_typed_there_is_an_answer_within_a_second(asked):
    begun = time.process_time()
    results = search.search(asked)
    search.did_you_mean(results.query)
    search.suggest(asked)

    assert time.process_time() - begun < LONGEST_WAIT
    is_followed = results.query.is_question or not results.has_all or results.total < FEW
    assert len(results.hits) == min(results.total, 20) or is_followed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=TYPED, name=st.sampled_from(["q", "kind", "agreement", "year", "person", "after", "order"]))
def test_whatever_is_sent_the_pages_answer_with_a_result_or_a_sentence(client, asked, name):
    sent = {"q": "trump", name: asked.encode("utf-8", "replace").decode()}

    for path in ("/search/", "/search.json", "/search/suggestions.json"):
        begun = time.process_time()
        response = client.get(path, sent)

        assert (path, response.status_code) in {(path, 200), (path, 400), (path, 414)}
        assert response.content
        assert time.process_time() - begun < LONGEST_WAIT
