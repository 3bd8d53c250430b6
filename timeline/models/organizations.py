"""Ministries, departments, legislatures, embassies and alliances."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.enums import OrganizationKind, Side
from timeline.models.base import Named, NaturalKeyManager, RecordQuerySet
from timeline.models.fields import ProseField, validate_no_nul, validate_strings


class OrganizationQuerySet(RecordQuerySet["Organization"]):
    pass


class Organization(Named):
    url_name = "organization-detail"

    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True, validators=[validate_no_nul])
    aliases = models.JSONField(
        _("other names"),
        default=list,
        blank=True,
        validators=[validate_strings],
        help_text=_("Former and other names, in either language."),
    )
    country = models.CharField(_("side"), max_length=3, choices=Side)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganizationKind)
    note = ProseField(_("note"), blank=True)

    objects = NaturalKeyManager.from_queryset(OrganizationQuerySet)()

    class Meta(Named.Meta):
        ordering = ["slug"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")

    @property
    def short_name(self) -> str:
        return self.abbreviation or self.name

    @property
    def kind_words(self) -> str:
        """Nothing for what is of no kind that we name: “other” tells a reader nothing."""
        return "" if self.kind == OrganizationKind.OTHER else str(self.get_kind_display())
