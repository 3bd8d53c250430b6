"""The security log, `sma.security`: one line for each event, for people and programs to search. It holds no secret."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest

from timeline.security.clients import address_of

logger = logging.getLogger("sma.security")
RIGHTS = ("username", "is_active", "is_staff", "is_superuser")  # a change of these is worth a line

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def during(request: HttpRequest) -> Iterator[None]:
    """What happens within is done by whoever sent the request; outside any, at the shell."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def note(event: str, *, user: Any = None, request: HttpRequest | None = None, **details: Any) -> None:
    """`signed-in user="minji" address="203.0.113.5"`. Values are JSON, so none of them can begin a line of its own."""
    request = request or _request.get()
    values: dict[str, Any] = {"user": user.get_username() if user is not None else None}
    values["address"] = address_of(request) if request else "shell"
    by = getattr(request, "user", None)
    if by is not None and by.is_authenticated and by != user:
        values["by"] = by.get_username()
    values |= details
    words = (f"{name}={json.dumps(value, default=str)}" for name, value in values.items())
    logger.info("%s", " ".join([event, *words]), extra={"event": event, "fields": values})


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="security-log")
    user_logged_out.connect(_signed_out, dispatch_uid="security-log")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="security-log")
    user_locked_out.connect(_locked_out, dispatch_uid="security-log")
    pre_save.connect(_before_user_saved, sender=User, dispatch_uid="security-log")
    post_save.connect(_user_saved, sender=User, dispatch_uid="security-log")
    post_delete.connect(_user_deleted, sender=User, dispatch_uid="security-log")
    m2m_changed.connect(_groups_changed, sender=User.groups.through, dispatch_uid="security-log")
    m2m_changed.connect(_permissions_changed, sender=User.user_permissions.through, dispatch_uid="security-log")
    m2m_changed.connect(_permissions_changed, sender=Group.permissions.through, dispatch_uid="security-log")


def _signed_in(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    note("signed-in", user=user, request=request)


def _signed_out(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        note("signed-out", user=user, request=request)


def _sign_in_failed(credentials: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if not getattr(request, "axes_locked_out", False):  # then it was not even tried, and is said by the next
        note("sign-in-failed", user=_known(credentials.get("username")), request=request)


def _locked_out(request: HttpRequest, username: str | None, **kwargs: Any) -> None:
    note("locked-out", user=_known(username), request=request)


def _known(name: str | None) -> Any:
    """Only names that exist are written down: people type their password into the wrong field."""
    return get_user_model()._default_manager.filter(username=name).first() if name else None


def _before_user_saved(instance: Any, raw: bool, update_fields: Any, **kwargs: Any) -> None:
    instance.rights_before = {}
    looked_at = update_fields is None or set(update_fields) & set(RIGHTS)
    if instance.pk and looked_at and not raw:
        instance.rights_before = User.objects.filter(pk=instance.pk).values(*RIGHTS).first() or {}


def _user_saved(instance: Any, created: bool, **kwargs: Any) -> None:
    rights = {name: getattr(instance, name) for name in RIGHTS}
    if created:
        note("user-made", user=instance, superuser=instance.is_superuser)
    elif changed := {name: value for name, value in rights.items() if instance.rights_before.get(name, value) != value}:
        note("user-changed", user=instance, **changed)
    if instance._password is not None and not created:  # set since the last save, which forgets it when it is done
        note("password-changed", user=instance)


def _user_deleted(instance: Any, **kwargs: Any) -> None:
    note("user-deleted", user=instance)


def _groups_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any) -> None:
    if not action.startswith("post_"):
        return
    users = User.objects.filter(pk__in=pk_set or ()) if reverse else [instance]
    for user in users:
        note("groups-changed", user=user, groups=sorted(user.groups.values_list("name", flat=True)))


def _permissions_changed(instance: Any, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """Nothing on the editors' pages does that: rights come of the groups, and those of the code."""
    if action.startswith("post_") and (pk_set or action == "post_clear"):
        owner = {"user": instance} if isinstance(instance, User) else {"of": str(instance)}
        note("permissions-changed", **owner, act=action.removeprefix("post_"), count=len(pk_set or ()))
