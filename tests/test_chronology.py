import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import make
from tests.conftest import IS_DEEP
from timeline import actions, chronology
from timeline.chronology import BadQuery, Filter
from timeline.models import Entry, EntryCard, Event

EXAMPLES = 50 if IS_DEEP else 6

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def slugs(page):
    return [card["slug"] for card in page.cards]


def shown(query):
    return slugs(chronology.page(Filter.from_query(QueryDict(query))))


def test_the_stream_mixes_all_kinds_in_one_order():
    event = make.event(when="2019-08-09")
    statement = make.statement(when="2019-08-07")
    round = make.round(when="2019-08-08/2019-08-10")

    assert slugs(chronology.page(Filter())) == [statement.slug, round.slug, event.slug]


def test_newest_first_is_the_same_order_turned():
    for day in ("2019-08-07", "2019-08-08", "2019-08-09"):
        make.event(slug=day, when=day)

    assert slugs(chronology.page(Filter(), newest=True)) == ["2019-08-09", "2019-08-08", "2019-08-07"]


@pytest.fixture
def dated():
    """Seven events, two of them on one day."""
    days = ["2019-01-01", "2019-02-01", "2019-02-01", "2019-03-01", "2019-04-01", "2019-05-01", "2019-06-01"]
    return [make.event(slug=f"e{number}", when=day).slug for number, day in enumerate(days)]


@pytest.mark.parametrize("newest", [False, True])
def test_pages_follow_one_another_without_gap_or_repetition(dated, newest):
    first = chronology.page(Filter(), size=3, newest=newest)
    second = chronology.page(Filter(), size=3, newest=newest, after=first.next_key)
    third = chronology.page(Filter(), size=3, newest=newest, after=second.next_key)

    assert slugs(first) + slugs(second) + slugs(third) == (dated[::-1] if newest else dated)
    assert (first.previous_key, third.next_key) == ("", "")


@pytest.mark.parametrize("newest", [False, True])
def test_going_back_leads_to_the_page_before(dated, newest):
    first = chronology.page(Filter(), size=3, newest=newest)
    second = chronology.page(Filter(), size=3, newest=newest, after=first.next_key)

    assert chronology.page(Filter(), size=3, newest=newest, before=second.previous_key) == first


def test_a_key_of_an_entry_that_is_gone_still_leads_on(dated):
    first = chronology.page(Filter(), size=3)
    Event.objects.get(slug="e2").delete()

    assert slugs(chronology.page(Filter(), size=3, after=first.next_key)) == ["e3", "e4", "e5"]


@pytest.mark.parametrize("key", ["before", "after"])
def test_a_key_beyond_the_last_entry_gives_an_empty_page(dated, key):
    beyond = {"before": "1900-01-01.00000.a", "after": "2100-01-01.00000.a"}[key]

    assert chronology.page(Filter(), **{key: beyond}).cards == ()


def test_filters_of_one_name_are_alternatives_and_of_different_names_all_hold():
    sma = make.agreement(ordinal=11)
    call, visit = make.event(kind="call", agreement=sma), make.event(kind="visit", agreement=sma)
    make.event(kind="speech", agreement=sma)
    make.event(kind="call")

    assert shown("kind=call&kind=visit&agreement=11") == [call.slug, visit.slug]
    assert shown("agreement=sma-11&kind=call") == [call.slug]


def test_filter_by_official_finds_speakers_joint_speakers_participants_and_delegates():
    official = make.official(slug="trump-donald")
    spoken, joint, met, round = make.statement(speaker=official), make.statement(), make.event(), make.round()
    joint.co_speakers.add(official)
    make.participant(met, official=official)
    make.delegate(round, official=official)
    make.event()

    assert set(shown("official=trump-donald")) == {spoken.slug, joint.slug, met.slug, round.slug}


def test_filter_by_organization_place_topic_and_source():
    event, elsewhere = make.event(place=make.place(slug="seoul")), make.place(slug="washington")
    event.also_at.add(elsewhere)
    make.participant(event, organization=make.organization(slug="kr-mofa"))
    make.topic(event, slug="furlough")
    make.citation(event, source=make.source(slug="yonhap"))
    make.event()

    queries = ["organization=kr-mofa", "place=seoul", "place=washington", "topic=furlough", "source=yonhap"]
    assert [shown(query) for query in queries] == [[event.slug]] * 5
    assert shown("&".join(queries)) == [event.slug]


