"""How to follow what a page shows, or take it along: the addresses of its other forms, with the same filter."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from timeline.chronology import FILTERS, Filter
from timeline.exports.kept import WHOLE
from timeline.views.asked import query_of

MOST_WORDS = 120  # characters
FORMS = ("CSV", "JSON Lines", "SQLite")


@dataclass(frozen=True)
class Subscription:
    query: str  # with its question mark, or empty

    def _form(self, name: str) -> str:
        return reverse(name) + self.query

    @property
    def atom(self) -> str:
        return self._form("timeline-feed-atom")

    @property
    def rss(self) -> str:
        return self._form("timeline-feed-rss")

    @property
    def json(self) -> str:
        return self._form("timeline-feed-json")

    @property
    def calendar(self) -> str:
        return self._form("calendar")

    @property
    def webcal(self) -> str:
        """The whole address, by which a click opens the reader's own calendar. It asks over https where the site is."""
        return urlsplit(settings.SITE_URL + self.calendar)._replace(scheme="webcal").geturl()

    @property
    def timelinejs(self) -> str:
        return self._form("timelinejs")

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The whole of it in each form of the data set: its name and address."""
        return [
            (label, reverse("download", args=[name]) + self.query) for label, name in zip(FORMS, WHOLE, strict=True)
        ]


def subscription(asked: Filter) -> Subscription:
    return Subscription(query_of(asked))


def filter_words(asked: Filter) -> str:
    """What was asked for, in the words of the address, on one line: short, and the same in every language."""
    parts = [", ".join(asked.chosen(name)) for name in FILTERS if asked.chosen(name)]
    words = " ".join("; ".join(parts).split())
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1] + "…"
