"""What looks like a record that is being typed: found in any spelling, order and script, and little else."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make, shipped
from timeline import duplicates
from timeline.duplicates import romanization, web_addresses
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Likeness,
    Official,
    Organization,
    Place,
    Round,
    Source,
    Statement,
    Topic,
)

pytestmark = pytest.mark.django_db


def records_near(record):
    return [candidate.record for candidate in duplicates.near(record)]


# --- names


@pytest.mark.parametrize(
    "spelling",
    [
        "Lee Tae-woo",
        "Yi Tae-woo",
        "Tae-woo Lee",
        "Lee, Tae-woo",
        "Rhee Taewoo",
        "LEE Tae Woo",
        "Yi T’ae-u",
        "I Tae-u",
        "이태우",
        "이 태우",
    ],
)
def test_a_korean_name_is_found_in_any_spelling_order_and_script(spelling):
    stored = make.official(name="Lee Tae-woo", name_ko="이태우")

    assert records_near(Official(name=spelling)) == [stored]


@pytest.mark.parametrize(
    ("name", "hangul"),
    [
        ("Chung Eui-yong", "정의용"),
        ("Jeong Ui-yong", "정의용"),
        ("Kang Kyung-wha", "강경화"),
        ("Gang Gyeong-hwa", "강경화"),
        ("Park Geun-hye", "박근혜"),
        ("Bak Geunhye", "박근혜"),
        ("Moon Jae-in", "문재인"),
        ("Roh Moo-hyun", "노무현"),
        ("No Mu-hyeon", "노무현"),
        ("Chang Won-sam", "장원삼"),
        ("Yoon Suk-yeol", "윤석열"),
        ("Yun Sŏk-yŏl", "윤석열"),
        ("Choi Jong-kun", "최종건"),
        ("Ch'oe Chong-gŏn", "최종건"),
        ("Lim Sung-nam", "임성남"),
        ("Im Seong-nam", "임성남"),
        ("Woo Won-shik", "우원식"),
        ("Namkoong Hyuk", "남궁혁"),
    ],
)
def test_each_romanization_has_the_key_of_the_hangul(name, hangul):
    assert romanization.people_keys(name) & romanization.people_keys(hangul)


def test_the_hangul_of_another_record_is_found_by_a_romanized_draft():
    stored = make.official(name="이상화", name_ko="", family_name="", given_name="", state="draft")

    assert records_near(Official(name="Rhee Sang-hwa")) == [stored]


def test_another_form_of_the_name_is_found():
    stored = make.official(name="Chang Won-sam", name_ko="", aliases=["Jang Weon-sam"], family_name="", given_name="")

    assert records_near(Official(name="Wonsam Jang")) == [stored]


def test_names_that_are_alike_in_latin_letters_and_not_in_hangul_are_two():
    make.official(name="Kim Yong-hyun", name_ko="김용현", family_name="Kim", given_name="Yong-hyun")

    assert records_near(Official(name="Kim Young-hyun", name_ko="김영현")) == []


@pytest.mark.parametrize("name", ["Robert Abrams", "Gen. Robert B. Abrams", "Abrams Robert"])
def test_a_western_name_is_found_without_initials_and_with_titles(name):
    stored = make.official(
        name="Robert B. Abrams", family_name="Abrams", given_name="Robert B.", name_ko="", country="US"
    )

    assert records_near(Official(name=name)) == [stored]


def test_initials_that_differ_make_two_people():
    make.official(name="George H. W. Bush", family_name="Bush", given_name="George H. W.", name_ko="", country="US")

    assert records_near(Official(name="George W. Bush", country="US")) == []


def test_a_person_of_the_other_side_is_another_one_unless_the_name_is_the_same():
    make.official(name="Kim Sung", name_ko="", family_name="Kim", given_name="Sung", country="KR")

    assert records_near(Official(name="Sung Kim", country="US")) == []
    assert len(records_near(Official(name="Kim Sung", country="US"))) == 1


@pytest.mark.parametrize("name", ["Ministry of Foreign Affairs", "MOFA", "외교부", "The Ministry of Foreign Affair"])
def test_an_organization_is_found_by_name_abbreviation_and_korean_name(name):
    stored = make.organization()

    assert records_near(Organization(name=name)) == [stored]


def test_an_organization_of_another_side_is_another_one():
    make.organization(country="KR")

    assert records_near(Organization(name="Ministry of Foreign Affairs", country="US")) == []


def test_a_place_and_a_topic_are_found_by_either_name():
    place, topic = make.place(), make.topic()

    assert records_near(Place(name="서울")) == [place]
    assert records_near(Topic(name="furlough")) == [topic]


# --- what is dated


def test_an_event_of_the_same_day_and_kind_in_similar_words_is_found_with_the_reason():
    stored = make.event()

    (found,) = duplicates.near(Event(kind="meeting", title="The ministers meet in Seoul", when="2019-08-09"))

    assert found.record == stored
    assert found.why == "It is of the same day and kind, in similar words."


@pytest.mark.parametrize("when", ["2019-08-08", "2019-08-10", "2019-08", "2019", "2019-08-01/2019-08-09"])
def test_an_event_of_an_adjacent_or_possible_day_is_found(when):
    stored = make.event(when="2019-08-09")

    assert records_near(Event(kind="meeting", title="Ministers meet at Seoul", when=when)) == [stored]


def test_a_stored_event_known_to_the_year_is_found_by_a_day_of_it():
    stored = make.event(when="2019")

    assert records_near(Event(kind="meeting", title="Ministers meet at Seoul", when="2019-12-31")) == [stored]


@pytest.mark.parametrize(
    "values",
    [
        {"when": "2019-08-12"},
        {"title": "Assembly approves the agreement"},
        {"kind": "call", "title": "Ministers of both sides meet in Seoul"},
        {"when": "201"},
        {"when": ""},
        {"title": ""},
    ],
)
def test_an_event_of_another_day_kind_or_wording_is_not_found(values):
    make.event()

    assert (
        records_near(Event(**{"kind": "meeting", "title": "Ministers meet in Seoul", "when": "2019-08-09"} | values))
        == []
    )


def test_an_event_is_found_by_its_korean_title():
    stored = make.event(title_ko="한미 외교장관 회담 서울 개최")

    typed = Event(kind="meeting", title="", title_ko="한미 외교장관 회담, 서울에서 개최", when="2019-08-09")

    assert records_near(typed) == [stored]


def test_a_statement_of_the_same_speaker_in_similar_words_is_found():
    speaker = make.official()
    stored = make.statement(speaker=speaker, attribution="")

    typed = Statement(speaker=speaker, text="South Korea agreed to pay substantially more", when="2019-08-08")

    assert records_near(typed) == [stored]


def test_similar_words_of_another_speaker_are_another_statement():
    make.statement(speaker=make.official(), attribution="")

    typed = Statement(speaker=make.official(), text="South Korea will pay a little more", when="2019-08-07")

    assert records_near(typed) == []


def test_a_round_is_found_by_its_number_and_by_its_days():
    stored = make.round(number=2)

    assert records_near(Round(agreement=stored.agreement, number=2, when="2024-09-01")) == [stored]
    assert records_near(Round(agreement=make.agreement(), number=5, when="2024-05-21/2024-05-23")) == [stored]
    assert records_near(Round(agreement=stored.agreement, number=3, when="2024-05-24")) == []


# --- the others


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/talks-open-in-seoul",
        "https://www.news.example/talks-open-in-seoul/",
        "https://m.news.example/talks-open-in-seoul?utm_source=x&fbclid=y",
        "HTTPS://NEWS.EXAMPLE:443/talks-open-in-seoul#comments",
        "https://news.example/talks-open-in-seoul/amp/",
        "https://news.example/amp/talks-open-in-seoul",
        "https://www.google.com/amp/s/news.example/talks-open-in-seoul",
        "https://news-example.cdn.ampproject.org/c/s/news.example/talks-open-in-seoul",
        "https://web.archive.org/web/20240524000000/https://news.example/talks-open-in-seoul",
    ],
)
def test_a_source_is_found_under_every_form_of_its_address(url):
    stored = make.source()

    assert records_near(Source(url=url)) == [stored]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/view?id=1", "https://a.example/view?id=2"),
        ("https://a.example/View", "https://a.example/view"),
        ("https://en.a.example/x", "https://ko.a.example/x"),
        ("https://a.example/?p=1", "https://a.example/?p=2"),
    ],
)
def test_addresses_of_two_texts_stay_two(one, other):
    assert web_addresses.normal(one) != web_addresses.normal(other)


@pytest.mark.parametrize(
    "text", ["", "x", "http://", "http://[", "http://a.example:99999999/", "javascript:alert(1)", "\ud800"]
)
def test_what_is_no_address_has_no_form(text):
    assert web_addresses.normal(text) == ""


def test_a_source_is_found_by_publisher_day_and_similar_title():
    stored = make.source(url="", published_on="2024-05-24", title="Talks open in Seoul on cost sharing")

    typed = Source(publisher="yonhap", title="Talks on cost sharing open in Seoul", published_on="2024-05-25")

    assert records_near(typed) == [stored]
    assert records_near(Source(publisher="KBS", title=typed.title, published_on="2024-05-25")) == []


def test_a_figure_is_found_by_its_amount_and_by_its_words():
    stored = make.figure()
    same = {"stance": "agreed", "party": "KR", "measure": "total", "year_from": 2021, "year_to": 2021}

    assert records_near(Figure(**same, amount=stored.amount, currency="KRW")) == [stored]
    assert records_near(Figure(**same, as_stated="1.1833 Trillion Won")) == [stored]
    assert records_near(Figure(**same | {"year_from": 2022}, as_stated="1.1833 trillion won")) == []
    assert records_near(Figure(**same | {"party": "US"}, as_stated="1.1833 trillion won")) == []


def test_an_agreement_is_found_by_its_ordinal_and_by_its_name():
    stored = make.agreement(ordinal=12)

    assert records_near(Agreement(ordinal=12)) == [stored]
    assert records_near(Agreement(name="12th special measures agreement")) == [stored]
    assert records_near(Agreement(ordinal=11, name="11th Special Measures Agreement")) == []


def test_a_disagreement_and_a_gap_are_found_by_their_words():
    disagreement, gap = make.disagreement(), make.gap()

    assert records_near(Disagreement(question="How much was agreed for the year 1998?", field="amount")) == [
        disagreement
    ]
    assert records_near(Disagreement(question="How much was agreed for 1999?", field="amount")) == []
    assert records_near(Gap(text="The signatories have not been found.")) == [gap]


# --- what is found at all


@pytest.mark.parametrize("state", ["draft", "in_review", "published", "withdrawn"])
def test_a_record_is_found_in_every_state(state):
    stored = make.event(state=state)

    assert records_near(Event(kind="meeting", title=stored.title, when=stored.when)) == [stored]


def test_a_record_does_not_look_like_itself():
    assert records_near(make.event()) == []
    assert records_near(make.official()) == []
    assert records_near(make.source()) == []


def test_the_most_alike_come_first_and_no_more_than_asked_for():
    close = make.event(title="Ministers meet in Seoul")
    for number in range(3):
        make.event(title=f"Ministers meet in Seoul number {number} again")

    found = duplicates.near(Event(kind="meeting", title="Ministers meet in Seoul", when="2019-08-09"), limit=2)

    assert [len(found), found[0].record] == [2, close]


BLANK = [Agreement, Disagreement, Event, Figure, Gap, Official, Organization, Place, Round, Source, Statement, Topic]


@pytest.mark.parametrize("model", BLANK)
def test_a_blank_record_looks_like_nothing(model):
    assert records_near(model()) == []


def test_every_kind_of_record_is_looked_for():
    assert set(duplicates.READS) == set(BLANK)


TYPED = {
    "agreement": lambda: Agreement(ordinal=5, name="5th Special Measures Agreement"),
    "disagreement": lambda: Disagreement(question="How much was agreed for 1998?", field="amount"),
    "event": lambda: Event(kind="meeting", title="Ministers meet in Seoul", when="2019-08-09"),
    "figure": lambda: Figure(stance="agreed", measure="total", year_from=2021, as_stated="1.1833 trillion won"),
    "gap": lambda: Gap(text="The signatories were not found."),
    "official": lambda: Official(name="Lee Tae-woo"),
    "organization": lambda: Organization(name="Ministry of Foreign Affairs"),
    "place": lambda: Place(name="Seoul"),
    "round": lambda: Round(when="2024-05-21"),
    "source": lambda: Source(
        publisher="Yonhap",
        title="Talks open in Seoul",
        published_on="2024-05-24",
        url="https://news.example/talks-open-in-seoul",
    ),
    "statement": lambda: Statement(
        text="South Korea has agreed to pay substantially more.", attribution="a Seoul official", when="2019-08-07"
    ),
    "topic": lambda: Topic(name="Furlough"),
}
MAKERS = {"round": make.round, "agreement": lambda: make.agreement(name="5th Special Measures Agreement")}


@pytest.mark.deep(4)
@pytest.mark.parametrize("kind", sorted(TYPED))
def test_it_costs_the_same_queries_whatever_is_stored(kind):
    made = MAKERS.get(kind) or getattr(make, kind)
    counts = []
    for _times in range(2):
        for _each in range(4):
            made()
        with CaptureQueriesContext(connection) as queries:
            assert [str(each.record) for each in duplicates.near(TYPED[kind]())]
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 4


# --- the keys


def test_the_keys_follow_a_change_and_go_with_the_record():
    official = make.official(
        name="Lee Tae-woo", name_ko="", family_name="", given_name="", state="draft", published_at=None
    )
    official.name = "Park Jin"
    official.save()

    assert records_near(Official(name="Lee Tae-woo")) == []
    assert records_near(Official(name="박진")) == [official]
    official.delete()
    assert Likeness.objects.count() == 0


def test_the_keys_made_anew_are_those_that_were_kept():
    make.official(), make.organization(), make.source(), make.disagreement(), make.gap(), make.topic()
    kept = sorted(Likeness.objects.values_list("kind", "key", "record_id"))

    assert duplicates.rebuild() == len(kept)
    assert sorted(Likeness.objects.values_list("kind", "key", "record_id")) == kept


def test_a_very_long_name_and_address_have_short_keys():
    make.source(url="https://news.example/" + "x" * 900)
    make.organization(name="외" * 200, abbreviation="")

    assert max(len(key) for key in Likeness.objects.values_list("key", flat=True)) <= 120
    assert len(records_near(Source(url="http://news.example/" + "x" * 900))) == 1


def test_dates_at_the_ends_of_time_are_no_fault():
    for when in ("0001-01-01", "9999-12-31", "0001", "9999"):
        assert records_near(Event(kind="meeting", title="Ministers meet in Seoul", when=when)) == []


# --- the shipped data: distinct records, so whatever is found there is found wrongly

# An amount named twice on two days; two rounds of one month, one of them hardly known; a text and its later edition.
FALSE_PAIRS = {"figure": 5, "round": 1, "source": 6}


def test_the_shipped_records_hardly_look_like_one_another():
    shipped.load()

    pairs = {
        (model._meta.model_name, frozenset({record.code, each.record.code}))
        for model in duplicates.READS
        for record in model.objects.all()
        for each in duplicates.near(record)
    }

    assert Counter(kind for kind, _pair in pairs) == FALSE_PAIRS
