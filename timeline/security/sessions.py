"""Sign-ins that end: after two hours without use, after twelve in any case.

The hours stand in the session itself. Only the editors' pages look at them: no public page reads or writes a session.
"""

import time
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from timeline.security.log import note

STARTED, SEEN = "sign_in_started", "sign_in_seen"
IDLE = 2 * 60 * 60
AT_MOST = 12 * 60 * 60
NOTED_EVERY = 60  # seconds: not each page is worth a write
HEARTBEAT = "/presence/"  # a form left open says every half minute that it is open, which is no use of it


def connect() -> None:
    user_logged_in.connect(_started, dispatch_uid="sessions")


def _started(request: HttpRequest, **kwargs: Any) -> None:
    request.session[STARTED] = request.session[SEEN] = _now()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def has_ended(request: HttpRequest) -> bool:
    """Whether the sign-in just now turned out to be too old: then the session is gone. Else its use is noted."""
    session = request.session
    if SESSION_KEY not in session:
        return False
    now = _now()
    started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
    if now - started < AT_MOST and now - seen < IDLE:
        if now - seen >= NOTED_EVERY and not request.path.endswith(HEARTBEAT):
            session[SEEN] = now
        return False
    user = get_user_model()._default_manager.filter(pk=session[SESSION_KEY]).first()
    session.flush()
    note("session-ended", user=user, request=request)
    return True


def end_all_of(user: Any, *, but: str | None = None) -> None:
    """Only people who sign in have sessions here, so there are few to look through."""
    current = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but)
    theirs = [each.pk for each in current if each.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()


def _now() -> int:
    return int(time.time())
