"""What is asked of an engine, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from timeline.search import placing
from timeline.search.expressions import Expression

Span: TypeAlias = tuple[int, int]  # ids: from the first to before the second


@dataclass(frozen=True, slots=True)
class Asked:
    """Documents of these kinds (of all, where none is named) that an expression finds between two ids."""

    expression: Expression
    span: Span = (placing.FIRST, placing.LAST)
    kinds: frozenset[str] = frozenset()
    other_than: frozenset[str] = frozenset()
    among: tuple[int, ...] = ()  # with ids: the newest ones of a wider expression, in which alone it is looked for
    oldest_first: bool = False  # the order in which those of each are asked for

    @property
    def direction(self) -> str:
        return "ASC" if self.oldest_first else "DESC"

    def rank(self, pk: int) -> int:
        """By which ids are put in order."""
        return pk if self.oldest_first else -pk


@dataclass(frozen=True)
class Overview:
    """What one match says of all that is found."""

    years: Sequence[tuple[int, int]]  # a year (0: no date), and how many documents
    labels: Sequence[tuple[str, int, int]]  # kind, ordinal of the agreement (0: none), how many documents
    people: Sequence[tuple[int, int]]  # ids of officials, and in how many of the newest documents each takes part
    newest: Sequence[int]  # ids, the highest first
    is_whole: bool = True  # these ids are all that is found

    @property
    def total(self) -> int:
        return sum(count for _year, count in self.years)


YEAR, LABELS = f"{{id}} >> {placing.YEAR_SHIFT}", f"{{id}} & {placing.LABELS - 1}"


def of_its_kind(asked: Asked, column: str) -> str:
    """A condition on ids, of numbers that stand in this code alone; empty for all kinds."""
    kind = f"(({column} >> {placing.KIND_SHIFT}) & {placing.LABELS // placing.AGREEMENTS - 1})"
    said = ""
    for kinds, is_in in ((asked.kinds, "IN"), (asked.other_than, "NOT IN")):
        if kinds:
            numbers = ", ".join(str(placing.number_of(each)) for each in sorted(kinds))
            said += f" AND {kind} {is_in} ({numbers})"
    return said
