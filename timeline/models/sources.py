"""Works that are cited: articles, press releases, treaty texts, reports."""

from typing import Self

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from timeline import dates
from timeline.enums import Language, SourceKind
from timeline.models.base import NaturalKeyManager, Record, RecordQuerySet
from timeline.models.fields import EdtfField, ProseField, validate_no_nul

validate_web_address = URLValidator(schemes=["http", "https"])


def is_web_address(name: str) -> Q:
    """For the database, in which rows arrive by other ways too: a link on a page must not run a script."""
    return Q((name, "")) | Q((f"{name}__istartswith", "http://")) | Q((f"{name}__istartswith", "https://"))


class SourceQuerySet(RecordQuerySet["Source"]):
    def newest_first(self) -> Self:
        """By publication day, undated ones last."""
        return self.order_by(F("published_first_day").desc(nulls_last=True), "slug")


class Source(Record):
    url_name = "source-detail"

    publisher = models.CharField(
        _("publisher"), max_length=200, validators=[validate_no_nul], help_text=_("The originating outlet or body.")
    )
    title = models.CharField(
        _("title"), max_length=300, validators=[validate_no_nul], help_text=_("As printed, misprints too.")
    )
    title_is_descriptive = models.BooleanField(
        _("title is descriptive"),
        default=False,
        help_text=_("The headline was not seen: the title describes the item or is its opening line."),
    )
    via = models.CharField(
        _("via"),
        max_length=200,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("Where a republication was read."),
    )
    agency = models.CharField(
        _("agency"),
        max_length=100,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("News agency whose text it is."),
    )
    author = models.CharField(
        _("author"), max_length=200, blank=True, validators=[validate_no_nul], help_text=_("Byline.")
    )
    published_on = EdtfField(_("published on"), first="published_first_day", blank=True)
    published_first_day = models.DateField(_("first possible day of publication"), null=True, editable=False)
    url = models.CharField(
        _("address"),
        max_length=1_000,
        blank=True,
        validators=[validate_web_address],
        help_text=_("Of the text as read."),
    )
    archived_url = models.CharField(_("archived copy"), max_length=1_000, blank=True, validators=[validate_web_address])
    archived_on = models.DateField(_("archived on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, help_text=_("Of the text as read."))
    kind = models.CharField(_("kind"), max_length=8, choices=SourceKind)
    founding_article = models.BooleanField(
        _("founding article"),
        default=False,
        help_text=_("One of the three articles that this knowledge base began with."),
    )
    note = ProseField(_("note"), blank=True)
    private_text = ProseField(
        _("pasted text"),
        max_length=200_000,
        blank=True,
        help_text=_("The text of the work, to check quotations against. Never public, exported or searched."),
    )

    objects = NaturalKeyManager.from_queryset(SourceQuerySet)()

    class Meta(Record.Meta):
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["published_first_day", "slug"], name="source_by_publication"),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=is_web_address("url"), name="source_address_is_of_the_web"),
            models.CheckConstraint(condition=is_web_address("archived_url"), name="source_archive_is_of_the_web"),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title}"

    @property
    def published(self) -> dates.PartialDate | None:
        return dates.parse(self.published_on) if self.published_on else None
