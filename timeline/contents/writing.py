"""A whole record into the database: what restores it, what approves a change to it, what shows it as it would be.

Parts that stay as they are are not touched. The others go and come back under the key that they had, so that two of
them can change places and no link to a row of a form is lost.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from timeline.contents.kinds import OWNERS, RECORDS, Kind, Row, fields_of, is_ours, is_record, target_of
from timeline.contents.pieces import Key, Piece, Whole, key_of, read_records
from timeline.models import Record

Keys = Mapping[str, int]  # the database's key of each row, by its code


class Missing(ValueError):
    """A record cannot be written because something that it points at is no longer there."""

    def __init__(self, piece: Piece, field: str) -> None:
        super().__init__(f"{piece.key}: {field}")
        self.piece, self.field = piece, field


def stored(key: Key) -> Record | None:
    kind = next(each for each in RECORDS if each._meta.model_name == key[0])
    found: Record | None = kind._default_manager.filter(code=key[1]).first()
    return found


def as_it_was(whole: Whole) -> Record:
    """The record itself, not saved, for its name. What it pointed at and is gone is not set."""
    first = whole[0]
    row: Any = first.kind()
    for name, column in fields_of(first.kind, private=True).items():
        if column.is_relation and not column.many_to_many and is_ours(column):
            target = target_of(column)._default_manager.filter(code=first.values.get(name)).first()
            setattr(row, column.attname, target.pk if target is not None else None)
        elif not column.is_relation and name in first.values:
            setattr(row, name, first.values[name])
    return row  # type: ignore[no-any-return]


def apply(wholes: Iterable[Whole], keys: Keys | None = None) -> list[Record]:
    """Make these records and their parts what the pieces say; the records, saved, in the order of the kinds.

    `keys` are the keys that rows get which are not there; without, the database gives them new ones. Raises `Missing`,
    and what saving raises. To be called within a transaction, and within a unit of the history.
    """
    writer = _Writer(list(wholes), keys or {})
    return writer.write()


def keys_of(whole: Whole) -> dict[str, int]:
    return {piece.code: piece.instance.pk for piece in whole if piece.instance is not None}


def passing_key(code: str) -> int:
    """A key for a row that exists within a transaction only, which is taken back: the same each time, and far away
    from those that the database gives.
    """
    return 2**61 + int.from_bytes(hashlib.sha256(code.encode()).digest()[:7], "big")


class _Writer:
    def __init__(self, wholes: list[Whole], keys: Keys) -> None:
        order = {kind: place for place, kind in enumerate((*RECORDS, *OWNERS))}
        self.wholes = sorted(wholes, key=lambda whole: order[whole[0].kind])
        self.keys = dict(keys)
        self.order = order
        here = [record for whole in self.wholes if (record := stored(whole[0].key))]
        self.now = read_records(here)
        self.rows: dict[Key, Row] = {
            piece.key: piece.instance for whole in self.now.values() for piece in whole if piece.instance
        }
        self.kept = {key for whole in self.wholes for key in self._unchanged(whole)}

    def write(self) -> list[Record]:
        self._delete_parts_that_change()
        for whole in self.wholes:
            self._save(whole[0])
        parts = [part for whole in self.wholes for part in whole[1:] if part.key not in self.kept]
        for part in sorted(parts, key=lambda part: self.order[part.kind]):
            self._save(part)
        for whole in self.wholes:
            self._join(whole[0])
        return [self.rows[whole[0].key] for whole in self.wholes]  # type: ignore[misc]  # each is a record

    def _unchanged(self, whole: Whole) -> Iterable[Key]:
        here = {piece.key: piece for piece in self.now.get(whole[0].key, ())}
        kept: set[Key | None] = {whole[0].key}
        for part in whole[1:]:
            there = here.get(part.key)
            if there and there.values == part.values and part.owner in kept:
                kept.add(part.key)
                yield part.key

    def _delete_parts_that_change(self) -> None:
        for whole in self.now.values():
            for part in reversed(whole[1:]):  # those of a part before it
                if part.key not in self.kept and part.instance:
                    self.keys[part.code] = part.instance.pk
                    del self.rows[part.key]
                    part.kind._default_manager.filter(code=part.code).delete()

    def _save(self, piece: Piece) -> None:
        row = self.rows.get(piece.key) or _blank(piece, self.keys)
        self._fill(piece, row)
        row.save()
        self.rows[piece.key] = row

    def _fill(self, piece: Piece, row: Row) -> None:
        for name, column in fields_of(piece.kind, private=True).items():
            if column.many_to_many or name == "updated_at":
                continue
            value = piece.values.get(name)
            if column.is_relation and is_ours(column):
                setattr(row, column.attname, self._key(piece, name, column))
            elif column.is_relation:
                exists = column.related_model._default_manager.filter(pk=value).exists()  # type: ignore[union-attr]
                setattr(row, column.attname, value if exists else None)
            else:
                setattr(row, name, value if name in piece.values else column.get_default())

    def _key(self, piece: Piece, name: str, column: Any) -> Any:
        code = piece.values.get(name)
        if code is None:
            return None
        return self._row(piece, name, target_of(column), code).pk

    def _row(self, piece: Piece, name: str, kind: Kind, code: str) -> models.Model:
        key = key_of(kind, code)
        if key not in self.rows:
            found = kind._default_manager.filter(code=code).first()
            if found is None:
                raise Missing(piece, name)
            self.rows[key] = found
        return self.rows[key]

    def _join(self, piece: Piece) -> None:
        for name, column in fields_of(piece.kind).items():
            if column.many_to_many:
                others = [self._row(piece, name, target_of(column), code) for code in piece.values.get(name, [])]
                getattr(self.rows[piece.key], name).set(others)


def _blank(piece: Piece, keys: Keys) -> Row:
    kind: Any = piece.kind
    row: Row = kind(pk=keys.get(piece.code))
    return row


def owner_of(part: Any) -> Record | None:
    """The record to which a part belongs in the end; None where that has gone already."""
    row = part
    while row is not None and not is_record(type(row)):
        name = next((each for each in OWNERS[type(row)] if getattr(row, f"{each}_id") is not None), None)
        row = getattr(row, name, None) if name else None
    return row if isinstance(row, Record) else None
