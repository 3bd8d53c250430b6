"""A record as a card in the page of another site: what stands on it, how tall it is, and the code that puts it there.

A frame cannot take its height from what is in it, so the height is computed: the card's type grows with its width
(css/embed.css), and the lines are counted with letters taken wider than those of the faces that it is set in.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from itertools import accumulate
from math import ceil
from operator import sub
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.addresses import path_of
from timeline.enums import Capital, Language, RoundStatus, Side
from timeline.index import title_of
from timeline.linked_data.naming import address, identity, seen
from timeline.models import (
    Agreement,
    Event,
    Figure,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.base import Named, kept_with_it
from timeline.models.citations import work_count
from timeline.rendering import is_korean, plain_text

NARROWEST, WIDEST, USUAL = 320, 800, 600
LONGEST = 280  # of our own words; those of others stand whole
STEP = 40
Look = Literal["kicker", "title", "korean", "number", "quote", "text", "by", "label", "foot"]


@dataclass(frozen=True)
class Type:
    """How a line of the card is set, in parts of the card's own size: as css/embed.css says."""

    size: float
    line_height: float
    before: float = 0.0


TYPES: dict[Look, Type] = {
    "kicker": Type(0.8125, 1.4),
    "title": Type(1.3, 1.25, 0.3),
    "korean": Type(0.95, 1.5, 0.15),
    "number": Type(1.9, 1.2, 0.3),
    "quote": Type(1.125, 1.5, 0.6),
    "text": Type(1.0, 1.5, 0.6),
    "by": Type(0.875, 1.5, 0.5),
    "label": Type(0.8125, 1.5, 0.25),
    "foot": Type(0.8125, 1.7, 1.4),
}
FRAME = 2 * (16 + 1)  # padding and border on both sides, in pixels
LETTER, WIDE_LETTER = 56, 102  # hundredths of its size, what a letter takes: of the Latin alphabet, of Hangul


class Line(NamedTuple):
    look: Look
    text: str
    language: str = ""
    edtf: str = ""  # shown in place of the text


@dataclass(frozen=True)
class Card:
    """What is on it, from top to bottom. The foot stands apart: it links to the page."""

    record: Record
    lines: tuple[Line, ...]
    source_count: int

    @property
    def permanent_url(self) -> str:
        return identity(self.record)

    @property
    def permanent_words(self) -> str:
        return self.permanent_url.partition("://")[2]

    @property
    def page_url(self) -> str:
        return address(self.record)

    @property
    def title(self) -> str:
        return title_of(self.record)

    @property
    def heading(self) -> int:
        """Which line is the heading: the name, the number or the words."""
        return next(at for at, line in enumerate(self.lines) if line.look in {"title", "number", "quote"})

    @property
    def sources_words(self) -> str:
        return ngettext("%(count)s source", "%(count)s sources", self.source_count) % {"count": self.source_count}

    def height(self, width: int) -> int:
        """In pixels, at this width and at every one below it that a frame is made for."""
        foot = Line("foot", f"{_('SMA Timeline')} · {self.permanent_words} · {self.sources_words}")
        lines = [(line.look, ends_of_words(line.text)) for line in (*self.lines, foot)]
        narrowest = min(NARROWEST, width)
        # Wider cards hold more letters in a line: what fits here takes one line in all of them.
        counts = [_count(look, ends, narrowest) for look, ends in lines]
        short = sum(_lines_height(look, 1) for (look, _ends), count in zip(lines, counts, strict=True) if count == 1)
        long = [
            (look, ends, longest_word(ends)) for (look, ends), count in zip(lines, counts, strict=True) if count > 1
        ]
        tallest = 0.0
        for each in (*range(narrowest, width, STEP), width):
            size = _size(each)
            most = sum(_lines_height(look, _most(look, ends, longest, each)) for look, ends, longest in long)
            if size * (short + most) > tallest:  # the narrowest is the tallest, mostly
                tall = sum(_lines_height(look, _count(look, ends, each)) for look, ends, _longest in long)
                tallest = max(tallest, size * (short + tall))
        return ceil(FRAME + 16 + tallest)


