from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.admin.base import RecordAdmin
from timeline.admin.filters import HasKoreanName
from timeline.models import Place


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    list_display = ("name", "name_ko", "kind", "country", "time_zone", "state")
    list_filter = ("state", "kind", "country", HasKoreanName)
    search_fields = ("slug", "name", "name_ko")
    main = [
        (None, {"fields": (("name", "name_ko"), ("kind", "country"))}),
        (_("On the map"), {"fields": (("latitude", "longitude"), "time_zone")}),
    ]
