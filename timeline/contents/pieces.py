"""What a record says, in one form for the database, the files and the history, so that they can be compared.

References are the codes of what they point at: a slug may change, a code never does.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias, TypeVar

from django.db.models import Q

from timeline.contents.kinds import (
    ALWAYS_WRITTEN,
    OWNERS,
    RECORDS,
    Field,
    Kind,
    Row,
    fields_of,
    is_ours,
    is_record,
    order_of,
    target_of,
)
from timeline.enums import State
from timeline.models import Record
from timeline.models.prepared import MOST_AT_ONCE, Prepared

T = TypeVar("T")
Key = tuple[str, str]  # the model's name and the code
Values = dict[str, Any]  # by field; a field that says nothing is not there
BATCH = 400


@dataclass
class Piece:
    """A record or a part: its values, and whose part it is."""

    kind: Kind
    values: Values
    owner: Key | None = None
    instance: Row | None = None

    @property
    def key(self) -> Key:
        return key_of(self.kind, self.values["code"])

    @property
    def code(self) -> str:
        return str(self.values["code"])

    @property
    def slug(self) -> str:
        return str(self.values.get("slug", ""))

    @property
    def is_published(self) -> bool:
        return bool(self.values.get("state") == State.PUBLISHED)

    def references(self) -> Iterator[tuple[str, Key]]:
        """Each thing that it points at, with the field that does."""
        for name, column in fields_of(self.kind).items():
            if name in self.values and column.is_relation:
                codes = self.values[name] if column.many_to_many else [self.values[name]]
                yield from ((name, key_of(target_of(column), code)) for code in codes)


@dataclass
class Contents:
    """Records and parts by their keys, and the parts of each owner in order."""

    pieces: dict[Key, Piece] = field(default_factory=dict)
    parts: dict[Key, list[Piece]] = field(default_factory=lambda: defaultdict(list))

    def add(self, piece: Piece) -> None:
        self.pieces[piece.key] = piece
        if piece.owner:
            self.parts[piece.owner].append(piece)

    def records(self) -> list[Piece]:
        return [piece for piece in self.pieces.values() if is_record(piece.kind)]

    def whole(self, key: Key) -> "Whole":
        return [self.pieces[key], *self._parts_below(key)]

    def _parts_below(self, key: Key) -> Iterator[Piece]:
        for part in self.parts.get(key, ()):
            yield part
            yield from self._parts_below(part.key)

    def record_of(self, piece: Piece) -> Key:
        """The key of the record to which a piece belongs in the end."""
        key = piece.key
        while (owner := self.pieces[key].owner if key in self.pieces else None) is not None:
            key = owner
        return key


Whole: TypeAlias = list[Piece]  # a record and all its parts, those of its parts behind their part


def key_of(kind: Kind, code: str) -> Key:
    return (str(kind._meta.model_name), code)


def normal(value: Any) -> Any:
    """One form for equal values: decimals without trailing zeros, moments in UTC."""
    if isinstance(value, Decimal):
        return Decimal(format(value.normalize(), "f"))
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC)
    return value


def says_nothing(column: Field, value: Any) -> bool:
    """Whether a field may be left out, because leaving it out means the same."""
    if column.name in ALWAYS_WRITTEN:
        return False
    if column.many_to_many:
        return not value
    if value is None or (value == "" and column.empty_strings_allowed):
        return True
    return bool(column.has_default() and value == column.get_default())


def digest(whole: Iterable[Piece]) -> str:
    """Of a record and its parts: equal for equal content. The day of the last change is no content."""
    rows = sorted(
        (*piece.key, json.dumps(content_of(piece), sort_keys=True, ensure_ascii=False, default=str)) for piece in whole
    )
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def content_of(piece: Piece) -> Values:
    return {name: value for name, value in piece.values.items() if name != "updated_at"}


def read_database(*, lock: bool = False) -> Contents:
    """All records and parts, in some dozens of queries. With `lock`, nobody changes a record until the commit."""
    rows: dict[Kind, list[Row]] = {}
    for kind in (*RECORDS, *OWNERS):
        queryset = kind._default_manager.order_by()
        rows[kind] = list(queryset.select_for_update(no_key=True) if lock and is_record(kind) else queryset)
    codes = {kind: {row.pk: row.code for row in found} for kind, found in rows.items()}
    contents = Contents()
    for kind, found in rows.items():
        joined = {name: _joined(column, codes) for name, column in fields_of(kind).items() if column.many_to_many}
        for row in sorted(found, key=order_of):
            contents.add(_piece(kind, row, codes, joined))
    return contents


def read_records(records: Iterable[Record]) -> dict[Key, Whole]:
    """These records as they are stored now, whole, with what no file holds. Some queries for each kind among them."""
    by_kind: dict[Kind, list[Any]] = defaultdict(list)
    for record in records:
        by_kind[type(record)].append(record.pk)
    contents = Contents()
    for kind, ids in by_kind.items():
        for batch in batched(sorted(ids), BATCH):
            _read_some(kind, batch, contents)
    return {piece.key: contents.whole(piece.key) for piece in contents.records()}


def _read_some(kind: Kind, ids: Sequence[Any], contents: Contents) -> None:
    rows: dict[Kind, list[Row]] = {kind: _rows_of(kind, ("pk",))(ids)}
    for part, owners in OWNERS.items():
        held = {name: [row.pk for row in rows.get(target_of(fields_of(part)[name]), ())] for name in owners}
        if held := {name: pks for name, pks in held.items() if pks}:
            rows[part] = _belonging(part, held)
    codes = _codes_pointed_at(rows)
    for each, found in rows.items():
        columns = fields_of(each, private=True)
        pks = [row.pk for row in found]
        joined = {name: _joined(column, codes, pks) for name, column in columns.items() if column.many_to_many}
        for row in sorted(found, key=order_of):
            contents.add(_piece(each, row, codes, joined, private=True))


def _belonging(part: Kind, held: Mapping[str, list[Any]]) -> list[Row]:
    """The parts of which one of these fields names one of the rows held."""
    if max(map(len, held.values())) <= MOST_AT_ONCE:  # at every save
        return _rows_of(part, tuple(held))(*held.values())
    return list(part._default_manager.filter(_one_of(held)))


@cache
def _rows_of(kind: Kind, names: tuple[str, ...]) -> Prepared[Row]:
    return Prepared(kind, lambda *values: kind._default_manager.filter(_one_of(dict(zip(names, values, strict=True)))))


def _one_of(held: Mapping[str, Sequence[Any]]) -> Q:
    return Q(*((f"{name}__in", values) for name, values in held.items()), _connector=Q.OR)


def _codes_pointed_at(rows: Mapping[Kind, Sequence[Row]]) -> dict[Kind, dict[Any, str]]:
    """The codes of all that these rows point at, a query for each kind."""
    wanted: dict[Kind, set[Any]] = defaultdict(set)
    for kind, found in rows.items():
        for column in fields_of(kind).values():
            if column.many_to_many:
                near, far, through = _through(column)
                pks = [row.pk for row in found]
                wanted[target_of(column)].update(through.filter(**{f"{near}__in": pks}).values_list(far, flat=True))
            elif column.is_relation:
                wanted[target_of(column)].update(getattr(row, column.attname) for row in found)
    codes: dict[Kind, dict[Any, str]] = {}
    for kind, ids in wanted.items():
        known = {row.pk: row.code for row in rows.get(kind, ())}
        missing = ids - known.keys() - {None}
        codes[kind] = known
        for batch in batched(sorted(missing), BATCH):
            codes[kind] |= dict(kind._default_manager.filter(pk__in=batch).values_list("pk", "code"))
    return codes


def batched(ordered: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _through(column: Any) -> tuple[str, str, Any]:
    """The two columns of a many-to-many table, and what reads it."""
    return column.m2m_column_name(), column.m2m_reverse_name(), column.remote_field.through._default_manager


def _joined(
    column: Any, codes: Mapping[Kind, Mapping[Any, str]], only: Sequence[Any] | None = None
) -> dict[Any, list[str]]:
    """The codes behind a many-to-many field, for each row that has some."""
    target = codes.get(target_of(column), {})
    near, far, through = _through(column)
    found: dict[Any, list[str]] = defaultdict(list)
    pairs = through.all() if only is None else through.filter(**{f"{near}__in": only})
    for owner, other in pairs.values_list(near, far):
        found[owner].append(target[other])
    return {owner: sorted(each) for owner, each in found.items()}


def _piece(
    kind: Kind,
    row: Row,
    codes: Mapping[Kind, Mapping[Any, str]],
    joined: Mapping[str, Mapping[Any, list[str]]],
    *,
    private: bool = False,
) -> Piece:
    values: Values = {}
    for name, column in fields_of(kind, private=private).items():
        if column.many_to_many:
            value: Any = joined[name].get(row.pk, [])
        elif column.is_relation and is_ours(column):
            value = codes.get(target_of(column), {}).get(getattr(row, column.attname))
        elif column.is_relation:
            value = getattr(row, column.attname)
        else:
            value = normal(getattr(row, name))
        if not says_nothing(column, value):
            values[name] = value
    return Piece(kind, values, owner_key(kind, values), row)


def owner_key(kind: Kind, values: Values) -> Key | None:
    """Whose part it is: the record or part behind the one owner field that is set."""
    for name in OWNERS.get(kind, ()):  # type: ignore[arg-type]
        if name in values:
            return key_of(target_of(fields_of(kind)[name]), values[name])
    return None
