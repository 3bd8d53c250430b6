"""Keeps the entries true: what a saved or deleted row touches is refreshed in the transaction of the change."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from timeline.index.composing import DATED
from timeline.index.touching import keys, touched_by
from timeline.index.turns import in_turn
from timeline.index.writing import Touched, bump, one_writer_at_a_time, rebuild, refresh
from timeline.models import (
    Agreement,
    Appointment,
    ChiefNegotiator,
    Citation,
    ConcernedRecord,
    Delegate,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Participant,
    Place,
    Position,
    Record,
    Relation,
    Source,
    Stage,
    Statement,
    Topic,
)
from timeline.models.owners import is_of_a_draft

R = TypeVar("R")

# --- signals ---------------------------------------------------------------------------------------------------------

_pending = threading.local()


def _note(touched: Touched, public: bool) -> None:
    collecting: Touched | None = getattr(_pending, "touched", None)
    if getattr(_pending, "suspended", False):
        return
    if collecting is not None:
        collecting |= touched
        _pending.public = _pending.public or public
        return
    _refresh(touched, public)


def _refresh(touched: Touched, public: bool) -> None:
    refresh(touched)
    if public:
        bump()
    for follower in _followers:
        follower.refresh(touched)


def public_has_changed() -> None:
    """Say so of what sends no signal, within `at_once`."""
    _pending.public = True


@dataclass(frozen=True)
class _Follower:
    refresh: Callable[[Touched], None]
    rebuild: Callable[[], Any]


_followers: list[_Follower] = []


def follow(refresh: Callable[[Touched], None], rebuild: Callable[[], Any]) -> None:
    """Let another derived index learn of what this one learns of: after it, in the same transaction."""
    if (follower := _Follower(refresh, rebuild)) not in _followers:
        _followers.append(follower)


@contextmanager
def suspended() -> Iterator[None]:
    """Inside, no entry is refreshed; all are made anew at the end. For loads, within the transaction of the load."""
    if getattr(_pending, "suspended", False):
        yield
        return
    _pending.suspended = True
    try:
        yield
    finally:
        _pending.suspended = False
    rebuild()
    for follower in _followers:
        follower.rebuild()


@contextmanager
def at_once() -> Iterator[None]:
    """Inside, touched entries are collected, and refreshed once at the end. For a form that saves many parts."""
    # Also within another transaction: what is refused there is taken back, whoever catches the refusal.
    with in_turn(), transaction.atomic():
        if getattr(_pending, "touched", None) is not None:
            yield
            return
        one_writer_at_a_time()
        _pending.touched, _pending.public = set(), False
        try:
            yield
            touched, public = _pending.touched, _pending.public
        finally:
            _pending.touched = None
        _refresh(touched, public)


def refreshed_at_once(function: Callable[..., R]) -> Callable[..., R]:
    """The same as a decorator."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> R:
        with at_once():
            return function(*args, **kwargs)

    return wrapper


def _stored_row(instance: models.Model) -> Any:
    if instance.pk is None or getattr(_pending, "suspended", False):
        return None
    return type(instance)._base_manager.filter(pk=instance.pk).first()


def _is_public(row: Any) -> bool:
    """A record that was withdrawn as well: its address says why or leads on, and the list of changes names it.

    Parts by that of their record, which is not asked for where a new version is due anyway.
    """
    if isinstance(row, Record):
        return row.published_at is not None
    is_due = getattr(_pending, "touched", None) is not None and _pending.public
    return is_due or not is_of_a_draft(row)


def _before(instance: models.Model, **kwargs: Any) -> None:
    """What the stored row touches, before it is overwritten or gone."""
    old = _stored_row(instance)
    instance._touched_before = touched_by(old) if old is not None else set()  # type: ignore[attr-defined]
    instance._public_before = old is not None and _is_public(old)  # type: ignore[attr-defined]


def _after(instance: Any, **kwargs: Any) -> None:
    if getattr(_pending, "suspended", False):
        return
    before: Touched = getattr(instance, "_touched_before", set())
    public = getattr(instance, "_public_before", False) or _is_public(instance)
    _note(before | touched_by(instance), public)


def _after_delete(instance: Any, **kwargs: Any) -> None:
    before: Touched = getattr(instance, "_touched_before", set())
    _note(before, getattr(instance, "_public_before", False))


def _members_changed(
    instance: Any, action: str, model: Any, pk_set: set[int] | None, sender: Any, **kwargs: Any
) -> None:
    """Both ends of a many-to-many row: an event's further places, a statement's joint speakers, a topic's members."""
    if action not in {"post_add", "post_remove", "pre_clear"} or getattr(_pending, "suspended", False):
        if action == "post_clear":
            _note(getattr(instance, "_cleared", set()), True)
        return
    name, other = str(instance._meta.model_name), str(model._meta.model_name)
    kinds = {"round", "event", "statement"}
    touched: Touched = {(name, instance.pk)} if name in kinds else set()
    if other in kinds:
        ids = pk_set
        if ids is None:  # a clear does not say which
            ids = set(sender.objects.filter(**{name: instance.pk}).values_list(other, flat=True))
        touched |= keys(other, ids)
    if action == "pre_clear":
        instance._cleared = touched
    else:
        _note(touched, True)


PUBLIC_MODELS: tuple[type[models.Model], ...] = (
    *DATED,
    Agreement,
    Appointment,
    ChiefNegotiator,
    Citation,
    ConcernedRecord,
    Delegate,
    Disagreement,
    Figure,
    Gap,
    Official,
    Organization,
    Participant,
    Place,
    Position,
    Relation,
    Source,
    Stage,
    Topic,
)


def connect() -> None:
    for model in PUBLIC_MODELS:
        uid = f"timeline-index-{model._meta.model_name}"
        pre_save.connect(_before, sender=model, dispatch_uid=uid)
        post_save.connect(_after, sender=model, dispatch_uid=uid)
        pre_delete.connect(_before, sender=model, dispatch_uid=uid)
        post_delete.connect(_after_delete, sender=model, dispatch_uid=uid)
    through: Any
    for through in (
        Event.also_at.through,
        Statement.co_speakers.through,
        Topic.rounds.through,
        Topic.events.through,
        Topic.statements.through,
    ):
        m2m_changed.connect(_members_changed, sender=through, dispatch_uid=f"timeline-index-{through._meta.model_name}")
