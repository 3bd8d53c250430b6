"""Keeps the keys of the stored records, in the transaction of each change, raw fixture saves included."""

from typing import Any

from django.db import connections, models, transaction
from django.db.models.signals import post_delete, post_migrate, post_save

from timeline.duplicates.keys import KEYS, READS, keys_of
from timeline.models import Likeness, Record

BATCH = 1_000


def connect() -> None:
    for model in KEYS:
        uid = f"timeline-likeness-{model._meta.model_name}"
        post_save.connect(_saved, sender=model, dispatch_uid=uid)
        post_delete.connect(_deleted, sender=model, dispatch_uid=uid)
    post_migrate.connect(_migrated, dispatch_uid="timeline-likeness-migrated")


def rebuild() -> int:
    """All keys anew, in one transaction; how many there are."""
    with transaction.atomic():
        Likeness.objects.all().delete()
        for model in KEYS:
            rows: list[Likeness] = []
            records: Any = model._default_manager.only("pk", *READS[model]).order_by("pk")
            for record in records.iterator(chunk_size=BATCH):
                rows += _rows(record, keys_of(record))
                if len(rows) >= BATCH:
                    Likeness.objects.bulk_create(rows)
                    rows = []
            Likeness.objects.bulk_create(rows)
        return Likeness.objects.count()


def _rows(record: Record, keys: set[str]) -> list[Likeness]:
    return [Likeness(kind=_kind(record), key=each, record_id=record.pk) for each in sorted(keys)]


def _kind(record: Record) -> str:
    return str(record._meta.model_name)


def _kept(record: Any) -> models.QuerySet[Likeness]:
    return Likeness.objects.filter(kind=_kind(record), record_id=record.pk)


def _saved(instance: Record, **kwargs: Any) -> None:
    now, before = keys_of(instance), set(_kept(instance).values_list("key", flat=True))
    if gone := before - now:
        _kept(instance).filter(key__in=gone).delete()
    # Two saves of one record at a time would each add the same key.
    Likeness.objects.bulk_create(_rows(instance, now - before), ignore_conflicts=True)


def _deleted(instance: Record, **kwargs: Any) -> None:
    _kept(instance).delete()


def _migrated(sender: Any, **kwargs: Any) -> None:
    """A database from before there were keys gets them with the migration that makes their table."""
    if sender.name != "timeline" or not _is_there(kwargs["using"]):
        return
    if not Likeness.objects.exists() and any(model._default_manager.exists() for model in KEYS):
        rebuild()


def _is_there(using: str) -> bool:
    """Not after a step back to a migration before it."""
    return Likeness._meta.db_table in connections[using].introspection.table_names()
