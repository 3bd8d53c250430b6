"""Structured data as text that can stand in a page."""

import json
from typing import Any

# `<` ends a script element or begins a comment, `&` is an entity in XHTML, and the last two end a line of JavaScript.
ESCAPES = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_json(data: Any, **_options: Any) -> str:
    """JSON in which no text can end the element that it stands in. Takes and leaves the options of Jinja's `tojson`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in ESCAPES.items():  # quicker than `translate`, which looks at each letter of a long list
        text = text.replace(sign, escape)
    return text
