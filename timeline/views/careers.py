"""Posts drawn to scale: when each was held, on which days a source shows it, and where its beginning or end is unknown.

The same rules as `held_on`, and nothing is drawn more exactly than it is known.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from timeline import dates
from timeline.models import Appointment
from timeline.models.officials import next_start

MOST_LABELS: Final = 8
STEPS: Final = (1, 2, 5, 10, 20, 50)
UNKNOWN_SHARE: Final = 0.06  # of the strip, for an unknown beginning or end that nothing bounds
LAST_LABEL: Final = 92.0  # per cent: a label further on would not fit
NARROWEST: Final = 0.6  # per cent: a day must still be seen


@dataclass(frozen=True)
class Bar:
    """A stretch of the strip, in per cent of its width.

    `held`: certainly in the post. `possible`: within the vagueness of a first or last day known by its month or year.
    `between`: between two days that show the person in it. `open`: the beginning or the end is not known.
    """

    kind: str
    x: str
    end: str
    width: str


@dataclass(frozen=True)
class Held:
    """A post and its track on the strip."""

    post: Appointment
    bars: list[Bar]
    ticks: list[Bar]  # the days, months or years on which a source shows the person in the post

    @property
    def is_drawn(self) -> bool:
        return bool(self.bars or self.ticks)


@dataclass(frozen=True)
class YearMark:
    x: str
    label: str  # empty where there is no room for one


@dataclass(frozen=True)
class Strip:
    held: list[Held]
    years: list[YearMark] = field(default_factory=list)


@dataclass(frozen=True)
class _Scale:
    """Whole years, from the first of them to the one behind the last."""

    first_year: int
    last_year: int

    def share(self, day: dt.date) -> float:
        """Where a day begins."""
        return self._share(day.toordinal())

    def share_of_year(self, year: int) -> float:
        return self._share(_new_year(year))

    def _share(self, ordinal: int) -> float:
        first, last = _new_year(self.first_year), _new_year(self.last_year)
        return min(max((ordinal - first) / (last - first), 0.0), 1.0)

    def bar(self, kind: str, start: float, end: float) -> Bar:
        width = max(100 * (end - start), NARROWEST)
        x = min(100 * start, 100 - width)
        return Bar(kind, _number(x), _number(x + width), _number(width))

    def days_bar(self, kind: str, first: dt.date, last: dt.date) -> Bar:
        """From the first day to the end of the last."""
        return self.bar(kind, self.share(first), self.end_of(last))

    def end_of(self, day: dt.date) -> float:
        return self._share(day.toordinal() + 1)


def strip(posts: Sequence[Appointment]) -> Strip:
    """The posts of one person, or those at one organization, in their order, on one scale of years."""
    scale = _scale(posts)
    if scale is None:
        return Strip([Held(post, [], []) for post in posts])
    return Strip([Held(post, _bars(post, posts, scale), _ticks(post, scale)) for post in posts], _years(scale))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _new_year(year: int) -> int:
    """As an ordinal, which knows the day behind the last of the calendar."""
    return dt.date(year, 1, 1).toordinal() if year <= dt.MAXYEAR else dt.date.max.toordinal() + 1


def _known(post: Appointment) -> list[dates.PartialDate]:
    ends = [dates.parse(text) for text in (post.start, post.end) if text]
    return [*ends, *post.known_days]


def _scale(posts: Sequence[Appointment]) -> _Scale | None:
    """Whole years around all that is known, and one more where a post may have gone on."""
    known = [date for post in posts for date in _known(post)]
    if not known:
        return None
    latest = max(date.last_day for date in known)
    goes_on = any(not post.end and _known(post) and next_start(post, posts) is None for post in posts)
    first_year = min(date.first_day for date in known).year
    return _Scale(first_year, min(latest.year + (2 if goes_on else 1), dt.MAXYEAR + 1))


def _years(scale: _Scale) -> list[YearMark]:
    span = scale.last_year - scale.first_year
    step = next((step for step in STEPS if span / step <= MOST_LABELS), math.ceil(span / MOST_LABELS))
    years = range(scale.first_year, scale.last_year)
    places = {year: 100 * scale.share_of_year(year) for year in years if span <= 60 or year % step == 0}
    return [
        YearMark(_number(place), str(year) if year % step == 0 and place < LAST_LABEL else "")
        for year, place in places.items()
    ]


def _ticks(post: Appointment, scale: _Scale) -> list[Bar]:
    return [scale.days_bar("tick", date.first_day, date.last_day) for date in post.known_days]


def _bars(post: Appointment, others: Sequence[Appointment], scale: _Scale) -> list[Bar]:
    if post.start:
        return _from_a_start(post, others, scale)
    if post.end:
        return _until_an_end(post, scale)
    return _between_attested_days(post, scale)


def _from_a_start(post: Appointment, others: Sequence[Appointment], scale: _Scale) -> list[Bar]:
    start = dates.parse(post.start)
    if post.end:
        return _spanned(start, dates.parse(post.end), scale)
    following = next_start(post, others)
    if following is not None:  # held until then, by the rule; no source says so
        return [*_vague(start, scale), scale.bar("held", scale.share(start.last_day), scale.share(following))]
    seen = max([start.last_day, *(date.last_day for date in post.known_days)])
    bars = _vague(start, scale)
    if seen > start.last_day:
        bars.append(scale.days_bar("held", start.last_day, seen))
    elif start.is_exact_day:
        bars.append(scale.days_bar("held", seen, seen))
    return [*bars, scale.bar("open", scale.share(seen), 1.0)]


def _spanned(start: dates.PartialDate, end: dates.PartialDate, scale: _Scale) -> list[Bar]:
    if start.last_day > end.first_day:  # both within one vague stretch: nowhere certain
        return [scale.days_bar("possible", start.first_day, end.last_day)]
    bars = [*_vague(start, scale), scale.days_bar("held", start.last_day, end.first_day)]
    return bars + _vague(end, scale)


def _vague(date: dates.PartialDate, scale: _Scale) -> list[Bar]:
    """A month or a year in which a post began or ended."""
    return [] if date.day_count == 1 else [scale.days_bar("possible", date.first_day, date.last_day)]


def _until_an_end(post: Appointment, scale: _Scale) -> list[Bar]:
    end = dates.parse(post.end)
    first = min([end.first_day, *(date.first_day for date in post.known_days)])
    bars = [scale.bar("open", scale.share(first) - UNKNOWN_SHARE, scale.share(first))] if scale.share(first) > 0 else []
    return [*bars, scale.days_bar("held", first, end.first_day), *_vague(end, scale)]


def _between_attested_days(post: Appointment, scale: _Scale) -> list[Bar]:
    if not post.known_days:
        return []
    first, last = post.known_days[0], max(post.known_days, key=lambda date: date.last_day)
    begin, end = scale.share(first.first_day), scale.end_of(last.last_day)
    bars = [scale.bar("open", max(begin - UNKNOWN_SHARE, 0.0), begin)] if begin > 0 else []
    if len(post.known_days) > 1:
        bars.append(scale.bar("between", begin, end))
    return [*bars, scale.bar("open", end, min(end + UNKNOWN_SHARE, 1.0))]
