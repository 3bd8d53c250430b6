"""A part of the data set stands alone, and holds what the timeline shows under the same filter."""

from collections import defaultdict

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.exports.data import of_agreement, one_of_each
from timeline import chronology, exports
from timeline.chronology import BadQuery, Filter, asked_for
from timeline.exports.selection import OCCASIONS, everything, part_of, references

pytestmark = pytest.mark.django_db


def asked(query):
    return asked_for(QueryDict(query))


def part(query, folder):
    """The rows of a part, by kind and key."""
    found = defaultdict(dict)
    scratch = folder / "scratch"
    scratch.unlink(missing_ok=True)
    for kind, row in part_of(asked(query), scratch):
        found[kind.name][row[kind.key]] = row
    return found


def dangling(found):
    named = {
        reference
        for name, rows in found.items()
        for row in rows.values()
        for reference in references(exports.kinds()[name], row)
    }
    return {(name, key) for name, key in named if key not in found[name]}


def test_a_part_has_the_occasions_of_the_timeline_whole_and_what_they_name(tmp_path):
    _agreement, round, said, other = of_agreement()

    found = part("kind=round&agreement=12", tmp_path)

    assert set(found["round"]) == {round.slug}
    assert set(found["figure"]) == {"asked"}
    assert set(found["place"]) == {"seoul"}
    assert set(found["source"]) == {"readout", "text-of-12"}
    assert found["topic"]["thread"]["rounds"] == [round.slug]
    assert said.slug not in found["statement"]
    assert other.slug not in found["round"]


def test_a_person_comes_along_with_the_posts_and_the_bodies(tmp_path):
    of_agreement()

    found = part("kind=statement", tmp_path)

    assert set(found["official"]) == {"speaker"}
    assert [post["organization"] for post in found["appointment"].values()] == ["ministry"]
    assert set(found["organization"]) == {"ministry"}


def test_a_filter_by_agreements_alone_brings_them_whole(tmp_path):
    agreement, *_others = of_agreement()
    make.figure(slug="of-the-treaty", agreement=agreement)
    make.gap(slug="not-found", agreement=agreement)
    make.stage(agreement, make.event(slug="signing"))

    whole, narrower = part("agreement=12", tmp_path), part("agreement=12&kind=round", tmp_path)

    assert set(whole["figure"]) == {"asked", "of-the-treaty"}
    assert set(whole["gap"]) == {"not-found"}
    assert [stage["event"] for stage in whole["stage"].values()] == ["signing"]
    assert [set(narrower[name]) for name in ("figure", "gap", "stage")] == [{"asked"}, set(), set()]


def test_a_disagreement_about_what_is_in_the_part_comes_with_its_positions_and_their_sources(tmp_path):
    _agreement, round, *_others = of_agreement()
    disagreement = make.disagreement(round, slug="which-day")
    make.citation(make.position(disagreement), source=make.source(slug="says-otherwise"))

    found = part("kind=round&agreement=12", tmp_path)

    assert set(found["disagreement"]) == {"which-day"}
    assert len(found["position"]) == 1
    assert "says-otherwise" in found["source"]


@pytest.mark.deep(2)
@pytest.mark.parametrize("query", ["kind=round", "kind=statement", "country=KR", "from=2020", "to=2019-12", "q=met"])
def test_a_part_names_nothing_that_is_not_in_it_and_agrees_with_the_timeline(query, tmp_path):
    one_of_each()
    of_agreement()

    found = part(query, tmp_path)

    shown = {card["slug"] for card in chronology.page(asked(query), size=500).cards}
    assert shown <= {slug for name in OCCASIONS for slug in found[name]}
    assert dangling(found) == set()


def test_the_rows_of_a_part_are_those_of_the_whole_in_the_same_order(tmp_path):
    one_of_each()
    whole = [row for kind, row in everything() if kind.name != "topic"]

    rows = [row for kind, row in part_of(asked("country=KR&country=US"), tmp_path / "scratch") if kind.name != "topic"]

    assert rows == [row for row in whole if row in rows]
    assert len(rows) > 10


def test_the_whole_names_nothing_that_is_not_in_it():
    one_of_each()
    found = defaultdict(dict)
    for kind, row in everything():
        found[kind.name][row[kind.key]] = row

    assert dangling(found) == set()


def test_what_is_not_public_comes_along_with_nothing(tmp_path):
    round = make.round(place=make.place(state="draft"))
    make.figure(arose_at_round=round, state="draft")
    make.topic(round, state="withdrawn")
    make.disagreement(round, state="in_review")
    make.statement(made_at_round=round, state="draft")

    found = part("kind=round", tmp_path)

    assert {name for name, rows in found.items() if rows} == {"round", "agreement"}
    assert found["round"][round.slug]["place"] is None


def test_a_part_costs_the_same_for_many_rounds_as_for_one(tmp_path):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            part("kind=round&agreement=12", tmp_path)
        return len(queries)

    agreement, round, *_others = of_agreement()
    few = cost()
    for number in (7, 8, 9):
        more = make.round(agreement=agreement, number=number, place=round.place)
        make.citation(more)
        make.figure(arose_at_round=more)

    assert cost() == few


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("agreement=99", "agreement"), ("kind=party", "kind"), ("from=yesterday", "from"), ("Kind=round", "Kind")],
)
def test_what_does_not_exist_is_refused_and_not_passed_over(query, parameter):
    with pytest.raises(BadQuery) as refusal:
        asked(query)

    assert refusal.value.parameter == parameter


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(BadQuery, match="agreement, kind, country, official, organization, place, topic, source, from"):
        asked("after=2019")


def test_a_filter_that_leaves_nothing_is_an_empty_part(tmp_path):
    of_agreement()

    assert part("from=1950&to=1951", tmp_path) == {}


def test_no_filter_is_the_whole():
    assert asked("") == Filter()
