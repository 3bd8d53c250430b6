"""What is found where no record has all words of a query."""

import pytest

from tests import make
from timeline import search
from timeline.search import Filters
from timeline.search.engines import engine
from timeline.search.engines.answers import Asked

pytestmark = [pytest.mark.both, pytest.mark.django_db]
EVERYTHING = Filters()


def titles(asked, filters=EVERYTHING):
    return [hit.title for hit in search.search(asked, filters).hits]


def missing(asked, filters=EVERYTHING):
    return list(search.search(asked, filters).missing)


def test_a_word_that_no_record_has_is_left_out_and_named():
    make.event(title="A zebra and a xylophone")
    make.event(title="A zebra alone")

    results = search.search("IMF zebra xylophone")

    assert [hit.title for hit in results.hits] == ["A zebra and a xylophone", "A zebra alone"]
    assert (results.has_all, results.has_most, list(results.missing)) == (False, True, ["IMF"])


def test_words_that_stand_nowhere_together_find_each_of_them_the_rarest_first():
    for day in (1, 2):
        make.event(title="A trumpet", when=f"2024-05-0{day}")
    make.event(title="A zebra", when="2019-01-01")

    results = search.search("zebra IMF trumpet xylophone")

    assert [hit.title for hit in results.hits] == ["A zebra", "A trumpet", "A trumpet"]
    assert (results.has_most, list(results.missing)) == (True, ["IMF", "xylophone"])


def test_where_not_even_half_of_the_words_stand_together_single_ones_are_found():
    for number, title in enumerate(("A trumpet", "A trumpet", "A trumpet", "A drum", "A drum", "A zebra"), 1):
        make.event(title=title, when=f"2024-05-{9 - number:02}")

    results = search.search("drum trumpet zebra")

    assert [hit.title for hit in results.hits] == ["A zebra", "A drum", "A drum", "A trumpet", "A trumpet", "A trumpet"]
    assert (results.has_all, results.has_most, results.missing) == (False, False, [])


def test_of_what_has_half_of_the_words_that_with_the_rarest_comes_first():
    for day in (1, 2):
        make.event(title="A drum and a trumpet", when=f"2024-05-0{day}")
        make.event(title="A drum and a lion", when=f"2024-05-0{day}")
    make.event(title="A zebra and a drum", when="2019-01-01")

    assert titles("drum trumpet lion zebra")[0] == "A zebra and a drum"


def test_what_has_only_words_that_are_said_of_everything_here_comes_behind_what_has_another():
    make.event(title="Talks on a pact", when="2024-05-01")
    make.event(title="A zebra", when="2019-01-01")

    assert titles("zebra negotiations Okinawa pact") == ["A zebra", "Talks on a pact"]


def test_a_word_is_not_named_as_unknown_where_a_filter_hides_it():
    make.event(title="A zebra", kind="visit")
    make.event(title="A trumpet", kind="speech")

    assert titles("zebra trumpet", Filters(kind="speech")) == ["A trumpet"]
    assert missing("zebra trumpet", Filters(kind="speech")) == missing("zebra trumpet kind:speech") == []


def test_words_are_counted_up_to_a_bound():
    for _each in range(3):
        make.event(title="A zebra")
    asked = [search.planning.wanted(search.parse(words)) for words in ("zebra", "xylophone")]

    assert engine().counts([*asked, Asked(asked[0].expression, span=(0, 1))], 2) == [2, 0, 0]


@pytest.mark.parametrize(
    "asked", ["zebra IMF trumpet xylophone", "drum trumpet zebra", "IMF negotiations zebra in May"]
)
def test_the_nearest_cost_eleven_queries_at_most(asked, django_assert_max_num_queries):
    for title in ("A trumpet", "A drum in May", "A zebra", "A zebra and a drum"):
        make.participant(make.event(title=title), official=make.official())

    with django_assert_max_num_queries(11):
        assert search.search(asked).hits
