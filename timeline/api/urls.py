"""The addresses of the API, each behind its door."""

import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from timeline.api.names import PREFIX, paths

View = Callable[..., HttpResponseBase]
_importing = threading.Lock()


def _later(name: str) -> View:
    """ninja and pydantic take 25 MB, a quarter of a worker, and most workers are never asked for the API."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with _importing:  # ninja refuses to be set up twice
            views = _views()
        return views[name](request, *args, **kwargs)

    return view


@cache
def _views() -> dict[str, View]:
    from timeline.api import documentation, door, routes

    pages: dict[str, View] = {
        "index": documentation.index,
        "section": documentation.section,
        "openapi": documentation.openapi,
    }
    return routes.operations() | pages | {"nothing here": door.nothing_here}


def _operations() -> Iterator[URLPattern]:
    for name, route in paths().items():
        address = route.replace("{", "<").replace("}", ">")
        yield path(f"{PREFIX}/{address}", csrf_exempt(_later(name)), name=f"api-{name}")


urlpatterns = [
    *_operations(),
    path(f"{PREFIX}/openapi.json", csrf_exempt(_later("openapi")), name="api-openapi"),
    path(f"{PREFIX}/docs", _later("index"), name="api-docs"),
    path(f"{PREFIX}/docs/<slug:section>", _later("section"), name="api-docs-section"),
    re_path("^api(/.*)?$", csrf_exempt(_later("nothing here")), name="api-nothing"),
]
