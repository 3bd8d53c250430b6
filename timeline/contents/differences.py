"""What differs between two states of a record, for people: its own fields, then each part under its name.

`differences` is for editors. `seen_by_readers` is for the public: it shows what a reader saw then and sees now, and
nothing of a record that is not public.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.contents.comparing import NOT_COMPARED, Change, compare
from timeline.contents.kinds import OWNERS, PRIVATE, Kind, fields_of, is_record
from timeline.contents.names import Name, Names, look_up
from timeline.contents.pieces import Key, Piece, Whole, key_of
from timeline.contents.texts import GONE, NEW, SAME, Run, shortened, word_runs
from timeline.contents.words import field_words, items_in_words, keys_in, value_in_words
from timeline.models import Appointment, Citation, Position, Relation, Stage
from timeline.models.fields import ProseField

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
OF_STATE = {"acknowledged", "state", "published_at", "withdrawn_at", "withdrawal_reason"}
NOT_FOR_READERS = OF_STATE | PRIVATE | NOT_COMPARED
LONG = 60  # characters; longer texts are compared word by word
MOST_NAMED = 40  # of a list
# Parts that are named by what they say themselves; the others by what they point at.
NAMED_BY: dict[Kind, str] = {Appointment: "title", Position: "reports", Stage: "stage"}
Pair: TypeAlias = tuple[Whole | None, Whole | None]


@dataclass(frozen=True)
class Line:
    """One field. `runs` show it word by word, or item by item; else `before` and `after` are both whole."""

    label: str
    before: str
    after: str
    runs: tuple[Run, ...] = ()

    @property
    def is_plain(self) -> bool:
        return not self.runs


@dataclass(frozen=True)
class Section:
    """The record itself (without a heading) or one of its parts."""

    heading: str
    way: str
    lines: list[Line] = field(default_factory=list)

    @property
    def way_words(self) -> str:
        return {ADDED: _("added"), REMOVED: _("removed"), CHANGED: _("changed")}[self.way]


class Comparison:
    """Two states of one record, piece by piece: what has changed, and what must be known to say it."""

    def __init__(self, pair: Pair) -> None:
        before, after = pair
        self.old = {piece.key: piece for piece in before or ()}
        self.new = {piece.key: piece for piece in after or ()}
        self.changes: dict[Key, list[Change]] = defaultdict(list)
        for change in compare(before, after):
            self.changes[key_of(change.kind, change.code)].append(change)

    def keys(self) -> Iterator[Key]:
        for key, changes in self.changes.items():
            for pieces in (self.old, self.new):
                yield from self._named_by_parts(pieces, key)
            for change in changes:
                if change.field:
                    for keys in self.gone_and_new(change):
                        yield from keys[:MOST_NAMED]
                elif is_record(change.kind):
                    for name, value in (change.before or change.after or {}).items():
                        yield from keys_in(change.kind, name, value)[:MOST_NAMED]

    def _named_by_parts(self, pieces: dict[Key, Piece], key: Key | None) -> Iterator[Key]:
        """All that a part points at, and what the part points at on which it hangs."""
        while key is not None and (piece := pieces.get(key)) is not None and not is_record(piece.kind):
            for name, value in piece.values.items():
                yield from keys_in(piece.kind, name, value)
            key = piece.owner

    @staticmethod
    def gone_and_new(change: Change) -> tuple[list[Key], list[Key]]:
        before, after = (keys_in(change.kind, change.field, each) for each in (change.before, change.after))
        if fields_of(change.kind, private=True)[change.field].many_to_many:
            return [each for each in before if each not in after], [each for each in after if each not in before]
        return before, after


def differences(pairs: Iterable[Pair]) -> list[list[Section]]:
    """For each pair its sections. Six queries at most for all of them together."""
    compared = [Comparison(pair) for pair in pairs]
    names = look_up({key for each in compared for key in each.keys()})  # noqa: SIM118 - no dict
    return [list(_Editors(each, names).sections()) for each in compared]


def seen_by_readers(pairs: Iterable[Pair], title: Callable[[Any], str] = str) -> list[list[Section]]:
    """The same without what no reader ever saw, and without the words of what is not public now."""
    compared = [Comparison(pair) for pair in pairs]
    names = look_up({key for each in compared for key in each.keys()}, title)  # noqa: SIM118 - no dict
    return [list(_Readers(each, names).sections()) for each in compared]


def differs_for_readers(before: Whole, after: Whole) -> bool:
    """Whether there is something to tell. No query where the record's own words say so."""
    for change in compare(before, after):
        column: Any = fields_of(change.kind, private=True).get(change.field)
        if is_record(change.kind) and change.field not in NOT_FOR_READERS and column and not column.is_relation:
            return True
    return bool(seen_by_readers([(before, after)])[0])


