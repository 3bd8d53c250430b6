"""Changes that wait for a second pair of eyes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.enums import ProposalStatus
from timeline.models.base import SLUG_LENGTH, Record
from timeline.models.fields import ByteOrderedCharField, ProseField

OPEN = (ProposalStatus.WAITING, ProposalStatus.SENT_BACK)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        """For a reviewer, the oldest first."""
        return self.filter(status=ProposalStatus.WAITING).order_by("proposed_at", "pk")

    def open(self) -> Self:
        """Those that wait, and those that wait for their author."""
        return self.filter(status__in=OPEN).order_by("proposed_at", "pk")

    def of(self, record: Record) -> Self:
        return self.filter(kind=record._meta.model_name, code=record.code)


class Proposal(models.Model):
    """A public record with its parts as it would be, against the version that its author saw. Never public itself."""

    kind = models.CharField(_("kind of record"), max_length=20)
    code = models.CharField(_("code of the record"), max_length=16, default="")
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH)
    title = models.CharField(_("record"), max_length=300, default="")
    base_version = models.PositiveIntegerField(_("against version"))
    content = models.JSONField(_("content"))
    remark = ProseField(_("remark of the author"), blank=True)
    answer = ProseField(_("remark of the reviewer"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ProposalStatus, default=ProposalStatus.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        permissions = [
            ("review_record", _("Can review and publish the work of others")),
            ("override_review", _("Can publish without a second person, with a reason")),
            ("withdraw_record", _("Can withdraw what is public")),
            ("merge_records", _("Can merge records, and undo it")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.WAITING, decided_at=None, decided_by=None)
                | (~Q(status=ProposalStatus.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="proposal_decision_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")) | Q(status=ProposalStatus.TAKEN_BACK),
                name="proposal_is_decided_by_somebody_else",
            ),
            models.UniqueConstraint(
                fields=["kind", "code", "proposed_by"],
                condition=Q(status__in=OPEN),
                name="proposal_is_one_for_each_author",
            ),
        ]

    def __str__(self) -> str:
        return self.title
