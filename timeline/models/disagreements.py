"""Questions on which sources differ, what each says, and which we follow."""

from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from timeline.addresses import path_of
from timeline.enums import DisputedField
from timeline.models.agreements import Agreement
from timeline.models.arcs import exactly_one, pointed_at, refuse_several
from timeline.models.base import NaturalKeyManager, Part, Record, RecordQuerySet, published
from timeline.models.events import Event
from timeline.models.fields import ProseField, validate_no_nul
from timeline.models.figures import Figure
from timeline.models.officials import Official
from timeline.models.organizations import Organization
from timeline.models.rounds import Round
from timeline.models.statements import Statement

CONCERNED = ("round", "statement", "event", "agreement", "figure", "official", "organization")
OF_AGREEMENTS = ("agreement", "round__agreement", "statement__agreement", "event__agreement", "figure__agreement")


class DisagreementQuerySet(RecordQuerySet["Disagreement"]):
    def with_positions(self) -> Self:
        """Each one's `public_positions` in order, with their citations and sources."""
        positions = Position.objects.in_order().with_citations()
        return self.prefetch_related(models.Prefetch("positions", positions, to_attr="public_positions"))

    def with_records(self) -> Self:
        """Each one's `concerns`, with the records concerned that are public."""
        concerns = (
            ConcernedRecord.objects.published()
            .in_order()
            .select_related(*CONCERNED, "round__agreement", "statement__speaker", "statement__on_behalf_of")
        )
        return self.prefetch_related(models.Prefetch("concernedrecord_set", concerns, to_attr="concerns"))

    def by_agreement(self) -> Self:
        """By the first public agreement of the records concerned, its `public_ordinal`; first those of none."""
        ordinals = (models.Case(models.When(published(path), models.F(f"{path}__ordinal"))) for path in OF_AGREEMENTS)
        concerned: Any = ConcernedRecord.objects.published().filter(disagreement=models.OuterRef("pk"))
        concerned = concerned.annotate(ordinal=Coalesce(*ordinals)).exclude(ordinal=None).order_by("ordinal")
        first = models.Subquery(concerned.values("ordinal")[:1], models.PositiveSmallIntegerField(null=True))
        return self.annotate(public_ordinal=first).order_by(models.F("public_ordinal").asc(nulls_first=True), "slug")

    def about(self, record: Record) -> Self:
        """Those that concern a record of any kind."""
        return self.filter(**{f"concernedrecord__{record._meta.model_name}": record}).distinct()


class Disagreement(Record):
    """Has no page of its own: it stands on `/disagreements/` under its slug, and on every record that it concerns."""

    question = models.CharField(
        _("question"),
        max_length=200,
        validators=[validate_no_nul],
        help_text=_("As a question: “How much was agreed for 1998?”"),
    )
    field = models.CharField(_("what is in dispute"), max_length=12, choices=DisputedField)
    followed = models.CharField(
        _("followed"), max_length=200, validators=[validate_no_nul], help_text=_("The value that our records use.")
    )
    why = ProseField(_("why"), help_text=_("Why we follow it, in our own words."))

    objects = NaturalKeyManager.from_queryset(DisagreementQuerySet)()

    class Meta(Record.Meta):
        ordering = ["slug"]
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return f"{path_of('disagreement-list')}?at={self.slug}#{self.slug}"


class ConcernedRecordQuerySet(models.QuerySet["ConcernedRecord"]):
    def published(self) -> Self:
        """Those that point at a published record; whether the disagreement is public is its own matter."""
        public = models.Q()
        for name in CONCERNED:
            public |= published(name)
        return self.filter(public)

    def in_order(self) -> Self:
        return self.order_by("order", "code")


class ConcernedRecord(Part):
    disagreement = models.ForeignKey(Disagreement, models.CASCADE, verbose_name=_("disagreement"))
    round = models.ForeignKey(Round, models.CASCADE, null=True, blank=True, verbose_name=_("round"))
    statement = models.ForeignKey(Statement, models.CASCADE, null=True, blank=True, verbose_name=_("statement"))
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, verbose_name=_("event"))
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, blank=True, verbose_name=_("agreement"))
    figure = models.ForeignKey(Figure, models.CASCADE, null=True, blank=True, verbose_name=_("figure"))
    official = models.ForeignKey(Official, models.CASCADE, null=True, blank=True, verbose_name=_("official"))
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, verbose_name=_("organization")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = NaturalKeyManager.from_queryset(ConcernedRecordQuerySet)()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("record concerned")
        verbose_name_plural = _("records concerned")
        constraints = [
            models.CheckConstraint(condition=exactly_one(CONCERNED), name="concerned_record_is_one_record"),
            *(
                models.UniqueConstraint(
                    fields=["disagreement", name],
                    condition=models.Q(**{f"{name}__isnull": False}),
                    name=f"disagreement_concerns_{name}_once",
                )
                for name in CONCERNED
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)

    def clean(self) -> None:
        super().clean()
        refuse_several(self, CONCERNED)

    @property
    def record(self) -> Record:
        record: Record = pointed_at(self, CONCERNED)
        return record


class PositionQuerySet(models.QuerySet["Position"]):
    def in_order(self) -> Self:
        return self.order_by("order", "code")

    def with_citations(self) -> Self:
        from timeline.models.citations import Citation  # the citation knows its targets, so it is defined after them

        cited = Citation.objects.published(["position"]).in_order().with_source()
        return self.prefetch_related(models.Prefetch("citations", cited, to_attr="public_citations"))


class Position(Part):
    disagreement = models.ForeignKey(
        Disagreement, models.CASCADE, related_name="positions", verbose_name=_("disagreement")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    reports = models.CharField(
        _("reports"), max_length=200, validators=[validate_no_nul], help_text=_("The value as these sources give it.")
    )

    objects = NaturalKeyManager.from_queryset(PositionQuerySet)()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def __str__(self) -> str:
        return self.reports
