"""A form is saved once: who presses Back and saves again is told so, and makes no second record.

Each form that is opened has a name. The unit of work that saves it takes that name, so the history knows of each form
whether it was saved. What is new in the form gets its code of the name as well: typed again, a row is the same row to
whatever puts two changes together.

Without JavaScript a browser asks for the empty form anew after Back, which gives it another name, and puts back what
was typed. So what is the same, word for word, within some minutes is the same form.
"""

import hashlib
import re
import secrets
import time
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from timeline import actions, contents
from timeline.enums import Act
from timeline.history import Unit
from timeline.models import Revision
from timeline.models.fields import CODE_ALPHABET, CODE_LENGTH

NAME = "_form"
ANOTHER = "_another"  # ticked, it gives what stands in a saved form a name of its own
FORM = re.compile(r"[0-9a-f]{16}")
SENT = "sent_forms"  # in the session: what was posted to add something, as a digest, with the name of the form and when
MOST_SENT, SECONDS = 20, 600


def new_name() -> str:
    return secrets.token_hex(8)


def name_of(request: HttpRequest) -> str:
    """Of the posted form, or of the one that sent the same words a moment ago; nothing where it does not say.

    Found once in a request: each new row of a form asks for it, and all that was typed is read for it.
    """
    if not hasattr(request, "form_name"):
        request.form_name = _name_of(request)  # type: ignore[attr-defined]
    return str(request.form_name)  # type: ignore[attr-defined]


def _name_of(request: HttpRequest) -> str:
    if FORM.fullmatch(another := request.POST.get(ANOTHER, "")):
        return another
    name = request.POST.get(NAME, "")
    return _sent(request).get(_digest(request), (name, 0.0))[0] if FORM.fullmatch(name) else ""


def _sent(request: HttpRequest) -> dict[str, tuple[str, float]]:
    session = getattr(request, "session", {})
    return {digest: (name, at) for digest, (name, at) in session.get(SENT, {}).items() if at > time.time() - SECONDS}


def _digest(request: HttpRequest) -> str:
    """Of all that was typed and chosen, and of nothing that another form of the same words has otherwise."""
    typed = sorted(
        (field, values)
        for field, values in request.POST.lists()
        if not field.startswith("_") and field != "csrfmiddlewaretoken"
    )
    return hashlib.blake2b(repr((request.path, typed)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _keep(request: HttpRequest, name: str) -> None:
    sent = _sent(request) | {_digest(request): (name, time.time())}
    request.session[SENT] = dict([*sent.items()][-MOST_SENT:])


def code_of(request: HttpRequest, row: Any, prefix: str = "") -> str:
    """Of a new row: the same one whenever the same form is posted."""
    if not (name := name_of(request)):
        return str(row.code)
    digest = hashlib.blake2b(f"{name} {prefix}".encode(), digest_size=CODE_LENGTH).digest()
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in digest)


def save_once(request: HttpRequest, working: Unit, *, adds: str = "") -> None:
    """At the beginning of the unit, where nobody else writes. `adds` is the kind of record that an empty form makes, or
    adds to; a form of a stored record is saved again as long as it has made no other one.
    """
    if not (name := name_of(request)):
        return
    working.name = name
    if adds and ANOTHER not in request.POST:
        _keep(request, name)
    saved = Revision.objects.filter(unit=name).defer("content", "keys").order_by("pk")
    made = [each for each in saved if each.act == Act.CREATED and each.kind == (adds or each.kind)]
    made = made or [each for each in saved if each.kind == adds]
    if made:
        request.is_saved = True  # type: ignore[attr-defined]  # for the box that stands beside the buttons
        raise actions.Refused([_sentence(made)])


def _sentence(made: list[Revision]) -> SafeString:
    records = format_html_join(", ", "{}", ((_link(each),) for each in made))
    if all(each.act == Act.CREATED for each in made):
        said = _("Saved already: this form has added {records}. What stands here now is not saved.")
    else:
        said = _("Saved already: what this form adds stands in {records}. What stands here now is not saved.")
    return format_html(said, records=records)


def _link(revision: Revision) -> SafeString:
    record = contents.stored((revision.kind, revision.code))
    if record is None:
        return format_html(_("“{slug}”, which was deleted since"), slug=revision.slug)
    address = reverse(f"admin:timeline_{revision.kind}_change", args=[record.pk])
    return format_html('<a href="{}">“{}”</a>', address, record)


def shown(request: HttpRequest) -> dict[str, str | bool]:
    """For the page of a form."""
    another = request.POST.get(ANOTHER, "")
    is_saved = getattr(request, "is_saved", False)
    name = name_of(request) if is_saved and not another else request.POST.get(NAME, "")
    is_asked = is_saved or bool(FORM.fullmatch(another))
    return {
        "form_name": name if FORM.fullmatch(name) else new_name(),
        "another_name": new_name() if is_asked else "",
        "is_another": bool(FORM.fullmatch(another)) and not is_saved,
    }
