"""Pages that change in place: htmx asks the same address and gets the part that changes. Without it they are links."""

from typing import Final

from django.http import HttpRequest
from django.views.decorators.vary import vary_on_headers

HEADERS: Final = ("HX-Request", "HX-History-Restore-Request")
kept_apart = vary_on_headers(*HEADERS)  # page and part, in caches


def asks_for_a_part(request: HttpRequest) -> bool:
    """Not on the way back through the history, which shows the whole page."""
    return request.headers.get("HX-Request") == "true" and not request.headers.get("HX-History-Restore-Request")
