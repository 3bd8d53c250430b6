from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasCitation, SpeakerSide
from timeline.admin.inlines import CitationInline, FigureInStatementInline, RelationOfStatementInline
from timeline.models import Statement


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    list_display = ("opening", "voice", "when", "medium", "agreement", "state")
    list_filter = (
        "state",
        "medium",
        ("agreement", admin.RelatedOnlyFieldListFilter),
        SpeakerSide,
        "language",
        "is_translation",
        HasCitation,
    )
    list_joins = ("agreement", "speaker", "on_behalf_of")
    search_fields = (
        "slug",
        "text",
        "original_text",
        "attribution",
        "speaker__name",
        "speaker__name_ko",
        "on_behalf_of__name",
        "on_behalf_of__name_ko",
    )
    date_hierarchy = "first_day"
    ordering = ("-first_day", "-position", "slug")
    autocomplete_fields = (
        "agreement",
        "speaker",
        "co_speakers",
        "on_behalf_of",
        "place",
        "made_at_round",
        "made_at_event",
    )
    inlines = (CitationInline, FigureInStatementInline, RelationOfStatementInline)
    main = [
        (_("The words"), {"fields": ("text", ("language", "is_translation"), "original_text", "original_language")}),
        (
            _("Who said it"),
            {
                "fields": (("speaker", "on_behalf_of"), "attribution", "co_speakers", ("medium", "agreement")),
                "description": _("Name the speaker, the body, or the attribution of the source: at least one of them."),
            },
        ),
        (
            _("When and where"),
            {
                "fields": (
                    "when",
                    "date_note",
                    ("made_at_round", "made_at_event"),
                    ("place", "venue"),
                    "position",
                    "note",
                )
            },
        ),
    ]
