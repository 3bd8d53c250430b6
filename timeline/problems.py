"""Answers to machines about what went wrong: RFC 9457, with a sentence. Scripts of any site may read them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse

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
