"""What every request to the API passes: methods, parameters nobody knows, conditions, headers, errors in one form."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError

from timeline import exports
from timeline.api.parameters import shown
from timeline.chronology import BadQuery
from timeline.models import Record
from timeline.problems import problem
from timeline.views.conditions import while_unchanged
from timeline.views.cross_origin import METHODS, preflight
from timeline.views.records import Gone, Moved

View = Callable[..., HttpResponseBase]
EXPOSED = "ETag, Last-Modified, Link"


def door(view: View, parameters: Mapping[str, bool], *, condition: Callable[[View], View] = while_unchanged) -> View:
    """`parameters` are those that the operation knows, and whether each may be given more than once."""

    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_unknown(request, parameters)
        return conditional(request, *args, **kwargs)

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked, request.method = request.method, "GET"  # the operations know no HEAD; the server sends no body
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = asked

    conditional = condition(answer)

    @csrf_exempt  # a POST is answered 405 and nothing else
    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return opened(preflight(request))
        if request.method not in METHODS:
            sentence = _("The API is for reading: ask with GET.")
            return problem(405, sentence, {"Allow": ", ".join(METHODS)})
        try:
            return opened(checked(request, *args, **kwargs))
        except UnknownParameter as error:
            return problem(400, error.sentence, parameter=error.parameter, known=list(parameters))
        except BadQuery as error:
            return bad_query(request, error)

    return enter


def opened(response: HttpResponseBase) -> HttpResponseBase:
    """To scripts of any site: there is nothing here that is not public. Asked for anew each time, at little cost."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = EXPOSED
    response.setdefault("Cache-Control", "no-cache")
    return response


class UnknownParameter(BadQuery):
    """A name behind the “?” that the operation does not have."""


def refuse_unknown(request: HttpRequest, parameters: Mapping[str, bool]) -> None:
    for name, values in request.GET.lists():
        if name not in parameters:
            known = ", ".join(parameters) or _("none")
            sentence = _("There is no parameter “%(name)s” here. Known are: %(known)s.")
            raise UnknownParameter(shown(name), sentence % {"name": shown(name), "known": known})
        if len(values) > 1 and not parameters[name]:
            raise BadQuery(name, _("“%(name)s” is given more than once. Give it once.") % {"name": name})
        if not all(value.strip() for value in values):
            raise BadQuery(name, _("“%(name)s” has no value. Give it one or leave it out.") % {"name": name})


# --- what ninja does with errors -------------------------------------------------------------------------------------


def bad_value(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    name = next((str(part) for part in reversed(first["loc"]) if isinstance(part, str)), "")
    sentence = first.get("ctx", {}).get("error")
    if sentence is None:  # the one thing that pydantic checks itself is how many there are
        sentence = _("At most %(most)s values of “%(name)s” at once.")
        sentence %= {"most": first.get("ctx", {}).get("max_length", ""), "name": name}
    return problem(400, sentence, parameter=name)


def bad_query(request: HttpRequest, error: BadQuery) -> HttpResponse:
    return problem(400, error.sentence, parameter=error.parameter)


def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, str(error) or _("There is nothing at this address."))


def gone(request: HttpRequest, error: Gone) -> HttpResponse:
    record = error.record
    return problem(
        410,
        _("This record was withdrawn."),
        reason=record.withdrawal_reason,
        withdrawn_at=exports.plain(record.withdrawn_at),
        code=record.code,
        slug=record.slug,
    )


def moved(request: HttpRequest, error: Moved) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    address = address_of(error.record)
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def address_of(record: Record) -> str:
    kind = exports.kinds()[exports.name_of(type(record))]
    return reverse(f"api-{kind.plural}-one", args=[record.slug])


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    sentence = _("There is nothing at this address. %(docs)s says what there is.")
    return problem(404, sentence % {"docs": settings.SITE_URL + quote(reverse("api-docs"))})
