"""Amounts and rates that somebody demanded, offered, reported, projected, agreed, appropriated or paid."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from timeline import amounts, dates
from timeline.enums import Capital, Currency, Measure, Stance
from timeline.models.agreements import YEAR, Agreement
from timeline.models.arcs import at_most_one, pointed_at, refuse_several
from timeline.models.base import NaturalKeyManager, Record, RecordQuerySet
from timeline.models.events import Event
from timeline.models.fields import EdtfField, ProseField, validate_no_nul
from timeline.models.rounds import Round
from timeline.models.statements import Statement

AROSE_AT = ("arose_at_round", "arose_at_statement", "arose_at_event")
COMPARABLE = (Measure.TOTAL, Measure.PER_YEAR)
SETTLED = (Stance.AGREED, Stance.APPROPRIATED, Stance.PAID)


class FigureQuerySet(RecordQuerySet["Figure"]):
    def comparable(self) -> Self:
        """Yearly payments: the only figures that may be set beside one another."""
        return self.filter(measure__in=COMPARABLE)

    def in_order(self) -> Self:
        """By the year that they are for, then by the day on which they were stated."""
        return self.order_by(F("year_from").asc(nulls_last=True), "stated_first_day", "slug")

    def by_day(self) -> Self:
        return self.order_by("stated_first_day", "slug")


class Figure(Record):
    url_name = "figure-detail"

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("agreement")
    )
    stance = models.CharField(_("stance"), max_length=12, choices=Stance)
    party = models.CharField(
        _("party"), max_length=2, choices=Capital, blank=True, help_text=_("Who demanded, offered or pays.")
    )
    measure = models.CharField(
        _("measure"), max_length=16, choices=Measure, help_text=_("Only totals and yearly payments are compared.")
    )
    year_from = models.PositiveSmallIntegerField(
        _("from year"),
        null=True,
        blank=True,
        validators=YEAR,
        help_text=_("The fiscal year that it is for; of a span, the first. Either end of a span may be left open."),
    )
    year_to = models.PositiveSmallIntegerField(
        _("to year"), null=True, blank=True, validators=YEAR, help_text=_("The same year again, or the last of a span.")
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("In plain units: 1183300000000 for 1.1833 trillion won."),
    )
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, blank=True)
    usd_equivalent = models.DecimalField(
        _("US dollar equivalent as stated"),
        max_digits=20,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("As the same source gives it; never computed."),
    )
    growth_percent = models.DecimalField(
        _("growth in percent"), max_digits=8, decimal_places=3, null=True, blank=True, help_text=_("As stated.")
    )
    growth_percent_to = models.DecimalField(
        _("growth in percent, to"),
        max_digits=8,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("The upper end, where a range is stated."),
    )
    as_stated = models.CharField(
        _("as stated"),
        max_length=300,
        validators=[validate_no_nul],
        help_text=_("The exact words of the source: the one thing that is always there."),
    )
    stated_on = EdtfField(_("stated on"), first="stated_first_day", last="stated_last_day")
    stated_first_day = models.DateField(_("first possible day"), editable=False)
    stated_last_day = models.DateField(_("last possible day"), editable=False)
    arose_at_round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("arose at the round")
    )
    arose_at_statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("arose in the statement"),
    )
    arose_at_event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("arose at the event")
    )
    converted_amount = models.DecimalField(
        _("computed conversion"), max_digits=20, decimal_places=2, null=True, editable=False
    )
    conversion_rate = models.DecimalField(
        _("won for a dollar"), max_digits=12, decimal_places=4, null=True, editable=False
    )
    conversion_day = models.DateField(_("day of the rate"), null=True, editable=False)
    note = ProseField(_("note"), blank=True)

    objects = NaturalKeyManager.from_queryset(FigureQuerySet)()

    class Meta(Record.Meta):
        ordering = ["year_from", "stated_first_day", "slug"]
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        indexes = [*Record.Meta.indexes, models.Index(fields=["stated_first_day", "slug"], name="figure_by_day")]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=~Q(as_stated=""), name="figure_keeps_the_words_of_the_source"),
            models.CheckConstraint(
                condition=Q(amount=None, currency="") | (Q(amount__isnull=False) & Q(currency__in=Currency.values)),
                name="figure_amount_names_its_currency",
            ),
            models.CheckConstraint(
                condition=Q(year_to=None) | Q(year_from=None) | Q(year_to__gte=F("year_from")),
                name="figure_years_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(growth_percent_to=None)
                | (Q(growth_percent__isnull=False) & Q(growth_percent_to__gte=F("growth_percent"))),
                name="figure_growth_range_is_in_order",
            ),
            models.CheckConstraint(condition=at_most_one(AROSE_AT), name="figure_arose_at_one_occasion"),
            models.CheckConstraint(
                condition=Q(converted_amount=None, conversion_rate=None, conversion_day=None)
                | Q(converted_amount__isnull=False, conversion_rate__isnull=False, conversion_day__isnull=False),
                name="figure_conversion_names_rate_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.as_stated}"

    def clean(self) -> None:
        super().clean()
        refuse_several(self, AROSE_AT, or_none=True)
        if (self.amount is None) != (not self.currency):
            raise ValidationError({"currency": _("An amount needs its currency, and a currency its amount.")})

    @property
    def measure_words(self) -> str:
        """For readers. The label of the last, by which editors choose, names misprints too; most of it are none."""
        if self.measure == Measure.OTHER:
            return str(_("not a payment under the agreement"))
        return str(self.get_measure_display())

    @property
    def years(self) -> str:
        """2021, 2027–2030, 2027–… or …–2030, as far as it is known."""
        if self.year_from is None and self.year_to is None:
            return ""
        if self.year_from == self.year_to:
            return str(self.year_from)
        return f"{self.year_from or '…'}–{self.year_to or '…'}"

    @property
    def amount_words(self) -> str:
        return amounts.amount_words(self.amount, self.currency) if self.amount is not None else ""

    @property
    def usd_words(self) -> str:
        return amounts.amount_words(self.usd_equivalent, Currency.USD) if self.usd_equivalent is not None else ""

    @property
    def converted_currency(self) -> str:
        return Currency.USD if self.currency == Currency.KRW else Currency.KRW

    @property
    def growth_words(self) -> str:
        if self.growth_percent is None:
            return ""
        words = amounts.percent_words(self.growth_percent)
        if self.growth_percent_to is None:
            return words
        return f"{words} – {amounts.percent_words(self.growth_percent_to)}"

    @property
    def value_words(self) -> str:
        """The number itself: the amount, else the growth, else the words of the source."""
        return self.amount_words or self.growth_words or self.as_stated

    @property
    def stated(self) -> dates.PartialDate:
        return dates.parse(self.stated_on)

    @property
    def occasion(self) -> Round | Statement | Event | None:
        occasion: Round | Statement | Event | None = pointed_at(self, AROSE_AT)
        return occasion
