"""Fixture files as they were typed, checked entry by entry: a mistake is named with its file, record and field."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from timeline.contents.kinds import KINDS, OWNERS, RECORDS, Field, Kind, fields_of, is_record, target_of
from timeline.contents.pieces import Contents, Key, Piece, Values, key_of, normal, owner_key, says_nothing
from timeline.fixture_files.errors import FixtureError
from timeline.fixture_files.files import ADDRESSES, Address
from timeline.models import Dated
from timeline.models.fields import EdtfField, new_code

TAG = "tag:yaml.org,2002:"
NULL, BOOL, INT, FLOAT, TEXT, TIME = (f"{TAG}{name}" for name in ("null", "bool", "int", "float", "str", "timestamp"))
WHOLE = re.compile(r"0|-?[1-9][0-9]*")
KNOWN: dict[str, Kind | type[Address]] = {**KINDS, **{kind._meta.label_lower: kind for kind in ADDRESSES}}
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


class Misfit(ValueError):
    """A value that its field cannot hold; the sentence says what to write instead."""


@dataclass(frozen=True)
class Where:
    """Where a record or part was read."""

    file: str
    label: str
    line: int

    def error(self, field: str, sentence: str) -> FixtureError:
        return FixtureError(self.file, self.label, field, sentence)


@dataclass
class Entry:
    where: Where
    kind: Any  # of a record, a part or an address
    nodes: dict[str, yaml.Node]

    @property
    def is_address(self) -> bool:
        return self.kind in ADDRESSES

    def text(self, name: str) -> str:
        node = self.nodes.get(name)
        return node.value if isinstance(node, yaml.ScalarNode) and node.tag == TEXT else ""


@dataclass
class FileContents(Contents):
    """What the files say, and where they say it."""

    places: dict[Key, Where] = field(default_factory=dict)
    codes: dict[str, Where] = field(default_factory=dict)


def read_entries(folder: Path) -> list[Entry]:
    """The entries of all files of a folder, in the order of the files' names."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise FixtureError(str(folder), "", "", _("There is no file whose name ends in .yaml in this folder."))
    return [entry for path in paths for entry in _entries_of(path)]


def _entries_of(path: Path) -> Iterator[Entry]:
    root = _root(path)
    if root is None:
        return
    nodes = _refuse_aliases(root, path.name)
    if not isinstance(nodes, yaml.SequenceNode):
        raise FixtureError(path.name, "", "", _("The file is not a list of records: each begins with “- model:”."))
    for node in nodes.value:
        yield _entry(path.name, node)


