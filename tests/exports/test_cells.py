"""Cells that no spreadsheet takes for a formula, and that come back as they were."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline import exports
from timeline.exports.cells import cell, value_of
from timeline.spreadsheets import SIGNS, guarded, unguarded

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)
RISKY = st.text(alphabet="'=+-@\t\r\n＝＋－＠a1, \"", min_size=1, max_size=8)
quote = exports.kinds()["citation"].field("quote")


@given(TEXT | RISKY)
def test_a_guarded_text_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text


@given(TEXT | RISKY)
def test_no_guarded_text_begins_like_a_formula(text):
    assert guarded(text)[0] not in SIGNS.replace("\\", "")


@given(st.lists(TEXT | RISKY, min_size=1, max_size=5))
def test_a_written_line_is_read_by_any_reader_of_csv_and_comes_back_as_it_was(texts):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([cell(quote, text) for text in texts])

    (read,) = csv.reader(io.StringIO(out.getvalue(), newline=""))

    assert [value_of(quote, text) for text in read] == texts


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("-5 percent", "'-5 percent"),
        ("'=1+1", "''=1+1"),
        ("'90s talks", "'90s talks"),
        ("방위비분담", "방위비분담"),
        ("＝1", "'＝1"),
        ("\tindented", "'\tindented"),
    ],
)
def test_an_apostrophe_stands_before_what_begins_like_a_formula_and_before_nothing_else(text, safe):
    assert guarded(text) == safe


@pytest.mark.parametrize(
    ("kind", "name", "value", "written"),
    [
        ("place", "longitude", "-77.0369", "-77.0369"),
        ("round", "number", 2, "2"),
        ("citation", "locator", None, ""),
        ("official", "aliases", ["Lee Taewoo", "이태우"], '["Lee Taewoo", "이태우"]'),
        ("delegate", "is_head", True, "true"),
        ("delegate", "is_head", False, "false"),
    ],
)
def test_values_that_are_no_texts_are_written_plainly(kind, name, value, written):
    field = exports.kinds()[kind].field(name)

    assert cell(field, value) == written
    assert value_of(field, written) == value