def _size(width: int) -> float:
    """Of the card's type, in pixels."""
    return min(max(16.0, 11.43 + width / 70), 21.0)


def _lines_height(look: Look, count: int) -> float:
    kind = TYPES[look]
    return kind.before + kind.size * kind.line_height * count


def _count(look: Look, ends: Sequence[int], width: int) -> int:
    """Into how many lines they break on a card of this width."""
    return line_count(ends, _room(look, width))


def _most(look: Look, ends: Sequence[int], longest: int, width: int) -> int:
    """No fewer than `_count`: a line breaks where the next word does not fit, and so is at most that word short."""
    return ends[-1] // max(_room(look, width) + LETTER - longest, 1) + 1


def longest_word(ends: Sequence[int]) -> int:
    """With the space behind it."""
    return max(map(sub, ends, (0, *ends)))  # type: ignore[no-any-return]


@lru_cache(maxsize=1_024)
def _room(look: Look, width: int) -> int:
    """For letters, in hundredths of the size of this type; for one at least, however narrow a frame is asked for."""
    indent = 16 if look == "quote" else 0
    return max(int(100 * (width - FRAME - indent) / (_size(width) * TYPES[look].size)), WIDE_LETTER)


def ends_of_words(text: str) -> list[int]:
    """Where each word ends in one long line, with a space behind each, in hundredths of the size of the type."""
    widths = (
        len(word) * LETTER
        if word.isascii()
        else sum(WIDE_LETTER if ord(letter) > 0x10FF else LETTER for letter in word)
        for word in text.split()
    )
    return list(accumulate(width + LETTER for width in widths))


def line_count(ends: Sequence[int], width: int) -> int:
    """Into how many lines such words break; `width` in the same parts. A word that is too long goes on in the next."""
    lines, begin, place, is_begun = 1, 0, 0, False
    while place < len(ends):
        after = bisect_right(ends, begin + width + LETTER, place)  # the space behind the last one may stand out
        if after == place and not is_begun:
            long = ends[place] - LETTER - (ends[place - 1] if place else 0)
            lines += long // width
            begin, place, is_begun = ends[place] - LETTER - long % width, place + 1, True
        elif after < len(ends):
            lines, begin, place, is_begun = lines + 1, ends[after - 1], after, False
        else:
            break
    return lines


@kept_with_it
def card_of(record: Record) -> Card:
    """Reads what the page of the record fetches with it, and its `public_citations` where it has any."""
    citations: Iterable[Any] = getattr(record, "public_citations", ())
    lines = (line for line in _lines(record) if line.text)
    return Card(record, tuple(lines), work_count(citations))


def embed_url(record: Record) -> str:
    return settings.SITE_URL + path_of("embed", record._meta.model_name, record.slug)


def frame(card: Card, width: int | None = None, height: int | None = None) -> str:
    """The code for a page. Without a width it fills its column, as wide as it is made for at most."""
    fits = f"{width}px" if width else f"{WIDEST}px"
    values = {
        "src": embed_url(card.record),
        "title": _("%(title)s, on the SMA Timeline") % {"title": card.title},
        "width": str(width) if width else "100%",
        "height": str(height if height is not None else card.height(width or WIDEST)),
        "loading": "lazy",
        "style": f"border:0;max-width:{'100%' if width else fits}",
    }
    attributes = " ".join(f'{name}="{escape(value)}"' for name, value in values.items())
    return f"<iframe {attributes}></iframe>"


# --- what stands on the card of each kind ----------------------------------------------------------------------------


@singledispatch
def _lines(record: Record) -> Iterator[Line]:
    """Of disagreements and gaps there are no cards: they have no pages."""
    raise TypeError(type(record))


def _kicker(record: Record, *more: str) -> Line:
    kind = str(record._meta.verbose_name)
    return Line("kicker", " · ".join(each for each in (kind[:1].upper() + kind[1:], *more) if each))


def _dated(edtf: str, text: str) -> Line:
    """`text` as well, for the height."""
    return Line("by", text, edtf=edtf)


def _korean(text: str) -> Line:
    return Line("korean", text, "ko")