def _root(path: Path) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.CSafeLoader(path.read_text(encoding="utf-8")).get_single_node()
    except OSError as error:
        raise FixtureError(path.name, "", "", _("The file cannot be read: %(error)s.") % {"error": error}) from error
    except UnicodeDecodeError as error:
        raise FixtureError(path.name, "", "", _("The file is not text in UTF-8.")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = _("line %(line)s") % {"line": mark.line + 1} if mark else ""
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        sentence = _("The file is not YAML: %(problem)s.") % {"problem": problem}
        raise FixtureError(path.name, line, "", sentence) from error
    return root


def _refuse_aliases(root: yaml.Node, file: str) -> yaml.Node:
    """A few lines of aliases can stand for billions of values; nobody needs one here."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            line = _("line %(line)s") % {"line": node.start_mark.line + 1}
            raise FixtureError(file, line, "", _("YAML aliases (* and &) are not read: write the value out."))
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            waiting.extend(part for pair in node.value for part in pair)
    return root


def _entry(file: str, node: yaml.Node) -> Entry:
    line = node.start_mark.line + 1
    where = Where(file, _("line %(line)s") % {"line": line}, line)
    outer = _mapping(node, where)
    if unknown := set(outer) - {"model", "fields"}:
        raise where.error(sorted(unknown)[0], _("A record has “model” and “fields” and nothing else; no “pk” either."))
    if missing := {"model", "fields"} - set(outer):
        raise where.error(sorted(missing)[0], _("A record has “model” and “fields”."))
    name = outer["model"].value if isinstance(outer["model"], yaml.ScalarNode) else ""
    if (kind := KNOWN.get(str(name).lower())) is None:
        raise where.error("model", _("There is no model “%(name)s” in the fixtures.") % {"name": name})
    where = Where(file, _label(kind, outer["fields"], line), line)
    entry = Entry(where, kind, _mapping(outer["fields"], where))
    _refuse_unknown_fields(entry)
    return entry


def _label(kind: Any, fields: yaml.Node, line: int) -> str:
    pairs = fields.value if isinstance(fields, yaml.MappingNode) else []
    names = {key.value: value.value for key, value in reversed(pairs) if isinstance(value, yaml.ScalarNode)}
    name = names.get("slug") or names.get("old_slug") or names.get("code")
    if not name:
        return _("%(kind)s in line %(line)s") % {"kind": kind._meta.model_name, "line": line}
    return f"{kind._meta.model_name} {name}"


def _mapping(node: yaml.Node, where: Where) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise where.error("", _("Fields are written as “name: value”, one a line."))
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else _("a list")
        if name in found:
            raise where.error(name, _("The field stands there twice."))
        found[name] = value
    return found


def _refuse_unknown_fields(entry: Entry) -> None:
    fields = ADDRESSES[entry.kind] if entry.is_address else tuple(fields_of(entry.kind))
    for name in entry.nodes:
        if name not in fields:
            known = ", ".join(fields)
            raise entry.where.error(name, _("There is no such field here. There are: %(known)s.") % {"known": known})


def resolve(entries: list[Entry], stored: Contents) -> FileContents:
    """The entries as contents, with each natural key looked up: in the files first, then in the database."""
    found = FileContents()
    codes = {(piece.kind, piece.slug): piece.code for piece in stored.records()}
    for entry in entries:
        _remember(entry, found, codes)
    known = set(found.places)
    for kind in (*RECORDS, *OWNERS):
        for entry in (entry for entry in entries if entry.kind is kind):
            found.add(_piece(entry, codes, known))
    for piece in found.pieces.values():
        if not is_record(piece.kind):
            _refuse_stray(piece, found)
    return found


def _remember(entry: Entry, found: FileContents, codes: dict[tuple[Kind, str], str]) -> None:
    code = entry.text("code")
    if not code:
        raise entry.where.error("code", _("It has no code. Take this new one: %(code)s") % {"code": new_code()})
    if code in found.codes:
        raise _twice(entry.where, "code", found.codes[code])
    found.codes[code] = entry.where
    if is_record(entry.kind):
        slug = entry.text("slug")
        if not slug:
            raise entry.where.error("slug", _("It has no slug: the last part of its page's address."))
        codes[entry.kind, slug] = code
    found.places[key_of(entry.kind, code)] = entry.where


def _twice(where: Where, name: str, other: Where) -> FixtureError:
    sentence = _("%(label)s in %(file)s, line %(line)s, has the same.")
    return where.error(name, sentence % {"label": other.label, "file": other.file, "line": other.line})


def _piece(entry: Entry, codes: Mapping[tuple[Kind, str], str], known: set[Key]) -> Piece:
    values: Values = {}
    for name, node in entry.nodes.items():
        column = fields_of(entry.kind)[name]
        try:
            value = _value(column, node, codes, known)
        except (Misfit, ValidationError) as error:
            sentence = error.messages[0] if isinstance(error, ValidationError) else str(error)
            raise entry.where.error(name, sentence) from error
        if not says_nothing(column, value):
            values[name] = value
    return Piece(entry.kind, values, owner_key(entry.kind, values))


def _value(column: Field, node: yaml.Node, codes: Mapping[tuple[Kind, str], str], known: set[Key]) -> Any:
    if isinstance(node, yaml.ScalarNode) and node.tag == NULL and column.null:
        return None
    if column.many_to_many:
        return sorted(_referred(column, each, codes, known) for each in _items(node))
    if column.is_relation:
        return _referred(column, node, codes, known)
    if isinstance(column, models.JSONField):
        return [_text(each) for each in _items(node)]
    return normal(scalar(column, node))


def _items(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise Misfit(_("Write a list here, in square brackets."))
    return list(node.value)


def _referred(column: Field, node: yaml.Node, codes: Mapping[tuple[Kind, str], str], known: set[Key]) -> str:
    kind = target_of(column)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    if len(items) != 1:
        example = "[seoul]" if is_record(kind) else "[7b3uf99j]"
        raise Misfit(_("Write one key in square brackets, such as %(example)s.") % {"example": example})
    key = _text(items[0])
    code = codes.get((kind, key)) if is_record(kind) else key if key_of(kind, key) in known else None
    if code is None:
        raise Misfit(_("There is no %(kind)s “%(key)s”.") % {"kind": kind._meta.verbose_name, "key": key})
    return code


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag != TEXT:
        raise Misfit(_("YAML does not read this as text: put it in quotation marks."))
    if "\x00" in node.value:
        raise Misfit(_("The text has a NUL character in it: delete it."))
    return str(node.value)


def scalar(column: Field, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        raise Misfit(_("Write one value here, not a list."))
    match column:
        case models.BooleanField():
            return _truth(node)
        case models.IntegerField():
            return _number(node)
        case models.DecimalField():
            return _decimal(node)
        case models.DateTimeField():
            return _moment(node)
        case models.DateField():
            return column.to_python(node.value)
        case EdtfField() if node.tag in {TIME, INT}:  # 2019-08-07 and 1991 without quotation marks
            return node.value
        case _:
            return _text(node)


def _truth(node: yaml.ScalarNode) -> bool:
    word = node.value.lower()
    if node.tag != BOOL or word not in TRUE | FALSE:
        raise Misfit(_("Write true or false."))
    return word in TRUE


def _number(node: yaml.ScalarNode) -> int:
    if node.tag != INT or not WHOLE.fullmatch(node.value):  # 010 and 0x10 are other numbers in YAML than they look
        raise Misfit(_("Write a whole number."))
    return int(node.value)


def _decimal(node: yaml.ScalarNode) -> Decimal:
    try:
        number = Decimal(node.value) if node.tag in {INT, FLOAT, TEXT} else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(node.value) > 40:
        raise Misfit(_("Write a number in plain units, such as 1183300000000 or '13.9'."))
    return number


def _moment(node: yaml.ScalarNode) -> dt.datetime:
    try:
        moment = parse_datetime(node.value)
        in_utc = moment.astimezone(dt.UTC) if moment and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):  # the last hours of the year 9999 may be of the year 10000 in UTC
        in_utc = None
    if in_utc is None:
        raise Misfit(_("Write the moment with its zone, such as 2026-11-25T00:00:00Z."))
    return in_utc


def _refuse_stray(piece: Piece, found: FileContents) -> None:
    where = found.places[piece.key]
    names = OWNERS[piece.kind]  # type: ignore[index]
    given = [name for name in names if name in piece.values]
    if len(given) != 1:
        raise where.error(given[1] if given else names[0], _("A part names the one record that it belongs to."))
    if piece.owner not in found.pieces:
        raise where.error(given[0], _("The record that it belongs to is not in these files."))


def claims(piece: Piece) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What no two records may have in common: the field, and in which space which value."""
    space = "timeline" if issubclass(piece.kind, Dated) else str(piece.kind._meta.model_name)
    if piece.slug:
        yield "slug", (space, piece.slug)
    for column in fields_of(piece.kind).values():
        if getattr(column, "unique", False) and column.name not in {"slug", "code"} and column.name in piece.values:
            yield column.name, (space, column.name, piece.values[column.name])
    for constraint in piece.kind._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and all(name in piece.values for name in constraint.fields):
            values = tuple(piece.values[name] for name in constraint.fields)
            yield constraint.fields[-1], (constraint.name, *values)


def refuse_doubles(found: FileContents) -> None:
    """No two records or parts of the files have what only one may have."""
    holders: dict[tuple[Any, ...], Where] = {}
    for piece in found.pieces.values():
        where = found.places[piece.key]
        for name, claim in claims(piece):
            if claim in holders:
                raise _twice(where, name, holders[claim])
            holders[claim] = where