class _Editors:
    left_out: set[str] = set(NOT_COMPARED)

    def __init__(self, compared: Comparison, names: Names) -> None:
        self.compared, self.names = compared, names

    def sections(self) -> Iterator[Section]:
        for key, changes in self.compared.changes.items():
            old, new = self.compared.old.get(key), self.compared.new.get(key)
            section = self.section(old, new, changes)
            if section is not None and (section.lines or section.heading):
                yield section

    def section(self, old: Piece | None, new: Piece | None, changes: list[Change]) -> Section | None:
        piece = old or new
        assert piece is not None  # noqa: S101 - one of the two has changed
        heading = self.heading(piece, self.compared.old if old else self.compared.new)
        if old is None or new is None:
            return Section(heading, ADDED if old is None else REMOVED, self.whole(piece, is_new=old is None))
        places = {name: place for place, name in enumerate(fields_of(piece.kind, private=True))}
        shown = sorted(changes, key=lambda change: places.get(change.field, len(places)))
        lines = [line for change in shown if change.field not in self.left_out and (line := self.line(change))]
        return Section(heading, CHANGED, lines) if lines else None

    def whole(self, piece: Piece, *, is_new: bool) -> list[Line]:
        """What a piece says that came or went, except what its name says already."""
        skipped = self.left_out | {"code", "order"} | set(OWNERS.get(piece.kind, ()))  # type: ignore[arg-type]
        lines = []
        for name, value in piece.values.items():
            said = self.value(piece.kind, name, value) if name not in skipped else ""
            if said:
                words = shortened(said)
                label = field_words(piece.kind, name)
                lines.append(Line(label, "" if is_new else words, words if is_new else ""))
        return lines

    def value(self, kind: Kind, name: str, value: Any) -> str:
        if isinstance(value, list) and len(value) > MOST_NAMED and keys_in(kind, name, value):
            first = value_in_words(kind, name, value[:MOST_NAMED], self.names)
            return _("%(first)s and %(count)s more") % {"first": first, "count": len(value) - MOST_NAMED}
        return value_in_words(kind, name, value, self.names)

    def line(self, change: Change) -> Line | None:
        label, column = field_words(change.kind, change.field), fields_of(change.kind, private=True).get(change.field)
        if column is None:
            return None
        if column.many_to_many:
            return self._items(label, *(self._titles(keys) for keys in self.compared.gone_and_new(change)))
        if isinstance(change.before or change.after, list):
            return self._of_lists(
                label, *(items_in_words(column, each or []) for each in (change.before, change.after))
            )
        before, after = (self.value(change.kind, change.field, each) for each in (change.before, change.after))
        if before == after:
            return None
        is_text = isinstance(column, ProseField) or max(len(before), len(after)) > LONG
        if before and after and is_text and not column.is_relation:
            return Line(label, "", "", tuple(word_runs(before, after)))
        return Line(label, shortened(before), shortened(after))

    def _of_lists(self, label: str, before: list[str], after: list[str]) -> Line:
        gone, new = [each for each in before if each not in after], [each for each in after if each not in before]
        return self._items(label, gone, new) or Line(label, "; ".join(before), "; ".join(after))  # in another order

    def _titles(self, keys: Sequence[Key]) -> list[str]:
        said = (self.names[key].words if key in self.names else "" for key in keys[:MOST_NAMED])
        titles = [words for words in said if words]
        left = len(keys) - MOST_NAMED
        return [*titles, _("%(count)s more") % {"count": left}] if left > 0 else titles

    @staticmethod
    def _items(label: str, gone: Iterable[str], new: Iterable[str]) -> Line | None:
        runs = [*(Run(GONE, each) for each in gone), *(Run(NEW, each) for each in new)]
        parted = [each for run in runs for each in (Run(SAME, "; "), run)][1:]
        return Line(label, "", "", tuple(parted)) if parted else None

    # --- what parts are called

    def heading(self, piece: Piece, pieces: dict[Key, Piece]) -> str:
        if is_record(piece.kind):
            return ""
        words = capfirst(self._part_words(piece))
        owner = pieces.get(piece.owner) if piece.owner else None
        if owner is not None and not is_record(owner.kind):
            return _("%(part)s, for the %(owner)s") % {"part": words, "owner": self._part_words(owner)}
        return words

    def _part_words(self, piece: Piece) -> str:
        kind: Any = piece.kind
        what = {"kind": kind._meta.verbose_name, "what": self._what(piece)}
        return (_("%(kind)s of %(what)s") if kind is Citation else _("%(kind)s %(what)s")) % what

    def _what(self, piece: Piece) -> str:
        said = NAMED_BY.get(piece.kind)
        if said is not None:
            return f"“{self.value(piece.kind, said, piece.values.get(said))}”"
        if piece.kind is Relation:
            return f"{self.value(Relation, 'kind', piece.values.get('kind'))} {self._pointed_at(piece)}"
        return self._pointed_at(piece)

    def _pointed_at(self, piece: Piece) -> str:
        return ", ".join(self.names[key].words for key in _others(piece) if key in self.names)


