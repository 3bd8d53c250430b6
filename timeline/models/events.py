"""Anything dated that is neither a round nor a statement."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.enums import EventKind
from timeline.models.agreements import Agreement
from timeline.models.attendance import Attendee, AttendeeQuerySet
from timeline.models.base import Dated, DatedQuerySet, NaturalKeyManager
from timeline.models.fields import ProseField, validate_no_nul
from timeline.models.places import Place


class EventQuerySet(DatedQuerySet["Event"]):
    pass


class Event(Dated):
    url_name = "event-detail"

    kind = models.CharField(_("kind"), max_length=20, choices=EventKind)
    title = models.CharField(_("title"), max_length=120, validators=[validate_no_nul], help_text=_("In our own words."))
    title_ko = models.CharField(_("Korean title"), max_length=120, blank=True, validators=[validate_no_nul])
    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("agreement"),
        help_text=_("Leave empty for pure context, such as an election."),
    )
    also_at = models.ManyToManyField(
        Place,
        blank=True,
        related_name="also_events",
        verbose_name=_("also at"),
        help_text=_("A second place, such as the other capital of a joint announcement."),
    )
    summary = ProseField(_("summary"), blank=True, help_text=_("In our own words."))
    summary_ko = ProseField(_("Korean summary"), blank=True)
    note = ProseField(_("note"), blank=True)

    objects = NaturalKeyManager.from_queryset(EventQuerySet)()

    class Meta(Dated.Meta):
        ordering = ["first_day", "position", "slug"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class ParticipantQuerySet(AttendeeQuerySet["Participant"]):
    pass


class Participant(Attendee):
    event = models.ForeignKey(Event, models.CASCADE, verbose_name=_("event"))
    is_signatory = models.BooleanField(
        _("signatory"), default=False, help_text=_("Signed the agreement itself at this event.")
    )

    objects = NaturalKeyManager.from_queryset(ParticipantQuerySet)()

    class Meta(Attendee.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            *Attendee.Meta.constraints,
            models.UniqueConstraint(
                fields=["event", "official"], condition=Q(official__isnull=False), name="participant_is_named_once"
            ),
        ]
