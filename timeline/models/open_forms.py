"""Who has which record open at the desk. Nothing here is part of a record: no history, no version, gone in minutes."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.fields import ByteOrderedCharField

FORGOTTEN_AFTER = dt.timedelta(minutes=2)


class OpenFormQuerySet(models.QuerySet["OpenForm"]):
    def current(self) -> Self:
        return self.filter(seen_at__gt=timezone.now() - FORGOTTEN_AFTER)

    def of(self, kind: str, code: str) -> Self:
        return self.filter(kind=kind, code=code)

    def besides(self, user: Any) -> Self:
        return self.exclude(user=user)

    def seen(self, *, user: Any, kind: str, code: str, tab: str, opened: bool = False) -> None:
        """One statement, so that two windows of one person never meet in between."""
        now = timezone.now()
        self.bulk_create(
            [OpenForm(user=user, kind=kind, code=code, tab=tab, opened_at=now, seen_at=now)],
            update_conflicts=True,
            unique_fields=["user", "kind", "code"],
            update_fields=["tab", "seen_at", *(["opened_at"] if opened else [])],
        )


class OpenForm(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind of record"), max_length=20)
    code = ByteOrderedCharField(_("code"), max_length=16)
    tab = models.CharField(_("window"), max_length=36)  # the last one seen: only that one may say that it is closed
    opened_at = models.DateTimeField(_("open since"))
    seen_at = models.DateTimeField(_("last seen"), db_index=True)

    objects = OpenFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "code"], name="form_is_open_once_for_each_person")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
