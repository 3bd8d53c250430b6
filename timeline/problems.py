"""Answers to machines about what went wrong: RFC 9457, with a sentence. Scripts of any site may read them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

MACHINES = "/api/"  # where no page is expected


def concerns_machines(request: HttpRequest) -> bool:
    return request.path.startswith(MACHINES)


def problem(status: int, sentence: str, headers: Mapping[str, str] | None = None, **more: Any) -> JsonResponse:
    """`more` are members of their own, such as the parameter that is wrong and the list of those that are known."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": sentence, **more}
    return JsonResponse(
        content,
        status=status,
        content_type="application/problem+json",
        headers={"Access-Control-Allow-Origin": "*", **(headers or {})},
        json_dumps_params={"ensure_ascii": False},
    )


def database_problem(failure: Exception) -> str:
    """In words, for a reader or for the editor whose form could not be saved."""
    return disk_problem(failure) or _("The database does not answer at the moment. Nothing was changed.")


def disk_problem(failure: Exception) -> str:
    """Empty where the disk is not why the database has failed."""
    said = str(failure)
    if any(words in said for words in ("disk is full", "No space left", "could not extend file")):
        return _("The disk of this site is full. Nothing was saved, and nothing is lost of what was there before.")
    if "readonly database" in said or "read-only transaction" in said:
        return _("This site can be read but not changed at the moment. Nothing was saved.")
    return ""
