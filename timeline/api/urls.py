"""The addresses of the API, each behind its door."""

from django.urls import URLPattern, path, re_path

from timeline.api import documentation, door
from timeline.api.operations import PREFIX, api, operations


def _operations() -> list[URLPattern]:
    known = {f"api-{each.name}": {one.name: one.is_repeatable for one in each.parameters} for each in operations()}
    return [
        path(f"{PREFIX}/{pattern.pattern}", door.door(pattern.callback, known[pattern.name]), name=pattern.name)
        for pattern in api().urls[0]
        if isinstance(pattern, URLPattern) and pattern.name in known
    ]


urlpatterns = [
    *_operations(),
    path(f"{PREFIX}/openapi.json", documentation.openapi, name="api-openapi"),
    path(f"{PREFIX}/docs", documentation.index, name="api-docs"),
    path(f"{PREFIX}/docs/<slug:section>", documentation.section, name="api-docs-section"),
    re_path("^api(/.*)?$", door.nothing_here, name="api-nothing"),
]
