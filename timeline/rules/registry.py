"""What a rule is, what it finds, and the list of all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.functional import Promise

from timeline.models import Record

ERROR = "error"  # keeps a record from being published
NOTICE = "notice"  # what a reader or an editor should know

Words = str | Promise  # a sentence, translated when it is read


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of a record. `field` is a field of its form or, for its parts, the name of their relation."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Problem:
    level: str
    rule: str
    record: Record | None  # None: it is about a derived row or a redirect, which the sentence names
    field: str
    sentence: str
    mend: str
    acknowledged: str = ""  # why it is right, where an editor has said so on the record


Found = Iterator[Finding]
FoundAcross = Iterator[tuple[Any, Finding]]
F = TypeVar("F", bound=Callable[..., Any])


class Scope(Enum):
    FIELDS = "the fields of one record and its parts"
    RECORD = "one record with its parts"
    ACROSS = "records that must be compared"
    WHOLE = "the database"


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    level: str
    scope: Scope
    mend: Words
    find: Callable[..., Any]
    models: tuple[type[Record], ...] = ()
    near: Callable[[Any], QuerySet[Any]] | None = None  # across: those that one record must be compared with
    firm: bool = False  # an acknowledgement does not lift it

    def problem(self, record: Record | None, finding: Finding) -> Problem:
        reason = record.acknowledgements.get(self.name, "") if record and not self.firm else ""
        level = NOTICE if reason else self.level
        return Problem(level, self.name, record, finding.field, finding.sentence, str(self.mend), reason)


RULES: dict[str, Rule] = {}


def rule_of_fields(name: str, level: str, *, mend: Words) -> Callable[[F], F]:
    """The rule that the others stand on: that fields hold what they can hold."""
    return _registered(lambda find: Rule(name, level, Scope.FIELDS, mend, find, firm=True))


def rule(name: str, level: str, *models: type[Record], mend: Words, firm: bool = False) -> Callable[[F], F]:
    """A rule of one record: the function takes the record with its parts fetched, and asks the database nothing."""
    return _registered(lambda find: Rule(name, level, Scope.RECORD, mend, find, models, firm=firm))


def rule_across(
    name: str, level: str, *models: type[Record], mend: Words, near: Callable[[Any], QuerySet[Any]]
) -> Callable[[F], F]:
    """A rule across records of one kind: the function takes those to compare and yields pairs of record and finding."""
    return _registered(lambda find: Rule(name, level, Scope.ACROSS, mend, find, models, near))


def rule_of_the_whole(name: str, level: str, *, mend: Words) -> Callable[[F], F]:
    """A rule of the database as a whole, asked by `problems_everywhere` only."""
    return _registered(lambda find: Rule(name, level, Scope.WHOLE, mend, find, firm=True))


def _registered(make: Callable[[F], Rule]) -> Callable[[F], F]:
    def register(find: F) -> F:
        made = make(find)
        RULES[made.name] = made
        return find

    return register


def rules_of(scope: Scope, model: type[Record] | None = None) -> list[Rule]:
    """Those of a scope, for a kind of record, in the order in which they were registered."""
    return [each for each in RULES.values() if each.scope is scope and (model is None or model in each.models)]
