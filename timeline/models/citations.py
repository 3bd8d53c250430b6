"""A place in a source that supports a record: the answer to “says who?”"""

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.models.agreements import Agreement
from timeline.models.arcs import exactly_one, pointed_at, refuse_several
from timeline.models.base import NaturalKeyManager, Part, Record, published
from timeline.models.disagreements import Position
from timeline.models.events import Event
from timeline.models.fields import ProseField, validate_no_nul
from timeline.models.figures import Figure
from timeline.models.officials import Appointment, Official, published_post
from timeline.models.organizations import Organization
from timeline.models.rounds import Round
from timeline.models.sources import Source
from timeline.models.statements import Statement

QUOTE_WORDS = 40
TARGETS = (
    "round",
    "statement",
    "event",
    "agreement",
    "figure",
    "official",
    "organization",
    "appointment",
    "position",
)


def _published(target: str) -> Q:
    match target:
        case "appointment":
            return published_post(target)
        case "position":
            return published("position__disagreement")
    return published(target)


class CitationQuerySet(models.QuerySet["Citation"]):
    def published(self, targets: Collection[str] = TARGETS) -> Self:
        """Those that rest on a published source and support something that is public.

        Who asks for citations of some kinds of target alone names them: each one costs a part of the query.
        """
        public = Q()
        for name in targets:
            public |= _published(name)
        return self.filter(public, published("source")) if targets else self.none()

    def with_source(self) -> Self:
        """Without the text that an editor pasted: it is long, and never shown."""
        return self.select_related("source").defer("source__private_text")

    def in_order(self) -> Self:
        return self.order_by("order", "code")


class Citation(Part):
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations", verbose_name=_("source"))
    round = models.ForeignKey(
        Round, models.CASCADE, null=True, blank=True, db_index=False, related_name="citations", verbose_name=_("round")
    )
    statement = models.ForeignKey(
        Statement,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("statement"),
    )
    event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, db_index=False, related_name="citations", verbose_name=_("event")
    )
    agreement = models.ForeignKey(
        Agreement,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("agreement"),
    )
    figure = models.ForeignKey(
        Figure,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("figure"),
    )
    official = models.ForeignKey(
        Official,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("official"),
    )
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("organization"),
    )
    appointment = models.ForeignKey(
        Appointment,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("appointment"),
    )
    position = models.ForeignKey(
        Position,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
        verbose_name=_("position"),
    )
    supports = models.CharField(
        _("supports"),
        max_length=40,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("The field that it supports, such as when or place; empty: the whole record."),
    )
    quote = ProseField(
        _("quote"), max_length=1_000, help_text=_("The exact words, in the language of the source; 40 words at most.")
    )
    locator = models.CharField(
        _("locator"), max_length=100, blank=True, validators=[validate_no_nul], help_text=_("Page, chart, paragraph.")
    )
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("About this place in this source, and nothing else."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = NaturalKeyManager.from_queryset(CitationQuerySet)()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            models.CheckConstraint(condition=exactly_one(TARGETS), name="citation_supports_one_record"),
            models.CheckConstraint(condition=~Q(quote=""), name="citation_has_the_exact_words"),
        ]
        # Of the rows that have one alone: most have none, and an index of all of them looks to SQLite as if each key
        # had thousands of citations, so that it would rather read them all.
        indexes = [
            models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"citation_of_{name}")
            for name in TARGETS
        ]

    def __str__(self) -> str:
        return f"{self.source_id and self.source}: “{self.quote[:60]}”"

    def clean(self) -> None:
        super().clean()
        refuse_several(self, TARGETS)
        if len(self.quote.split()) > QUOTE_WORDS:
            raise ValidationError(
                {
                    "quote": _(
                        "A quotation has at most %(most)s words; this has %(count)s. Keep those that carry the fact."
                    )
                    % {"most": QUOTE_WORDS, "count": len(self.quote.split())}
                }
            )

    @property
    def target(self) -> Any:
        """What it supports: a record, an appointment or a position."""
        return pointed_at(self, TARGETS)

    @property
    def record(self) -> Record:
        """The record on whose page it stands."""
        target = self.target
        if isinstance(target, Appointment):
            return target.official
        if isinstance(target, Position):
            return target.disagreement
        record: Record = target
        return record

    @property
    def fragment(self) -> str:
        """The citation's own place on its record's page."""
        return f"cite-{self.code}"


def work_count(citations: Iterable[Any]) -> int:
    """How many sources say so: of several passages in one work, it counts once. Of a record or of its card."""
    return len({each["source_slug"] if isinstance(each, dict) else each.source_id for each in citations})
