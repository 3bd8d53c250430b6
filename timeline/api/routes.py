"""Each operation behind its door, as ninja answers it."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern

from timeline.api import door
from timeline.api.operations import api
from timeline.api.operations import operations as described


def operations() -> dict[str, Callable[..., HttpResponseBase]]:
    """By name."""
    known = {f"api-{each.name}": {one.name: one.is_repeatable for one in each.parameters} for each in described()}
    return {
        pattern.name.removeprefix("api-"): door.door(pattern.callback, known[pattern.name])
        for pattern in api().urls[0]
        if isinstance(pattern, URLPattern) and pattern.name in known
    }
