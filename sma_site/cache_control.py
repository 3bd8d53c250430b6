"""What browsers and CDNs may make of an answer that says nothing of it: keep it, and ask each time if it still holds.

Left to themselves they keep a 404 for minutes: who asked too early would not see what is published meanwhile.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from sma_site.page_cache import PUBLIC

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

FOR_ONE, FOR_NOBODY = "private, no-cache", "no-store"


class AskEachTime:
    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            names = {name.lower() for name, _value in headers}
            if "cache-control" not in names:
                headers = [*headers, ("Cache-Control", _default(environ, status, names))]
            return start_response(status, headers, exc_info)

        return self.application(environ, start)


def _default(environ: Environ, status: str, names: set[str]) -> str:
    if status.startswith("5"):
        return FOR_NOBODY
    is_ones = "set-cookie" in names or f"{settings.SESSION_COOKIE_NAME}=" in environ.get("HTTP_COOKIE", "")
    return FOR_ONE if is_ones else PUBLIC
