"""What differs between two states of a record, and what two editors' changes to one state come to together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timeline.contents.kinds import ORIGIN, PRIVATE, Kind
from timeline.contents.pieces import Key, Piece, Values, Whole

NOT_COMPARED = {"updated_at"} | ORIGIN
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Change:
    """A field that differs; or a whole part that came (`before` is None) or went (`after` is None), without a field."""

    kind: Kind
    code: str
    field: str
    before: Any
    after: Any
    slug: str = ""  # of the record that it is about, for a part the empty string

    @property
    def is_private(self) -> bool:
        return self.field in PRIVATE

    @property
    def name(self) -> str:
        """What a form calls it: unique among the changes of a record."""
        return f"{self.kind._meta.model_name}-{self.code}-{self.field}"


@dataclass(frozen=True)
class Conflict:
    """A field, or a whole part, that both changed, each in another way. A part that is gone is None."""

    kind: Kind
    code: str
    field: str
    base: Any
    mine: Any
    theirs: Any

    @property
    def name(self) -> str:
        return f"{self.kind._meta.model_name}-{self.code}-{self.field}"


@dataclass(frozen=True)
class Merged:
    whole: Whole
    conflicts: list[Conflict]  # those for which no choice was given; `whole` has what is stored there


def compare(before: Whole | None, after: Whole | None) -> list[Change]:
    """The record's own fields first, then its parts in the order in which they stand after."""
    old, new = _by_key(before), _by_key(after)
    return [
        change
        for key in (*new, *(each for each in old if each not in new))
        for change in _changes(old.get(key), new.get(key))
    ]


def _by_key(whole: Whole | None) -> dict[Key, Piece]:
    return {piece.key: piece for piece in whole or ()}


def _changes(old: Piece | None, new: Piece | None) -> Iterator[Change]:
    piece = new or old
    assert piece is not None  # noqa: S101 - one of the two holds the key
    if old is None or new is None:
        yield Change(
            piece.kind, piece.code, "", _said(old) if old else None, _said(new) if new else None, slug=piece.slug
        )
        return
    for name in _fields(old, new):
        if old.values.get(name) != new.values.get(name):
            yield Change(piece.kind, piece.code, name, old.values.get(name), new.values.get(name), slug=piece.slug)


def _said(piece: Piece) -> Values:
    return {name: value for name, value in piece.values.items() if name not in NOT_COMPARED}


def _fields(*pieces: Piece | None) -> list[str]:
    names = dict.fromkeys(name for piece in pieces if piece for name in piece.values)
    return [name for name in names if name not in NOT_COMPARED]


def merge(base: Whole, mine: Whole, theirs: Whole, choices: Mapping[str, str] | None = None) -> Merged:
    """Both changes together. Where they touch the same field, `choices` says by the conflict's name whose it is."""
    merging = _Merging(base, mine, theirs, choices or {})
    return merging.merged()


class _Merging:
    def __init__(self, base: Whole, mine: Whole, theirs: Whole, choices: Mapping[str, str]) -> None:
        self.base, self.mine, self.theirs = _by_key(base), _by_key(mine), _by_key(theirs)
        self.choices = choices
        self.conflicts: list[Conflict] = []

    def merged(self) -> Merged:
        kept: dict[Key, Piece] = {}
        for key in dict.fromkeys((*self.theirs, *self.mine)):
            piece = self._piece(key)
            if piece is not None and (piece.owner is None or piece.owner in kept or piece.owner not in self._all()):
                kept[key] = piece
        return Merged(list(kept.values()), self.conflicts)

    def _all(self) -> set[Key]:
        return {*self.base, *self.mine, *self.theirs}

    def _piece(self, key: Key) -> Piece | None:
        base, mine, theirs = (each.get(key) for each in (self.base, self.mine, self.theirs))
        if base is None:
            return mine or theirs
        if mine is None or theirs is None:
            return self._one_gone(base, mine, theirs)
        return self._fields_of_both(base, mine, theirs)

    def _one_gone(self, base: Piece, mine: Piece | None, theirs: Piece | None) -> Piece | None:
        left = mine or theirs
        if left is None or not _differ(base, left):
            return None
        conflict = Conflict(
            base.kind,
            base.code,
            "",
            _said(base),
            _said(mine) if mine else None,
            _said(theirs) if theirs else None,
        )
        return mine if self._chosen(conflict) == MINE else theirs

    def _fields_of_both(self, base: Piece, mine: Piece, theirs: Piece) -> Piece:
        values = dict(theirs.values)
        for name in _fields(base, mine, theirs):
            was, is_mine, is_theirs = (piece.values.get(name) for piece in (base, mine, theirs))
            if is_mine in (was, is_theirs):
                continue
            if is_theirs == was or self._chosen(self._conflict(base, name, mine, theirs)) == MINE:
                _put(values, name, is_mine)
        return Piece(base.kind, values, theirs.owner)

    @staticmethod
    def _conflict(base: Piece, name: str, mine: Piece, theirs: Piece) -> Conflict:
        return Conflict(base.kind, base.code, name, *(piece.values.get(name) for piece in (base, mine, theirs)))

    def _chosen(self, conflict: Conflict) -> str:
        choice = self.choices.get(conflict.name)
        if choice not in (MINE, THEIRS):
            self.conflicts.append(conflict)
            return THEIRS
        return choice


def _differ(one: Piece, other: Piece) -> bool:
    return any(one.values.get(name) != other.values.get(name) for name in _fields(one, other))


def _put(values: Values, name: str, value: Any) -> None:
    if value is None:
        values.pop(name, None)
    else:
        values[name] = value
