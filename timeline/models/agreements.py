"""The Special Measures Agreements, their legal stages and their chief negotiators."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline import dates
from timeline.enums import AgreementStatus, Capital, StageKind
from timeline.models.base import Named, NaturalKeyManager, Part, RecordQuerySet, published
from timeline.models.fields import EdtfField, ProseField, validate_no_nul
from timeline.models.officials import Official
from timeline.models.sources import Source

YEAR = [MinValueValidator(1950), MaxValueValidator(2100)]
# Which stages a status says have been reached, and which not yet.
STATUS_NEEDS = {
    AgreementStatus.UNDER_NEGOTIATION: (set(), {StageKind.CONCLUDED, StageKind.SIGNED, StageKind.IN_FORCE}),
    AgreementStatus.CONCLUDED: ({StageKind.CONCLUDED}, {StageKind.IN_FORCE, StageKind.EXPIRED}),
    AgreementStatus.IN_FORCE: ({StageKind.IN_FORCE}, {StageKind.EXPIRED}),
    AgreementStatus.EXPIRED: (set(), set()),
}


class AgreementQuerySet(RecordQuerySet["Agreement"]):
    def in_order(self) -> Self:
        return self.order_by("ordinal")

    def with_stages(self) -> Self:
        """Each agreement's `public_stages`, in legal order, with their events."""
        stages = Stage.objects.published().select_related("event", "event__place")
        return self.prefetch_related(models.Prefetch("stages", stages, to_attr="fetched_stages"))


class Agreement(Named):
    url_name = "agreement-detail"

    ordinal = models.PositiveSmallIntegerField(_("ordinal"), unique=True, help_text=_("12 for the 12th."))
    formal_title_ko = models.CharField(_("full Korean title"), max_length=300, blank=True, validators=[validate_no_nul])
    covers_from = models.PositiveSmallIntegerField(
        _("covers from"), null=True, blank=True, validators=YEAR, help_text=_("First year that the payment is for.")
    )
    covers_to = models.PositiveSmallIntegerField(
        _("covers to"), null=True, blank=True, validators=YEAR, help_text=_("Last year that the payment is for.")
    )
    term_years = models.PositiveSmallIntegerField(_("term in years"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=AgreementStatus)
    method = ProseField(_("method"), blank=True, help_text=_("In words: how the payment is set and how it grows."))
    summary = ProseField(_("summary"), blank=True)
    summary_ko = ProseField(_("Korean summary"), blank=True)
    talks_opened = EdtfField(_("talks opened"), blank=True)
    talks_concluded = EdtfField(_("talks concluded"), blank=True)
    talks_summary = ProseField(_("summary of the talks"), blank=True)
    talks_note = ProseField(_("note on the talks"), blank=True)
    text_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="texts_of",
        verbose_name=_("source of the text"),
        help_text=_("The source that carries or lists the text of the treaty."),
    )
    note = ProseField(_("note"), blank=True, help_text=_("What is uncertain."))

    objects = NaturalKeyManager.from_queryset(AgreementQuerySet)()

    class Meta(Named.Meta):
        ordering = ["ordinal"]
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            *Named.Meta.constraints,
            models.CheckConstraint(
                condition=Q(covers_to=None) | Q(covers_from=None) | Q(covers_to__gte=F("covers_from")),
                name="agreement_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=Q(status__in=AgreementStatus.values), name="agreement_status_is_known"),
        ]

    @property
    def years(self) -> str:
        if self.covers_from is None or self.covers_to is None:
            return str(self.covers_from or self.covers_to or "")
        return str(self.covers_from) if self.covers_from == self.covers_to else f"{self.covers_from}–{self.covers_to}"

    @property
    def opened(self) -> dates.PartialDate | None:
        return dates.parse(self.talks_opened) if self.talks_opened else None

    @property
    def concluded(self) -> dates.PartialDate | None:
        return dates.parse(self.talks_concluded) if self.talks_concluded else None

    @property
    def public_stages(self) -> "list[Stage]":
        """In legal order. Reads what `with_stages()` fetched, else asks the database."""
        fetched = getattr(self, "fetched_stages", None)
        rows = list(self.stages.published().select_related("event", "event__place")) if fetched is None else fetched
        return sorted(rows, key=lambda stage: StageKind.values.index(stage.stage))

    def contradiction(self, reached: set[str]) -> str:
        """What the status says that the stages reached do not, as a sentence; empty when they agree."""
        needed, excluded = STATUS_NEEDS[AgreementStatus(self.status)]
        label = AgreementStatus(self.status).label
        if missing := needed - reached:
            stage = StageKind(sorted(missing)[0]).label
            return gettext("The status is “%(status)s”, but no event is recorded for the stage “%(stage)s”.") % {
                "status": label,
                "stage": stage,
            }
        if surplus := excluded & reached:
            stage = StageKind(sorted(surplus)[0]).label
            return gettext("The status is “%(status)s”, but the stage “%(stage)s” has been reached.") % {
                "status": label,
                "stage": stage,
            }
        return ""


class StageQuerySet(models.QuerySet["Stage"]):
    def published(self) -> Self:

        return self.filter(published("agreement"), published("event"))


class Stage(Part):
    """That an event was a legal stage of an agreement. The date is the event's: it is stored nowhere else."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="stages", verbose_name=_("agreement"))
    stage = models.CharField(_("stage"), max_length=20, choices=StageKind)
    event = models.ForeignKey("timeline.Event", models.PROTECT, related_name="stages", verbose_name=_("event"))

    objects = NaturalKeyManager.from_queryset(StageQuerySet)()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "stage"], name="stage_is_reached_once"),
            models.CheckConstraint(condition=Q(stage__in=StageKind.values), name="stage_is_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_stage_display())


class ChiefNegotiatorQuerySet(models.QuerySet["ChiefNegotiator"]):
    def published(self) -> Self:
        return self.filter(published("agreement"), published("official"))

    def in_order(self) -> Self:
        return self.order_by("side", "order", "code")


class ChiefNegotiator(Part):
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="chief_negotiators", verbose_name=_("agreement")
    )
    official = models.ForeignKey(
        Official, models.PROTECT, related_name="chief_negotiations", verbose_name=_("official")
    )
    side = models.CharField(_("side"), max_length=2, choices=Capital)
    note = ProseField(_("note"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = NaturalKeyManager.from_queryset(ChiefNegotiatorQuerySet)()

    class Meta:
        ordering = ["side", "order", "code"]
        verbose_name = _("chief negotiator")
        verbose_name_plural = _("chief negotiators")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "official"], name="chief_negotiator_is_named_once"),
        ]

    def __str__(self) -> str:
        return str(self.official)
