from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import AliasSearch, PartAdmin, RecordAdmin
from timeline.admin.filters import HasCitation, HasKnownDay, HasKoreanName, HasKoreanTitle
from timeline.admin.forms import SeenForm
from timeline.admin.inlines import AppointmentInline, CitationInline
from timeline.models import Appointment, Official


@admin.register(Official)
class OfficialAdmin(AliasSearch, RecordAdmin):
    list_display = ("name", "name_ko", "country", "family_name", "state")
    list_filter = ("state", "country", HasKoreanName, "name_ko_basis", HasCitation)
    search_fields = ("slug", "name", "name_ko", "family_name", "given_name")
    inlines = (AppointmentInline, CitationInline)
    main = [
        (_("The name"), {"fields": ("name", ("family_name", "given_name", "suffix"), "name_order")}),
        (_("The Korean name"), {"fields": (("name_ko", "name_ko_basis"),)}),
        (None, {"fields": ("aliases", "country", "summary", "note")}),
    ]


@admin.register(Appointment)
class AppointmentAdmin(PartAdmin):
    """Here for the citations of a post, which have no room on the official's page."""

    form = SeenForm
    owner_field = "official"
    list_display = ("title", "official", "organization", "held_words")
    list_filter = (
        ("organization", admin.RelatedOnlyFieldListFilter),
        "official__country",
        HasKnownDay,
        HasKoreanTitle,
        HasCitation,
    )
    list_joins = ("official", "organization")
    search_fields = ("title", "title_ko", "official__name", "official__name_ko", "organization__name")
    date_hierarchy = "first_known_day"
    ordering = ("official__slug", "first_known_day", "code")
    autocomplete_fields = ("official", "organization")
    fields = ("official", ("title", "title_ko"), "organization", ("start", "end"), "attested", "note", "seen")
    inlines = (CitationInline,)
