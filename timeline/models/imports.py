"""Tables that editors have imported, or look at before they do."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.enums import ImportStatus


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def without_content(self) -> Self:
        """For lists: a table of thousands of rows stays where it is."""
        return self.defer("table", "outcomes")

    def seen_by(self, user: Any) -> Self:
        """What is only looked at is its author's; what was stored is seen by every editor."""
        return self.exclude(Q(status=ImportStatus.PREVIEWED) & (Q(by=None) | ~Q(by=user)))

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class ImportBatch(models.Model):
    """A table as it was read, what each of its rows comes to, and what was done with it. Never public."""

    kind = models.CharField(_("kind of record"), max_length=20)
    file_name = models.CharField(_("file"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.PREVIEWED)
    table = models.JSONField(_("table"))
    digest = models.CharField(_("digest of the table"), max_length=64)
    outcomes = models.JSONField(_("what each row comes to"), default=list)
    proposals = models.JSONField(_("changes that wait"), default=list)  # keys of what it proposed
    unit = models.CharField(_("unit of work"), max_length=16, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("chosen at"), default=timezone.now)
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()  # who may import is asked of the records
        indexes = [
            models.Index(fields=["-at"], name="import_newest_first"),
            models.Index(fields=["digest"], name="import_by_table"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ImportStatus.PREVIEWED, applied_at=None)
                | (~Q(status=ImportStatus.PREVIEWED) & Q(applied_at__isnull=False)),
                name="import_says_when_it_was_applied",
            ),
            models.CheckConstraint(
                condition=Q(status=ImportStatus.UNDONE, undone_at__isnull=False)
                | (~Q(status=ImportStatus.UNDONE) & Q(undone_at=None)),
                name="import_says_when_it_was_undone",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_previewed(self) -> bool:
        return self.status == ImportStatus.PREVIEWED

    @property
    def is_applied(self) -> bool:
        return self.status == ImportStatus.APPLIED