def test_a_round_has_both_sides_and_a_statement_that_of_its_speaker():
    round = make.round(when="2019-01-01")
    statement = make.statement(speaker=make.official(country="US"), when="2019-01-02")
    make.event(when="2019-01-03")

    assert [shown(f"country={side}") for side in ("KR", "US", "INT")] == [
        [round.slug],
        [round.slug, statement.slug],
        [],
    ]


def test_a_range_takes_what_can_have_been_on_one_of_its_days():
    make.event(slug="year", when="2019")
    make.event(slug="before", when="2019-07-31")
    make.event(slug="into", when="2019-07-30/2019-08-01")
    make.event(slug="month", when="2019-08")
    make.event(slug="after", when="2019-09-01")

    assert shown("from=2019-08&to=2019-08") == ["year", "into", "month"]
    assert shown("from=2019-08-31") == ["year", "month", "after"]
    assert shown("to=2019-07") == ["year", "into", "before"]


def test_words_are_looked_for_without_regard_to_case_or_width():
    event = make.event(title="Esper meets Jeong", summary="방위비 분담금")
    make.event()

    queries = ["q=ESPER", "q=분담", "q=jeong+esper", "q=ｅｓｐｅｒ"]
    assert [shown(query) for query in queries] == [[event.slug]] * 4
    assert shown("q=esper+absent") == []


def test_words_are_counted_as_they_were_typed_whatever_they_fold_into():
    spacing_accents = "¯¸¯¸¯¸¯¸¯¸¯¸"

    assert len(Filter.from_query(QueryDict(f"q={spacing_accents}+b")).words) == 2


def test_signs_of_the_database_are_plain_words():
    make.event(title="Up 100% in a_b")

    assert [len(shown(query)) for query in ("q=100%25", "q=1%25n", "q=a_b", "q=axb")] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("query", "parameter", "sentence"),
    [
        ("agreement=99", "agreement", "There is no agreement “99” in this knowledge base."),
        ("kind=brawl", "kind", "There is no kind “brawl” in this knowledge base."),
        ("country=XX", "country", "There is no country “XX” in this knowledge base."),
        ("official=nobody", "official", "There is no official “nobody” in this knowledge base."),
        ("topic=' OR 1=1", "topic", "There is no topic “' OR 1=1” in this knowledge base."),
        ("to=2019-08&from=2019-09", "to", "The range ends before it begins: “from” must not be later than “to”."),
        (
            "from=2019-02-30",
            "from",
            "“2019-02-30” is no date for “from”: write a day, a month or a year, such as 2019-08-07 or 2019-08.",
        ),
        ("q=" + "x" * 300, "q", "Search for at most 200 characters at once."),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "q", "Search for at most 10 words at once."),
        ("&".join(f"kind={number}" for number in range(30)), "kind", "At most 20 values of “kind” at once."),
    ],
)
def test_a_filter_that_cannot_be_is_refused_with_a_sentence(query, parameter, sentence):
    with pytest.raises(BadQuery) as refusal:
        Filter.from_query(QueryDict(query))

    assert (refusal.value.parameter, refusal.value.sentence) == (parameter, sentence)


@pytest.mark.parametrize("name", ["official", "organization", "place", "topic", "source"])
def test_a_hidden_record_is_no_filter(name):
    hidden = getattr(make, name)(state="draft")

    with pytest.raises(BadQuery):
        Filter.from_query(QueryDict(f"{name}={hidden.slug}"))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("after=2", "“2” is no page of this list."),
        ("before=2019-01-01.00010.A%27", "“2019-01-01.00010.A'” is no page of this list."),
        ("after=2019-01-01.00010.a&before=2019-01-01.00010.a", "A page comes after a key or before one, not both."),
        ("order=sideways", "The order is “oldest” or “newest”, not “sideways”."),
    ],
)
def test_a_page_key_that_is_none_is_refused_with_a_sentence(query, sentence):
    with pytest.raises(BadQuery) as refusal:
        chronology.page_from_query(Filter(), QueryDict(query))

    assert refusal.value.sentence == sentence


