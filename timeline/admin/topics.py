from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasKoreanName
from timeline.models import Topic


@admin.register(Topic)
class TopicAdmin(RecordAdmin):
    list_display = ("name", "name_ko", "state")
    list_filter = ("state", HasKoreanName)
    search_fields = ("slug", "name", "name_ko", "description")
    autocomplete_fields = ("rounds", "statements", "events")
    main = [
        (None, {"fields": (("name", "name_ko"), "description")}),
        (_("What belongs to it"), {"fields": ("rounds", "events", "statements")}),
    ]
