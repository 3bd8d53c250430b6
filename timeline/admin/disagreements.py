from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import PartAdmin, RecordAdmin
from timeline.admin.filters import HasCitation
from timeline.admin.forms import SeenForm
from timeline.admin.inlines import CitationInline, ConcernedRecordInline, PositionInline
from timeline.models import Disagreement, Position


@admin.register(Disagreement)
class DisagreementAdmin(RecordAdmin):
    list_display = ("question", "field", "followed", "state")
    list_filter = ("state", "field")
    search_fields = ("slug", "question", "followed", "why")
    inlines = (PositionInline, ConcernedRecordInline)
    main = [
        (None, {"fields": ("question", "field")}),
        (_("What we follow"), {"fields": ("followed", "why")}),
    ]


@admin.register(Position)
class PositionAdmin(PartAdmin):
    """Here for the citations of a position, which have no room on the disagreement's page."""

    form = SeenForm
    owner_field = "disagreement"
    list_display = ("reports", "disagreement", "order")
    list_filter = ("disagreement__field", HasCitation)
    list_joins = ("disagreement",)
    search_fields = ("reports", "disagreement__question", "disagreement__slug")
    ordering = ("disagreement__slug", "order", "code")
    autocomplete_fields = ("disagreement",)
    fields = ("disagreement", "reports", "order", "seen")
    inlines = (CitationInline,)
