"""How a machine form of the timeline answers, and the query string that asks for it."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

from timeline.chronology import BadQuery, Filter
from timeline.views.cross_origin import View, readable_anywhere


def query_of(asked: Filter, **more: str) -> str:
    """The query string that asks for it, in one form: with its question mark, or empty."""
    query = QueryDict(mutable=True)
    for name, value in (*asked.pairs, *more.items()):
        query.appendlist(name, value)
    return f"?{query.urlencode()}" if query else ""


def for_programs(view: View) -> View:
    """For who reads no page: pages of other sites may ask, and what is wrong in the address is said as plain text."""

    @readable_anywhere
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadQuery as error:
            return HttpResponse(f"{error.sentence}\n", status=400, content_type="text/plain; charset=utf-8")

    return answer
