"""The parts of a record as rows on its page, each with only the fields that the record's editor needs."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin import options
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.forms import IntegerField
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import FieldsMixin
from timeline.admin.forms import FigureHereForm, PartFormSet, SpokenForm, StatementHereForm
from timeline.admin.next_round import begun_from, heads_of
from timeline.models import (
    Appointment,
    ChiefNegotiator,
    Citation,
    ConcernedRecord,
    Delegate,
    Figure,
    Participant,
    Position,
    Relation,
    Stage,
    Statement,
)

if TYPE_CHECKING:  # the stubs know these as generic, Django itself does not
    InlineModelAdmin = options.InlineModelAdmin[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    InlineModelAdmin = options.InlineModelAdmin
    StackedInline = admin.StackedInline
    TabularInline = admin.TabularInline

MOST_ROWS = 400  # of one kind that a form offers
MOST_POSTED = 150  # of all kinds, that are read and shown again as they come
MOST_NEW = 20  # of each kind beside what is stored, where there are more than those
FORM_ONLY = {"cited_source", "cited_quote", "seen"}


class PartsMixin(FieldsMixin, InlineModelAdmin):
    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A forged number of rows gets a sentence: to build all the forms it asks for would take minutes."""
        most = MOST_ROWS if _rows_posted(request) <= MOST_POSTED else MOST_NEW + self._stored(obj)
        return super().get_formset(request, obj, **{"max_num": most, "absolute_max": most} | kwargs)

    def _stored(self, owner: Any) -> int:
        key = _get_foreign_key(self.parent_model, self.model, self.fk_name)
        return self.model._default_manager.filter(**{key.name: owner}).count() if owner else 0


def _rows_posted(request: HttpRequest) -> int:
    return sum(_number(str(value)) for name, value in request.POST.items() if name.endswith("-TOTAL_FORMS"))


def _number(typed: str) -> int:
    """As the formset reads it, to which “1_000” and “２０２４” are numbers as well."""
    try:
        return max(IntegerField(required=False).clean(typed) or 0, 0)
    except ValidationError:
        return 0  # the formset refuses it, too, and builds nothing


class Rows(PartsMixin, TabularInline):
    extra = 0
    form = SpokenForm
    formset = PartFormSet
    view_on_site = False


class Blocks(PartsMixin, StackedInline):
    extra = 0
    form = SpokenForm
    formset = PartFormSet
    view_on_site = False


class CitationInline(Blocks):
    model = Citation
    extra = 1
    autocomplete_fields = ("source",)
    fields = ("source", "quote", ("supports", "locator", "order"), "note")
    verbose_name_plural = _("citations: who says so")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj is not None and obj.citations.exists() else self.extra


class DelegateInline(Rows):
    model = Delegate
    extra = 2
    autocomplete_fields = ("official", "organization")
    fields = ("side", "official", "organization", "role", "is_head", "order")
    verbose_name_plural = _("delegations")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """With room for those with whom the form of the next round begins."""
        if obj is not None:
            return 0
        agreement = begun_from(request)
        return max(self.extra, len(heads_of(agreement)) if agreement else 0)


class ParticipantInline(Rows):
    model = Participant
    autocomplete_fields = ("official", "organization")
    fields = ("official", "organization", "role", "is_head", "is_signatory", "order")


class RecordHere(Blocks):
    """A record entered on the form of its occasion. It cannot be deleted here: it may have been public."""

    extra = 1
    can_delete = False
    show_change_link = True
    readonly_fields = ("state", "citation_count")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look sees what is stored, which the fields of the form alone are not."""
        ((name, options),) = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return [(name, options)]
        shown = [each for each in options["fields"] if each not in FORM_ONLY]
        return [(name, {**options, "fields": shown})]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj is None else 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(number_of_citations=Count("citations"))

    @admin.display(description=_("citations"))
    def citation_count(self, record: Any) -> str:
        return str(getattr(record, "number_of_citations", 0))


class StatementHereInline(RecordHere):
    model = Statement
    form = StatementHereForm
    autocomplete_fields = ("speaker", "on_behalf_of")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "text",
                    ("speaker", "on_behalf_of", "attribution"),
                    ("when", "medium", "language", "is_translation"),
                    "cited_source",
                    "cited_quote",
                    ("state", "citation_count"),
                    "seen",
                )
            },
        ),
    )
    verbose_name_plural = _("statements made here")


class StatementAtRoundInline(StatementHereInline):
    fk_name = "made_at_round"


class StatementAtEventInline(StatementHereInline):
    fk_name = "made_at_event"


class FigureHereInline(RecordHere):
    model = Figure
    form = FigureHereForm
    autocomplete_fields = ("agreement",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "as_stated",
                    ("stance", "party", "measure"),
                    ("amount", "currency", "growth_percent"),
                    ("year_from", "year_to", "stated_on"),
                    "agreement",
                    "cited_source",
                    "cited_quote",
                    ("state", "citation_count"),
                    "seen",
                )
            },
        ),
    )
    verbose_name_plural = _("figures that came up here")


class FigureAtRoundInline(FigureHereInline):
    fk_name = "arose_at_round"


class FigureAtEventInline(FigureHereInline):
    fk_name = "arose_at_event"


class FigureInStatementInline(FigureHereInline):
    fk_name = "arose_at_statement"


class RelationInline(Blocks):
    model = Relation
    classes = ("collapse",)
    autocomplete_fields = ("to_round", "to_statement", "to_event", "to_agreement", "to_figure")
    fields = (("kind", "order"), ("to_round", "to_statement", "to_event"), ("to_agreement", "to_figure"))


class RelationOfRoundInline(RelationInline):
    fk_name = "from_round"


class RelationOfStatementInline(RelationInline):
    fk_name = "from_statement"


class RelationOfEventInline(RelationInline):
    fk_name = "from_event"


class StageInline(Rows):
    model = Stage
    autocomplete_fields = ("event",)
    fields = ("stage", "event")


class ChiefNegotiatorInline(Rows):
    model = ChiefNegotiator
    autocomplete_fields = ("official",)
    fields = ("side", "official", "note", "order")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "note":
            field.widget.attrs |= {"rows": 2, "cols": 30}
        return field


class AppointmentInline(Blocks):
    model = Appointment
    autocomplete_fields = ("organization",)
    show_change_link = True
    fields = (("title", "title_ko"), "organization", ("start", "end"), "attested", "note")
    verbose_name_plural = _("appointments: the citations of one stand on its own page")


class PositionInline(Rows):
    model = Position
    extra = 2
    show_change_link = True
    fields = ("reports", "order")
    verbose_name_plural = _("positions: the citations of one stand on its own page")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj is None else 0


class ConcernedRecordInline(Blocks):
    model = ConcernedRecord
    extra = 1
    autocomplete_fields = ("round", "statement", "event", "agreement", "figure", "official", "organization")
    fields = (("round", "statement", "event"), ("agreement", "figure", "order"), ("official", "organization"))

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if obj is None else 0
