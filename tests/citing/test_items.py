"""What is cited, and under which title and name."""

import datetime as dt

import pytest

from tests import make
from timeline.citing import Item, item_of, origin_of, title_of
from timeline.models import Round
from timeline.views.records import attach_citations, find

pytestmark = pytest.mark.django_db


def test_a_record_is_cited_as_a_page_of_this_site_at_its_short_address():
    held = make.round(agreement=make.agreement(ordinal=12), number=2, code="abcd2345")

    assert item_of(held) == Item(
        key="sma-timeline-abcd2345",
        type="webpage",
        title="12th Special Measures Agreement talks, round 2",
        authors=("SMA Timeline",),
        issued="2024-05-24",
        url="https://sma.example/e/abcd2345/",
        language="en",
        note="Version 1 of the record.",
    )


def test_it_is_dated_by_the_day_on_which_readers_last_saw_it_change():
    held = make.round()
    held.corrected_at = dt.datetime(2025, 2, 1, 23, 0, tzinfo=dt.UTC)

    assert item_of(held).issued == "2025-02-01"


def test_the_page_of_a_record_brings_the_day_of_its_last_correction():
    assert find(Round, make.round().slug).corrected_at is None


@pytest.mark.parametrize(
    ("record", "title"),
    [
        (make.official, "Lee Tae-woo (이태우)"),
        (lambda: make.official(name="Linda Specht", name_ko=""), "Linda Specht"),
        (make.organization, "Ministry of Foreign Affairs (외교부)"),
        (make.place, "Seoul (서울)"),
        (make.topic, "Furlough (무급휴직)"),
        (lambda: make.event(title_ko="외교장관 회담"), "Ministers meet in Seoul (외교장관 회담)"),
        (
            lambda: make.agreement(ordinal=12),
            "12th Special Measures Agreement (제12차 한미 방위비분담특별협정)",
        ),
        (make.figure, "Agreed (total for the year, 2021): “1.1833 trillion won”"),
        (lambda: make.figure(year_from=None, year_to=None), "Agreed (total for the year): “1.1833 trillion won”"),
    ],
)
def test_titles_name_a_record_with_its_korean_name_where_one_is_known(record, title):
    assert title_of(record()) == title


def test_a_statement_is_cited_by_who_said_it_when_and_in_which_words():
    made = make.statement(speaker=make.official(), attribution="")

    assert title_of(made) == (
        "Lee Tae-woo (이태우), 7 August 2019: “South Korea has agreed to pay substantially more.”"
    )


def test_a_translated_statement_says_so_and_brings_the_original():
    made = make.statement(
        speaker=make.official(),
        is_translation=True,
        text="We agreed.",
        original_text="합의했다.",
        original_language="ko",
    )

    item = item_of(made)

    assert item.title == "Lee Tae-woo (이태우), 7 August 2019, in translation: “We agreed.”"
    assert item.abstract == "“We agreed.”"
    assert item.note == "Version 1 of the record. Original (Korean): “합의했다.”"


def test_a_statement_by_several_names_all_of_them():
    made = make.statement(speaker=make.official())
    made.co_speakers.add(make.official(name="Linda Specht", name_ko="", slug="specht"))

    assert title_of(made).startswith("Lee Tae-woo (이태우) and Linda Specht, 7 August 2019: ")


@pytest.mark.parametrize(
    ("values", "voice"),
    [
        ({"attribution": "a Seoul official"}, "A Seoul official, 7 August 2019: "),
        ({"attribution": "", "on_behalf_of": "public"}, "Ministry of Foreign Affairs (외교부), 7 August 2019: "),
        ({"attribution": "", "on_behalf_of": "draft"}, "7 August 2019: “South"),
    ],
)
def test_where_nobody_is_named_the_title_says_what_the_source_says(values, voice):
    if state := values.get("on_behalf_of"):
        body = make.organization(
            state="published" if state == "public" else "draft", name="Ministry of Foreign Affairs"
        )
        values = values | {"on_behalf_of": body}

    assert title_of(make.statement(**values)).startswith(voice)


