"""Whether what is public has become wrong: asked of many records at once, before and after."""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from timeline import rules
from timeline.actions import Refused
from timeline.contents import owner_of
from timeline.models import Part, Record

MOST_NAMED = 5
Errors: TypeAlias = dict[tuple[str, str, str], rules.Problem]  # by code of the record, rule and field


def records_around(*rows: Iterable[Any]) -> list[Record]:
    """Those rows that are records, and the records of those that are parts."""
    found: dict[tuple[type, int], Record] = {}
    for row in itertools.chain(*rows):
        record = row if isinstance(row, Record) else owner_of(row) if isinstance(row, Part) else None
        if record is not None:
            found[type(record), record.pk] = record
    return list(found.values())


def errors_of(first: Record, others: Iterable[Record]) -> Errors:
    """What is wrong now, as far as it is public. The first record is asked every rule; the others those of a record by
    itself, some queries for each kind.
    """
    ids: dict[type[Record], set[int]] = defaultdict(set)
    for each in others:
        ids[type(each)].add(each.pk)
    ids[type(first)].discard(first.pk)
    stored = type(first)._default_manager.filter(pk=first.pk).first()
    problems = rules.problems_of(stored) if stored is not None and stored.is_published else []
    for model, pks in ids.items():
        problems += rules.problems_among(model, pks)
    return {
        (each.record.code, each.rule, each.field): each
        for each in problems
        if each.level == rules.ERROR and each.record
    }


def refuse_new(errors: Errors, before: Iterable[tuple[str, str, str]]) -> None:
    """What was wrong already is another matter."""
    known = set(before)
    new = [problem for key, problem in errors.items() if key not in known]
    if new:
        said = [f"{each.record}: {each.sentence} {each.mend}".strip() for each in new[:MOST_NAMED]]
        raise Refused([_("Records that are public would break:"), *said])
