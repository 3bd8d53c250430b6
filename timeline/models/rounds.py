"""Numbered meetings of the two delegations."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline.enums import Capital, RoundStatus
from timeline.models.agreements import Agreement
from timeline.models.attendance import Attendee, AttendeeQuerySet
from timeline.models.base import Dated, DatedQuerySet, NaturalKeyManager
from timeline.models.fields import ProseField, validate_no_nul


class RoundQuerySet(DatedQuerySet["Round"]):
    def by_number(self) -> Self:
        return self.order_by("agreement__ordinal", "number")


class Round(Dated):
    url_name = "round-detail"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rounds", verbose_name=_("agreement"))
    number = models.PositiveSmallIntegerField(_("number"), help_text=_("As the two governments count."))
    name_ko = models.CharField(
        _("Korean name"),
        max_length=200,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("In the ministry's usual form, such as 제12차 한미 방위비분담특별협정 체결을 위한 제2차 회의."),
    )
    status = models.CharField(_("status"), max_length=10, choices=RoundStatus, default=RoundStatus.HELD)
    outcome = ProseField(_("outcome"), blank=True, help_text=_("One to three sentences in our own words."))
    outcome_ko = ProseField(_("Korean outcome"), blank=True)

    objects = NaturalKeyManager.from_queryset(RoundQuerySet)()

    class Meta(Dated.Meta):
        ordering = ["first_day", "position", "slug"]
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "number"], name="round_number_is_unique_in_its_talks"),
            models.CheckConstraint(condition=Q(status__in=RoundStatus.values), name="round_status_is_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="round_numbers_begin_at_one"),
        ]

    def __str__(self) -> str:
        return gettext("%(agreement)s talks, round %(number)s") % {"agreement": self.agreement, "number": self.number}


class DelegateQuerySet(AttendeeQuerySet["Delegate"]):
    pass


class Delegate(Attendee):
    round = models.ForeignKey(Round, models.CASCADE, verbose_name=_("round"))
    side = models.CharField(_("side"), max_length=2, choices=Capital)

    objects = NaturalKeyManager.from_queryset(DelegateQuerySet)()

    class Meta(Attendee.Meta):
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        constraints = [
            *Attendee.Meta.constraints,
            models.UniqueConstraint(
                fields=["round", "official"], condition=Q(official__isnull=False), name="delegate_is_named_once"
            ),
        ]