def test_a_speaker_who_is_not_public_is_not_named():
    hidden = make.official(name="Somebody Secret", name_ko="비밀", state="draft")
    made = make.statement(speaker=hidden, attribution="a Seoul official")
    made.co_speakers.add(hidden)

    item = item_of(made)

    assert item.title == "A Seoul official, 7 August 2019: “South Korea has agreed to pay substantially more.”"
    assert "Secret" not in str(item)


def test_of_a_source_the_work_itself_is_cited():
    work = make.source(
        code="abcd2345",
        author="Lee Haye-ah",
        via="OANA News",
        agency="Yonhap News Agency",
        archived_url="https://a.example/1",
    )

    assert item_of(work) == Item(
        key="sma-timeline-abcd2345",
        type="article-newspaper",
        title="Talks open in Seoul",
        authors=("Lee Haye-ah",),
        container="Yonhap",
        issued="2024-05-24",
        url="https://news.example/talks-open-in-seoul",
        language="en",
        note="Read on OANA News. Text of Yonhap News Agency. Archived copy: https://a.example/1",
    )


@pytest.mark.parametrize(
    ("values", "authors"),
    [
        ({"author": "Choe Sang-Hun"}, ("Choe Sang-Hun",)),
        ({"author": "유인호"}, ("유인호",)),
        ({"author": "윤상호, 문병기"}, ("윤상호", "문병기")),
        ({"author": "Simon Denyer and Min Joo Kim"}, ("Simon Denyer", "Min Joo Kim")),
        ({"author": "Na-Ri Shin, Gi-Jae Han"}, ("Na-Ri Shin", "Gi-Jae Han")),
        ({"author": "Martin King, Jr."}, ("Martin King, Jr.",)),
        ({"author": "Paul kim (byline on the page); text credited to Yonhap"}, ("Paul kim",)),
        ({"agency": "Reuters; Yonhap News Agency"}, ("Reuters", "Yonhap News Agency")),
        ({"author": "(staff)"}, ()),
        ({}, ()),
        ({"kind": "official", "publisher": "U.S. Department of State"}, ("U.S. Department of State",)),
    ],
)
def test_authors_are_the_people_of_the_byline_else_the_agency_else_an_office_that_publishes(values, authors):
    assert item_of(make.source(**values)).authors == authors


def test_who_writes_and_publishes_is_named_once():
    assert item_of(make.source(agency="Yonhap")).container == ""


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"kind": "news"}, "article-newspaper"),
        ({"kind": "official"}, "webpage"),
        ({"kind": "research", "url": ""}, "report"),
        ({"kind": "legal", "url": ""}, "report"),
        ({"kind": "social"}, "post"),
    ],
)
def test_the_kind_of_a_work(values, kind):
    assert item_of(make.source(**values)).type == kind


def test_a_work_whose_address_is_gone_is_cited_by_its_archived_copy():
    assert item_of(make.source(url="", archived_url="https://a.example/1")).url == "https://a.example/1"


def test_the_origin_of_a_quotation_is_the_source_of_its_words():
    made, first, second = make.statement(), make.source(), make.source()
    make.citation(made, source=first, supports="place", order=1)
    make.citation(made, source=second, supports="text", order=2)
    attach_citations([made])

    assert origin_of(made) == second


def test_the_origin_of_a_figure_is_any_source_where_none_is_named_for_its_words():
    made, first = make.figure(), make.source()
    make.citation(made, source=first, supports="year_from")
    attach_citations([made])

    assert origin_of(made) == first


def test_a_source_that_is_not_public_is_nobodys_origin():
    made = make.statement()
    make.citation(made, source=make.source(state="draft"))
    attach_citations([made])

    assert origin_of(made) is None


def test_a_round_has_no_origin():
    made = make.round()
    make.citation(made)
    attach_citations([made])

    assert origin_of(made) is None


def test_every_text_is_on_one_line():
    made = make.event(title="A title\r\nTY  - BOOK\u2028with\x07 lines")

    assert item_of(made).title == "A title TY - BOOK with lines"


@pytest.mark.parametrize("author", ["\x1f", "\x1f\x1f; \x1c", ";", " "])
def test_a_byline_without_a_letter_names_nobody(author):
    assert item_of(make.source(author=author, agency="", publisher="Yonhap")).authors == ()
