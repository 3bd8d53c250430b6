from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasAmount, HasCitation
from timeline.admin.inlines import CitationInline
from timeline.models import Figure


@admin.register(Figure)
class FigureAdmin(RecordAdmin):
    list_display = ("as_stated", "stance", "party", "measure", "years", "stated_on", "agreement", "state")
    list_filter = (
        "state",
        "stance",
        "party",
        "measure",
        ("agreement", admin.RelatedOnlyFieldListFilter),
        "currency",
        HasAmount,
        HasCitation,
    )
    list_joins = ("agreement",)
    search_fields = ("slug", "as_stated", "note")
    date_hierarchy = "stated_first_day"
    ordering = ("-stated_first_day", "slug")
    autocomplete_fields = ("agreement", "arose_at_round", "arose_at_statement", "arose_at_event")
    inlines = (CitationInline,)
    main = [
        (None, {"fields": ("as_stated", ("stance", "party", "measure"), "agreement")}),
        (
            _("The number"),
            {
                "fields": (("amount", "currency", "usd_equivalent"), ("growth_percent", "growth_percent_to")),
                "description": _("Leave empty what the source does not say: its words above are kept in any case."),
            },
        ),
        (_("The year that it is for"), {"fields": (("year_from", "year_to"),)}),
        (
            _("When and where it came up"),
            {"fields": ("stated_on", ("arose_at_round", "arose_at_statement", "arose_at_event"), "note")},
        ),
    ]
