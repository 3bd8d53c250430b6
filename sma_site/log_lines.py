"""The lines of the log: one JSON object each, or text for people. Nothing that is logged can begin a line of its own.

What a line has beside its sentence stands in `extra`: `event`, one word for programs, and `fields`, by name.
"""

import datetime as dt
import json
import logging
import re
from typing import Any

from sma_site.current_request import number_of_request

LONGEST_VALUE = 2_000
LONGEST_TRACEBACK = 12_000
# Also what turns text around or breaks lines in some programs only.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class JsonLines(logging.Formatter):
    """ASCII alone, so that no character of any alphabet ends a line, whatever reads it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _cut(getattr(record, "event", None) or record.getMessage()),
        }
        if number := number_of_request():
            line["request"] = number
        for name, value in getattr(record, "fields", {}).items():
            line.setdefault(name, _short(value))
        if record.exc_info:
            line["traceback"] = _without_the_middle(self.formatException(record.exc_info))
        return json.dumps(line)


class PlainLines(logging.Formatter):
    """A traceback follows on lines of its own, which are set in."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname} {record.name}: {_seen(_cut(record.getMessage()))}"
        if number := number_of_request():
            line += f" [{number}]"
        if record.exc_info:
            traceback = _without_the_middle(self.formatException(record.exc_info))
            line += "".join(f"\n    {_seen(each)}" for each in traceback.split("\n"))
        return line


def _time(record: logging.LogRecord) -> str:
    return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")


def _short(value: Any) -> Any:
    """As it is, if JSON can say it and it is short; else the beginning of its text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _cut(value)
    text = json.dumps(value, default=str)
    return json.loads(text) if len(text) <= LONGEST_VALUE else _cut(text)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[:LONGEST_VALUE]}… ({len(text) - LONGEST_VALUE} characters more)"


def _without_the_middle(traceback: str) -> str:
    """How it began and what was raised."""
    if len(traceback) <= LONGEST_TRACEBACK:
        return traceback
    half = LONGEST_TRACEBACK // 2
    return f"{traceback[:half]}\n…\n{traceback[-half:]}"


def _seen(text: str) -> str:
    return UNSEEN.sub(lambda found: repr(found.group())[1:-1], text)
