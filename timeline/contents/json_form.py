"""A whole record as JSON, as the history and the proposals keep it."""

import datetime as dt
from decimal import Decimal
from typing import Any

from timeline.contents.kinds import KINDS, Kind, fields_of, is_ours
from timeline.contents.pieces import Piece, Whole, normal

Json = list[dict[str, Any]]
BY_NAME: dict[str, Kind] = {str(kind._meta.model_name): kind for kind in KINDS.values()}


def to_json(whole: Whole) -> Json:
    """The record first, then its parts in order. Decimals and moments are text."""
    return [
        {
            "kind": str(piece.kind._meta.model_name),
            "owner": list(piece.owner) if piece.owner else None,
            "values": {name: _plain(value) for name, value in piece.values.items()},
        }
        for piece in whole
    ]


def from_json(pieces: Json) -> Whole:
    """Fields that the models no longer have are left out: an old revision stays readable."""
    return [_piece(each) for each in pieces]


def _piece(each: dict[str, Any]) -> Piece:
    kind = BY_NAME[each["kind"]]
    columns = fields_of(kind, private=True)
    said = each["values"]  # in any order: PostgreSQL keeps none
    values = {name: _value(column, said[name]) for name, column in columns.items() if name in said}
    return Piece(kind, values, tuple(each["owner"]) if each["owner"] else None)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):  # a moment is a date, too
        return value.isoformat()
    return value


def _value(column: Any, value: Any) -> Any:
    return value if column.is_relation and is_ours(column) else normal(column.to_python(value))
