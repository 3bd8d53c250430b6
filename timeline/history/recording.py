"""Writes revisions: reads the changed records whole, compares them with what was written down last, counts on."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils import timezone

from timeline import contents
from timeline.contents.pieces import BATCH, Key, Whole, batched
from timeline.enums import Act, State
from timeline.models import Record, Revision

if TYPE_CHECKING:
    from timeline.history.units import Unit

Place: TypeAlias = tuple[type[Record], int]
TRANSITIONS = {
    (State.DRAFT, State.IN_REVIEW): Act.SUBMITTED,
    (State.IN_REVIEW, State.DRAFT): Act.SENT_BACK,
}


@dataclass(frozen=True)
class Pending:
    """A record that a unit has changed, as it is now and as it was written down last."""

    row: Record
    whole: Whole
    last: Revision | None

    @property
    def key(self) -> Key:
        return contents.key_of(type(self.row), self.row.code)

    @property
    def was_public(self) -> bool:
        return self.last is not None and self.last.state == State.PUBLISHED

    @property
    def has_changed(self) -> bool:
        return self.last is None or not self.last.state or self.last.digest != contents.digest(self.whole)


def pending(unit: "Unit") -> list[Pending]:
    """What the unit has changed so far: the records that say something else than before."""
    for place in _rows(unit.deleted):  # the deletion was taken back by a transaction within the unit
        del unit.deleted[place]
        unit.touched.setdefault(place, [])
    rows = _rows(place for place in unit.touched if place not in unit.deleted)
    wholes = contents.read_records(rows.values())
    last = _last(list(wholes))
    found = [Pending(row, wholes[_key(row)], last.get(_key(row))) for row in rows.values()]
    return [each for each in found if each.has_changed]


def _key(row: Record) -> Key:
    return contents.key_of(type(row), row.code)


def write_down(unit: "Unit") -> None:
    """One revision for each record of the unit that says something else than before."""
    now = timezone.now()
    revisions = []
    for each in pending(unit):
        revision = _revision(unit, each)
        revision.at = now
        revisions.append(revision)
        _count_on(each.row, revision, unit.touched[type(each.row), each.row.pk])
    last = _last([_key(row) for row in unit.deleted.values()])
    for row in unit.deleted.values():
        if gone := _gone(unit, row, last.get(_key(row))):
            gone.at = now
            revisions.append(gone)
    Revision.objects.bulk_create(revisions, batch_size=BATCH)


def _rows(places: Iterable[Place]) -> dict[Place, Record]:
    """The stored records, held until the commit, so that versions are counted one after the other. One that has been
    saved and deleted in the same unit is not there.
    """
    ids: dict[type[Record], list[int]] = defaultdict(list)
    for model, pk in places:
        ids[model].append(pk)
    return {
        (model, row.pk): row
        for model, pks in ids.items()
        for batch in batched(sorted(pks), BATCH)
        for row in model._default_manager.filter(pk__in=batch).order_by("pk").select_for_update(no_key=True)
    }


def _last(keys: Sequence[Key]) -> dict[Key, Revision]:
    """The newest revision of each, without what it says."""
    codes: dict[str, list[str]] = defaultdict(list)
    for kind, code in keys:
        codes[kind].append(code)
    found: dict[Key, Revision] = {}
    for kind, of_kind in codes.items():
        for batch in batched(sorted(of_kind), BATCH):
            for revision in (
                Revision.objects.filter(kind=kind, code__in=batch).defer("content", "keys").order_by("version")
            ):
                found[kind, revision.code] = revision
    return found


def _revision(unit: "Unit", each: Pending) -> Revision:
    made = _blank(unit, each.row, _act(unit, each.row, each.last))
    made.version = each.last.version + 1 if each.last else each.row.version
    made.state = each.row.state
    made.digest = contents.digest(each.whole)
    made.content, made.keys = contents.to_json(each.whole), contents.keys_of(each.whole)
    made.is_public = _changed_in_public(each.row, each.whole, each.last)
    return made


def _blank(unit: "Unit", row: Record, act: str) -> Revision:
    return Revision(
        kind=str(row._meta.model_name),
        code=row.code,
        slug=row.slug,
        act=act,
        by=unit.by,
        by_name=unit.by.get_username() if unit.by else "",
        reviewer=unit.reviewer,
        why=unit.why,
        unit=unit.name,
    )


def _gone(unit: "Unit", row: Record, last: Revision | None) -> Revision | None:
    if last is None or not last.state:  # it was made and deleted in this unit
        return None
    made = _blank(unit, row, Act.DELETED)
    made.version, made.state, made.digest = last.version + 1, "", last.digest
    made.content, made.keys = last.content, last.keys
    return made


def _act(unit: "Unit", row: Record, last: Revision | None) -> str:
    was, is_now = (last.state if last else ""), row.state
    if unit.act in {Act.RESTORED, Act.MERGED, Act.UNMERGED, Act.LOADED, Act.IMPORTED}:
        return unit.act
    if last is not None and was and was != is_now:
        if is_now in {State.PUBLISHED, State.WITHDRAWN}:
            return Act.PUBLISHED if is_now == State.PUBLISHED else Act.WITHDRAWN
        return TRANSITIONS.get((State(was), State(is_now)), Act.CHANGED)
    if last is None or not was:
        return Act.CREATED
    if unit.act == Act.DELETED:  # another record was, and this one named it
        return Act.CHANGED
    return unit.act or Act.CHANGED


def _changed_in_public(row: Record, whole: Whole, last: Revision | None) -> bool:
    """Whether a reader who saw the record when it was public last would see something else now."""
    if not row.is_published or last is None or row.published_at is None:
        return False
    seen = Revision.objects.filter(kind=last.kind, code=last.code, state=State.PUBLISHED).order_by("-version").first()
    return seen is not None and contents.differs_for_readers(contents.from_json(seen.content), whole)


def _count_on(row: Record, made: Revision, objects: list[Record]) -> None:
    """A record of which parts alone were saved learns who changed it, and when, from here."""
    values: dict[str, Any] = {} if row.version == made.version else {"version": made.version}
    if values and not objects:
        values |= {"updated_at": made.at} | ({"updated_by": made.by} if made.by else {})
    if values:
        type(row)._default_manager.filter(pk=row.pk).update(**values)
    for each in objects:
        each.version = made.version


def write_down_as_found(place: Place) -> None:
    """A record that the history does not know yet, as it is before its first change."""
    model, pk = place
    row = model._default_manager.filter(pk=pk).first()
    if row is None or Revision.objects.filter(kind=model._meta.model_name, code=row.code).exists():
        return
    (whole,) = contents.read_records([row]).values()
    found = Revision(
        kind=str(row._meta.model_name),
        code=row.code,
        slug=row.slug,
        version=row.version,
        act=Act.FOUND,
        state=row.state,
        by=row.updated_by,
        by_name=row.updated_by.get_username() if row.updated_by else "",
        at=row.updated_at,
        content=contents.to_json(whole),
        keys=contents.keys_of(whole),
        digest=contents.digest(whole),
    )
    Revision.objects.bulk_create([found], ignore_conflicts=True)  # somebody else may write it down at this moment
