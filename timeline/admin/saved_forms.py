"""Tells the browser which forms are stored, so that it forgets what it kept of them (js/local-draft.js).

The mark stands in the session until a page is shown: an answer that is lost on its way loses no mark.
"""

import re

from django.http import HttpRequest

KEY = "saved_forms"
MOST = 20
NAME = re.compile(r"[0-9a-z-]{8,64}")


def name_of(request: HttpRequest) -> str:
    """The name that the browser gave to what it keeps of the posted form; nothing without JavaScript."""
    name = request.POST.get("_local_draft", "")
    return name if NAME.fullmatch(name) else ""


def note(request: HttpRequest) -> None:
    if (name := name_of(request)) and not getattr(request, "trial", False):  # a trial is taken back
        request.session[KEY] = [*request.session.get(KEY, []), name][-MOST:]


def forget(request: HttpRequest) -> None:
    """What was stored a moment ago is taken back."""
    if name_of(request) in request.session.get(KEY, []):
        request.session[KEY] = [each for each in request.session[KEY] if each != name_of(request)]


def taken(request: HttpRequest) -> str:
    """Those stored since the last page that was shown."""
    names = request.session.pop(KEY, None) if hasattr(request, "session") else None
    return " ".join(names or ())
