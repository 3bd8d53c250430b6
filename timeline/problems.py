"""Answers to machines about what went wrong: RFC 9457, with a sentence. Scripts of any site may read them."""

import errno
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

MACHINES = "/api/"  # where no page is expected
# In what SQLite, PostgreSQL and the system say.
FULL = ("disk is full", "No space left", "Disk quota exceeded", "could not extend file")
READ_ONLY = ("readonly database", "read-only transaction", "Read-only file system")


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


def is_passing(failure: BaseException) -> bool:
    """Nothing is wrong with what was asked or with the code: the database is away, or there is no room to write."""
    if isinstance(failure, OSError):
        return failure.errno in {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
    return isinstance(failure, OperationalError | InterfaceError)


def database_problem(failure: BaseException) -> str:
    """In words, for a reader or for the editor whose form could not be saved."""
    return disk_problem(failure) or _("The database does not answer at the moment. Nothing was changed.")


def disk_problem(failure: BaseException) -> str:
    """Empty where the disk is not why it has failed."""
    said = str(failure)
    if any(words in said for words in FULL):
        return _("The disk of this site is full. Nothing was saved, and nothing is lost of what was there before.")
    if any(words in said for words in READ_ONLY):
        return _("This site can be read but not changed at the moment. Nothing was saved.")
    return ""
