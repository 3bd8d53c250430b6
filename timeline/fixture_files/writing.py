"""Records as YAML that a person can edit and a reviewer can read as a diff."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml

from timeline.contents.kinds import Field, fields_of, is_record, target_of
from timeline.contents.pieces import Key, Piece, key_of

WIDTH = 110
# Line ends that YAML would read as others, and a byte order mark: such a text is written with escapes.
UNSAFE_IN_BLOCKS = set("\r\x85\u2028\u2029\ufeff\t")


class InOneLine(list[Any]):
    """A list that is written as [a, b]: a natural key, or a list of texts."""


class FixtureDumper(yaml.CSafeDumper):
    pass


def _text(dumper: FixtureDumper, text: str) -> yaml.ScalarNode:
    style = None
    if UNSAFE_IN_BLOCKS & set(text):
        style = '"'
    elif "\n" in text:
        # a block that keeps its last empty lines would end the document
        style = "|" if text.strip() and not text.endswith("\n\n") else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list_in_one_line(dumper: FixtureDumper, items: InOneLine) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


def _moment(dumper: FixtureDumper, moment: dt.datetime) -> yaml.ScalarNode:
    text = moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", text)


def _decimal(dumper: FixtureDumper, number: Decimal) -> yaml.ScalarNode:
    """Whole numbers bare, others in quotation marks, so that no reader makes a float of them."""
    text = format(number, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'str' if '.' in text else 'int'}", text)


FixtureDumper.add_representer(str, _text)
FixtureDumper.add_representer(InOneLine, _list_in_one_line)
FixtureDumper.add_representer(dt.datetime, _moment)
FixtureDumper.add_representer(Decimal, _decimal)


def file_text(about: str, groups: Iterable[list[Piece]], slugs: Mapping[Key, str]) -> str:
    """A whole file: what it holds, then the records, each with its parts and an empty line before it."""
    return text_of(about, (_entries(group, slugs) for group in groups))


def text_of(about: str, groups: Iterable[list[dict[str, Any]]]) -> str:
    """Entries in blocks. Without any it is an empty list, which every reader of fixtures understands."""
    head = f"# {about}\n# The order of the records and of their parts is kept by manage.py export_fixtures.\n"
    return "\n".join([head, *([_block(group) for group in groups] or ["[]\n"])])


def _entries(group: list[Piece], slugs: Mapping[Key, str]) -> list[dict[str, Any]]:
    return [{"model": piece.kind._meta.label_lower, "fields": _fields(piece, slugs)} for piece in group]


def _block(entries: list[dict[str, Any]]) -> str:
    return str(yaml.dump(entries, Dumper=FixtureDumper, allow_unicode=True, width=WIDTH, sort_keys=False))


def _fields(piece: Piece, slugs: Mapping[Key, str]) -> dict[str, Any]:
    columns = fields_of(piece.kind)
    return {name: _value(columns[name], piece.values[name], slugs) for name in columns if name in piece.values}


def _value(column: Field, value: Any, slugs: Mapping[Key, str]) -> Any:
    if column.many_to_many:
        return sorted(_natural_key(column, code, slugs) for code in value)
    if column.is_relation:
        return _natural_key(column, value, slugs)
    return InOneLine(value) if isinstance(value, list) else value


def _natural_key(column: Field, code: str, slugs: Mapping[Key, str]) -> InOneLine:
    kind = target_of(column)
    return InOneLine([slugs[key_of(kind, code)] if is_record(kind) else code])
