"""What the cells of a table mean: dates, choices, references by the names that editors use."""

import pytest

from tests import make
from tests.imports.files import csv_bytes
from timeline.imports import KINDS, Unreadable, read
from timeline.imports import cells as readers
from timeline.imports.columns import lines_of
from timeline.imports.references import References
from timeline.models import Agreement, Official, Organization, Place, Source

ROUND = KINDS["round"]


def lines(*rows, kind=ROUND):
    return lines_of(kind, read(csv_bytes([list(row) for row in rows]), "table.csv"))


def refused(*rows, kind=ROUND):
    with pytest.raises(Unreadable) as error:
        lines(*rows, kind=kind)
    return [str(fault) for fault in error.value.faults]


def said(reader, cell, references=None):
    """The value, or the sentence why there is none."""
    try:
        return reader(cell, references or References())
    except readers.CellError as error:
        return str(error)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_field_that_a_row_needs_has_a_column_that_is_needed(name):
    kind = KINDS[name]
    needed = {
        field.name
        for field in kind.model._meta.fields
        if field.editable and not field.blank and not field.has_default() and field.name != "slug"
    }

    assert {column.field for column in kind.columns if column.is_needed} == needed


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_example_is_right_in_its_column(name):
    plain = (readers.edtf, readers.day, readers.whole_number, readers.yes_or_no, readers.line)
    wrong = {
        column.name: said(column.read, column.example)
        for column in KINDS[name].columns
        if column.example and (column.choices or column.read in plain)
    }

    assert {column: value for column, value in wrong.items() if " is no" in str(value)} == {}


def test_columns_are_known_by_their_names_by_those_of_the_form_and_in_any_order():
    (line,) = lines(["Korean name", "NUMBER *", "us-head", "code"], ["회의", "2", "Specht", "abcd2345"])

    assert line.texts == {"name_ko": "회의", "number": "2", "us_head": "Specht", "slug": "abcd2345"}
    assert line.place("us_head") == "C2"


def test_an_unknown_column_is_named_with_what_is_nearest_and_all_there_are():
    names = ", ".join(column.name for column in ROUND.columns)

    assert refused(["nummer", "xyzzy"], ["2", "x"]) == [
        f"A1: “nummer” is no column of rounds; perhaps number is meant. The columns are: {names}.",
        f"B1: “xyzzy” is no column of rounds. The columns are: {names}.",
    ]


def test_a_column_under_two_of_its_names_is_refused():
    assert refused(["name_ko", "number", "slug", "code"], ["회의", "2", "a", "b"]) == [
        "D1: The column slug is there twice."
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2024-05-21", "2024-05-21"),
        ("2024-05-21 / 2024-05-23", "2024-05-21/2024-05-23"),
        ("2013-07~", "2013-07~"),
        ("2024.0", "2024"),
        ("5/21/2024", "“5/21/2024” is not a date in a form that we keep"),
        ("2024-02-30", "“2024-02-30” is not a day of the calendar."),
        ("2024-05-21/..", "“2024-05-21/..” has an open end. Give both ends, or one date."),
    ],
)
def test_dates(cell, value):
    assert said(readers.edtf, cell).startswith(value)


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (readers.whole_number, "12.0", 12),
        (readers.whole_number, "2.5", "“2.5” is no whole number."),
        (readers.whole_number, "32768", "“32768” is no whole number."),
        (readers.yes_or_no, "Yes", True),
        (readers.yes_or_no, "아니오", False),
        (readers.yes_or_no, "perhaps", "“perhaps” is neither yes nor no."),
        (readers.texts, "Yi Tae-u; Lee  Taewoo;; Yi Tae-u", ["Yi Tae-u", "Lee Taewoo"]),
        (readers.line, "two\nlines", "two lines"),
        (readers.day, "2024-05", "“2024-05” is no day like 2024-05-21."),
    ],
)
def test_plain_values(reader, cell, value):
    assert said(reader, cell) == value


def test_a_choice_is_known_by_its_value_and_by_its_label():
    status = ROUND.by_name["status"].read

    assert [said(status, cell) for cell in ("cut_short", "Cut short", "ended")] == [
        "cut_short",
        "cut_short",
        "“ended” is none of these: scheduled, held, cut_short, cancelled.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ["12", "12th", "SMA 12", "sma-12", "제12차 한미 방위비분담특별협정", "12.0"])
def test_an_agreement_is_known_by_its_number_its_slug_and_its_names(cell):
    agreement = make.agreement(ordinal=12)

    assert said(readers.record_of(Agreement), cell) == agreement


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ["lee-tae-woo-a", "LEE TAE WOO", "이태우", "Yi Tae-u", "Tae-woo Lee"])
def test_an_official_is_known_by_every_form_of_the_name(cell):
    official = make.official(slug="lee-tae-woo-a", aliases=["Yi Tae-u"])

    assert said(readers.record_of(Official), cell) == official


@pytest.mark.django_db
def test_a_name_that_two_people_have_is_refused_with_both():
    make.official(slug="lee-tae-woo-a")
    make.official(slug="lee-tae-woo-b")

    assert said(readers.record_of(Official), "Lee Tae-woo") == (
        "“Lee Tae-woo” may mean several (lee-tae-woo-a, lee-tae-woo-b). Give the slug of the one that is meant."
    )


@pytest.mark.django_db
def test_a_name_that_nobody_has_is_refused_with_the_nearest():
    make.official(slug="lee-tae-woo-a")

    assert said(readers.record_of(Official), "Lee Tae-wo") == (
        "No official is known as “Lee Tae-wo”. The nearest is lee-tae-woo-a."
    )
    assert said(readers.record_of(Place), "Atlantis") == "No place is known as “Atlantis”."


@pytest.mark.django_db
def test_what_was_withdrawn_goes_by_its_slug_alone():
    gone = make.official(slug="gone", state="withdrawn")

    assert said(readers.record_of(Official), "gone") == gone
    assert said(readers.record_of(Official), "이태우") == "No official is known as “이태우”."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cell",
    ["https://news.example/talks/", "http://www.news.example/talks#top", "https://web.archive.org/talks", "talks-1"],
)
def test_a_source_is_known_by_its_slug_and_its_addresses(cell):
    source = make.source(slug="talks-1", url="https://news.example/talks", archived_url="https://web.archive.org/talks")

    assert said(readers.record_of(Source), cell) == source


@pytest.mark.django_db
def test_an_address_that_is_not_stored_says_what_to_do_first():
    assert said(readers.record_of(Source), "https://news.example/other") == (
        "No source with the address “https://news.example/other” is stored. Import the sources first."
    )


@pytest.mark.django_db
def test_a_party_is_a_person_or_a_body():
    official, ministry = make.official(), make.organization()

    assert said(readers.records_of(Official, Organization), "Lee Tae-woo; MOFA") == [official, ministry]
