"""What comes before every page: input that none can answer is refused, readers are answered without a session, and
sign-ins that are too old end.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from timeline.problems import concerns_machines, problem
from timeline.security import log, sessions

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
LONGEST_QUERY = 4_000


def refuse_unreadable_input(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """NULs (PostgreSQL refuses them, SQLite keeps them), endless query strings, methods that nothing here serves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS and not concerns_machines(request):  # the API says itself what it serves
            return HttpResponseNotAllowed(METHODS)
        query = request.META.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY:
            return refuse(
                request,
                _("The address is too long: at most %(most)s characters may follow the “?”.") % {"most": LONGEST_QUERY},
                414,
            )
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return refuse(request, _("The address has a NUL character in it. Delete it and try again."), 400)
        if any("\x00" in value for value in request.COOKIES.values()):  # it can be written as \000 in quotation marks
            sentence = _("A cookie of this site has a NUL character in it. Delete the site’s cookies and try again.")
            return refuse(request, sentence, 400)
        return get_response(request)

    return middleware


def refuse(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    if concerns_machines(request):
        return problem(status, sentence)
    return render(request, "400.html", {"problem": sentence}, status=status)


class Views(BaseHandler):
    """The views themselves, without a middleware that wants to be asked about each."""

    _view_middleware: list[Any] = []
    _template_response_middleware: list[Any] = []
    _exception_middleware: list[Any] = []


def serve_readers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What follows in the list of middleware is for the desk: readers' pages know of no session, user or message.

    Making these for each request costs as much as finding the page, and ties the request into rings that hold all that
    was made for it until they are looked for.
    """
    desk = reverse("admin:index")
    views: Any = Views()
    to_readers: Any = CommonMiddleware(XFrameOptionsMiddleware(convert_exception_to_response(views._get_response)))

    def middleware(request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = (get_response if request.path.startswith(desk) else to_readers)(request)
        return answer

    return middleware


def end_old_sign_ins(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:

    def middleware(request: HttpRequest) -> HttpResponse:
        if sessions.has_ended(request) and not request.path.endswith(sessions.HEARTBEAT):
            messages.info(request, _("Your sign-in has ended: after two hours without use, after twelve in any case."))
        with log.during(request):
            return get_response(request)

    return middleware
