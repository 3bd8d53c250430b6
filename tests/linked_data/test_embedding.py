"""How tall a card is: more for more words, less for more width, never less than what its lines take."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from timeline.linked_data.embedding import NARROWEST, TYPES, WIDEST, card_of, line_count, word_widths

STYLESHEET = Path(settings.BASE_DIR, "timeline", "static", "timeline", "css", "embed.css")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("word", 10, 1),
        ("word word", 10, 1),
        ("word word word word word", 6, 3),
        ("w" * 100, 10, 6),  # one word breaks as well
        ("한국 정부가", 10, 1),
        ("한국 정부가 방위비를 더", 8, 2),
    ],
)
def test_words_break_into_lines(text, width, lines):
    assert line_count(word_widths(text), width) == lines


@given(st.text(max_size=500), st.floats(min_value=5, max_value=80), st.floats(min_value=1, max_value=40))
def test_a_wider_card_needs_no_more_lines_than_a_narrower_one_and_one_more(text, width, more):
    words = word_widths(text)

    assert line_count(words, width + more) <= line_count(words, width) + 1


@pytest.mark.django_db
def test_a_card_is_at_every_width_as_tall_as_at_any_narrower_one():
    card = card_of(make.statement(text="they will pay their fair share " * 10))

    heights = [card.height(width) for width in range(NARROWEST, WIDEST + 1, 40)]

    assert heights == sorted(heights)
    assert 300 < heights[0] < heights[-1] + 1 < 800


def test_the_sizes_that_are_counted_with_are_those_of_the_stylesheet():
    css = STYLESHEET.read_text()

    for look, kind in TYPES.items():
        rule = re.search(rf"\.embed > \.embed-{look} {{([^}}]*)}}", css)[1]
        size = re.search(r"(?:font(?:-size)?: (?:600 )?)([\d.]+)rem", rule)
        assert float(size[1] if size else 1) == kind.size, look
        height = re.search(r"(?:rem / |line-height: )([\d.]+)", rule)
        assert float(height[1] if height else 1.5) == kind.line_height, look
