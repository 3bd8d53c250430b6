import pytest

from timeline.search.keyboard import as_hangul


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qkddnlql", "방위비"),
        ("rhkstp", "관세"),
        ("dlxodn", "이태우"),
        ("ghkdwnsrnr", "황준국"),
        ("qkfqek", "밟다"),
        ("dhlryqn", "외교부"),
        ("rkqt", "값"),
    ],
)
def test_keys_of_the_wrong_layout_are_read_as_hangul(typed, meant):
    assert as_hangul(typed) == meant


@pytest.mark.parametrize(
    "typed", ["trump", "usfk", "furlough", "", "qk1", "kkk", "qqqk", "it's", "분담", "r" * 100_000]
)
def test_what_gives_no_whole_syllables_is_left_alone(typed):
    assert as_hangul(typed) == ""
