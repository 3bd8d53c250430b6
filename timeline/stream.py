"""The stream as readers see it: pages of cards as HTML, put together of what is kept.

What is kept is found by digests of what the cards say, which are read with each page. So nothing of it is ever out of
date, whoever writes, and a page that says what another one said is not made again.
Why: docs/decisions/0017-pages-of-cards-kept-by-digests.md.
"""

import datetime as dt
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from weakref import WeakValueDictionary

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import get_language
from markupsafe import Markup

from timeline import chronology, dates
from timeline.calendar_words import day_in_words
from timeline.chronology import Row
from timeline.index import Card

FOLD_ABOVE: Final = 12  # entries of one month on the page
KEPT_PAGES: Final = 64  # some 15 KB each beside the HTML of their cards; that of each year makes 41
KEPT_CARDS: Final = 2_000  # on all of them; some 5 KB each. A page of each year has 1,800
Form = tuple[str, int]  # the language, and the level of the headings of years


class Html(bytes):
    """HTML of our own templates, as it is sent: a page is put together of such pieces without a copy of any."""


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class ShownCard:
    """What is kept of a card: its HTML, and the little that pages are put together by."""

    when: str
    slug: str
    url: str
    title: str
    occasion: str  # its address, or empty
    html: Html

    @classmethod
    def of(cls, card: Card, html: str) -> "ShownCard":
        occasion = card["occasion"]["url"] if card["occasion"] else ""
        return cls(card["when"], card["slug"], card["url"], card["title"], occasion, Html(html.encode()))


class Stream:
    """The cards of one page, grouped by year and month."""

    def __init__(self, cards: Sequence[ShownCard], pieces: Iterable[Html]) -> None:
        self.cards, self.pieces = tuple(cards), tuple(pieces)
        days = [dates.parse(card.when) for card in cards]
        self.first_day = min((day.first_day for day in days), default=dt.date.min)
        self.last_day = max((day.last_day for day in days), default=dt.date.min)
        self._said: tuple[Hashable, Html] | None = None

    def said(self, of_what: Hashable, make: Callable[[], str]) -> Html:
        """Text made of these cards and of this; that which was asked for last is kept with the page."""
        if self._said is None or self._said[0] != of_what:
            self._said = of_what, Html(make().encode())
        return self._said[1]


class KeptStreams:
    """The pages that were read last, by form and digests, and with them their cards, of which pages may share some."""

    def __init__(self, most_cards: int, most_pages: int = KEPT_PAGES) -> None:
        self.most_cards, self.most_pages = most_cards, most_pages
        self._pages: OrderedDict[tuple[Form, bytes], Stream] = OrderedDict()
        self._cards: WeakValueDictionary[tuple[Form, bytes], ShownCard] = WeakValueDictionary()
        self._lock = threading.Lock()

    def page(self, form: Form, digests: Sequence[bytes]) -> Stream | None:
        key = form, b"".join(digests)
        with self._lock:
            if (found := self._pages.get(key)) is not None:
                self._pages.move_to_end(key)
        return found

    def card(self, form: Form, digest: bytes | None) -> ShownCard | None:
        return self._cards.get((form, digest)) if digest else None

    def keep(self, form: Form, digests: Sequence[bytes], made: Stream) -> None:
        with self._lock:
            for digest, card in zip(digests, made.cards, strict=True):
                self._cards[form, digest] = card
            self._pages[form, b"".join(digests)] = made
            while len(self._pages) > 1 and (len(self._pages) > self.most_pages or len(self._cards) > self.most_cards):
                self._pages.popitem(last=False)


KEPT: Final = KeptStreams(KEPT_CARDS)


def stream(rows: Sequence[Row], level: int, kept: KeptStreams = KEPT) -> Stream:
    """Of a page of the chronology. No query, or one where it is not kept."""
    kept = KeptStreams(0) if settings.DEBUG else kept  # a developer sees each change of a template at once
    form = get_language() or "en", level
    digests = [digest for _key, digest in rows if digest is not None]
    found = kept.page(form, digests) if len(digests) == len(rows) else None
    return found or _made(rows, form, kept)


