from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasCitation, HasKoreanName, RestsOnOneSource
from timeline.admin.inlines import (
    CitationInline,
    DelegateInline,
    FigureAtRoundInline,
    RelationOfRoundInline,
    StatementAtRoundInline,
)
from timeline.admin.next_round import NextRoundMixin
from timeline.models import Round


@admin.register(Round)
class RoundAdmin(NextRoundMixin, RecordAdmin):
    list_display = ("__str__", "when", "place", "status", "state")
    list_filter = (
        "state",
        "status",
        ("agreement", admin.RelatedOnlyFieldListFilter),
        HasKoreanName,
        HasCitation,
        RestsOnOneSource,
    )
    list_joins = ("agreement", "place")
    search_fields = ("slug", "name_ko", "agreement__name", "agreement__name_ko", "venue", "outcome")
    date_hierarchy = "first_day"
    ordering = ("-first_day", "-position", "slug")
    autocomplete_fields = ("agreement", "place")
    # As a press release is read: whose it is, who met, what was said, which sums were named.
    inlines = (CitationInline, DelegateInline, StatementAtRoundInline, FigureAtRoundInline, RelationOfRoundInline)
    main = [
        (None, {"fields": (("agreement", "number", "status"), "name_ko")}),
        (_("When and where"), {"fields": ("when", "date_note", ("place", "venue"), "position")}),
        (_("What came of it"), {"fields": ("outcome", "outcome_ko")}),
    ]
