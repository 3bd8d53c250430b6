"""Who else has a record open: said on its page, and kept true by a heartbeat (js/presence.js)."""

import re
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from timeline.models import OpenForm
from timeline.models.open_forms import FORGOTTEN_AFTER

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

TAB = re.compile(r"[0-9a-f-]{8,36}")


def others_in_words(kind: str, code: str, user: Any) -> str:
    """“Also open: Minji Park, since 14:02 UTC”, or nothing. One query."""
    others = OpenForm.objects.of(kind, code).current().besides(user).select_related("user").order_by("opened_at", "pk")
    said = [
        _("%(name)s, since %(time)s") % {"name": _name(each.user), "time": _time(each.opened_at)} for each in others
    ]
    return _("Also open: %(others)s") % {"others": "; ".join(said)} if said else ""


def _name(user: Any) -> str:
    return str(user.get_full_name() or user.get_username())


def _time(moment: Any) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'H:i')} {local.tzname()}"


class PresenceMixin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
        view = self.admin_site.admin_view(require_POST(self.presence_view))
        return [path("<path:object_id>/presence/", view, name=name), *super().get_urls()]

    def presence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        tab = request.POST.get("tab", "")
        if record is None or not TAB.fullmatch(tab):
            return JsonResponse({"others": ""}, status=404 if record is None else 400)
        return JsonResponse({"others": self._heartbeat(request, record, tab)})

    def _heartbeat(self, request: HttpRequest, record: Any, tab: str) -> str:
        user: Any = request.user
        kind, code, now = str(self.opts.model_name), record.code, request.POST.get("now")
        if now == "closed":
            OpenForm.objects.of(kind, code).filter(user=user, tab=tab).delete()
            return ""
        if now == "opened":
            OpenForm.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
        OpenForm.objects.all().seen(user=user, kind=kind, code=code, tab=tab, opened=now == "opened")
        return others_in_words(kind, code, user)

    def also_open(self, request: HttpRequest, record: Model | None) -> str:
        code = getattr(record, "code", "")
        return others_in_words(str(self.opts.model_name), code, request.user) if code else ""
