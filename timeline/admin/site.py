"""The editors' site: Django's own, with what its pages ask for while somebody types."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib.admin.options import TO_FIELD_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from timeline import dates, imports
from timeline.admin import dashboard, history, importing, saved_forms
from timeline.admin.sign_in import SignInSite

View = Callable[..., HttpResponseBase]
MOST_LINES = 20  # of the days on which a post is attested


class Desk(SignInSite):
    site_header = _("SMA Timeline: editors’ pages")
    site_title = _("SMA Timeline")
    index_title = _("The desk")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        view = self.admin_view(require_GET(date_in_words))
        words = path("date-in-words/", view, name="timeline_date_in_words")
        own = [words, *importing.urls(self), *history.urls(self), *dashboard.urls(self)]
        # Django's way to a record's page by its database key would tell the slug of a draft.
        return own + [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(_with_a_field_or_none(view), cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {"parts": dashboard.parts_for(request.user)} | (extra_context or {}))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # A callable: only a page that is really shown may take the marks away.
        saved = partial(saved_forms.taken, request)
        return super().each_context(request) | {
            "saved_forms": saved,
            "imported_kinds": tuple(imports.KINDS),
            "may_import": partial(importing.kinds_of, request),
        }


def _with_a_field_or_none(view: View) -> View:
    """Django looks for a field without a name where the field to which a chooser leads is given and empty."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        for name in ("GET", "POST"):
            given = getattr(request, name)
            if given.get(TO_FIELD_VAR) == "":
                without = given.copy()
                del without[TO_FIELD_VAR]
                setattr(request, name, without)
        return view(request, *args, **kwargs)

    return answer


def date_in_words(request: HttpRequest) -> HttpResponse:
    """As the public page prints it, or the sentence that the form would give."""
    lines = [dates.without_spaces(line) for line in request.GET.get("date", "").splitlines()]
    try:
        words = [str(dates.parse(line)) for line in lines[:MOST_LINES] if line]
    except dates.DateError as error:
        return JsonResponse({"words": str(error), "wrong": True})
    return JsonResponse({"words": "; ".join(words), "wrong": False})