def test_the_links_of_a_page_keep_the_filter_and_the_order():
    for _each in range(3):
        make.event(kind="call")
    query = QueryDict("kind=call&order=newest&stray=1")

    page = chronology.page_from_query(Filter.from_query(query), query, size=2)

    assert QueryDict(page.next_query[1:]).dict() == {"kind": "call", "order": "newest", "after": page.next_key}


@pytest.mark.parametrize("size", [10, 200, 10_000])
def test_any_page_costs_the_same_queries(client, django_assert_num_queries, size):
    make.entries(size, make.official(slug="everywhere"))
    client.get("/timeline/")  # fills the cached choices of the form
    deepest = Entry.objects.in_order().values_list("sort_key", flat=True).reverse()[5]

    for query in ("", f"?after={deepest}", f"?before={deepest}", "?order=newest"):
        client.get(f"/timeline/{query}")  # with a query for its cards, which are kept
        with django_assert_num_queries(2):
            client.get(f"/timeline/{query}")
    filtered = "/timeline/?official=everywhere&from=1991&to=1993&kind=call&q=x"
    for queries in (8, 4):  # at first with the counts of the form, which are kept
        with django_assert_num_queries(queries):
            client.get(filtered)


@pytest.mark.parametrize(("has_it", "queries"), [(0, 3), (6_000, 6)])  # what is found is asked for what goes before it
def test_a_page_of_words_that_few_have_costs_the_same_wherever_it_is_found(has_it, queries, django_assert_num_queries):
    make.entries(8_000)
    keys = Entry.objects.in_order().values_list("sort_key", flat=True)
    EntryCard.objects.filter(entry__sort_key=keys[has_it]).update(text="furlough")
    asked, before = Filter.from_query(QueryDict("q=furlough")), keys[3_000]

    with django_assert_num_queries(3):
        page = chronology.page(asked)
    with django_assert_num_queries(queries):
        chronology.page(asked, after=before)
    assert [key for key, _digest in page.rows] == [keys[has_it]]


@pytest.mark.parametrize(
    ("query", "looks_up"),
    [
        ("", False),
        ("q=x", True),
        ("q=x&kind=call", True),
        ("q=x&from=1991", True),
        ("q=x&from=0001&to=9999", True),
        ("q=x&from=2001&to=2003", False),
        ("q=x&to=1993", False),
        ("q=x&agreement=11", False),
        ("q=x&official=everywhere", False),
        ("from=1991", False),
    ],
)
def test_words_are_looked_up_where_the_rest_leaves_many_entries(query, looks_up):
    make.agreement(ordinal=11)
    make.official(slug="everywhere")

    assert Filter.from_query(QueryDict(query)).looks_up is looks_up


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps a long card outside of its row")
@pytest.mark.parametrize("are_counted", [False, True])
@pytest.mark.parametrize("name", [[], ["year"], ["agreement", "kind", "year"], ["links__facet"]])
def test_texts_are_looked_up_in_their_index_and_no_card_is_read(are_counted, name):
    make.entries(2_000, make.official())
    if are_counted:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    rows = chronology.matching(Filter.from_query(QueryDict("q=furlough+x")))
    plan = rows.values_list(*name).annotate(count=Count("*")).explain()

    assert "SCAN U0 USING COVERING INDEX entry_card_text" in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks into rows that it has not yet swept")
@pytest.mark.parametrize("key", ["", "2001-01-01.00000.-"])
def test_a_page_of_the_whole_timeline_is_read_from_one_index_and_no_row_is(key):
    make.entries(2_000, make.official())

    plan = chronology._beyond(Entry.objects.all(), "", key, descending=False, size=50).explain()

    assert plan.split(" ", 3)[3].startswith(
        f"{'SEARCH' if key else 'SCAN'} timeline_entry USING COVERING INDEX entry_page"
    )


def test_a_text_may_be_longer_than_what_an_index_of_postgresql_holds():
    event = make.event(summary=" ".join(chr(0xAC00 + 7 * number % 11_172) * 3 for number in range(2_000)) + " furlough")

    assert shown("q=furlough") == [event.slug]


