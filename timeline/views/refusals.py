"""What whoever asks for too much is told. It costs next to nothing: the site says it while it is stormed."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.templatetags.static import static
from django.utils.translation import gettext as _

from timeline.problems import concerns_machines, problem
from timeline.security.throttling import in_words

STATUS = 429


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    sentence = _("Very many requests came from your address. Ask again in %(wait)s.") % {"wait": in_words(seconds)}
    if concerns_machines(request):
        return problem(STATUS, sentence, headers)
    return HttpResponse(_page(sentence), status=STATUS, headers=headers)


@lru_cache(maxsize=100)
def _page(sentence: str) -> str:
    try:
        stylesheets = [static(f"timeline/css/{part}.css") for part in ("tokens", "base")]
    except ValueError:  # the manifest of static files does not know them
        stylesheets = []
    page: str = loader.get_template("429.html").render({"stylesheets": stylesheets, "problem": sentence})
    return page
