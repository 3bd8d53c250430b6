"""What is asked of an engine: a small tree over tokens, which each engine writes in its own language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

EVERYTHING = "zall"  # a token of every document
BREAK = "z"  # between texts, so that no phrase runs from one into the next


@dataclass(frozen=True, slots=True)
class Has:
    """These tokens, one right after the other. With `begins`, the last one is how a token begins."""

    tokens: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class But:
    """What the first finds and the second does not."""

    wanted: "Expression"
    unwanted: "Expression"


Expression: TypeAlias = Has | All | Some | But


def all_of(parts: Iterable[Expression]) -> Expression:
    found = tuple(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else All(found) if found else Has((EVERYTHING,))


def some_of(parts: Iterable[Expression]) -> Expression:
    """Of at least one."""
    found = tuple(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else Some(found)


def but(wanted: Expression, unwanted: Sequence[Expression]) -> Expression:
    return But(wanted, some_of(unwanted)) if unwanted else wanted


def in_title(expression: Expression) -> Expression:
    """The same asked of titles alone, whose tokens stand in the index once more, marked."""
    if isinstance(expression, Has):
        return Has(tuple(f"t{token}" for token in expression.tokens), expression.begins)
    if isinstance(expression, But):
        return But(in_title(expression.wanted), in_title(expression.unwanted))
    return type(expression)(tuple(in_title(part) for part in expression.parts))


def holds(expression: Expression, tokens: Sequence[str]) -> bool:
    """Whether a document of these tokens is found: what the engines must agree with. Used by the tests alone."""
    if isinstance(expression, Has):
        return _has(expression, tokens)
    if isinstance(expression, But):
        return holds(expression.wanted, tokens) and not holds(expression.unwanted, tokens)
    found = (holds(part, tokens) for part in expression.parts)
    return all(found) if isinstance(expression, All) else any(found)


def _has(has: Has, tokens: Sequence[str]) -> bool:
    length = len(has.tokens)
    *firm, last = has.tokens
    for start in range(len(tokens) - length + 1):
        here = tokens[start + length - 1]
        fits = here.startswith(last) if has.begins else here == last
        if fits and list(tokens[start : start + length - 1]) == firm:
            return True
    return False
