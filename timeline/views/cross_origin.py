"""What programs on other sites may read: open data, that no cookie changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed

View = Callable[..., HttpResponseBase]
METHODS = ["GET", "HEAD", "OPTIONS"]
EXPOSED = "ETag, Last-Modified, Link, Retry-After, Content-Disposition, Content-Range, Accept-Ranges"
CONDITIONS = "If-None-Match, If-Modified-Since, Range, If-Range"
MAX_AGE = "86400"  # seconds that a browser remembers what it may send


def readable_anywhere(view: View) -> View:
    """What the view refuses or leads on from too, so that a script is told what is wrong. By GET and HEAD alone."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = preflight(request)
        elif request.method not in METHODS:
            response = HttpResponseNotAllowed(METHODS)
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return answer


def preflight(request: HttpRequest) -> HttpResponse:
    """A browser asks whether a script of another site may send what is not safe in itself, as conditions are not."""
    response = HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
    if "Access-Control-Request-Method" in request.headers:
        response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
        response["Access-Control-Allow-Headers"] = CONDITIONS
        response["Access-Control-Max-Age"] = MAX_AGE
    return response
