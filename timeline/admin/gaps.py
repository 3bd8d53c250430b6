from django.contrib import admin

from timeline.admin.base import RecordAdmin
from timeline.models import Gap


@admin.register(Gap)
class GapAdmin(RecordAdmin):
    list_display = ("__str__", "agreement", "since", "state")
    list_filter = ("state", ("agreement", admin.RelatedOnlyFieldListFilter))
    list_joins = ("agreement",)
    search_fields = ("slug", "text")
    autocomplete_fields = ("agreement",)
    main = [(None, {"fields": ("text", "agreement", "since")})]
