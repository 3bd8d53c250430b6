"""Failed sign-ins are counted by account *and* origin: a stranger who guesses locks only themselves out.

Many accounts tried from one origin lock that origin out too. The counts stand in the database, so any number of workers
counts as one. django-axes does the counting; this module says what is counted and what is answered.
"""

from datetime import timedelta
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ACCOUNTS_OF_AN_ORIGIN = 4  # an office behind one address may fail as often as this many of its people together


class ThrottlingHandler(AxesDatabaseHandler):  # type: ignore[misc]  # it has no types
    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        pair, origin = self.get_user_attempts(request, credentials)
        return max(_failures(pair), _failures(origin) // ACCOUNTS_OF_AN_ORIGIN)

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **kwargs: Any) -> None:
        if request is not None:  # kept of a person: no more than is counted by
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **kwargs)

    def reset_user_attempts(self, request: HttpRequest, credentials: Any = None) -> int:
        """After a success. Those of the origin stay: an account of one's own gives no new beginning with the others."""
        pair = self.filter_user_attempts(request, credentials)[0]
        return int(pair.delete()[0])

    def seconds_to_wait(self, request: HttpRequest, credentials: Any = None) -> int:
        pair, origin = self.get_user_attempts(request, credentials)
        limit: int = settings.AXES_FAILURE_LIMIT
        until = [_end_of_lock(pair, limit), _end_of_lock(origin, limit * ACCOUNTS_OF_AN_ORIGIN)]
        ends = max((end for end in until if end), default=timezone.now())
        left: timedelta = ends + get_cool_off(request) - timezone.now()
        return max(1, ceil(left.total_seconds()))


def _failures(attempts: QuerySet[Any]) -> int:
    return int(attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0)


def _end_of_lock(attempts: QuerySet[Any], limit: int) -> Any:
    """The last failure that must be forgotten for the rest to be fewer than the limit; nothing where they are."""
    rows = list(attempts.order_by("attempt_time").values_list("attempt_time", "failures_since_start"))
    left = sum(failures for _when, failures in rows)
    last = None
    for when, failures in rows:
        if left < limit:
            break
        last, left = when, left - failures
    return last


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """429, with the time to wait. Whoever else is at this browser or address finds the sign-in form as ever."""
    seconds = ThrottlingHandler().seconds_to_wait(request, credentials)
    context = admin.site.each_context(request) | {
        "title": _("Too many failed sign-ins"),
        "wait": in_words(seconds),
        "has_permission": False,
        "is_nav_sidebar_enabled": False,
        "available_apps": [],
    }
    answer = render(request, "admin/sign_in/locked_out.html", context, status=429)
    answer.headers["Retry-After"] = str(seconds)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def in_words(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = ceil(seconds / 60)
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def forget(username: str) -> None:
    """For whoever is given a new beginning."""
    AccessAttempt.objects.filter(username=username).delete()
