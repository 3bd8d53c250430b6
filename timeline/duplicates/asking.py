"""Which stored records look like one that is being typed. At most three queries for each kind, whatever is stored."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from timeline import dates
from timeline.duplicates import people, wording
from timeline.duplicates.keys import ADDRESS, NAME, PERSON, WORD, keys_of, names_of
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Likeness,
    Merge,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)

MOST_COMPARED = 500  # of one kind, once the index has narrowed them down
ONE_DAY = dt.timedelta(days=1)
LONGEST_DOUBT = dt.timedelta(days=366)  # a date known to the year only begins this long before the day that it may be
ALIKE = 62  # words of the same day and kind
VERY_ALIKE = 93  # words of the same day, whatever else differs
ALIKE_TITLES = 80
ALIKE_NAMES = 88


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored record, a sentence on what makes it look like the one asked for, and how much it does, up to 100."""

    record: Record
    why: str
    score: int


@dataclass(frozen=True, slots=True)
class Found:
    score: float
    why: str


Finding = Found | None
Span = tuple[dt.date, dt.date]


def near(record: Record, limit: int = 5) -> list[Candidate]:
    """The most alike first. The record may be unsaved and half typed; drafts and what is withdrawn are found as well,
    so this is for editors alone.
    """
    others = {other.pk: other for other in ASKED[type(record)](record)}.values()  # one may be found by two ways
    compared = [(other, COMPARED[type(record)](record, other)) for other in others]
    found = [Candidate(other, each.why, round(each.score)) for other, each in compared if each is not None]
    return sorted(found, key=lambda each: (-each.score, each.record.slug))[:limit]


# --- narrowing: a few rows, by an index ------------------------------------------------------------------------------


def _others(record: Record) -> QuerySet[Any]:
    """Those of its kind without itself and what has been merged into another; without the text that was pasted, which
    is long.
    """
    others: QuerySet[Any] = type(record)._default_manager.exclude(pk=record.pk or 0)
    merged = Merge.objects.standing().filter(kind=record._meta.model_name).values("loser_code")
    others = others.exclude(code__in=merged)
    return others.defer("private_text") if isinstance(record, Source) else others


def _span(text: str) -> Span | None:
    try:
        date = dates.parse(text)
    except dates.DateError:  # it is still being typed
        return None
    return date.first_day, date.last_day


def _around(span: Span) -> Q:
    """Those whose possible days touch the span or the days beside it, as a range of the index by first day."""
    first, last = _moved(span[0], -ONE_DAY), _moved(span[1], ONE_DAY)
    return Q(first_day__range=(_moved(first, -LONGEST_DOUBT), last), last_day__gte=first)


def _moved(day: dt.date, by: dt.timedelta) -> dt.date:
    """Not beyond the days that there are: what is being typed may be the year 1 or 9999."""
    try:
        return day + by
    except OverflowError:
        return day


def _by_key(record: Record, sorts: str, *, most: int = MOST_COMPARED) -> Iterator[Any]:
    """Those with most keys in common. `sorts` are the kinds of key that are asked for."""
    keys = [each for each in keys_of(record) if each[0] in sorts]
    kept = Likeness.objects.filter(kind=record._meta.model_name, key__in=keys).exclude(record_id=record.pk or 0)
    shared = kept.values("record_id").annotate(number=Count("id")).order_by("-number", "record_id")
    ids = list(shared.values_list("record_id", flat=True)[:most])
    yield from _others(record).filter(pk__in=ids).order_by("slug")


MOST_BY_WORD = 50


def _rounds(record: Round) -> Iterator[Any]:
    alike = Q()
    if record.agreement_id and record.number:
        alike |= Q(agreement_id=record.agreement_id, number=record.number)
    if span := _span(record.when):
        alike |= _around(span)
    if alike:
        yield from _others(record).filter(alike).select_related("agreement").order_by("first_day")[:MOST_COMPARED]


def _events(record: Event) -> Iterator[Any]:
    if span := _span(record.when):
        yield from _others(record).filter(_around(span)).order_by("first_day", "position")[:MOST_COMPARED]