class KeysetProperties(TestCase):
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(
        st.lists(st.tuples(st.dates(dt.date(2018, 1, 1), dt.date(2018, 1, 9)), st.integers(0, 2)), max_size=12),
        st.integers(1, 5),
        st.booleans(),
    )
    def test_walking_the_pages_meets_every_entry_once(self, days, size, newest):
        made = [make.event(when=day.isoformat(), position=position).slug for day, position in days]
        expected = [slug for _day, slug in sorted(zip(days, made, strict=True))]
        walked, key = [], ""
        while True:
            page = chronology.page(Filter(), after=key, newest=newest, size=size)
            walked += slugs(page)
            if not (key := page.next_key):
                break

        assert walked == (expected[::-1] if newest else expected)

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(
        st.lists(
            st.tuples(st.dates(dt.date(2018, 1, 1), dt.date(2018, 1, 9)), st.sampled_from([0, 0, 1, 2, 7, 400])),
            max_size=12,
        ),
        st.integers(1, 5),
        st.sampled_from(["", "everywhere"]),
        st.sampled_from(["", "2018-01-07"]),
    )
    def test_walking_a_range_meets_every_entry_that_has_a_day_in_it(self, spans, size, official, last):
        party, expected = make.official(slug="everywhere"), []
        for first_day, more in spans:
            event = make.event(when=f"{first_day}/{first_day + dt.timedelta(more)}")
            make.participant(event, official=party)
            if event.last_day >= dt.date(2018, 1, 5) and (not last or event.first_day <= dt.date(2018, 1, 7)):
                expected.append((event.first_day, event.slug))
        expected = [slug for _day, slug in sorted(expected)]
        asked = Filter.from_query(QueryDict(f"from=2018-01-05&to={last}&official={official}"))

        assert walked(asked, size, newest=False) == [expected, expected]
        assert walked(asked, size, newest=True) == [expected[::-1], expected[::-1]]

    @settings(max_examples=2 * EXAMPLES, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.dates(dt.date(2018, 1, 1), dt.date(2018, 1, 9)),
                st.sampled_from(["cost", "furlough", "furlough cost"]),
            ),
            max_size=14,
        ),
        st.integers(1, 4),
        st.sampled_from([0, 1, 3, 1000]),
        st.sampled_from(["q=furlough", "q=cost+FURL", "q=rlou&official=everywhere", "q=furlough&from=2018-01-04"]),
    )
    def test_words_are_found_alike_one_by_one_and_looked_up(self, said, size, nearest, query):
        party, expected = make.official(slug="everywhere"), []
        for day, words in said:
            event = make.event(when=day.isoformat(), summary=f"They spoke of the {words}.")
            make.participant(event, official=party)
            if (
                "furlough" in words
                and ("cost" in words or "cost" not in query)
                and ("from" not in query or day.day >= 4)
            ):
                expected.append((day, event.slug))
        asked, expected = Filter.from_query(QueryDict(query)), [slug for _day, slug in sorted(expected)]

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(chronology, "NEAREST", nearest)
            assert walked(asked, size, newest=False) == [expected, expected]
            assert walked(asked, size, newest=True) == [expected[::-1], expected[::-1]]
        assert set(chronology.matching(asked, one_by_one=True)) == set(chronology.matching(asked))


def walked(asked, size, newest):
    """All pages by the links to the next one, then all by the links back from behind them."""
    there, back = [], []
    page = chronology.page(asked, newest=newest, size=size)
    while there.extend(slugs(page)) or page.next_key:
        page = chronology.page(asked, after=page.next_key, newest=newest, size=size)
    while back.extend(reversed(slugs(page))) or page.previous_key:
        page = chronology.page(asked, before=page.previous_key, newest=newest, size=size)
    return [there, back[::-1]]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("key", ["", "1990-01-01.00010.x", "1991-02-10.00010.x", "1991-03-10.00010.x", "1992"])
def test_the_whole_timeline_is_read_as_any_filter_is(key, descending):
    make.entries(120)

    assert chronology._of_all(key, descending) == chronology._of(Filter(), key, descending, chronology.PAGE_SIZE)


def test_a_card_that_was_withdrawn_since_its_page_was_read_is_not_on_it():
    first, second = make.event(when="2019-08-07"), make.event(when="2019-08-08")
    page = chronology.page(Filter())
    actions.withdraw(first, by=None, reason="Entered twice.")

    assert slugs(page) == [second.slug]
