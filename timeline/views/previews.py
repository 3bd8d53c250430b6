"""What an editor shows a reviewer: a page that is not public, for whoever has the signed link, for a week."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import previews

HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    try:
        response = _page(request, token)
    except previews.NotFound:
        raise Http404
    except previews.Outdated as outdated:
        context = {"sentence": outdated.sentence, "public_url": outdated.url}
        response = render(request, "timeline/previews/ended.html", context, status=410)
    except previews.Busy:
        sentence = _("The editors are saving something at this moment. Load the page again in a few seconds.")
        response = render(request, "timeline/previews/ended.html", {"sentence": sentence, "public_url": ""}, status=503)
        response["Retry-After"] = "5"
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _page(request: HttpRequest, token: str) -> HttpResponse:
    link = previews.read(token, timezone.now())
    return previews.taken_back(lambda: previews.public_page(link.make_stored(), request, link.bar))
