"""Rows say what the models say, in order, a batch at a time, and nothing that is not public."""

import json
import sys
from itertools import islice

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.admin.records import MAKERS, RECORDS
from tests.exports.data import one_of_each
from timeline import exports
from timeline.enums import State
from timeline.exports.schema import ARCS, plain
from timeline.models import Source

pytestmark = pytest.mark.django_db
KINDS = exports.kinds().values()


def counted(made):
    with CaptureQueriesContext(connection) as queries:
        found = list(made())
    return found, len(queries)


def as_the_model_says(kind, instance):
    return {field.name: value_of(kind, instance, field) for field in kind.fields}


def value_of(kind, instance, field):
    """Read from the instance, one attribute after the other: slow, and another way than the rows take."""
    if field.name == "type":
        return kind.name
    if field.name == "page_url":
        return settings.SITE_URL + instance.get_absolute_url()
    if field.name == "permanent_url":
        return f"{settings.SITE_URL}/e/{instance.code}/"
    columns = next((each for name, each in ARCS.get(kind.model, {}).items() if each == field.columns), ())
    if columns:
        target = next(getattr(instance, name) for name in columns if getattr(instance, name) is not None)
        return key_of(target) if field.refers_to else exports.name_of(type(target))
    value = getattr(instance, field.name)
    if field.refers_to and field.type == "array":
        return sorted(key_of(each) for each in value.all())
    return key_of(value) if field.refers_to and value is not None else plain(value)


def key_of(target):
    return getattr(target, exports.kinds()[exports.name_of(type(target))].key)


def test_a_row_says_what_the_model_says():
    one_of_each()

    for kind in KINDS:
        found = list(exports.rows(kind))
        assert found == [as_the_model_says(kind, each) for each in exports.public(kind).order_by(kind.key)]
        assert found != []
        assert all(list(row) == [field.name for field in kind.fields] for row in found)


def test_a_row_reads_as_in_the_data_dictionary():
    place = make.place(name="Honolulu", name_ko="호놀룰루", latitude="21.30", longitude="-157.8583")

    row = exports.row_of(place)

    assert (row["latitude"], row["longitude"]) == ("21.3", "-157.8583")
    assert row["published_at"] == "2024-05-24T09:00:00.000000Z"
    assert {row["type"], row["name_ko"]} == {"place", "호놀룰루"}


def test_what_is_not_public_is_in_no_row():
    hidden = [MAKERS[name](state=state) for name in RECORDS for state in State.values if state != State.PUBLISHED]

    text = json.dumps([list(exports.rows(kind)) for kind in KINDS], ensure_ascii=False)

    names = {name for record in hidden for name in (record.code, record.slug)}
    assert {name for name in names if f'"{name}"' in text or f"/{name}/" in text} == set()


def test_a_reference_to_what_is_not_public_is_no_reference():
    statement = make.statement(speaker=make.official(state="draft"), made_at_round=make.round(state="withdrawn"))
    statement.co_speakers.add(make.official(slug="public"), make.official(state="in_review"))

    row = exports.row_of(statement)

    assert [row["speaker"], row["made_at_round"], row["co_speakers"]] == [None, None, ["public"]]


def test_a_part_that_points_at_what_is_not_public_is_no_row():
    make.delegate(make.round(), official=make.official(state="draft"))
    make.citation(make.round(), source=make.source(state="draft"))
    make.relation(make.event(), make.round(state="draft"))

    assert [list(exports.rows(exports.kinds()[name])) for name in ("delegate", "citation", "relation")] == [[], [], []]


def test_what_an_editor_pasted_is_in_no_row():
    made = make.source()
    Source.objects.update(private_text="zyzzyva")

    assert "zyzzyva" not in json.dumps([exports.row_of(made), exports.whole(made)])


@pytest.mark.deep(3)
@pytest.mark.parametrize("name", RECORDS)
def test_several_records_with_their_parts_are_those_read_one_by_one_in_as_many_queries(name):
    made = [one_of_each()[name] for _time in range(3)]
    one_by_one, costs = zip(*(counted(lambda each=each: exports.wholes([each])) for each in made), strict=True)

    together, cost = counted(lambda: exports.wholes(made))

    assert together == [row for (row,) in one_by_one]
    assert cost == max(costs)


def test_a_batch_costs_as_much_for_one_row_as_for_many():
    one_of_each()
    few = {kind.name: counted(lambda kind=kind: exports.rows(kind)) for kind in KINDS}
    one_of_each()

    many = {kind.name: counted(lambda kind=kind: exports.rows(kind)) for kind in KINDS}

    assert {name: cost for name, (_rows, cost) in many.items()} == {name: cost for name, (_rows, cost) in few.items()}
    assert all(len(many[name][0]) > len(few[name][0]) for name in few)


def test_only_what_is_asked_for_is_read(monkeypatch):
    monkeypatch.setattr(sys.modules["timeline.exports.rows"], "BATCH", 2)
    places = [make.place(slug=f"place-{number}") for number in range(7)]
    kind = exports.kinds()["place"]

    first, cost = counted(lambda: islice(exports.rows(kind), 2))
    everything, whole_cost = counted(lambda: exports.rows(kind))

    assert [row["slug"] for row in first] == ["place-0", "place-1"]
    assert [row["slug"] for row in everything] == [place.slug for place in places]
    assert (cost, whole_cost) == (1, 4)


def test_rows_go_on_behind_a_key_as_far_as_they_are_wanted():
    for slug in ("b-2", "a", "b-1", "c"):
        make.topic(slug=slug)

    found = exports.rows(exports.kinds()["topic"], after="a", limit=2)

    assert [row["slug"] for row in found] == ["b-1", "b-2"]


def test_the_order_is_by_bytes_whatever_the_database():
    for slug in ("sma-2", "sma-10", "smaller", "sma"):
        make.place(slug=slug)

    assert [row["slug"] for row in exports.rows(exports.kinds()["place"])] == ["sma", "sma-10", "sma-2", "smaller"]


def test_a_whole_record_has_its_parts_and_theirs_and_the_sources_that_they_cite():
    official = make.official()
    post = make.appointment(official, organization=make.organization(slug="ministry"))
    citation = make.citation(post, source=make.source(slug="notice"))

    whole = exports.whole(official)

    assert [each["code"] for each in whole["appointments"]] == [post.code]
    assert [each["code"] for each in whole["appointments"][0]["citations"]] == [citation.code]
    assert [source["slug"] for source in whole["cited_sources"]] == ["notice"]
    assert whole["citations"] == []


def test_parts_of_a_whole_record_stand_in_their_order():
    round = make.round()
    last, first = make.delegate(round, order=2), make.delegate(round, order=1)

    assert [each["code"] for each in exports.whole(round)["delegates"]] == [first.code, last.code]


def test_a_whole_record_costs_the_same_for_many_parts_as_for_one():
    few, many = make.disagreement(), make.disagreement()
    for count, record in ((1, few), (4, many)):
        for _number in range(count):
            make.citation(make.position(record))

    costs = [counted(lambda record=record: [exports.whole(record)])[1] for record in (few, many)]

    assert costs[0] == costs[1]
