from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from timeline.admin.base import ModelAdmin
from timeline.models import Redirect


@admin.register(Redirect)
class RedirectAdmin(ModelAdmin):
    """To look at only: redirects are left behind by changes of slugs, and lead on for ever."""

    list_display = ("old_slug", "kind", "new_slug", "created_at")
    list_filter = ("kind",)
    search_fields = ("old_slug", "new_slug")
    date_hierarchy = "created_at"
    ordering = ("kind", "old_slug")
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
