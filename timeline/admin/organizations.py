from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import AliasSearch, RecordAdmin
from timeline.admin.filters import HasCitation, HasKoreanName
from timeline.admin.inlines import CitationInline
from timeline.models import Organization


@admin.register(Organization)
class OrganizationAdmin(AliasSearch, RecordAdmin):
    list_display = ("name", "abbreviation", "name_ko", "country", "kind", "state")
    list_filter = ("state", "country", "kind", HasKoreanName, HasCitation)
    search_fields = ("slug", "name", "name_ko", "abbreviation")
    inlines = (CitationInline,)
    main = [
        (_("The name"), {"fields": ("name", ("name_ko", "abbreviation"), "aliases")}),
        (None, {"fields": (("country", "kind"), "note")}),
    ]
