"""That one record is about another, answers it or follows from it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.enums import RelationKind
from timeline.models.agreements import Agreement
from timeline.models.arcs import exactly_one, pointed_at, refuse_several
from timeline.models.base import Dated, NaturalKeyManager, Part, Record, published
from timeline.models.events import Event
from timeline.models.figures import Figure
from timeline.models.rounds import Round
from timeline.models.statements import Statement

ORIGINS = ("from_round", "from_statement", "from_event")
GOALS = ("to_round", "to_statement", "to_event", "to_agreement", "to_figure")


def _published(names: tuple[str, ...]) -> Q:
    public = Q()
    for name in names:
        public |= published(name)
    return public


class RelationQuerySet(models.QuerySet["Relation"]):
    def published(self) -> Self:
        """Those with both ends public."""
        return self.filter(_published(ORIGINS), _published(GOALS))

    def touching(self, model: type[Record], pk: int) -> Self:
        """Those that begin or end at the record of this kind with this id."""
        name = model._meta.model_name
        ends = [f"{way}_{name}" for way in ("from", "to") if f"{way}_{name}" in ORIGINS + GOALS]
        either = Q()
        for end in ends:
            either |= Q(**{end: pk})
        return self.filter(either) if ends else self.none()

    def with_records(self) -> Self:
        return self.select_related(
            *ORIGINS,
            *GOALS,
            "from_round__agreement",
            "to_round__agreement",
            "from_statement__speaker",
            "from_statement__on_behalf_of",
            "to_statement__speaker",
            "to_statement__on_behalf_of",
        )

    def in_order(self) -> Self:
        return self.order_by("kind", "order", "code")


class Relation(Part):
    kind = models.CharField(_("kind"), max_length=8, choices=RelationKind)
    from_round = models.ForeignKey(
        Round, models.CASCADE, null=True, blank=True, related_name="relations", verbose_name=_("from the round")
    )
    from_statement = models.ForeignKey(
        Statement, models.CASCADE, null=True, blank=True, related_name="relations", verbose_name=_("from the statement")
    )
    from_event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, related_name="relations", verbose_name=_("from the event")
    )
    to_round = models.ForeignKey(
        Round, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to the round")
    )
    to_statement = models.ForeignKey(
        Statement, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to the statement")
    )
    to_event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to the event")
    )
    to_agreement = models.ForeignKey(
        Agreement, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to the agreement")
    )
    to_figure = models.ForeignKey(
        Figure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to the figure")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = NaturalKeyManager.from_queryset(RelationQuerySet)()

    class Meta:
        ordering = ["kind", "order", "code"]
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.CheckConstraint(condition=exactly_one(ORIGINS), name="relation_begins_at_one_record"),
            models.CheckConstraint(condition=exactly_one(GOALS), name="relation_ends_at_one_record"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} {self.get_kind_display()} {self.goal}"

    def clean(self) -> None:
        super().clean()
        refuse_several(self, GOALS)

    @property
    def origin(self) -> Dated:
        origin: Dated = pointed_at(self, ORIGINS)
        return origin

    @property
    def goal(self) -> Record:
        goal: Record = pointed_at(self, GOALS)
        return goal
