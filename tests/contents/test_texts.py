"""Two texts word by word."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.contents.texts import GONE, NEW, SAME, Run, shortened, whole_differences, word_runs

TEXTS = st.text(alphabet="ab 분담.\n", max_size=40)


def put_together(runs, without):
    return "".join(run.text for run in runs if run.kind != without)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_put_together_from_what_differs(before, after):
    runs = whole_differences(before, after)

    assert put_together(runs, NEW) == before
    assert put_together(runs, GONE) == after


def test_a_changed_word_stands_between_those_that_stayed():
    runs = word_runs("The talks took place on Tuesday.", "The talks took place on Wednesday.")

    assert runs == [Run(SAME, "The talks took place on"), Run(GONE, " Tuesday."), Run(NEW, " Wednesday.")]


def test_what_is_put_in_behind_a_text_changes_no_word_of_it():
    assert word_runs("They met.", "They met. They agreed.") == [Run(SAME, "They met."), Run(NEW, " They agreed.")]


def test_korean_is_compared_word_by_word():
    runs = word_runs("한국의 방위비 분담금은 1조 1,833억 원이다", "한국의 방위비 분담금은 1조 1,933억 원이다")

    assert runs == [
        Run(SAME, "한국의 방위비 분담금은 1조"),
        Run(GONE, " 1,833억"),
        Run(NEW, " 1,933억"),
        Run(SAME, " 원이다"),
    ]


def test_of_long_stretches_that_stayed_only_the_edges_are_shown():
    words = " ".join(f"w{number}" for number in range(200))

    runs = word_runs(f"{words} old {words}", f"{words} new {words}")

    assert [run.kind for run in runs] == ["gap", "same", "del", "ins", "same", "gap"]
    assert len(runs[1].text.split()) == 12


@pytest.mark.parametrize(
    "make",
    [
        lambda random: " ".join(random.choice(["a", "b"]) for _each in range(50_000)),
        lambda random: " ".join(str(random.random()) for _each in range(5_500)),
        lambda random: "a" * 100_000,
        lambda random: "\n".join(random.choice(["a", "b"]) for _each in range(50_000)),
    ],
)
def test_texts_of_100_kb_without_anything_in_common_take_a_bounded_time(make):
    numbers = random.Random(4)
    before, after = make(numbers), make(numbers)
    begun = time.process_time()

    runs = whole_differences(before, after)

    assert time.process_time() - begun < 4
    assert put_together(runs, GONE) == after


def test_a_long_text_is_shown_by_its_beginning():
    assert shortened("one two three", 2) == "one two …"
    assert shortened("one two", 2) == "one two"
