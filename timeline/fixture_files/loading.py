"""The files into the database: new records are added, untouched ones follow the files, nothing else is changed.

Touched is what content says: of each record the digest is kept as it was last loaded. Whoever changes a record in the
database owns it from then on; the loader lists it and leaves it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from timeline import history, index
from timeline.contents.kinds import OWNERS, RECORDS, Kind, Row, fields_of, target_of
from timeline.contents.pieces import Contents, Key, Piece, digest, key_of, read_database
from timeline.enums import Act
from timeline.fixture_files import addresses
from timeline.fixture_files.errors import Clash
from timeline.fixture_files.reading import FileContents, claims, read_entries, refuse_doubles, resolve
from timeline.models import LoadedRecord, Record, Redirect, Tombstone

FAR_AWAY = 20_000  # beyond every ordinal and number, and within the column


@dataclass
class LoadReport:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    clashes: list[Clash] = field(default_factory=list)
    addresses: int = 0  # old slugs and tombstones that were written


@dataclass
class Plan:
    """What is to be done with each record of the files."""

    added: dict[Key, Piece] = field(default_factory=dict)
    updated: dict[Key, Piece] = field(default_factory=dict)
    unchanged: dict[Key, Piece] = field(default_factory=dict)
    clashes: dict[Key, str] = field(default_factory=dict)

    def writes(self) -> dict[Key, Piece]:
        return self.added | self.updated

    def refuse(self, key: Key, reason: str) -> None:
        self.added.pop(key, None)
        self.updated.pop(key, None)
        self.clashes[key] = reason


def holds_records() -> bool:
    return any(kind._default_manager.exists() for kind in RECORDS)


def load(folder: Path) -> LoadReport:
    """All files of a folder in one transaction: what is wrong with one leaves the database as it was.

    Raises `FixtureError`. A load that finds nothing new writes nothing.
    """
    entries = read_entries(folder)
    with transaction.atomic():
        index.one_writer_at_a_time()  # two that start together must not both find the database empty
        stored = read_database(lock=True)
        files = resolve([entry for entry in entries if not entry.is_address], stored)
        left = addresses.read([entry for entry in entries if entry.is_address], files)
        addresses.bury(left, files, stored)
        refuse_doubles(files)
        plan = _plan(files, stored)
        if plan.writes():
            with index.suspended(), history.unit(act=Act.LOADED):
                _Writer(files, stored, plan).write()
        _remember_what_was_loaded(plan, files)
        written, left_out = addresses.write(left)
        if written:
            index.bump()
    clashes = [Clash(files.places[key].label, reason) for key, reason in plan.clashes.items()]
    return LoadReport(len(plan.added), len(plan.updated), len(plan.unchanged), clashes + left_out, written)


# What to do


def _plan(files: FileContents, stored: Contents) -> Plan:
    plan, digests = Plan(), stored_digests()
    for piece in files.records():
        _decide(piece, files, stored, digests, plan)
    while refused := list(_conflicts(plan, files, stored)):
        for key, reason in refused:
            plan.refuse(key, reason)
    return plan


def _decide(piece: Piece, files: FileContents, stored: Contents, digests: dict[Key, str], plan: Plan) -> None:
    here = stored.pieces.get(piece.key)
    if here is None and piece.key in digests:
        plan.clashes[piece.key] = _("it was deleted here since it was last loaded")
        return
    if here is None:
        plan.added[piece.key] = piece
        return
    if "published_at" in here.values and piece.values.get("state") not in addresses.ONCE_PUBLIC:
        plan.clashes[piece.key] = _("it was public here, so it is never a draft again: withdraw it")
        return
    is_now = digest(stored.whole(piece.key))
    if digest(files.whole(piece.key)) == is_now:
        is_newer = piece.values.get("updated_at", here.values["updated_at"]) > here.values["updated_at"]
        (plan.updated if is_newer else plan.unchanged)[piece.key] = piece
    elif digests.get(piece.key) == is_now:
        plan.updated[piece.key] = piece
    else:
        plan.clashes[piece.key] = _("it was changed here since it was last loaded")


def _conflicts(plan: Plan, files: FileContents, stored: Contents) -> Iterator[tuple[Key, str]]:
    """What cannot be written because of a record that stays as it is. Each refusal can bring about others."""
    writes = plan.writes()
    if not writes:
        return
    taken = _taken(stored, leaving=plan.updated)
    owners = _owners_of_codes(stored)
    absent = {key for key in plan.clashes if key not in stored.pieces}
    for key, piece in writes.items():
        if reason := (
            _slug_or_number_taken(piece, taken)
            or _code_taken(files.whole(key), owners, plan)
            or _points_at_absent(files.whole(key), absent, files)
        ):
            yield key, reason


@dataclass(frozen=True)
class Holder:
    key: Key | None
    label: str


def _taken(stored: Contents, leaving: dict[Key, Piece]) -> dict[tuple[Any, ...], Holder]:
    """Who has each slug and number: records that are not about to give it up, and redirects for their goal.

    A slug that was public is never given up: it leads on to its record.
    """
    taken: dict[tuple[Any, ...], Holder] = {}
    current = {(key[0], piece.slug): key for key, piece in stored.pieces.items() if piece.slug}
    for redirect in Redirect.objects.all():
        label = _("%(kind)s %(slug)s, whose slug it once was") % {"kind": redirect.kind, "slug": redirect.new_slug}
        taken[addresses.space_of(redirect.kind), redirect.old_slug] = Holder(
            current.get((redirect.kind, redirect.new_slug)), label
        )
    for tombstone in Tombstone.objects.all():
        label = _("%(kind)s %(code)s, which was withdrawn") % {"kind": tombstone.kind, "code": tombstone.code}
        taken[addresses.space_of(tombstone.kind), tombstone.slug] = Holder((tombstone.kind, tombstone.code), label)
    for piece in stored.records():
        holder = Holder(piece.key, f"{piece.key[0]} {piece.slug}")
        for name, claim in claims(piece):
            if piece.key not in leaving or (name == "slug" and "published_at" in piece.values):
                taken[claim] = holder
    return taken


def _slug_or_number_taken(piece: Piece, taken: dict[tuple[Any, ...], Holder]) -> str:
    for name, claim in claims(piece):
        if claim in taken and taken[claim].key != piece.key:
            return _("its %(field)s belongs to %(other)s") % {"field": name, "other": taken[claim].label}
    return ""


def _owners_of_codes(stored: Contents) -> dict[str, tuple[Kind, Key]]:
    return {piece.code: (piece.kind, stored.record_of(piece)) for piece in stored.pieces.values()}


def _code_taken(whole: list[Piece], owners: dict[str, tuple[Kind, Key]], plan: Plan) -> str:
    """A code may move from one record to another only when both follow the files."""
    record = whole[0].key
    for piece in whole:
        kind, owner = owners.get(piece.code, (piece.kind, record))
        if kind is not piece.kind or (owner != record and owner not in plan.updated):
            return _("the code %(code)s is taken by another record") % {"code": piece.code}
    return ""


def _points_at_absent(whole: list[Piece], absent: set[Key], files: FileContents) -> str:
    for piece in whole:
        for _name, key in piece.references():
            if key in absent:
                return _("it refers to %(other)s, which was left out") % {"other": files.places[key].label}
    return ""


# Doing it


class _Writer:
    """Writes a plan: records before parts, each after what it points at."""

    def __init__(self, files: FileContents, stored: Contents, plan: Plan) -> None:
        self.files, self.stored, self.plan = files, stored, plan
        self.rows: dict[Key, Row] = {key: piece.instance for key, piece in stored.pieces.items() if piece.instance}
        self.kept = {key for record in plan.updated for key in self._unchanged_parts(record)}

    def write(self) -> None:
        self._delete_parts_that_changed()
        self._let_go_of_what_moves()
        writes = self.plan.writes()
        for kind in RECORDS:
            for piece in (piece for piece in writes.values() if piece.kind is kind):
                self._save_record(piece)
        parts = [part for key in writes for part in self.files.whole(key)[1:] if part.key not in self.kept]
        for part_kind in OWNERS:
            for part in (part for part in parts if part.kind is part_kind):
                self._save(part, part.kind())
        for piece in writes.values():
            self._join(piece)

    def _unchanged_parts(self, record: Key) -> Iterator[Key]:
        """Parts that are the same in the files, and whose own owner is."""
        kept: set[Key | None] = {record}
        for part in self.stored.whole(record)[1:]:
            there = self.files.pieces.get(part.key)
            if there and there.values == part.values and part.owner in kept:
                kept.add(part.key)
                yield part.key

    def _delete_parts_that_changed(self) -> None:
        """All before any is written anew: two parts may have changed places."""
        gone: dict[Kind, list[Any]] = {}
        for record in self.plan.updated:
            for part in self.stored.whole(record)[1:]:
                if part.key not in self.kept:
                    gone.setdefault(part.kind, []).append(self.rows[part.key].pk)
        for kind, ids in gone.items():
            kind._default_manager.filter(pk__in=ids).delete()

    def _let_go_of_what_moves(self) -> None:
        """Two records may exchange their slugs or numbers: neither can take the other's before both are free."""
        for key, piece in self.plan.updated.items():
            here = self.stored.pieces[key]
            if set(claims(piece)) != set(claims(here)):
                numbers = [name for name, _claim in claims(here) if name != "slug"]
                moving = {"slug": f"moving-{piece.code}"} | {name: F(name) + FAR_AWAY for name in numbers}
                piece.kind._default_manager.filter(code=piece.code).update(**moving)

    def _save_record(self, piece: Piece) -> None:
        here = self.stored.pieces.get(piece.key)
        if here is None or not isinstance(here.instance, Record):
            self._save(piece, piece.kind())
            return
        self._save(piece, here.instance)
        if piece.slug != here.slug and here.instance.published_at is not None:
            Redirect.lead_on(str(piece.kind._meta.model_name), here.slug, piece.slug)

    def _save(self, piece: Piece, row: Row) -> None:
        where = self.files.places[piece.key]
        self._fill(piece, row)
        try:
            row.clean_fields(exclude=_not_ours(piece.kind))
            row.clean()
            row.save_base(raw=True)
        except ValidationError as error:
            raise where.error(*_first(error)) from error
        except (DatabaseError, ValueError) as error:
            name, sentence = _broken_rule(piece.kind, error)
            raise where.error(name, sentence) from error
        self.rows[piece.key] = row

    def _fill(self, piece: Piece, row: Row) -> None:
        where = self.files.places[piece.key]
        for name, column in fields_of(piece.kind).items():
            if column.many_to_many:
                continue
            if column.is_relation:
                code = piece.values.get(name)
                if code is None and not column.null:
                    raise where.error(name, _("This field is missing."))
                value = None if code is None else self.rows[key_of(target_of(column), code)].pk
                setattr(row, column.attname, value)
            elif name in piece.values:
                setattr(row, name, piece.values[name])
            elif name == "updated_at":
                raise where.error(name, _("Write the moment of this change, such as 2026-11-25T00:00:00Z."))
            else:
                setattr(row, name, column.get_default())

    def _join(self, piece: Piece) -> None:
        for name, column in fields_of(piece.kind).items():
            if column.many_to_many and (name in piece.values or piece.key in self.plan.updated):
                others = [self.rows[key_of(target_of(column), code)].pk for code in piece.values.get(name, [])]
                getattr(self.rows[piece.key], name).set(others)


