from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasAddress, HasArchivedCopy, IsCited
from timeline.admin.source_desk import SourceDeskMixin
from timeline.models import Source


@admin.register(Source)
class SourceAdmin(SourceDeskMixin, RecordAdmin):
    list_display = ("title", "publisher", "published_on", "language", "kind", "state")
    list_filter = (
        "state",
        "kind",
        "language",
        "title_is_descriptive",
        "founding_article",
        HasAddress,
        HasArchivedCopy,
        IsCited,
    )
    search_fields = ("slug", "title", "publisher", "via", "agency", "author", "url")
    date_hierarchy = "published_first_day"
    ordering = ("-published_first_day", "slug")
    main = [
        (None, {"fields": ("title", "title_is_descriptive", ("publisher", "kind", "language"), "published_on", "url")}),
        (_("Whose text it is"), {"fields": ("author", ("agency", "via"), "founding_article", "note")}),
        (_("Archived copy"), {"fields": (("archived_url", "archived_on"),), "classes": ("collapse",)}),
        (_("Pasted text"), {"fields": ("private_text",), "classes": ("collapse",)}),
    ]
