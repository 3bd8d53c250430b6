"""That the fields of a record and its parts hold what they can hold, and that what is derived is right."""

from collections.abc import Iterator

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import dates
from timeline.models import Appointment, Record
from timeline.models.fields import EdtfField
from timeline.rules.parts import RECORDS, kind_words, parts_of
from timeline.rules.registry import ERROR, NOTICE, RULES, Finding, Found, rule, rule_of_fields

FULL_CLEAN = "full-clean"


@rule_of_fields(FULL_CLEAN, ERROR, mend=gettext_lazy("Correct the field."))
def full_clean(record: Record, *, with_database: bool) -> Found:
    """What `full_clean()` says of the record and of each part.

    Keys and constraints hold in every stored row, because the database keeps them: only with `with_database` are they
    asked for, in words, at the price of a query each.
    """
    yield from _errors(record, "", with_database=with_database)
    if record.pk is not None:
        for relation, part in parts_of(record):
            yield from _errors(part, relation, with_database=False)


def holds_what_it_can(record: Record) -> bool:
    """Whether the other rules can read it: they rely on dates that parse, known choices and filled columns."""
    rows = [record, *(part for _relation, part in parts_of(record))]
    try:
        for row in rows:
            row.clean_fields(exclude=_keys(row))
    except ValidationError:
        return False
    return True


def _keys(row: models.Model) -> set[str]:
    return {field.name for field in row._meta.fields if field.is_relation}


def _errors(row: models.Model, relation: str, *, with_database: bool) -> Iterator[Finding]:
    try:
        row.full_clean(
            exclude=None if with_database else _keys(row),
            validate_unique=with_database,
            validate_constraints=with_database,
        )
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            for sentence in sentences:
                yield Finding(relation or _form_field(name), _sentence(row, name, sentence, in_part=bool(relation)))


def _form_field(name: str) -> str:
    return "" if name == NON_FIELD_ERRORS else name


def _sentence(row: models.Model, name: str, sentence: str, *, in_part: bool) -> str:
    label = "" if name == NON_FIELD_ERRORS else str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    where = [kind_words(row)] if in_part else []
    where += [label] if label else []
    return f"{', '.join(where)}: {sentence}" if where else sentence


@rule(
    "derived-days",
    ERROR,
    *RECORDS,
    mend=gettext_lazy("Save the record again: the days are derived from its dates on every save."),
    firm=True,
)
def derived_days(record: Record) -> Found:
    for relation, row in [("", record), *parts_of(record)]:
        for field, column, derived in _derived(row):
            stored = getattr(row, column)
            if stored != derived:
                yield Finding(
                    relation or field,
                    _("The column %(column)s says %(stored)s, but the date “%(date)s” means %(derived)s.")
                    % {
                        "column": column,
                        "stored": stored or "—",
                        "date": getattr(row, field, "") or "—",
                        "derived": derived or "—",
                    },
                )


def _derived(row: models.Model) -> Iterator[tuple[str, str, object]]:
    """Each derived column with the field that it is derived from and what it should be."""
    for field in row._meta.fields:
        if isinstance(field, EdtfField):
            text = getattr(row, field.attname)
            date = dates.parse(text) if text else None
            if field.first:
                yield field.name, field.first, date and date.first_day
            if field.last:
                yield field.name, field.last, date and date.last_day
    if isinstance(row, Appointment):
        yield "start", "first_known_day", row.earliest_known_day


@rule(
    "unreadable-acknowledgement",
    NOTICE,
    *RECORDS,
    mend=gettext_lazy("Write the name of the rule, a colon and the reason, one a line; only rules that allow it."),
)
def unreadable_acknowledgement(record: Record) -> Found:
    for line in filter(str.strip, record.acknowledged.splitlines()):
        name, _colon, reason = (part.strip() for part in line.partition(":"))
        if name not in RULES:
            yield Finding("acknowledged", _("“%(line)s” names no rule.") % {"line": line})
        elif not reason:
            yield Finding("acknowledged", _("“%(line)s” gives no reason.") % {"line": line})
        elif RULES[name].firm:
            yield Finding("acknowledged", _("The rule “%(rule)s” holds without exception.") % {"rule": name})
