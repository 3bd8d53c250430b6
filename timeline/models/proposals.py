"""Changes that wait for a second pair of eyes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.enums import ProposalStatus
from timeline.models.base import SLUG_LENGTH
from timeline.models.fields import ByteOrderedCharField, ProseField


class Proposal(models.Model):
    """A record with its parts as it would be, against the version that its author saw. Never public."""

    kind = models.CharField(_("kind of record"), max_length=20)
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH, db_index=True)
    base_version = models.PositiveIntegerField(_("against version"))
    content = models.JSONField(_("content"))
    remark = ProseField(_("remark"), blank=True)
    status = models.CharField(_("status"), max_length=8, choices=ProposalStatus, default=ProposalStatus.WAITING)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        ordering = ["proposed_at"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.WAITING, decided_at=None, decided_by=None)
                | (~Q(status=ProposalStatus.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="proposal_decision_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="proposal_is_decided_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"
