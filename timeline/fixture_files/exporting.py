"""The database back into its files: the same bytes for the same content, and never half a file."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from timeline.contents.kinds import Kind, fields_of, is_record
from timeline.contents.pieces import Contents, Key, Piece, read_database
from timeline.fixture_files.addresses import in_file_order, tombstones_of
from timeline.fixture_files.files import ADDRESS_FILES, FILES, Address, FixtureFile
from timeline.fixture_files.writing import file_text, text_of
from timeline.models import Redirect, Statement, Tombstone

VOICES = ("speaker", "on_behalf_of", "attribution")


def export(folder: Path, *, everything: bool = False, warn: Callable[[str], None] = print) -> int:
    """Write the files of the folder anew and say how many records they hold.

    Only what is public, and of what is withdrawn that it is, unless `everything`: then drafts and withdrawn records
    too. Users, history and pasted text are never written. `warn` gets a sentence for each public record that cannot be
    written without one that is not.
    """
    stored, tombstones, redirects = _one_moment(everything=everything)
    contents = stored if everything else _public(stored, warn)
    slugs = {piece.key: piece.slug for piece in contents.records()}
    written = {(kind, slug) for (kind, _code), slug in slugs.items()} | {(each.kind, each.slug) for each in tombstones}
    left: dict[type[Address], list[Any]] = {
        Redirect: [each for each in redirects if (each.kind, each.new_slug) in written],
        Tombstone: tombstones,
    }
    folder.mkdir(parents=True, exist_ok=True)
    texts = {file.name: file_text(file.about, _groups(file, contents), slugs) for file in FILES}
    for each in ADDRESS_FILES:
        texts[each.name] = text_of(each.about, ([entry] for entry in in_file_order(left[each.kind])))
    for name, text in texts.items():
        _replace(folder / name, text)
    return len(slugs)


def _one_moment(*, everything: bool) -> tuple[Contents, list[Tombstone], list[Redirect]]:
    """The database as it is at one moment, although it is read in several queries.

    A withdrawn record that is not written leaves a tombstone in the files.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        contents = read_database()
        left_out = [] if everything else contents.records()
        return contents, tombstones_of(contents, left_out), list(Redirect.objects.all())


def _groups(file: FixtureFile, contents: Contents) -> Iterator[list[Piece]]:
    """The records of a file, each with the parts that stand there; in a file of parts alone, those of each owner."""
    kinds = set(file.kinds)
    owners = [piece for piece in contents.records() if not is_record(file.kinds[0]) or piece.kind in kinds]
    rank = {kind: place for place, kind in enumerate(file.kinds)}
    for owner in sorted(owners, key=lambda piece: (piece.slug, piece.key)):
        pieces = [piece for piece in _in_file_order(owner, contents, rank) if piece.kind in kinds]
        if pieces:
            yield pieces


def _in_file_order(piece: Piece, contents: Contents, rank: dict[Kind, int]) -> Iterator[Piece]:
    """A piece, then its parts kind by kind, each followed by its own."""
    yield piece
    # sorted() keeps the order of the parts of one kind
    for part in sorted(contents.parts.get(piece.key, ()), key=lambda part: rank.get(part.kind, len(rank))):
        yield from _in_file_order(part, contents, rank)


def _public(contents: Contents, warn: Callable[[str], None]) -> Contents:
    """What may leave the house: published records, with what they say of published records alone."""
    hidden = {piece.key for piece in contents.records() if not piece.is_published}
    while unwritable := list(_unwritable(contents, hidden)):  # one that is left out can make another unwritable
        for piece, missing in unwritable:
            warn(_sentence(piece, missing))
            hidden.add(piece.key)
    public = Contents()
    for record in contents.records():
        if record.key not in hidden:
            public.add(_without(record, hidden))
            _add_public_parts(record.key, contents, public, hidden)
    return public


def _unwritable(contents: Contents, hidden: set[Key]) -> Iterator[tuple[Piece, str]]:
    for piece in contents.records():
        if piece.key not in hidden and (missing := _what_is_missing(piece, hidden)):
            yield piece, missing


def _add_public_parts(owner: Key, contents: Contents, public: Contents, hidden: set[Key]) -> None:
    for part in contents.parts.get(owner, ()):
        if not any(key in hidden for _name, key in part.references()):
            public.add(part)
            _add_public_parts(part.key, contents, public, hidden)


def _without(record: Piece, hidden: set[Key]) -> Piece:
    """The record without its references to records that are not public."""
    lost: dict[str, set[str]] = defaultdict(set)
    for name, (_kind, code) in (pair for pair in record.references() if pair[1] in hidden):
        lost[name].add(code)
    values = dict(record.values)
    for name, codes in lost.items():
        column = fields_of(record.kind)[name]
        left = [code for code in values[name] if code not in codes] if column.many_to_many else []
        if left:
            values[name] = left
        else:
            del values[name]
    return Piece(record.kind, values, record.owner, record.instance)


def _what_is_missing(record: Piece, hidden: set[Key]) -> str:
    """The field without which the record cannot be written, if it points at something that is not public."""
    columns = fields_of(record.kind)
    for name, key in record.references():
        if key in hidden and not columns[name].null and not columns[name].many_to_many:
            return name
    if record.kind is Statement and not any(name in _without(record, hidden).values for name in VOICES):
        return "speaker"
    return ""


def _sentence(record: Piece, field: str) -> str:
    return _("%(kind)s %(slug)s was left out: its %(field)s is not published.") % {
        "kind": record.kind._meta.model_name,
        "slug": record.slug,
        "field": field,
    }


def _replace(path: Path, text: str) -> None:
    """All of the new file or all of the old one, whenever the power goes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
