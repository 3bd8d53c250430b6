"""Filters of the lists that a plain column does not give."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timeline.enums import Side, State
from timeline.models import Citation
from timeline.rules.sourcing import CORROBORATED, SPEAKS_FOR_ITSELF

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin


class YesNoFilter(admin.SimpleListFilter, ABC):
    """One question about a record, as a condition on its row."""

    yes = _("given")
    no = _("missing")

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Iterable[tuple[str, Any]]:
        return [("yes", self.yes), ("no", self.no)]

    @abstractmethod
    def condition(self, queryset: QuerySet[Any]) -> Q | Exists:
        """What a row with the answer yes fulfils."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(self.condition(queryset))
            case "no":
                return queryset.filter(~self.condition(queryset))
        return queryset


class HasCitation(YesNoFilter):
    title = _("citation")
    parameter_name = "cited"
    yes = _("at least one")
    no = _("none: nothing says who says so")

    def condition(self, queryset: QuerySet[Any]) -> Exists:
        return Exists(Citation.objects.filter(**{str(queryset.model._meta.model_name): OuterRef("pk")}))


class RestsOnOneSource(YesNoFilter):
    """What the rule `single-source` says of a public record, asked of all at once."""

    ASKED_OF = CORROBORATED
    title = _("sources")
    parameter_name = "single"
    yes = _("one alone")
    no = _("several, or one that speaks for itself")

    @classmethod
    def among(cls, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(cls.of(queryset.model))

    @staticmethod
    def of(model: type[Any]) -> Q:
        name = str(model._meta.model_name)
        public = Citation.objects.filter(**{name: OuterRef("pk")}, source__state=State.PUBLISHED).order_by()
        one = public.values(name).annotate(sources=Count("source", distinct=True)).filter(sources=1)
        official = public.filter(source__kind__in=SPEAKS_FOR_ITSELF)
        return Q(Exists(one)) & ~Q(Exists(official)) & ~Q(acknowledged__contains="single-source:")

    def condition(self, queryset: QuerySet[Any]) -> Q:
        return self.of(queryset.model)


class IsCited(YesNoFilter):
    title = _("use")
    parameter_name = "used"
    yes = _("cited")
    no = _("nothing rests on it")

    def condition(self, queryset: QuerySet[Any]) -> Exists:
        return Exists(Citation.objects.filter(source=OuterRef("pk")))


class _HasText(YesNoFilter):
    column = ""

    def condition(self, queryset: QuerySet[Any]) -> Q:
        return ~Q(**{self.column: ""})


class HasKoreanName(_HasText):
    title = _("Korean name")
    parameter_name = "korean"
    column = "name_ko"


class HasKoreanTitle(_HasText):
    title = _("Korean title")
    parameter_name = "korean"
    column = "title_ko"


class HasAddress(_HasText):
    title = _("address")
    parameter_name = "address"
    column = "url"


class HasArchivedCopy(_HasText):
    title = _("archived copy")
    parameter_name = "archived"
    column = "archived_url"


class HasAmount(YesNoFilter):
    title = _("amount")
    parameter_name = "has_amount"

    def condition(self, queryset: QuerySet[Any]) -> Q:
        return Q(amount__isnull=False)


class HasKnownDay(YesNoFilter):
    title = _("known day")
    parameter_name = "day"
    no = _("held at an unknown time")

    def condition(self, queryset: QuerySet[Any]) -> Q:
        return Q(first_known_day__isnull=False)


class SpeakerSide(admin.SimpleListFilter):
    title = _("side of the speaker")
    parameter_name = "side"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> Iterable[tuple[str, Any]]:
        return [(str(side.value), side.label) for side in Side]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if (side := self.value()) not in Side.values:
            return queryset
        return queryset.filter(Q(speaker__country=side) | Q(speaker=None, on_behalf_of__country=side))
