"""The overview band: what happened when, as marks on a line of days. Facts are read once, then drawn at any scale.

Positions along the line are percentages, so that one drawing fits any width and its letters and shapes keep their size;
positions across it are pixels. The templates turn a `Drawing` into SVG.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import dates
from timeline.calendar_words import day_in_words
from timeline.enums import AgreementStatus, Capital, EntryKind, StageKind
from timeline.models import Agreement, Appointment, Entry, Round, Stage
from timeline.models.base import published

PRESIDENT = ("President of the Republic of Korea", "President of the United States")
ACTING = "Acting President"
# A data set far larger than the subject must not make a page without end: the newest are drawn.
MOST_AGREEMENTS, MOST_ROUNDS, MOST_STAGES, MOST_POSTS = 60, 400, 400, 200
LETTER: Final = 6.4  # pixels, of the small sans
GAP: Final = 3  # pixels between two marks
LANE, BAR_HEIGHT = 13, 34


@dataclass(frozen=True)
class Dated:
    """Something that lasted from a first to a last day, both included."""

    first: dt.date
    last: dt.date
    url: str
    title: str  # in full, for those who hear the page and for the hover label
    label: str = ""
    short: str = ""  # where the label does not fit
    style: str = ""
    group: int = 0  # id of the agreement


@dataclass(frozen=True)
class Facts:
    governments: dict[str, list[Dated]]  # by capital; acting presidents have the style “acting”
    agreements: list[Dated]
    talks: list[Dated]
    rounds: list[Dated]  # style: side of the place, as the shape
    stages: list[Dated]  # style: kind of stage, as the shape
    statements: dict[dt.date, int]  # by the first of their month
    today: dt.date

    @property
    def first_year(self) -> int:
        return min(each.first.year for each in self._spanning())

    @property
    def last_year(self) -> int:
        return max(each.last.year for each in self._spanning())

    @property
    def is_empty(self) -> bool:
        return not self._spanning()

    def _spanning(self) -> list[Dated]:
        """What the band must have room for. Governments are cut where nothing else is known."""
        months = [Dated(month, month, "", "") for month in self.statements]
        return [*self.agreements, *self.talks, *self.rounds, *self.stages, *months]


def facts(today: dt.date) -> Facts:
    """What is public, in five queries. Words in the language of the moment."""
    agreements = list(Agreement.objects.published().order_by("-ordinal")[:MOST_AGREEMENTS])[::-1]
    rounds = _rounds()
    return Facts(
        governments=_governments(today),
        agreements=[
            _term(each, each.covers_from, each.covers_to) for each in agreements if each.covers_from and each.covers_to
        ],
        talks=_talks(agreements, rounds),
        rounds=rounds,
        stages=_stages(),
        statements=_statements(),
        today=today,
    )


# --- what is drawn ---------------------------------------------------------------------------------------------------


def _term(agreement: Agreement, first: int, last: int) -> Dated:
    return Dated(
        dt.date(first, 1, 1),
        dt.date(last, 12, 31),
        agreement.get_absolute_url(),
        _("%(agreement)s: covers %(years)s, %(status)s")
        % {
            "agreement": agreement.name,
            "years": agreement.years,
            "status": AgreementStatus(agreement.status).label,
        },
        label=str(agreement.ordinal),
        style=agreement.status,
        group=agreement.pk,
    )


def _rounds() -> list[Dated]:
    rows = Round.objects.published().filter(published("agreement"))
    rows = rows.select_related("agreement", "place").order_by("-first_day", "-position", "-slug")
    return [_round(row) for row in reversed(rows[:MOST_ROUNDS])]


def _round(row: Round) -> Dated:
    place = row.place if row.place and row.place.is_published else None
    words = {"agreement": row.agreement.name, "number": row.number, "date": row.date}
    title = _("%(agreement)s talks, round %(number)s, %(date)s") % words
    if place:
        title = _("%(title)s, %(place)s") % {"title": title, "place": place.name}
    side = place.country if place and place.country in Capital.values else "none"
    return Dated(
        row.first_day,
        row.last_day,
        row.get_absolute_url(),
        title,
        label=str(row.number),
        style=side.lower(),
        group=row.agreement_id,
    )


def _talks(agreements: list[Agreement], rounds: list[Dated]) -> list[Dated]:
    """From the opening of the talks to their conclusion; where those are not known, from round to round."""
    found = []
    for agreement in agreements:
        own = [each for each in rounds if each.group == agreement.pk]
        firsts = [agreement.opened.first_day] if agreement.opened else [each.first for each in own]
        lasts = [agreement.concluded.last_day] if agreement.concluded else [each.last for each in own]
        if not firsts or not lasts or max(lasts) < min(firsts):
            continue
        title = (
            ngettext(
                "%(agreement)s talks: %(count)s round, %(first)s – %(last)s",
                "%(agreement)s talks: %(count)s rounds, %(first)s – %(last)s",
                len(own),
            )
            if own
            else _("%(agreement)s talks: no round is recorded, %(first)s – %(last)s")
        ) % {
            "agreement": agreement.name,
            "count": len(own),
            "first": agreement.opened or min(firsts).year,
            "last": agreement.concluded or max(lasts).year,
        }
        url = f"{reverse('timeline')}?agreement={agreement.ordinal}&kind={EntryKind.ROUND}" if own else ""
        found.append(
            Dated(
                min(firsts), max(lasts), url or agreement.get_absolute_url(), title, style="talks", group=agreement.pk
            )
        )
    return found


def _stages() -> list[Dated]:
    rows = Stage.objects.published().select_related("agreement", "event").order_by("-event__first_day", "-code")
    made = [
        Dated(
            row.event.first_day,
            row.event.last_day,
            row.event.get_absolute_url(),
            _("%(agreement)s %(stage)s, %(date)s")
            % {"agreement": row.agreement.name, "stage": StageKind(row.stage).label, "date": row.event.date},
            style=row.stage,
            group=row.agreement_id,
        )
        for row in rows[:MOST_STAGES]
    ]
    order = StageKind.values
    return sorted(made, key=lambda each: (each.first, each.group, order.index(each.style)))


def _statements() -> dict[dt.date, int]:
    """Those whose month is known."""
    rows = Entry.objects.filter(kind=EntryKind.STATEMENT, day_count__lte=31).order_by()
    counted = rows.annotate(month=TruncMonth("first_day")).values_list("month").annotate(count=Count("pk"))
    return dict(sorted(counted))


def _governments(today: dt.date) -> dict[str, list[Dated]]:
    titled = Q(title=ACTING)
    for title in PRESIDENT:
        titled |= Q(title__startswith=title)
    rows = Appointment.objects.published().filter(titled, official__country__in=Capital.values)
    found: dict[str, list[Dated]] = {side: [] for side in Capital.values}
    for row in rows.select_related("official").in_order()[:MOST_POSTS]:
        if (held := _held(row, today)) is not None:
            official = row.official
            found[official.country].append(
                Dated(
                    *held,
                    official.get_absolute_url(),
                    _("%(name)s, %(title)s, %(held)s")
                    % {"name": official.name, "title": row.title, "held": row.held_words()},
                    label=official.name,
                    short=official.family_name,
                    style="acting" if row.title == ACTING else "president",
                )
            )
    return found


def _held(post: Appointment, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """As far as sources reach and not further: what lies between two posts stays empty. A post without an end lasts."""
    known = post.known_days
    first = post.start_day or (known[0].first_day if known else None)
    last = post.end_day or (today if post.start_day else known[-1].last_day if known else None)
    return (first, last) if first and last and first <= last else None


# --- a drawing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """Something with a place on the line. `x` and `width` are per cent, `y` and `height` pixels."""

    x: float
    width: float
    y: float
    height: float
    url: str
    title: str
    label: str
    style: str
    ticks: tuple[float, ...] = ()  # per cent: the rounds of talks that are drawn as one mark
    bars: tuple[tuple[float, float, float, float], ...] = ()  # x, y, width, height: months drawn as one mark
    shapes: tuple[tuple[float, float, str], ...] = ()  # x, y, style: stages drawn as one mark

    @property
    def anchor(self) -> str:
        """On which side of its middle the hover label stands, so that it stays inside the drawing."""
        middle = self.x + self.width / 2
        return "start" if middle < 35 else "middle" if middle < 65 else "end"

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)


class Scale(Enum):
    """How much is told apart."""

    COARSE = 1  # for fingers: what belongs to one agreement or one year is one mark
    FINE = 2  # every mark is one of its own, rounds are ticks
    CLOSE = 3  # rounds have their numbers, months their counts, and every mark its words on hover and focus


@dataclass(frozen=True)
class Row:
    name: str  # seoul, washington, agreements, stages, talks, ticks or rounds, statements
    label: str
    y: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class GridLine:
    """Where a year or month begins."""

    x: float  # per cent
    label: str  # empty where it has no room
    anchor: str  # start or end: at the edge of the drawing the label stands before the line


@dataclass(frozen=True)
class Drawing:
    label: str  # “1988 – 2030”
    height: float
    rows: tuple[Row, ...]
    grid: tuple[GridLine, ...]
    bottom: float  # where the grid ends
    today: float | None
    left: float  # per cent, the room for the names of the rows
    is_close: bool

    @property
    def is_narrow(self) -> bool:
        return self.left < 10


@dataclass(frozen=True)
class Line:
    """Days to per cent. `width`: the least in pixels at which the drawing is shown, which decides what overlaps."""

    first: dt.date
    last: dt.date
    width: int
    left: float = 0

    def at(self, day: dt.date) -> float:
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(self.left + (99.6 - self.left) * min(max(share, 0), 1), 2)

    def pixels(self, per_cent: float) -> float:
        return per_cent * self.width / 100

    def span(self, each: Dated) -> tuple[float, float]:
        x = self.at(each.first)
        return x, round(self.at(min(each.last, dt.date.max - dt.timedelta(1)) + dt.timedelta(days=1)) - x, 2)

    def shows(self, each: Dated) -> bool:
        return each.first <= self.last and each.last >= self.first


def drawn(facts: Facts, line: Line, scale: Scale) -> Drawing:
    close = scale == Scale.CLOSE
    y: float = 16 if close else 2  # room above for what a mark is, on hover and focus
    rows: list[Row] = []
    for name, label, marks in _rows(facts, line, scale):
        if name == "ticks":  # they stand on the line of the talks
            y = rows[-1].y
        height = max((mark.y + mark.height for mark in marks), default=LANE)
        y += 4 if name in {"agreements", "stages", "talks", "statements"} else 0
        rows.append(Row(name, label, y, height, tuple(_moved(mark, y) for mark in marks)))
        y += height + 3
    today = line.at(facts.today) if line.first <= facts.today <= line.last else None
    label = (
        f"{_month_words(line.first)} – {_month_words(line.last)}" if close else f"{line.first.year}–{line.last.year}"
    )
    return Drawing(label, round(y + 15), tuple(rows), tuple(_labelled(_grid(line), line)), y, today, line.left, close)


def _rows(facts: Facts, line: Line, scale: Scale) -> Iterable[tuple[str, str, list[Mark]]]:
    talks = [each for each in facts.talks if line.shows(each)]
    yield "seoul", _("Seoul"), _governing(facts.governments[Capital.KR], line)
    yield "washington", _("Washington"), _governing(facts.governments[Capital.US], line)
    yield "agreements", _("Agreements"), [_box(each, line, 0, 22) for each in facts.agreements if line.shows(each)]
    if scale == Scale.COARSE:
        yield "stages", _("Legal stages"), _by_agreement(facts, line)
        yield "talks", _("Talks"), [_with_ticks(each, facts, line) for each in talks]
        yield "statements", _("Statements"), _years(facts.statements, line)
        return
    yield "stages", _("Legal stages"), _fanned(facts.stages, line, 11)
    if scale == Scale.FINE:
        yield "talks", _("Talks"), [_box(each, line, 8, 3) for each in talks]
        yield "ticks", _("Rounds"), [_tick(each, line) for each in facts.rounds if line.shows(each)]
    else:
        yield "talks", _("Talks"), [_box(each, line, 1, 5) for each in talks]
        yield "rounds", _("Rounds"), _fanned(facts.rounds, line, 11)
    yield "statements", _("Statements"), _months(facts.statements, line, counted=scale == Scale.CLOSE)


def _tick(each: Dated, line: Line) -> Mark:
    """Above the line of the talks for a round in Korea, below it for one in the United States, across it otherwise."""
    y, height = {"kr": (0, 9), "us": (10, 9)}.get(each.style, (4, 11))
    return Mark(line.at(each.first), 0, y, height, each.url, each.title, "", each.style)


def _by_agreement(facts: Facts, line: Line) -> list[Mark]:
    """The stages of one agreement as one mark, where they stand too close to be told apart by a finger."""
    marks = []
    fanned = list(_placed(facts.stages, line, 11))
    for term in facts.agreements:
        shapes = tuple((mark.x, mark.y, mark.style) for each, mark in fanned if each.group == term.group)
        if shapes:
            top, bottom = min(y for _x, y, _style in shapes), max(y for _x, y, _style in shapes)
            title = ngettext("%(title)s: %(count)s legal stage", "%(title)s: %(count)s legal stages", len(shapes))
            words = {"title": term.title, "count": len(shapes)}
            x = min(x for x, _y, _style in shapes)
            width = round(max(x for x, _y, _style in shapes) - x, 2)
            height = bottom - top + LANE - 2
            marks.append(Mark(x, width, top, height, term.url, title % words, "", "stages", shapes=shapes))
    return marks


def _moved(mark: Mark, by: float) -> Mark:
    bars = tuple((x, round(y + by, 1), width, height) for x, y, width, height in mark.bars)
    shapes = tuple((x, y + by, style) for x, y, style in mark.shapes)
    return replace(mark, y=round(mark.y + by, 1), bars=bars, shapes=shapes)


def _box(each: Dated, line: Line, y: float, height: float) -> Mark:
    x, width = line.span(each)
    room = line.pixels(width) - 8
    label = next((words for words in (each.label, each.short) if words and len(words) * LETTER <= room), "")
    if each.label.isdecimal():  # the ordinal of an agreement is shown in any room that it can have
        label = each.label if line.pixels(width) >= len(each.label) * LETTER else ""
    return Mark(x, max(width, 0.25), y, height, each.url, each.title, label, each.style)


def _governing(posts: list[Dated], line: Line) -> list[Mark]:
    """Presidents on the line; who acted for one stands below, as the president may still be in office, suspended."""
    shown = [each for each in posts if line.shows(each)]
    return [
        _box(each, line, 17, 9) if each.style == "acting" else _box(each, line, lane * 17, 15)
        for lane, each in _in_lanes([each for each in shown if each.style != "acting"], line, 0, exact=True)
    ] + [_box(each, line, 17, 9) for each in shown if each.style == "acting"]


def _in_lanes(items: Sequence[Dated], line: Line, size: float, *, exact: bool = False) -> list[tuple[int, Dated]]:
    """Each in the first lane where it overlaps nothing. `size`: the least width in pixels of one mark."""
    ends: list[float] = []
    placed = []
    for each in sorted(items, key=lambda item: (item.first, item.last)):
        x, width = line.span(each)
        left = line.pixels(x)
        right = left + (line.pixels(width) - 1 if exact else max(size, 1))
        lane = next((number for number, end in enumerate(ends) if left >= end), len(ends))
        ends[lane : lane + 1] = [right + (0 if exact else GAP)]
        placed.append((lane, each))
    return placed


def _fanned(items: list[Dated], line: Line, size: float) -> list[Mark]:
    return [mark for _each, mark in _placed(items, line, size)]


def _placed(items: list[Dated], line: Line, size: float) -> Iterable[tuple[Dated, Mark]]:
    """Shapes of one size at their days, with their labels, in as many lanes as they need."""
    shown = [each for each in items if line.shows(each)]
    widest = size + max((len(each.label) for each in shown), default=0) * LETTER
    for lane, each in _in_lanes(shown, line, widest):
        x = line.at(each.first + (each.last - each.first) / 2)
        yield each, Mark(x, 0, lane * LANE + 1, LANE - 2, each.url, each.title, each.label, each.style)


def _with_ticks(talks: Dated, facts: Facts, line: Line) -> Mark:
    mark = _box(talks, line, 2, 10)
    ticks = tuple(line.at(each.first) for each in facts.rounds if each.group == talks.group and line.shows(each))
    return replace(mark, ticks=ticks)


def _statement_url(first: str, last: str) -> str:
    return f"{reverse('timeline')}?kind={EntryKind.STATEMENT}&from={first}&to={last}"


def _shown_months(statements: dict[dt.date, int], line: Line) -> list[tuple[Dated, int]]:
    months = ((Dated(month, _end_of_month(month), "", ""), count) for month, count in statements.items())
    return [(month, count) for month, count in months if line.shows(month)]


def _bar(month: Dated, count: int, most: int, line: Line) -> tuple[float, float, float, float]:
    """In proportion to the month with the most, but never too low to be seen."""
    x, width = line.span(month)
    height = max(round(BAR_HEIGHT * count / most, 1), 3)
    return x, round(BAR_HEIGHT - height, 1), max(round(width * 0.84, 2), 0.16), height


def _months(statements: dict[dt.date, int], line: Line, *, counted: bool) -> list[Mark]:
    """`counted`: with room above the bar for the number."""
    shown = _shown_months(statements, line)
    most = max((count for _month, count in shown), default=1)
    marks = []
    for month, count in shown:
        x, y, width, height = _bar(month, count, most, line)
        key = month.first.isoformat()[:7]
        words = {"count": count, "when": _month_words(month.first)}
        title = ngettext("%(when)s: %(count)s statement", "%(when)s: %(count)s statements", count) % words
        label = str(count) if counted and line.pixels(width) >= len(str(count)) * LETTER else ""
        marks.append(Mark(x, width, y + (11 if counted else 0), height, _statement_url(key, key), title, label, "bar"))
    return marks


def _years(statements: dict[dt.date, int], line: Line) -> list[Mark]:
    shown = _shown_months(statements, line)
    most = max((count for _month, count in shown), default=1)
    totals: Counter[int] = Counter()
    for month, count in shown:
        totals[month.first.year] += count
    marks = []
    for year, total in totals.items():
        whole = Dated(dt.date(year, 1, 1), dt.date(year, 12, 31), "", "")
        x, width = line.span(whole)
        bars = tuple(_bar(month, count, most, line) for month, count in shown if month.first.year == year)
        title = ngettext("%(year)s: %(count)s statement", "%(year)s: %(count)s statements", total) % {
            "year": year,
            "count": total,
        }
        url = _statement_url(f"{year:04d}", f"{year:04d}")
        marks.append(Mark(x, width, 0, BAR_HEIGHT, url, title, "", "bar", bars=bars))
    return marks


def _grid(line: Line) -> Iterable[tuple[float, str]]:
    """Per cent and label of lines at years, or at months where the years are few; as many as have room for labels."""
    years = line.last.year - line.first.year + 1
    days = (line.last - line.first).days
    room = line.width * (100 - line.left) / 100
    if days > 366 * 2.5:
        step = next(step for step in (1, 2, 5, 10, 20, 50, 10_000) if room / (years / step) >= 34)
        for year in range(line.first.year, line.last.year + 1):
            if year % step == 0 and dt.date(year, 1, 1) >= line.first:
                yield line.at(dt.date(year, 1, 1)), str(year)
        return
    months = _months_between(line.first, line.last)
    step = next(step for step in (1, 2, 3, 6, 12) if room / (len(months) / step) >= 62 or step == 12)
    for month in months:
        if (month.month - 1) % step == 0:
            yield line.at(month), _month_words(month, short=True)


def _labelled(grid: Iterable[tuple[float, str]], line: Line) -> Iterator[GridLine]:
    """No label reaches into the one before it."""
    free = 0.0
    for x, label in grid:
        at, width = line.pixels(x), len(label) * LETTER
        begin, anchor = (at, "start") if at + width <= line.width else (at - width, "end")
        has_room = begin >= free
        yield GridLine(x, label if has_room else "", anchor)
        free = begin + width + GAP if has_room else free


def _months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]


def _end_of_month(day: dt.date) -> dt.date:
    return dates.parse(day.isoformat()[:7]).last_day


def _month_words(day: dt.date, short: bool = False) -> str:
    """“May 2024”."""
    if short:
        return day_in_words(day, "y년 M월" if dates.written_in() == "ko" else "MMM y")
    return str(dates.parse(day.isoformat()[:7]))


# --- the drawings of the pages ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Band:
    line: Line
    wide: Drawing
    narrow: tuple[Drawing, ...]  # for phones: the same in two rows of years


LONGEST_VIEW = 366 * 16  # days: beyond that a closer look shows nothing that the band does not
SHORTEST_VIEW = 180
FOLLOWS_WITHIN = 730  # the expiry of a term lies years behind the talks on it
Stamp = tuple[int, Any]


@lru_cache(maxsize=4)
def kept_facts(stamp: Stamp, language: str, today: dt.date) -> Facts:
    """`language` must be the one that is active: words are kept with the facts."""
    return facts(today)


def overview(facts: Facts) -> Band:
    """All years, wide and narrow."""
    first, last = facts.first_year, facts.last_year
    half = (first + last) // 2
    whole = Line(dt.date(first, 1, 1), dt.date(last, 12, 31), 860, left=11)
    parts = [(first, half), (half + 1, last)] if last - first >= 12 else [(first, last)]
    lines = [Line(dt.date(begin, 1, 1), dt.date(end, 12, 31), 288, left=6) for begin, end in parts]
    return Band(whole, drawn(facts, whole, Scale.FINE), tuple(drawn(facts, line, Scale.COARSE) for line in lines))


def closer(facts: Facts, first: dt.date, last: dt.date) -> Band:
    """Some months or years, every mark apart."""
    wide, narrow = Line(first, last, 860, left=11), Line(first, last, 288, left=6)
    return Band(wide, drawn(facts, wide, Scale.CLOSE), (drawn(facts, narrow, Scale.CLOSE),))


def view(
    facts: Facts, agreements: tuple[int, ...], first: dt.date | None, last: dt.date | None
) -> tuple[dt.date, dt.date] | None:
    """The whole months to look at more closely: those asked for, else the talks on the agreements with what followed
    from them, else the last talks.

    None where that is nearly everything, so that a closer look would show nothing new.
    """
    if facts.is_empty:
        return None
    begin, end = dt.date(facts.first_year, 1, 1), dt.date(facts.last_year, 12, 31)
    if first is None and last is None:
        first, last = _whole_talks(facts, agreements)
    first = max(first or begin, begin)
    if last is None:  # an open range ends today: the years still to come hold nothing to look at
        last = facts.today if first <= facts.today else end
    last = min(last, end)
    if first > last:
        return None
    more = max(SHORTEST_VIEW - (last - first).days, 0) // 2
    first = dt.date.fromordinal(max(first.toordinal() - more, 1))
    last = dt.date.fromordinal(min(last.toordinal() + more, dt.date.max.toordinal()))
    first, last = first.replace(day=1), _end_of_month(last)
    return None if (last - first).days > LONGEST_VIEW else (first, last)


def _whole_talks(facts: Facts, agreements: tuple[int, ...]) -> tuple[dt.date | None, dt.date | None]:
    talks = [each for each in facts.talks if each.group in agreements] if agreements else facts.talks
    if not talks:
        return None, None
    if not agreements:
        talks = [max(talks, key=lambda each: each.first)]
    first, last = min(each.first for each in talks), max(each.last for each in talks)
    groups = {each.group for each in talks}
    followed = (each.last for each in facts.stages if each.group in groups and each.first >= first)
    return first, max([last, *(day for day in followed if (day - last).days < FOLLOWS_WITHIN)])
