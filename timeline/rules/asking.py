"""Asks the rules: of one record, or of all that are public."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q

from timeline.enums import State
from timeline.models import Record
from timeline.rules.parts import RECORDS, in_batches, parts_of, targets_of, with_parts
from timeline.rules.registry import RULES, Problem, Rule, Scope, rules_of
from timeline.rules.validity import FULL_CLEAN, full_clean, holds_what_it_can


def problems_of(record: Record, together: Collection[Record] = ()) -> list[Problem]:
    """What is wrong with the record as it is now, if it were public: its checklist. Errors block publication.

    `together` are the records that would be made public with it: they count as public, too. An unsaved record has no
    parts yet, so it is asked for its own fields only.
    """
    if record.pk is None:
        return [RULES[FULL_CLEAN].problem(record, finding) for finding in full_clean(record, with_database=True)]
    fresh = with_parts(record)
    _count_as_public(fresh, {(type(each), each.pk) for each in together})
    problems = _problems(fresh, with_database=True)
    if not problems or holds_what_it_can(fresh):
        for rule in rules_of(Scope.ACROSS, type(record)):
            problems += _problems_beside(rule, fresh, [each.pk for each in together if type(each) is type(record)])
    return [_of(record, problem) for problem in problems]


def _count_as_public(record: Record, together: set[tuple[type[Record], int]]) -> None:
    """Whatever the record and its parts point at, where it would be made public with it."""
    if together:
        for row in (record, *(part for _relation, part in parts_of(record))):
            for _name, target in targets_of(row):
                if (type(target), target.pk) in together:
                    target.state = State.PUBLISHED


def problems_among(model: type[Record], ids: Iterable[int]) -> list[Problem]:
    """Those of these records by themselves, as far as they are public. Some queries, whatever their number."""
    public = model._default_manager.published().filter(pk__in=ids).order_by("slug")  # type: ignore[attr-defined]
    return [
        problem
        for batch in in_batches(public)
        for record in batch
        for problem in _problems(record, with_database=False)
    ]


def problems_everywhere() -> Iterator[Problem]:
    """Those of every public record, then those of the database as a whole. Some queries a kind, whatever its number."""
    for model in RECORDS:
        public = model._default_manager.published().order_by("slug")  # type: ignore[attr-defined]
        for batch in in_batches(public):
            for record in batch:
                yield from _problems(record, with_database=False)
        for rule in rules_of(Scope.ACROSS, model):
            for record, finding in rule.find(public):
                yield rule.problem(record, finding)
    for rule in rules_of(Scope.WHOLE):
        for record, finding in rule.find():
            yield rule.problem(record, finding)


def _problems(record: Record, *, with_database: bool) -> list[Problem]:
    problems = [
        RULES[FULL_CLEAN].problem(record, finding) for finding in full_clean(record, with_database=with_database)
    ]
    if not problems or holds_what_it_can(record):
        for rule in rules_of(Scope.RECORD, type(record)):
            problems += [rule.problem(record, finding) for finding in rule.find(record)]
    return problems


def _problems_beside(rule: Rule, record: Record, together: Collection[int]) -> list[Problem]:
    """What a rule across records says of one record beside the public ones that it must be compared with."""
    public = Q(state=State.PUBLISHED) | Q(pk__in=together)
    others = rule.near(record).filter(public).exclude(pk=record.pk) if rule.near else ()
    return [rule.problem(each, finding) for each, finding in rule.find([record, *others]) if each.pk == record.pk]


def _of(record: Record, problem: Problem) -> Problem:
    """The problem with the caller's own object."""
    return Problem(
        problem.level, problem.rule, record, problem.field, problem.sentence, problem.mend, problem.acknowledged
    )