def _not_ours(kind: Kind) -> set[str]:
    """Fields that need no cleaning: keys are looked up by us, and what the fixtures do not hold is derived."""
    ours = fields_of(kind)
    return {column.name for column in kind._meta.fields if column.name not in ours or column.is_relation}


def _first(error: ValidationError) -> tuple[str, str]:
    """The first field that is wrong, and the sentence about it."""
    if not hasattr(error, "error_dict"):
        return "", error.messages[0]
    name, sentences = next(iter(error.message_dict.items()))
    return "" if name == NON_FIELD_ERRORS else name, sentences[0]


def _broken_rule(kind: Kind, error: Exception) -> tuple[str, str]:
    """The constraint that the database named, as a field and a sentence."""
    if isinstance(error, IntegrityError):
        for constraint in kind._meta.constraints:
            if constraint.name in str(error):
                rule = constraint.name.replace("_", " ")
                return ", ".join(_fields_in(constraint)), _("It breaks a rule: %(rule)s.") % {"rule": rule}
    return "", _("The database refuses it: %(error)s.") % {"error": " ".join(str(error).split())}


def _fields_in(constraint: models.BaseConstraint) -> list[str]:
    if isinstance(constraint, models.UniqueConstraint):
        return list(constraint.fields)
    return sorted(set(_names_in(getattr(constraint, "condition", models.Q()))))


def _names_in(condition: models.Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _names_in(child)
        elif isinstance(child, tuple):
            yield str(child[0]).partition("__")[0]


def stored_digests() -> dict[Key, str]:
    return {(row.kind, row.code): row.digest for row in LoadedRecord.objects.all()}


def _remember_what_was_loaded(plan: Plan, files: FileContents) -> None:
    known = {(row.kind, row.code): row for row in LoadedRecord.objects.all()}
    new: list[LoadedRecord] = []
    for key in (*plan.writes(), *plan.unchanged):
        now = digest(files.whole(key))
        if (row := known.get(key)) is None:
            new.append(LoadedRecord(kind=key[0], code=key[1], digest=now))
        elif row.digest != now:
            row.digest = now
            row.save(update_fields=["digest"])
    LoadedRecord.objects.bulk_create(new, batch_size=500)