def _others(piece: Piece) -> list[Key]:
    """What a part points at, beside its owner."""
    owners = OWNERS[piece.kind]  # type: ignore[index]
    found = (keys_in(piece.kind, name, value) for name, value in piece.values.items() if name not in owners)
    return [key for keys in found for key in keys]


NEVER, ONCE, NOW = 0, 1, 2  # when readers could see it


class _Readers(_Editors):
    left_out = NOT_FOR_READERS

    def __init__(self, compared: Comparison, names: Names) -> None:
        super().__init__(compared, {key: _for_readers(name) for key, name in names.items()})

    def section(self, old: Piece | None, new: Piece | None, changes: list[Change]) -> Section | None:
        before, after = self._seen(old, self.compared.old), self._seen(new, self.compared.new)
        if NOW in (before, after):
            shown = (old if before == NOW else None, new if after == NOW else None)
            return super().section(*shown, changes)
        if ONCE in (before, after):
            piece: Any = old or new
            way = CHANGED if old and new else ADDED if new else REMOVED
            return Section(_unnamed(piece.kind), way)
        return None

    def _seen(self, piece: Piece | None, pieces: dict[Key, Piece]) -> int:
        """A part is public only if everything is at which it points, and the part on which it hangs."""
        seen = NOW
        while piece is not None and not is_record(piece.kind):
            seen = min([seen, *(self._when(key) for key in _others(piece))])
            piece = pieces.get(piece.owner) if piece.owner else None
        return seen if piece is not None else NEVER

    def _when(self, key: Key) -> int:
        name = self.names.get(key)
        if name is None or not name.was_public:
            return NEVER
        return NOW if name.is_public else ONCE


def _for_readers(name: Name) -> Name:
    if name.is_public:
        return name
    return replace(name, words=_("a record that is not public") if name.was_public else "", url="", row=None)


def _unnamed(kind: Kind) -> str:
    return _("%(kind)s of a record that is not public") % {"kind": capfirst(str(kind._meta.verbose_name))}
