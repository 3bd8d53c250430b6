"""What programs on other sites may read: open data, that no cookie changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase

View = Callable[..., HttpResponseBase]
EXPOSED = "ETag, Last-Modified, Link, Retry-After, Content-Disposition, Content-Range, Accept-Ranges"


def readable_anywhere(view: View) -> View:
    """What the view refuses or leads on from too, so that a script is told what is wrong."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return answer
