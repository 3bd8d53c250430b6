"""Writes the derived tables and the content version, and compares them with the records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from timeline.index.cards import Card, digest_of
from timeline.index.composing import DATED, Composed, DatedModel, composed
from timeline.models import ContentVersion, Entry, EntryCard, EntryLink

BATCH = 400
WRITERS_LOCK = 7_253_001  # any number, as long as everybody who writes takes the same
Key = tuple[str, int]  # ("round", its id)
Touched = set[Key]  # of any kind of record; entries have those that stand on the timeline
NAMES = frozenset(str(model._meta.model_name) for model in DATED)


def one_writer_at_a_time() -> None:
    """Held until the end of the transaction, and taken before any row is. SQLite has one writer anyway; on PostgreSQL
    two who hold a row each could wait for that of the other, and one of them would end with an error.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])


def _model(name: str) -> Any:
    return next(model for model in DATED if model._meta.model_name == name)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def write(rows: list[Composed]) -> None:
    entries = Entry.objects.bulk_create([Entry(**row.entry) for row in rows])
    EntryLink.objects.bulk_create(
        [
            EntryLink(entry=entry, facet=facet, target_id=target, sort_key=entry.sort_key)
            for entry, row in zip(entries, rows, strict=True)
            for facet, target in sorted(row.links)
        ]
    )
    EntryCard.objects.bulk_create(
        [EntryCard(entry=entry, content=row.card, text=row.text) for entry, row in zip(entries, rows, strict=True)]
    )


def remove(entries: Any) -> None:
    """What `delete()` would do, without fetching the rows first."""
    EntryLink.objects.filter(entry__in=entries).delete()
    EntryCard.objects.filter(entry__in=entries).delete()
    entries.delete()


def refresh(touched: Touched) -> None:
    """Make the entries of these records what their records say."""
    with transaction.atomic(savepoint=False):
        by_type: defaultdict[str, set[int]] = defaultdict(set)
        for name, record_id in touched:
            if name in NAMES:
                by_type[name].add(record_id)
        fresh: list[Composed] = []
        for name, ids in by_type.items():
            for batch in _batches(ids):
                fresh += composed(_model(name), batch)
                remove(Entry.objects.filter(record_type=name, record_id__in=batch))
        for start in range(0, len(fresh), BATCH):  # after all removals: records may have exchanged their slugs
            write(fresh[start : start + BATCH])


def rebuild() -> int:
    """Make all entries anew, in one transaction; the number of entries. Readers see the old ones until it ends."""
    count = 0
    with transaction.atomic():
        one_writer_at_a_time()
        EntryLink.objects.all().delete()
        EntryCard.objects.all().delete()
        Entry.objects.all().delete()
        for model in DATED:
            for batch in _batches(model.objects.published().values_list("pk", flat=True)):
                rows = composed(model, batch)
                write(rows)
                count += len(rows)
        bump()
    return count


def write_missing_digests() -> int:
    """Of cards that were written by code before 0008; the number of them. Each batch is a transaction of its own.

    A card is never changed in its place: who writes another one meanwhile writes an entry of its own with it.
    """
    count, last = 0, 0
    while rows := list(_without_digest(last)):
        digests = [(digest_of(content), pk) for pk, content in rows]
        with transaction.atomic():
            one_writer_at_a_time()
            with connection.cursor() as cursor:
                cursor.executemany("UPDATE timeline_entry SET card_digest = %s WHERE id = %s", digests)
        count, last = count + len(rows), rows[-1][0]
    return count


def _without_digest(last: int) -> Any:
    cards = EntryCard.objects.filter(entry__card_digest=None, pk__gt=last).order_by("pk")
    return cards.values_list("pk", "content")[:BATCH]


def bump() -> None:
    """What is public has changed. The row is updated in place, so that changes at the same time queue up behind it."""
    now = timezone.now()
    if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
        ContentVersion.objects.get_or_create(pk=1)
        ContentVersion.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now)


def differences() -> list[str]:
    """Where the entries are not what their records say, a sentence each."""
    found: list[str] = []
    seen: Touched = set()
    for model in DATED:
        for batch in _batches(model.objects.published().values_list("pk", flat=True)):
            found += differences_of(model, batch)
            seen |= {(str(model._meta.model_name), record_id) for record_id in batch}
    for name, record_id, slug in Entry.objects.in_order().values_list("record_type", "record_id", "slug"):
        if (name, record_id) not in seen:
            found.append(f"{name} {slug} is not published and has an entry on the timeline.")
    return found


def differences_of(model: DatedModel, ids: list[int]) -> list[str]:
    """The same of the published ones among some records."""
    found: list[str] = []
    stored = _stored(str(model._meta.model_name), ids)
    for row in composed(model, ids):
        key = (row.entry["record_type"], row.entry["record_id"])
        if key not in stored:
            found.append(f"{key[0]} {row.entry['slug']} is published and has no entry on the timeline.")
        elif stored[key] != row:
            found.append(f"The entry of {key[0]} {row.entry['slug']} is not what the record says.")
    return found


def _stored(name: str, ids: list[int]) -> dict[Key, Composed]:
    entries = Entry.objects.filter(record_type=name, record_id__in=ids).select_related("card").prefetch_related("links")
    stored = {}
    for entry in entries:
        values = {
            field.attname: getattr(entry, field.attname)
            for field in Entry._meta.concrete_fields
            if not field.primary_key
        }
        links = frozenset((link.facet, link.target_id) for link in entry.links.all())
        in_step = all(link.sort_key == entry.sort_key for link in entry.links.all())
        card = getattr(entry, "card", None)
        content, text = (card.content, card.text) if card and in_step else ({}, "")
        shown = cast(Card, content)
        stored[(name, entry.record_id)] = Composed(values, links, shown, text)
    return stored
