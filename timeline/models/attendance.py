"""Who was there: what delegates of a round and participants of an event have in common."""

from typing import Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.arcs import exactly_one, pointed_at, refuse_several
from timeline.models.base import Part, published
from timeline.models.fields import validate_no_nul
from timeline.models.officials import Official
from timeline.models.organizations import Organization

PARTY = ("official", "organization")


A = TypeVar("A", bound="Attendee")


class AttendeeQuerySet(models.QuerySet[A]):
    def published(self) -> Self:
        """Those who point at a published official or organization. Whether the owner is public is its own matter."""
        return self.filter(published("official") | published("organization"))

    def in_order(self) -> Self:
        return self.order_by("-is_head", "order", "code")

    def with_party(self) -> Self:
        return self.select_related("official", "organization")


class Attendee(Part):
    official = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="%(class)s_set", verbose_name=_("official")
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_set",
        verbose_name=_("organization"),
    )
    role = models.CharField(
        _("role"),
        max_length=200,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("As the source gives it for this occasion, such as chief delegate."),
    )
    is_head = models.BooleanField(_("head"), default=False, help_text=_("Headed the delegation."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["-is_head", "order", "code"]
        constraints = [
            models.CheckConstraint(condition=exactly_one(PARTY), name="%(class)s_is_one_official_or_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.role}" if self.role else str(self.party)

    def clean(self) -> None:
        super().clean()
        refuse_several(self, PARTY)

    @property
    def party(self) -> Official | Organization:
        party: Official | Organization = pointed_at(self, PARTY)
        return party
