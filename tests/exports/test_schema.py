"""Every value that is handed out is described, and each example is one."""

import datetime as dt
from decimal import Decimal

import pytest

from timeline import dates, exports
from timeline.contents.kinds import OWNERS, RECORDS, fields_of
from timeline.exports.descriptions import DESCRIPTIONS, OF_KINDS, UNITS
from timeline.exports.examples import EXAMPLES
from timeline.exports.schema import ARCS, NOT_HANDED_OUT

FIELDS = [(kind, field) for kind in exports.kinds().values() for field in kind.fields]
every_kind = pytest.mark.parametrize("kind", exports.kinds().values(), ids=exports.kinds())


def is_moment(text):
    return dt.datetime.fromisoformat(text).tzinfo is not None


def is_edtf(text):
    return bool(dates.parse(text))


IS_ONE = {
    "string": lambda value: isinstance(value, str) and value != "",
    "integer": lambda value: type(value) is int,
    "number": lambda value: isinstance(value, str) and Decimal(value).is_finite(),
    "boolean": lambda value: type(value) is bool,
    "date": lambda value: isinstance(dt.date.fromisoformat(value), dt.date),
    "datetime": is_moment,
    "array": lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
}


def is_one(field):
    """Whether the example of a field is a value of it."""
    is_short = field.max_length is None or len(field.example) <= field.max_length
    return IS_ONE[field.type](field.example) and is_short and (field.format != "edtf" or is_edtf(field.example))


@every_kind
def test_every_field_is_described_and_has_an_example_of_its_type(kind):
    assert [field.name for field in kind.fields if not field.description.strip().endswith((".", "?"))] == []
    assert [(field.name, field.example) for field in kind.fields if not is_one(field)] == []


@every_kind
def test_an_example_of_a_closed_vocabulary_is_in_it(kind):
    closed = [field for field in kind.fields if field.choices]

    assert [field.name for field in closed if field.example not in {value for value, _label in field.choices}] == []


@every_kind
def test_a_field_of_a_fixed_unit_says_which(kind):
    money = {"amount", "usd_equivalent", "converted_amount", "conversion_rate", "growth_percent", "growth_percent_to"}
    measured = [field for field in kind.fields if field.name in money or field.format == "edtf"]

    assert [field.name for field in measured if not field.unit] == []


def test_the_kinds_are_all_records_and_parts_each_after_what_it_hangs_on():
    names = list(exports.kinds())

    assert [kind.model for kind in exports.kinds().values()] == [*RECORDS, *OWNERS]
    assert len({kind.plural for kind in exports.kinds().values()}) == len(names)
    assert set(OF_KINDS) == set(names)


def test_every_content_column_of_a_model_is_handed_out():
    for kind in exports.kinds().values():
        in_arcs = {column for columns in ARCS.get(kind.model, {}).values() for column in columns}
        handed_out = {column for field in kind.fields for column in field.columns}
        assert set(fields_of(kind.model)) - NOT_HANDED_OUT <= handed_out | in_arcs


def test_no_private_column_is_handed_out():
    names = {field.name for _kind, field in FIELDS} | {column for _kind, field in FIELDS for column in field.columns}

    assert names & {"private_text", "state", "created_by", "updated_by", "created_at", "acknowledged", "id"} == set()


@pytest.mark.parametrize("words", [DESCRIPTIONS, EXAMPLES, UNITS], ids=["descriptions", "examples", "units"])
def test_nothing_is_left_over_of_a_field_that_is_gone(words):
    full = {f"{kind.name}.{field.name}" for kind, field in FIELDS}
    short = {name.partition(".")[2] for name in full}

    assert {name for name in words if name not in (full if "." in name else short)} == set()


def test_ten_kinds_of_record_have_a_page():
    with_pages = {kind.name for kind in exports.kinds().values() if exports.has_page(kind)}

    assert {kind.name for kind in exports.kinds().values() if kind.is_record} - with_pages == {"disagreement", "gap"}
    assert len(with_pages) == 10
