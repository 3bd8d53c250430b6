from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasCitation, HasKoreanTitle, RestsOnOneSource
from timeline.admin.inlines import (
    CitationInline,
    FigureAtEventInline,
    ParticipantInline,
    RelationOfEventInline,
    StatementAtEventInline,
)
from timeline.models import Event


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("title", "kind", "when", "agreement", "place", "state")
    list_filter = (
        "state",
        "kind",
        ("agreement", admin.RelatedOnlyFieldListFilter),
        HasKoreanTitle,
        HasCitation,
        RestsOnOneSource,
    )
    list_joins = ("agreement", "place")
    search_fields = ("slug", "title", "title_ko", "summary", "venue")
    date_hierarchy = "first_day"
    ordering = ("-first_day", "-position", "slug")
    autocomplete_fields = ("agreement", "place", "also_at")
    inlines = (ParticipantInline, CitationInline, StatementAtEventInline, FigureAtEventInline, RelationOfEventInline)
    main = [
        (None, {"fields": (("kind", "agreement"), "title", "title_ko")}),
        (_("When and where"), {"fields": ("when", "date_note", ("place", "venue"), "also_at", "position")}),
        (_("What happened"), {"fields": ("summary", "summary_ko", "note")}),
    ]
