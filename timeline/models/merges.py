"""Which record was found to be another one, and what moved from the one to the other: all that is needed to go back."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.models.base import SLUG_LENGTH, Record
from timeline.models.fields import ByteOrderedCharField, ProseField


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> Self:
        """Those that have not been taken back."""
        return self.filter(undone_at=None)

    def naming(self, record: Record) -> Self:
        """Those in which the record lost or won."""
        return self.filter(Q(loser_code=record.code) | Q(winner_code=record.code), kind=record._meta.model_name)


class Merge(models.Model):
    """One record merged into another of its kind. For editors alone."""

    kind = models.CharField(_("kind of record"), max_length=20)
    loser_code = ByteOrderedCharField(_("code of the merged record"), max_length=16)
    loser_slug = ByteOrderedCharField(_("slug of the merged record"), max_length=SLUG_LENGTH)
    loser_name = models.CharField(_("merged record"), max_length=300)
    winner_code = ByteOrderedCharField(_("code of the record that stays"), max_length=16)
    winner_slug = ByteOrderedCharField(_("slug of the record that stays"), max_length=SLUG_LENGTH)
    winner_name = models.CharField(_("merged into"), max_length=300)
    moved = models.JSONField(_("what moved"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    why = ProseField(_("why"), max_length=1_000)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("taken back by")
    )
    undone_at = models.DateTimeField(_("taken back at"), null=True)
    undone_why = ProseField(_("why it was taken back"), max_length=1_000, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "loser_code"], condition=Q(undone_at=None), name="record_is_merged_into_one"
            ),
            models.CheckConstraint(
                condition=~Q(loser_code=models.F("winner_code")), name="record_is_not_merged_into_itself"
            ),
        ]
        indexes = [models.Index(fields=["kind", "winner_code"], name="merge_by_winner")]

    def __str__(self) -> str:
        return f"{self.loser_name} → {self.winner_name}"
