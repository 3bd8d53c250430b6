"""What is known to be missing and cannot be derived from the records."""

from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from timeline import dates
from timeline.addresses import path_of
from timeline.models.agreements import Agreement
from timeline.models.base import NaturalKeyManager, Record, RecordQuerySet
from timeline.models.fields import EdtfField, ProseField


class GapQuerySet(RecordQuerySet["Gap"]):
    def in_order(self) -> Self:
        return self.order_by(F("agreement__ordinal").asc(nulls_first=True), "slug")


class Gap(Record):
    """Has no page of its own: it stands on `/gaps/` under its slug, and on its agreement's page."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="gaps", verbose_name=_("agreement")
    )
    text = ProseField(_("text"), help_text=_("What is missing, in one or two sentences."))
    since = EdtfField(_("known since"), help_text=_("When it was noticed."))

    objects = NaturalKeyManager.from_queryset(GapQuerySet)()

    class Meta(Record.Meta):
        ordering = ["slug"]
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{path_of('gap-list')}?at={self.slug}#{self.slug}"

    @property
    def noticed(self) -> dates.PartialDate:
        return dates.parse(self.since)