def _own_words(text: str) -> Line:
    words = plain_text(text)
    if len(words) > LONGEST:
        words = f"{words[:LONGEST].rpartition(' ')[0]}…"
    return Line("text", words, _language(words))


def _language(text: str) -> str:
    return "ko" if is_korean(text) else ""


def _side(side: str) -> str:
    return str(Side(side).label) if side else ""


@_lines.register
def _of_round(round: Round) -> Iterator[Line]:
    place = seen(round.place)
    status = "" if round.status == RoundStatus.HELD else str(round.get_status_display())
    yield _kicker(round, status)
    yield Line("title", title_of(round))
    yield _korean(round.name_ko)
    yield _dated(round.when, str(round.date))
    yield Line("label", ", ".join(each for each in (place.name if place else "", round.venue) if each))
    yield _own_words(round.outcome)


@_lines.register
def _of_event(event: Event) -> Iterator[Line]:
    place, agreement = seen(event.place), seen(event.agreement)
    yield Line("kicker", " · ".join([str(event.get_kind_display()), *([agreement.name] if agreement else [])]))
    yield Line("title", event.title)
    yield _korean(event.title_ko)
    yield _dated(event.when, str(event.date))
    yield Line("label", ", ".join(each for each in (place.name if place else "", event.venue) if each))
    yield _own_words(event.summary)


@_lines.register
def _of_statement(statement: Statement) -> Iterator[Line]:
    yield _kicker(statement, str(statement.get_medium_display()))
    yield Line("quote", statement.text, statement.language)
    if statement.is_translation:
        yield Line("label", _("Translation, as the source printed it"))
    yield Line("by", voices(statement))
    yield _dated(statement.when, str(statement.date))


def voices(statement: Statement) -> str:
    """Everybody who speaks and may be named. Reads prefetched `co_speakers`."""
    together = sorted(statement.co_speakers.all(), key=lambda official: official.slug)
    speakers = [each.name for each in (seen(statement.speaker), *map(seen, together)) if each]
    words = ", ".join(each for each in (*speakers, statement.attribution) if each)
    body = seen(statement.on_behalf_of)
    if body is None:
        return words
    return _("%(speaker)s, for %(body)s") % {"speaker": words, "body": body.name} if words else body.name


@_lines.register
def _of_figure(figure: Figure) -> Iterator[Line]:
    party = str(Capital(figure.party).label) if figure.party else ""
    yield _kicker(figure, str(figure.get_stance_display()), party)
    yield Line("number", figure.value_words, _language(figure.value_words))
    yield Line("by", " · ".join(each for each in (figure.measure_words, figure.years) if each))
    if figure.value_words != figure.as_stated:
        yield Line("quote", figure.as_stated, _language(figure.as_stated))
    yield _dated(figure.stated_on, str(figure.stated))


def _named(record: Named, *facts: str) -> Iterator[Line]:
    yield _kicker(record)
    yield Line("title", record.name)
    yield _korean(record.name_ko)
    yield Line("by", " · ".join(each for each in facts if each))


@_lines.register
def _of_agreement(agreement: Agreement) -> Iterator[Line]:
    yield from _named(agreement, agreement.years, str(agreement.get_status_display()))
    yield _own_words(agreement.summary)


@_lines.register
def _of_official(official: Official) -> Iterator[Line]:
    yield from _named(official, _side(official.country))
    yield _own_words(official.summary)


@_lines.register
def _of_organization(organization: Organization) -> Iterator[Line]:
    yield from _named(organization, organization.kind_words, _side(organization.country))


@_lines.register
def _of_place(place: Place) -> Iterator[Line]:
    yield from _named(place, str(place.get_kind_display()))


@_lines.register
def _of_topic(topic: Topic) -> Iterator[Line]:
    yield from _named(topic)
    yield _own_words(topic.description)


@_lines.register
def _of_source(source: Source) -> Iterator[Line]:
    yield _kicker(source, str(source.get_kind_display()), str(Language(source.language).label))
    title = f"[{source.title}]" if source.title_is_descriptive else source.title
    yield Line("title", title, _language(title))
    yield Line("by", " · ".join(each for each in (source.publisher, source.author) if each))
    if source.published:
        yield _dated(source.published_on, str(source.published))
