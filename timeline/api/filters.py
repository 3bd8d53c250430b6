"""By what the list of each kind can be narrowed down: made from its fields, so that a new one is one at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from timeline import exports
from timeline.api.parameters import SLUG, Parameter, matching, no_such, one_of, read_name, whole_number
from timeline.chronology import BadQuery
from timeline.chronology import Filter as Chronology
from timeline.models import Agreement, Dated, Figure

YEARS = (1900, 2999)
COUNTRY = "^[A-Z]{2}$"
DAY = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
DATES: dict[str, Any] = {
    "type": "string",
    "anyOf": [
        {"format": "date"},
        {"pattern": "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$"},
        {"pattern": "^(?!0000)[0-9]{4}$"},
    ],
}


@dataclass(frozen=True)
class Filter:
    parameter: Parameter
    narrow: Callable[[Any], Q]


@cache
def filters_of(kind: exports.Kind) -> dict[str, Filter]:
    return {each.parameter.name: each for each in _filters(kind)}


def _filters(kind: exports.Kind) -> Iterator[Filter]:
    yield from filter(None, (_of_field(kind, field) for field in kind.fields))
    if issubclass(kind.model, Dated):
        yield from (Filter(each, partial(_days, each.name)) for each in day_parameters())
    if issubclass(kind.model, Figure):
        yield _by_year()


def _of_field(kind: exports.Kind, field: exports.Field) -> Filter | None:
    if field.refers_to:
        return _by_reference(kind, field)
    if field.name.endswith("_type"):
        return _by_type(field)
    if field.choices and field.name != "type":
        return _by_choice(field)
    if field.type == "boolean":
        return _by_truth(field)
    return _by_country(field) if field.name == "country" else None


def narrowed(kind: exports.Kind, asked: dict[str, Any]) -> Q:
    """`BadQuery` where a record is asked for that is not public, or not there."""
    found = Q()
    for name, each in filters_of(kind).items():
        if asked.get(name) is not None:
            found &= each.narrow(asked[name])
    return found


# --- references ------------------------------------------------------------------------------------------------------


def _by_reference(kind: exports.Kind, field: exports.Field) -> Filter:
    what = " or ".join(f"`{name}`" for name in field.refers_to)
    description = f"{field.description} {'Slug' if _are_records(field) else 'Slug or code'} of a public {what}."
    schema = {"type": "string", "pattern": SLUG, "maxLength": 100, "x-refers-to": list(field.refers_to)}
    example = field.example[0] if field.type == "array" else field.example
    return Filter(
        Parameter(field.name, description, schema, read_name(field.name), example), partial(_named, field, kind)
    )


def _are_records(field: exports.Field) -> bool:
    return all(exports.kinds()[name].is_record for name in field.refers_to)


def _named(field: exports.Field, kind: exports.Kind, value: str) -> Q:
    found = Q()
    for column in field.columns:
        target: Any = kind.model._meta.get_field(column).related_model
        pk = _pk_of(exports.kinds()[exports.name_of(target)], value)
        if pk is not None:
            found |= Q(**{f"{column}__in" if field.type == "array" else column: [pk] if field.type == "array" else pk})
    if not found:
        raise BadQuery(field.name, no_such(field.name, value))
    return found


def _pk_of(target: exports.Kind, value: str) -> Any:
    """Agreements go by their number as well, as on the timeline."""
    is_number = target.model is Agreement and value.isdigit() and len(value) < len("10000")
    which = {"ordinal": int(value)} if is_number else {target.key: value}
    return exports.public(target).filter(**which).values_list("pk", flat=True).first()


def _by_type(field: exports.Field) -> Filter:
    def of_type(value: str) -> Q:
        (column,) = (each for each in field.columns if each.rpartition("_")[2] == value)
        return Q(**{f"{column}__isnull": False})

    return Filter(_choice(field), of_type)


# --- values ----------------------------------------------------------------------------------------------------------


def _choice(field: exports.Field) -> Parameter:
    values = [str(value) for value, _label in field.choices if value]
    schema = {"type": "string", "enum": values}
    return Parameter(field.name, field.description, schema, one_of(field.name, values), field.example)


def _by_choice(field: exports.Field) -> Filter:
    return Filter(_choice(field), lambda value: Q(**{field.columns[0]: value}))


def _by_truth(field: exports.Field) -> Filter:
    read = one_of(field.name, ("true", "false"))
    parameter = Parameter(field.name, field.description, {"type": "boolean"}, read, field.example)
    return Filter(parameter, lambda value: Q(**{field.columns[0]: value == "true"}))


def _by_country(field: exports.Field) -> Filter:
    """Of a place it is any country, so there is no list of them."""
    schema = {"type": "string", "pattern": COUNTRY}
    parameter = Parameter(field.name, field.description, schema, matching(COUNTRY, _not_a_country), field.example)
    return Filter(parameter, lambda value: Q(country=value))


def _not_a_country(value: str) -> str:
    return _("“%(value)s” is no country: write two capital letters, such as KR.") % {"value": value}


def day_parameters() -> list[Parameter]:
    words = {
        "from": "Those that can have been on this day or later: a day, a month or a year.",
        "to": "Those that can have been on this day or earlier: a day, a month or a year.",
    }
    read = matching(DAY, _not_a_day)
    return [Parameter(name, description, DATES, read, "2019-08") for name, description in words.items()]


def _not_a_day(value: str) -> str:
    sentence = _("“%(value)s” is no date: write a day, a month or a year, such as 2019-08-07 or 2019-08.")
    return sentence % {"value": value}


def _days(name: str, value: str) -> Q:
    query = QueryDict(mutable=True)
    query[name] = value
    asked = Chronology.from_query(query)
    return Q(last_day__gte=asked.first) if asked.first else Q(first_day__lte=asked.last)


def _by_year() -> Filter:
    def narrow(value: int) -> Q:
        begun = Q(year_from__lte=value) | Q(year_from__isnull=True)
        not_over = Q(year_to__gte=value) | Q(year_to__isnull=True)
        return begun & not_over & ~Q(year_from__isnull=True, year_to__isnull=True)

    least, most = YEARS
    schema = {"type": "integer", "minimum": least, "maximum": most}
    description = "Those that are for this year; the ends of a span belong to it."
    return Filter(Parameter("year", description, schema, whole_number("year", least, most), 2021), narrow)
