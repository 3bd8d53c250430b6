from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasCitation, HasKoreanName, RestsOnOneSource
from timeline.admin.inlines import ChiefNegotiatorInline, CitationInline, StageInline
from timeline.admin.next_round import NextRoundButton
from timeline.models import Agreement


@admin.register(Agreement)
class AgreementAdmin(NextRoundButton, RecordAdmin):
    list_display = ("name", "ordinal", "status", "years", "name_ko", "state")
    list_filter = ("state", "status", HasKoreanName, HasCitation, RestsOnOneSource)
    search_fields = ("slug", "name", "name_ko", "formal_title_ko")
    ordering = ("ordinal",)
    autocomplete_fields = ("text_source",)
    inlines = (StageInline, ChiefNegotiatorInline, CitationInline)
    main = [
        (None, {"fields": (("ordinal", "status"), "name", "name_ko", "formal_title_ko")}),
        (
            _("What it says"),
            {"fields": (("covers_from", "covers_to", "term_years"), "method", "summary", "summary_ko")},
        ),
        (_("The talks"), {"fields": (("talks_opened", "talks_concluded"), "talks_summary", "talks_note")}),
        (_("Sources and notes"), {"fields": ("text_source", "note")}),
    ]
