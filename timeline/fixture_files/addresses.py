"""Old slugs and what is left of withdrawn records: from the files into the database, and back.

They keep promises made to readers, so nothing here is ever deleted but a tombstone whose record is there again.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from timeline.contents.kinds import RECORDS
from timeline.contents.pieces import Contents, Key, Piece, normal
from timeline.enums import State
from timeline.fixture_files.errors import Clash
from timeline.fixture_files.files import ADDRESSES, Address
from timeline.fixture_files.reading import Entry, FileContents, Misfit, Where, scalar
from timeline.models import Dated, Record, Redirect, Tombstone

MODELS: dict[str, type[Record]] = {str(kind._meta.model_name): kind for kind in RECORDS}
ON_THE_TIMELINE = {name for name, model in MODELS.items() if issubclass(model, Dated)}
ONCE_PUBLIC = {State.PUBLISHED, State.WITHDRAWN}
Place = tuple[str, str]  # a space of slugs, and a slug in it


def space_of(kind: str) -> str:
    """Rounds, statements and events share one space of slugs."""
    return "timeline" if kind in ON_THE_TIMELINE else kind


@dataclass
class Left:
    """What the files say of old addresses."""

    redirects: list[tuple[Where, Redirect]]
    tombstones: list[tuple[Where, Tombstone]]

    def leads(self) -> dict[Key, str]:
        return {(row.kind, row.old_slug): row.new_slug for _where, row in self.redirects}


# --- read


def read(entries: Iterable[Entry], files: FileContents) -> Left:
    """Each checked by itself and against all the others; raises `FixtureError`."""
    left = Left([], [])
    for entry in entries:
        row: Any = _row(entry)
        (left.redirects if isinstance(row, Redirect) else left.tombstones).append((entry.where, row))
    _refuse_doubles(left, files)
    _refuse_chains(left)
    return left


def _row(entry: Entry) -> Address:
    kind: Any = entry.kind
    row: Address = kind()
    for name in ADDRESSES[kind]:
        if name not in entry.nodes:
            raise entry.where.error(name, _("This field is missing."))
        column = kind._meta.get_field(name)
        try:
            setattr(row, name, normal(column.clean(scalar(column, entry.nodes[name]), row)))
        except (Misfit, ValidationError) as error:
            sentence = error.messages[0] if isinstance(error, ValidationError) else str(error)
            raise entry.where.error(name, sentence) from error
    if row.kind not in MODELS:
        sentence = _("There is no kind of record “%(kind)s”. There are: %(known)s.")
        raise entry.where.error("kind", sentence % {"kind": row.kind, "known": ", ".join(sorted(MODELS))})
    return row


def _refuse_doubles(left: Left, files: FileContents) -> None:
    """No slug and no code stands for two."""
    held = {(space_of(piece.key[0]), piece.slug): piece for piece in files.records()}
    seen: dict[tuple[str, ...], Where] = {}
    for where, tomb in left.tombstones:
        if holder := held.get((space_of(tomb.kind), tomb.slug)):
            raise _twice(where, "slug", files.places[holder.key])
        if tomb.code in files.codes:
            raise _twice(where, "code", files.codes[tomb.code])
        _claim(seen, ("slug", space_of(tomb.kind), tomb.slug), where)
        _claim(seen, ("code", tomb.code), where)
    for where, lead in left.redirects:
        holder = held.get((space_of(lead.kind), lead.old_slug))
        if holder is not None and not (holder.key[0] == lead.kind and holder.values.get("state") == State.WITHDRAWN):
            raise _twice(where, "old_slug", files.places[holder.key])
        _claim(seen, ("old_slug", space_of(lead.kind), lead.old_slug), where)


def _claim(seen: dict[tuple[str, ...], Where], claim: tuple[str, ...], where: Where) -> None:
    if claim in seen:
        raise _twice(where, claim[0], seen[claim])
    seen[claim] = where


def _twice(where: Where, name: str, other: Where) -> Exception:
    sentence = _("%(label)s in %(file)s, line %(line)s, has the same.")
    return where.error(name, sentence % {"label": other.label, "file": other.file, "line": other.line})


def _refuse_chains(left: Left) -> None:
    leads = left.leads()
    for where, row in left.redirects:
        if row.new_slug == row.old_slug:
            raise where.error("new_slug", _("It leads to itself."))
        if onward := leads.get((row.kind, row.new_slug)):
            raise where.error(
                "new_slug", _("It leads to another redirect. Write where that leads: %(slug)s") % {"slug": onward}
            )


# --- a record that is here, and withdrawn by the files


def bury(left: Left, files: FileContents, stored: Contents) -> None:
    """A tombstone of a record that is here says: the record as it is here, withdrawn. So it is loaded as one that the
    files hold, and left alone where an editor has changed it.
    """
    for where, tomb in left.tombstones:
        here = stored.pieces.get((tomb.kind, tomb.code))
        if here is None:
            continue
        values = here.values | {
            "slug": tomb.slug,
            "state": str(State.WITHDRAWN),
            "withdrawn_at": tomb.withdrawn_at,
            "withdrawal_reason": tomb.reason,
            "updated_at": max(here.values["updated_at"], tomb.withdrawn_at),
        }
        values.setdefault("published_at", tomb.withdrawn_at)
        whole = stored.whole(here.key)
        for piece in [Piece(here.kind, values), *whole[1:]]:
            # A part that the files hold has moved to another record, and those of its own with it.
            if piece.key not in files.places and (piece.owner is None or piece.owner in files.pieces):
                files.add(Piece(piece.kind, piece.values, piece.owner))
                files.places[piece.key] = where


# --- written


def write(left: Left) -> tuple[int, list[Clash]]:
    """How many were written, and which were left out because of what is here. To be called when the records are."""
    work = _Writer(left)
    return work.write(), work.clashes


class _Writer:
    def __init__(self, left: Left) -> None:
        self.left, self.leads_in_files = left, left.leads()
        self.clashes: list[Clash] = []
        self.records = {
            (kind, code): (slug, state)
            for kind, model in MODELS.items()
            for code, slug, state in model._default_manager.order_by().values_list("code", "slug", "state")
        }
        self.holders: dict[Place, Key] = {(space_of(key[0]), slug): key for key, (slug, _state) in self.records.items()}
        self.tombstones = {(each.kind, each.code): each for each in Tombstone.objects.all()}
        self.buried: dict[Place, Key] = {
            (space_of(kind), each.slug): (kind, code) for (kind, code), each in self.tombstones.items()
        }
        self.codes = {key[1]: key for key in (*self.records, *self.tombstones)}
        self.leads = {(each.kind, each.old_slug): each for each in Redirect.objects.all()}

    def write(self) -> int:
        gone = [
            self._bury(where, row) for where, row in self.left.tombstones if (row.kind, row.code) not in self.records
        ]
        self._raise_the_dead()
        led = [self._lead(where, row) for where, row in self.left.redirects]
        return sum(gone) + sum(led)

    def _bury(self, where: Where, row: Tombstone) -> bool:
        here = self.tombstones.get((row.kind, row.code))
        if here is not None and all(getattr(here, name) == getattr(row, name) for name in ADDRESSES[Tombstone]):
            return False
        if other := self._in_the_way(row):
            self.clashes.append(Clash(where.label, _("its slug or code belongs to %(other)s") % {"other": other}))
            return False
        row.pk = here.pk if here is not None else None
        row.save_base(raw=True)
        key = (row.kind, row.code)
        self.tombstones[key] = row
        self.buried[space_of(row.kind), row.slug] = self.codes[row.code] = key
        return True

    def _in_the_way(self, row: Tombstone) -> str:
        """Another record or tombstone with the same slug or code."""
        place = (space_of(row.kind), row.slug)
        found = [self.holders.get(place), self.buried.get(place), self.codes.get(row.code)]
        return next((" ".join(key) for key in found if key is not None and key != (row.kind, row.code)), "")

    def _raise_the_dead(self) -> None:
        back = [each.pk for key, each in self.tombstones.items() if key in self.records]
        Tombstone.objects.filter(pk__in=back).delete()

    def _lead(self, where: Where, row: Redirect) -> bool:
        further, known = self.leads.get((row.kind, row.new_slug)), self.leads.get((row.kind, row.old_slug))
        new = further.new_slug if further is not None else row.new_slug
        if known is not None and known.new_slug == new:
            return False
        if reason := self._why_not(row, new, known):
            self.clashes.append(Clash(where.label, reason))
            return False
        row.pk, row.new_slug = (known.pk if known is not None else None), new
        row.save_base(raw=True)
        self.leads[row.kind, row.old_slug] = row
        self._collapse(row)
        return True

    def _collapse(self, row: Redirect) -> None:
        """What led to the old slug leads on at once."""
        if Redirect.objects.filter(kind=row.kind, new_slug=row.old_slug).update(new_slug=row.new_slug):
            for each in self.leads.values():
                if (each.kind, each.new_slug) == (row.kind, row.old_slug):
                    each.new_slug = row.new_slug

    def _why_not(self, row: Redirect, new: str, known: Redirect | None) -> str:
        holder = self.holders.get((space_of(row.kind), row.old_slug))
        if holder is not None and not (holder[0] == row.kind and self.records[holder][1] == State.WITHDRAWN):
            return _("its old slug is that of %(other)s here") % {"other": " ".join(holder)}
        if known is not None and self.leads_in_files.get((row.kind, known.new_slug)) != row.new_slug:
            return _("it leads to %(slug)s here") % {"slug": known.new_slug}
        if not self._was_public(row.kind, new):
            return _("it leads to no record that is here")
        return ""

    def _was_public(self, kind: str, slug: str) -> bool:
        place = (space_of(kind), slug)
        holder = self.holders.get(place)
        if holder is not None and holder[0] == kind and self.records[holder][1] in ONCE_PUBLIC:
            return True
        return self.buried.get(place, ("", ""))[0] == kind


# --- exported


def tombstones_of(contents: Contents, left_out: Iterable[Piece]) -> list[Tombstone]:
    """Those that are stored, and one for each withdrawn record that is left out of the files."""
    rows = [each for each in Tombstone.objects.all() if (each.kind, each.code) not in contents.pieces]
    return rows + [
        Tombstone(
            kind=piece.key[0],
            code=piece.code,
            slug=piece.slug,
            withdrawn_at=piece.values["withdrawn_at"],
            reason=piece.values["withdrawal_reason"],
        )
        for piece in left_out
        if piece.values["state"] == State.WITHDRAWN
    ]


def in_file_order(rows: Iterable[Address]) -> Iterator[dict[str, Any]]:
    """As the file writes them: by kind and slug."""
    for row in sorted(rows, key=lambda row: (row.kind, row.old_slug if isinstance(row, Redirect) else row.slug)):
        yield {"model": row._meta.label_lower, "fields": {name: _told(row, name) for name in ADDRESSES[type(row)]}}


def _told(row: Address, name: str) -> Any:
    value = getattr(row, name)
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
