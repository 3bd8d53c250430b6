"""Notices every way in which Django changes a row of a record: saved, deleted, joined to others."""

from collections.abc import Iterator
from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from timeline import index
from timeline.contents import OWNERS, RECORDS, fields_of
from timeline.contents.kinds import target_of
from timeline.history.recording import Place, write_down_as_found
from timeline.history.units import being_deleted, current, is_suspended, know, unit
from timeline.models import Record


def _place_of(row: Any) -> Place | None:
    """Where a record stands, or the record to which a part belongs. A query only for a part of a part."""
    kind: Any = type(row)
    if isinstance(row, Record):
        return (kind, row.pk) if row.pk is not None else None
    for name in OWNERS[kind]:
        if (owner := getattr(row, f"{name}_id")) is not None:
            target = target_of(fields_of(kind)[name])
            if issubclass(target, Record):
                return (target, owner)
            between = target._default_manager.filter(pk=owner).first()
            return _place_of(between) if between is not None else None
    return None


def _before(instance: Any, **kwargs: Any) -> None:
    if is_suspended():
        return
    if current() is None:
        index.one_writer_at_a_time()
    if isinstance(instance, Record) and instance._state.adding:
        return
    place = _place_of(instance)
    if not instance._state.adding and not isinstance(instance, Record):
        stored = type(instance)._base_manager.filter(pk=instance.pk).first()
        instance._was_part_of = _place_of(stored) if stored is not None else None
        _know(instance._was_part_of)
    _know(place)


def _know(place: Place | None) -> None:
    working = current()
    if place is None:
        return
    if working is None:
        index.one_writer_at_a_time()
        write_down_as_found(place)
    else:
        know(working, place)


def _after(instance: Any, created: bool = False, **kwargs: Any) -> None:
    if is_suspended():
        return
    working = current()
    if created and isinstance(instance, Record) and working is not None:
        working.known.add((type(instance), instance.pk))
        working.deleted.pop((type(instance), instance.pk), None)
    _note(_place_of(instance), instance if isinstance(instance, Record) else None)
    before = getattr(instance, "_was_part_of", None)
    if before is not None and before != _place_of(instance):
        _note(before)


def _note(place: Place | None, record: Record | None = None) -> None:
    if place is None or is_suspended():
        return
    with unit() as working:  # the open one, else one of its own
        objects = working.touched.setdefault(place, [])
        if record is not None:
            objects.append(record)


def _before_delete(instance: Any, **kwargs: Any) -> None:
    if is_suspended():
        return
    place = _place_of(instance)
    _know(place)
    instance._was_part_of = place
    if place is not None and isinstance(instance, Record):
        being_deleted().add(place)
        instance.__dict__["_named_by"] = others = list(_joined_to(instance))
        for other in others:
            _know(other)


def _after_delete(instance: Any, **kwargs: Any) -> None:
    if is_suspended():
        return
    place: Place | None = getattr(instance, "_was_part_of", None)
    if place is None:
        return
    if not isinstance(instance, Record):
        if place not in being_deleted():  # else it goes with its record
            _note(place)
        return
    being_deleted().discard(place)
    with unit() as working:
        working.deleted[place] = instance
        for kind, pk in instance.__dict__.pop("_named_by", ()):
            _note((kind, pk))
            if kind._default_manager.filter(pk=pk, published_at__isnull=False).exists():
                index.public_has_changed()  # it is another version, and its page says since when


def _joined(instance: Any, action: str, reverse: bool, pk_set: Any, sender: Any, model: Any, **kwargs: Any) -> None:
    if is_suspended():
        return
    when, _underscore, what = action.partition("_")
    for place in _owners(instance, what, reverse, pk_set, sender, model):
        if when == "pre":
            _know(place)
        else:
            _note(place)


def _owners(instance: Any, what: str, reverse: bool, pk_set: Any, sender: Any, model: Any) -> list[Place]:
    """The records that have the field: a topic, when a round is added to it from either side."""
    if not reverse:
        return [(type(instance), instance.pk)]
    if what != "clear":
        return [(model, pk) for pk in pk_set or ()]
    if not hasattr(instance, "_left"):  # asked before it is cleared, kept until after
        other, own = str(model._meta.model_name), str(instance._meta.model_name)
        instance._left = list(sender._default_manager.filter(**{own: instance.pk}).values_list(other, flat=True))
        return [(model, pk) for pk in instance._left]
    return [(model, pk) for pk in instance.__dict__.pop("_left")]


def _joined_to(record: Record) -> Iterator[Place]:
    """The records in whose lists it stands, such as topics: their rows go with it, and no signal says so."""
    for kind in RECORDS:
        for column in kind._meta.many_to_many:
            if isinstance(record, target_of(column)):
                owners = kind._default_manager.filter(**{column.name: record.pk})
                yield from ((kind, pk) for pk in owners.values_list("pk", flat=True))


def connect() -> None:
    for kind in (*RECORDS, *OWNERS):
        uid = f"timeline-history-{kind._meta.model_name}"
        pre_save.connect(_before, sender=kind, dispatch_uid=uid)
        post_save.connect(_after, sender=kind, dispatch_uid=uid)
        pre_delete.connect(_before_delete, sender=kind, dispatch_uid=uid)
        post_delete.connect(_after_delete, sender=kind, dispatch_uid=uid)
        for column in kind._meta.many_to_many:
            through: Any = column.remote_field.through
            m2m_changed.connect(_joined, sender=through, dispatch_uid=f"timeline-history-{through._meta.model_name}")
