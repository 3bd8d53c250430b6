"""“Looks like …”: records like the one on the form, beside it while it is typed, and said once when it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from timeline import duplicates, roles
from timeline.admin.typed import record_typed
from timeline.models import Record

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

SEEN = "_near_seen"  # the codes of those that the form has shown already
MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the list names it."""

    code: str
    name: str
    state: str
    why: str
    url: str
    merge_url: str  # empty: there is nothing to merge yet, or this editor may not


class DuplicatesMixin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.near_view))
        return [path("near/", view, name=self._page("near")), *super().get_urls()]

    def near_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = record_typed(self.model, duplicates.READS[self.model], request.POST, request.POST.get("of", ""))
        shown = self._shown(request, typed, duplicates.near(typed))
        return TemplateResponse(request, "admin/timeline/near_list.html", {"candidates": shown})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context |= {
            "near_url": reverse(f"admin:{self._page('near')}"),
            "near_fields": " ".join(duplicates.READS[self.model]),
            "near_seen": request.POST.get(SEEN, ""),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        request.near_changed = bool({*form.changed_data} & {*duplicates.READS[self.model]})  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self._say_what_it_looks_like(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._say_what_it_looks_like(request, obj)
        return super().response_change(request, obj)

    def _say_what_it_looks_like(self, request: HttpRequest, record: Record) -> None:
        """For those without JavaScript, and for what was typed faster than it was looked for."""
        if IS_POPUP_VAR in request.POST or not getattr(request, "near_changed", False):
            return
        seen = set(request.POST.get(SEEN, "").split())
        for each in self._shown(request, record, duplicates.near(record, limit=MOST_SAID)):
            if each.code not in seen:
                link = format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', each.url, each.name)
                said = _("It is saved. It looks like %(record)s: %(why)s") % {"record": "{}", "why": "{}"}
                messages.warning(request, format_html(said, link, each.why))

    def _shown(self, request: HttpRequest, record: Record, found: Iterable[duplicates.Candidate]) -> list[Shown]:
        may_merge = record.pk is not None and request.user.has_perm(roles.MERGE)
        return [self._one_shown(record, each, may_merge) for each in found]

    def _one_shown(self, record: Record, candidate: duplicates.Candidate, may_merge: bool) -> Shown:
        other = candidate.record
        merge = reverse(f"admin:{self._page('merge')}") + f"?record={record.pk}&record={other.pk}" if may_merge else ""
        return Shown(
            code=other.code,
            name=str(other),
            state=str(other.get_state_display()),
            why=candidate.why,
            url=reverse(f"admin:{self._page('change')}", args=[other.pk]),
            merge_url=merge,
        )

    def _page(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"
