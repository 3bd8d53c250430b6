"""Which state of the data a file holds: its version, under what licence, and how it is named."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.utils.text import slugify

TITLE: Final = "SMA Timeline"
NAME: Final = "sma-timeline"
LICENCE: Final = "CC-BY-4.0"
LICENCE_TITLE: Final = "Creative Commons Attribution 4.0 International"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
QUOTATIONS: Final = (
    "Quotations belong to their authors and publishers; they are given as quotations, each with its source."
)
BEGINNING: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # of data that was never changed: there are none


def version_words(number: int, at: dt.datetime | None) -> str:
    """The day and the count of the last change of what is public: `2026-11-26.1042`.."""
    return f"{(at or BEGINNING).astimezone(dt.UTC).date().isoformat()}.{number}"


def name_of_part(pairs: tuple[tuple[str, str], ...], *, allow_unicode: bool = False) -> str:
    """What its files are called where they are saved: `sma-timeline-agreement-12`. A data package needs ASCII."""
    words = slugify(" ".join(" ".join(pair) for pair in pairs), allow_unicode)[:60].strip("-")
    return f"{NAME}-{words}" if words else NAME


@dataclass(frozen=True)
class Edition:
    """One part of the data, or all of it, as it was at one moment."""

    number: int
    at: dt.datetime
    pairs: tuple[tuple[str, str], ...]  # of the filter; none for the whole
    counts: dict[str, int]  # of rows, by kind

    @property
    def version(self) -> str:
        return version_words(self.number, self.at)

    @property
    def query(self) -> str:
        return f"?{urlencode(self.pairs)}" if self.pairs else ""

    @property
    def name(self) -> str:
        return name_of_part(self.pairs)

    @property
    def title(self) -> str:
        words = ", ".join(f"{name} {value}" for name, value in self.pairs)
        return f"{TITLE}: {words}" if words else TITLE