def _statements(record: Statement) -> Iterator[Any]:
    if span := _span(record.when):
        found = _others(record).filter(_around(span)).select_related("speaker", "on_behalf_of")
        yield from found.order_by("first_day", "position")[:MOST_COMPARED]


def _figures(record: Figure) -> Iterator[Any]:
    if not record.stance or not (record.as_stated or _number(record)):
        return
    same = Q(agreement_id=record.agreement_id, stance=record.stance, year_from=record.year_from)
    yield from _others(record).filter(same).order_by()[:MOST_COMPARED]  # an order would be read along another index


def _sources(record: Source) -> Iterator[Any]:
    yield from _by_key(record, ADDRESS)
    if record.published_on and (span := _span(record.published_on)):
        within = Q(published_first_day__range=(_moved(span[0], -ONE_DAY), _moved(span[1], ONE_DAY)))
        others = _others(record).filter(within, publisher__iexact=record.publisher)
        yield from others.order_by("published_first_day", "slug")[:MOST_COMPARED]


def _agreements(record: Agreement) -> Iterator[Any]:
    yield from _by_key(record, NAME)
    if record.ordinal:
        yield from _others(record).filter(ordinal=record.ordinal)


def _gaps(record: Gap) -> Iterator[Any]:
    yield from _by_key(record, WORD, most=MOST_BY_WORD)


def _officials(record: Official) -> Iterator[Any]:
    yield from _by_key(record, NAME + PERSON)
    yield from _by_key(record, WORD, most=MOST_BY_WORD)


def _named(record: Record) -> Iterator[Any]:
    yield from _by_key(record, NAME)
    yield from _by_key(record, WORD, most=MOST_BY_WORD)


# --- comparing: one with another -------------------------------------------------------------------------------------


def _same_days(one: Span | None, other: Any) -> bool:
    return one is not None and one[0] <= other.last_day and other.first_day <= one[1]


def _compare_rounds(mine: Round, other: Round) -> Finding:
    if mine.agreement_id == other.agreement_id and mine.number == other.number:
        return Found(100, _("It is the round of the same agreement with the same number."))
    span = _span(mine.when)
    if span == (other.first_day, other.last_day):
        return Found(90, _("It is on the same days."))
    if _same_days(span, other):
        return Found(75, _("It is on some of the same days."))
    return None


def _compare_events(mine: Event, other: Event) -> Finding:
    likeness = max(wording.likeness(mine.title, other.title), wording.likeness(mine.title_ko, other.title_ko))
    same_day = _same_days(_span(mine.when), other)
    if mine.kind == other.kind and likeness >= ALIKE:
        if same_day:
            return Found(likeness, _("It is of the same day and kind, in similar words."))
        return Found(likeness - 5, _("It is of the same kind and the day beside it, in similar words."))
    if same_day and likeness >= VERY_ALIKE:
        return Found(likeness - 10, _("It is of the same day, in nearly the same words."))
    return None


def _compare_statements(mine: Statement, other: Statement) -> Finding:
    likeness = max(
        wording.likeness(mine.text, other.text),
        wording.likeness(mine.original_text, other.original_text),
        wording.likeness(mine.original_text, other.text),
        wording.likeness(mine.text, other.original_text),
    )
    if likeness < ALIKE:
        return None
    if _same_voice(mine, other):
        return Found(likeness, _("The same speaker said it in similar words, on the same day or the one beside it."))
    if likeness >= VERY_ALIKE:
        return Found(likeness - 10, _("These are nearly the same words, of the same day or the one beside it."))
    return None


def _same_voice(mine: Statement, other: Statement) -> bool:
    if mine.speaker_id and other.speaker_id:
        return mine.speaker_id == other.speaker_id
    if mine.on_behalf_of_id and other.on_behalf_of_id:
        return mine.on_behalf_of_id == other.on_behalf_of_id
    return wording.likeness(mine.attribution, other.attribution) >= ALIKE_NAMES