def _made(rows: Sequence[Row], form: Form, kept: KeptStreams) -> Stream:
    cards = {key: (digest, kept.card(form, digest)) for key, digest in rows}
    missing = chronology.cards_of([key for key, (_digest, card) in cards.items() if card is None])
    fresh = _shown(form, [card for _digest, card in missing.values()])
    cards |= {key: (digest, card) for (key, (digest, _card)), card in zip(missing.items(), fresh, strict=True)}
    shown = [(digest, card) for digest, card in cards.values() if digest and card]
    made = Stream([card for _digest, card in shown], _pieces(form, [card for _digest, card in shown]))
    kept.keep(form, [digest for digest, _card in shown], made)
    return made


# --- made by templates -----------------------------------------------------------------------------------------------


def _shown(form: Form, cards: Sequence[Card]) -> list[ShownCard]:
    pieces = _generated("timeline/chronology/_cards.html", form, cards=cards)
    html = [piece for piece in pieces if isinstance(piece, Markup)]  # each of one card; between them stands white space
    return [ShownCard.of(card, each) for card, each in zip(cards, html, strict=True)]


def _pieces(form: Form, cards: Sequence[ShownCard]) -> Iterator[Html]:
    """The HTML of the cards as it is kept with them, and all that stands between two of them as one piece."""
    pieces = _generated("timeline/chronology/_stream.html", form, months=months(cards, form[0]))
    between: list[str] = []
    for piece in pieces:
        if isinstance(piece, Html):
            yield from (Html("".join(between).encode()), piece)
            between.clear()
        else:
            between.append(piece)
    yield Html("".join(between).encode())


def _generated(template: str, form: Form, **context: Any) -> list[Any]:
    language, level = form
    found: Any = get_template(template)
    pieces: list[Any] = found.template.pieces({"language": language, "level": level} | context)
    return pieces


@dataclass(frozen=True)
class Item:
    """A card, and the statements made there that follow it on the same page of a crowded month."""

    card: ShownCard
    folded: tuple[ShownCard, ...] = ()


@dataclass(frozen=True)
class Month:
    label: str
    key: str  # 2019-08; of entries known by their year alone, 2019
    items: tuple[Item, ...]

    @property
    def year(self) -> str:
        return self.key[:4]

    @property
    def is_crowded(self) -> bool:
        return sum(1 + len(item.folded) for item in self.items) > FOLD_ABOVE


def months(cards: Sequence[ShownCard], language: str) -> list[Month]:
    grouped = itertools.groupby(cards, key=lambda card: card.when[:7])
    return [_month(key, tuple(cards), language) for key, cards in grouped]


def _month(key: str, cards: tuple[ShownCard, ...], language: str) -> Month:
    items = _with_folds(cards) if len(cards) > FOLD_ABOVE else map(Item, cards)
    return Month(month_label(key, language), key, tuple(items))


@lru_cache(maxsize=4096)
def month_label(key: str, language: str) -> str:
    """“August 2019”; of an entry known by its year alone, “2019”."""
    date = dates.parse(key[:7] if len(key) >= 7 and key[4] == "-" else key[:4])
    if date.start.precision == "year":
        return str(date.first_day.year)
    return day_in_words(date.first_day, "y년 M월" if language.startswith("ko") else "MMMM y")


def _with_folds(cards: tuple[ShownCard, ...]) -> Iterator[Item]:
    """Statements under the round or event at which they were made, where both are among the cards."""
    urls = {card.url for card in cards}
    under: dict[str, list[ShownCard]] = {}
    for card in cards:
        if card.occasion in urls:
            under.setdefault(card.occasion, []).append(card)
    folded_slugs = {card.slug for made in under.values() for card in made}
    for card in cards:
        if card.slug not in folded_slugs:
            yield Item(card, tuple(under.get(card.url, ())))
