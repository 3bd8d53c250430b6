"""Answers that stay the same until what is public changes: they say so, and are not made twice for who has them."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import condition

from timeline.models import ContentVersion

View = Callable[..., HttpResponseBase]
SETTLED_AFTER = dt.timedelta(minutes=1)  # a change is dated before it is committed, and clocks of machines differ


def stamp_of(request: HttpRequest) -> tuple[int, dt.datetime | None]:
    """The content version and since when it is that, read once for each request."""
    stamp: tuple[int, dt.datetime | None] | None = request.__dict__.get("content_stamp")
    if stamp is None:
        stamp = request.__dict__["content_stamp"] = ContentVersion.stamp()
    return stamp


def _etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """By the moment as well: a database that was restored counts on from an old number."""
    number, at = stamp_of(request)
    return quote_etag(f"{number}-{at.timestamp() if at else 0}-{get_language()}")


def _last_modified(request: HttpRequest, *args: Any, **kwargs: Any) -> dt.datetime | None:
    return stamp_of(request)[1]


def while_unchanged(view: View) -> View:
    """304 to whoever has what the view would answer, at the cost of one query; ETag and Last-Modified to the others.

    For views whose answer depends on what is public and on the address alone.
    """
    conditional: View = condition(etag_func=_etag, last_modified_func=_last_modified)(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = conditional(request, *args, **kwargs)
        at = stamp_of(request)[1]
        if at is not None and response.has_header("Last-Modified"):
            response["Last-Modified"] = last_modified(at)
        return response

    return answer


def last_modified(at: dt.datetime) -> str:
    """For the header, which knows no parts of a second. Until it is settled, what is so may change once more and have
    the same date: the second before is named, by which nobody is told that nothing has changed (RFC 9110, 8.8.2.2).
    """
    second = int(at.timestamp())
    return http_date(second if timezone.now() - at >= SETTLED_AFTER else second - 1)