def _compare_figures(mine: Figure, other: Figure) -> Finding:
    if mine.party and other.party and mine.party != other.party:
        return None
    if mine.measure and mine.measure != other.measure:
        return None
    if mine.year_to is not None and mine.year_to != other.year_to:
        return None
    if mine.usd_equivalent is not None and mine.usd_equivalent != other.usd_equivalent:
        return None  # one amount in won, as different papers put it in dollars
    if _number(mine) is not None and _number(mine) == _number(other):
        return Found(90, _("It has the same agreement, stance, year and amount."))
    if _number(mine) and _number(other):
        return None  # two ends of a range, stated in one sentence
    if wording.squeezed(mine.as_stated) and wording.squeezed(mine.as_stated) == wording.squeezed(other.as_stated):
        return Found(85, _("It has the same agreement, stance, year and words of the source."))
    return None


def _number(figure: Figure) -> tuple[Decimal, str] | None:
    if figure.amount is not None:
        return figure.amount, figure.currency
    return None if figure.growth_percent is None else (figure.growth_percent, "%")


def _compare_sources(mine: Source, other: Source) -> Finding:
    if {each for each in keys_of(mine) if each[0] == ADDRESS} & keys_of(other):
        return Found(100, _("It has the same address."))
    likeness = wording.likeness(mine.title, other.title)
    if wording.squeezed(mine.publisher) == wording.squeezed(other.publisher) and likeness >= ALIKE_TITLES:
        return Found(
            likeness - 5,
            _("The same publisher printed it on the same day or the one beside it, under a similar title."),
        )
    return None


def _compare_agreements(mine: Agreement, other: Agreement) -> Finding:
    if mine.ordinal and mine.ordinal == other.ordinal:
        return Found(100, _("It has the same ordinal."))
    return Found(95, _("It has the same name."))


def _compare_officials(mine: Official, other: Official) -> Finding:
    return _finding(people.same_person(mine, other))


def _finding(pair: tuple[float, str] | None) -> Finding:
    return Found(*pair) if pair else None


def _compare_named(mine: Any, other: Any) -> Finding:
    country, theirs = getattr(mine, "country", ""), getattr(other, "country", "")
    if country and theirs and country != theirs:
        return None
    my_names, their_names = names_of(mine), names_of(other)
    if {*map(wording.squeezed, my_names)} & {*map(wording.squeezed, their_names)} - {""}:
        return Found(95, _("It goes by the same name or abbreviation."))
    likeness = max((wording.spelling(one, two) for one in my_names for two in their_names), default=0)
    return Found(likeness - 5, _("It goes by a similar name.")) if likeness >= ALIKE_NAMES else None


def _compare_disagreements(mine: Disagreement, other: Disagreement) -> Finding:
    likeness = wording.likeness(mine.question, other.question)
    if likeness < ALIKE_TITLES or (mine.field and mine.field != other.field):
        return None
    if wording.numbers(mine.question) != wording.numbers(other.question):
        return None  # a question of another year, round or agreement
    return Found(likeness, _("It asks a similar question."))


def _compare_gaps(mine: Gap, other: Gap) -> Finding:
    likeness = wording.likeness(mine.text, other.text)
    if likeness < ALIKE_TITLES or mine.agreement_id != other.agreement_id:
        return None
    return Found(likeness, _("It says in similar words what is missing."))


ASKED: dict[type[Record], Callable[[Any], Iterator[Any]]] = {
    Agreement: _agreements,
    Disagreement: _gaps,
    Event: _events,
    Figure: _figures,
    Gap: _gaps,
    Official: _officials,
    Organization: _named,
    Place: _named,
    Round: _rounds,
    Source: _sources,
    Statement: _statements,
    Topic: _named,
}
COMPARED: dict[type[Record], Callable[[Any, Any], Finding]] = {
    Agreement: _compare_agreements,
    Disagreement: _compare_disagreements,
    Event: _compare_events,
    Figure: _compare_figures,
    Gap: _compare_gaps,
    Official: _compare_officials,
    Organization: _compare_named,
    Place: _compare_named,
    Round: _compare_rounds,
    Source: _compare_sources,
    Statement: _compare_statements,
    Topic: _compare_named,
}
