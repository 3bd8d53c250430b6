"""How tall a card is: more for more words, less for more width, never less than what its lines take."""

import re
from pathlib import Path
from typing import get_args

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from tests import make
from timeline.linked_data.embedding import (
    NARROWEST,
    TYPES,
    WIDEST,
    Look,
    _count,
    _most,
    card_of,
    ends_of_words,
    line_count,
    longest_word,
)

STYLESHEET = Path(settings.BASE_DIR, "timeline", "static", "timeline", "css", "embed.css")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 1000, 1),
        ("word", 1000, 1),
        ("word word", 1000, 1),
        ("word word word word word", 600, 3),
        ("w" * 100, 1000, 6),  # one word breaks as well
        ("w" * 100 + " word", 1000, 6),  # and others go on behind it
        ("w" * 100 + " wordword", 1000, 7),
        ("한국 정부가", 1000, 1),
        ("한국 정부가 방위비를 더", 800, 2),
    ],
)
def test_words_break_into_lines(text, width, lines):
    assert line_count(ends_of_words(text), width) == lines


@given(st.text(max_size=500), st.integers(500, 8000), st.integers(100, 4000))
def test_a_wider_card_needs_no_more_lines_than_a_narrower_one_and_one_more(text, width, more):
    ends = ends_of_words(text)

    assert line_count(ends, width + more) <= line_count(ends, width) + 1


def width_of(word):
    return sum(102 if ord(letter) > 0x10FF else 56 for letter in word)


def one_word_after_the_other(text, width):
    lines, taken = 1, 0
    for word in text.split():
        needed = width_of(word)
        if taken and taken + needed > width:
            lines, taken = lines + 1, 0
        lines, taken = lines + needed // width, taken + needed % width + 56
    return lines


@example("a한한한", 362)
@given(st.text(st.sampled_from("ab 한"), max_size=200), st.integers(102, 3000))
def test_lines_are_those_of_one_word_put_after_the_other(text, width):
    if all(width_of(word) % width for word in text.split()):  # else it ends with its line
        assert line_count(ends_of_words(text), width) == one_word_after_the_other(text, width)


@pytest.mark.django_db
def test_a_card_is_at_every_width_as_tall_as_at_any_narrower_one():
    card = card_of(make.statement(text="they will pay their fair share " * 10))

    heights = [card.height(width) for width in range(NARROWEST, WIDEST + 1, 40)]

    assert heights == sorted(heights)
    assert 300 < heights[0] < heights[-1] + 1 < 800


@given(st.text(st.sampled_from("ab 한"), max_size=300), st.sampled_from(get_args(Look)), st.integers(102, 4000))
def test_no_more_lines_are_counted_than_there_can_be_at_most(text, look, width):
    ends = ends_of_words(text)

    assert not ends or _count(look, ends, width) <= _most(look, ends, longest_word(ends), width)


def test_the_sizes_that_are_counted_with_are_those_of_the_stylesheet():
    css = STYLESHEET.read_text()

    for look, kind in TYPES.items():
        rule = re.search(rf"\.embed > \.embed-{look} {{([^}}]*)}}", css)[1]
        size = re.search(r"(?:font(?:-size)?: (?:600 )?)([\d.]+)rem", rule)
        assert float(size[1] if size else 1) == kind.size, look
        height = re.search(r"(?:rem / |line-height: )([\d.]+)", rule)
        assert float(height[1] if height else 1.5) == kind.line_height, look
