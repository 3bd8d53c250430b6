"""The heart: one ordered, filterable stream of rounds, statements and events, read a page at a time.

A page is found by its key, never by counting rows before it, so the deepest page of a million entries costs what the
first costs. It is read as keys with digests of what the cards say; the cards themselves are read where they are needed.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.db import connections, router
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import dates
from timeline.enums import EntryKind, Facet, Side
from timeline.index import Card, digest_of, folded
from timeline.models import Agreement, Entry, EntryCard, EntryLink, Official, Organization, Place, Record, Source, Topic
from timeline.models.prepared import Prepared

PAGE_SIZE: Final = 50
MOST_VALUES: Final = 20
MOST_WORDS: Final = 10
LONGEST_WORDS: Final = 200
NEAREST: Final = 1_000  # entries of which the texts are read one by one, before all texts are
FIRST_DAY: Final = dt.date(1991, 1, 1)  # from here to today lies all but a little
LONG: Final = dt.timedelta(days=4 * 366)
KEY = re.compile(r"\d{4}-\d{2}-\d{2}\.\d{5}\.[a-z0-9-]{1,100}")
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
FACETS: Final[Mapping[str, tuple[Facet, type[Record]]]] = {
    "official": (Facet.OFFICIAL, Official),
    "organization": (Facet.ORGANIZATION, Organization),
    "place": (Facet.PLACE, Place),
    "topic": (Facet.TOPIC, Topic),
    "source": (Facet.SOURCE, Source),
}
FILTERS: Final = ("agreement", "kind", "country", *FACETS, "from", "to", "q")
NAMES: Final = frozenset(FILTERS)
PAGES: Final = ("after", "before")
STREAM: Final = ("order", *PAGES)  # which page of it is shown: one file of all knows them, and passes them over
SIDE_COLUMNS: Final = {Side.KR: "is_kr", Side.US: "is_us", Side.INT: "is_int"}


class BadQuery(ValueError):
    """A filter value that does not exist, or a page key that is not one. Says which, in a sentence for the reader."""

    def __init__(self, parameter: str, sentence: str) -> None:
        super().__init__(sentence)
        self.parameter, self.sentence = parameter, sentence


@dataclass(frozen=True)
class Filter:
    """What a reader asked for, checked. Values of one name are alternatives; different names must all hold."""

    agreements: tuple[int, ...] = ()  # ids
    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    facets: tuple[tuple[Facet, tuple[int, ...]], ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    words: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # the query string that says the same

    @classmethod
    def from_query(cls, query: QueryDict) -> "Filter":
        """Names that are not filters are passed over. One query for each filter by a record."""
        if NAMES.isdisjoint(query):
            return cls()
        kinds = _choices(query, "kind", set(EntryKind.values))
        countries = _choices(query, "country", set(Side.values))
        facets, first, last = _facets(query), _day(query, "from"), _day(query, "to")
        if first and last and last[1] < first[0]:
            raise BadQuery("to", _("The range ends before it begins: “from” must not be later than “to”."))
        return cls(
            agreements=_agreements(query),
            kinds=kinds,
            countries=countries,
            facets=facets,
            first=first[0] if first else None,
            last=last[1] if last else None,
            words=_words(query),
            pairs=tuple((name, value) for name in FILTERS for value in _values(query, name)),
        )

    @classmethod
    def by(cls, record: Record) -> "Filter":
        """Those that belong to an agreement, official, organization, place, topic or source."""
        if isinstance(record, Agreement):
            return cls(agreements=(record.pk,))
        facet = next(facet for facet, model in FACETS.values() if isinstance(record, model))
        return cls(facets=((facet, (record.pk,)),))

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out, however it was written."""
        asked = (self.agreements, self.kinds, self.countries, self.facets, self.first, self.last, self.words)
        return any(asked)

    @property
    def looks_up(self) -> bool:
        """Whether its words are sooner looked up in all texts, which reads ten of them in the time of one, than in the
        texts of what it leaves: as it leaves a tenth or more.
        """
        first, last = max(self.first or FIRST_DAY, FIRST_DAY), min(self.last or dt.date.max, timezone.localdate())
        return bool(self.words) and not self.facets and not self.agreements and last - first > LONG

    def chosen(self, name: str) -> tuple[str, ...]:
        return tuple(value for other, value in self.pairs if other == name)

    def without(self, *names: str) -> "Filter":
        """The same without what was asked for by these names (of `FILTERS`)."""
        facets = {FACETS[name][0] for name in names if name in FACETS}
        return replace(
            self,
            agreements=() if "agreement" in names else self.agreements,
            kinds=() if "kind" in names else self.kinds,
            countries=() if "country" in names else self.countries,
            facets=tuple(each for each in self.facets if each[0] not in facets),
            first=None if "from" in names else self.first,
            last=None if "to" in names else self.last,
            words=() if "q" in names else self.words,
            pairs=tuple(pair for pair in self.pairs if pair[0] not in names),
        )


def asked_for(query: QueryDict, *more: str) -> Filter:
    """The filter of a machine form; `more` are the names that it knows beside the filters.

    Who misspells one is told: passed over, it would give the whole set for a part of it.
    """
    known = (*FILTERS, *more)
    for name in query:
        if name not in known:
            sentence = _("There is no “%(name)s” to ask for here. It can be: %(known)s.")
            raise BadQuery(name, sentence % {"name": name[:80], "known": ", ".join(known)})
    return Filter.from_query(query)


def _values(query: QueryDict, name: str) -> list[str]:
    """Given values in their order, each once, empty ones (an untouched field of the form) left out."""
    values = list(dict.fromkeys(value.strip() for value in query.getlist(name) if value.strip()))
    if len(values) > MOST_VALUES:
        raise BadQuery(name, _("At most %(most)s values of “%(name)s” at once.") % {"most": MOST_VALUES, "name": name})
    return values


def _no_such(name: str, value: str) -> BadQuery:
    sentence = _("There is no %(name)s “%(value)s” in this knowledge base.")
    return BadQuery(name, sentence % {"name": name, "value": value[:80]})


def _choices(query: QueryDict, name: str, known: set[str]) -> tuple[str, ...]:
    values = _values(query, name)
    for value in values:
        if value not in known:
            raise _no_such(name, value)
    return tuple(values)


def _agreements(query: QueryDict) -> tuple[int, ...]:
    """By ordinal (12) or by slug (sma-12)."""
    values = _values(query, "agreement")
    if not values:
        return ()
    ids = {}
    for pk, ordinal, slug in Agreement.objects.published().values_list("pk", "ordinal", "slug"):
        ids[str(ordinal)] = ids[slug] = pk
    for value in values:
        if value not in ids:
            raise _no_such("agreement", value)
    return tuple(dict.fromkeys(ids[value] for value in values))


def _facets(query: QueryDict) -> tuple[tuple[Facet, tuple[int, ...]], ...]:
    facets = []
    for name, (facet, model) in FACETS.items():
        values = _values(query, name)
        if not values:
            continue
        ids = dict(model._default_manager.published().filter(slug__in=values).values_list("slug", "pk"))  # type: ignore[attr-defined]
        for value in values:
            if value not in ids:
                raise _no_such(name, value)
        facets.append((facet, tuple(ids.values())))
    return tuple(facets)


def _day(query: QueryDict, name: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of a day, month or year."""
    values = _values(query, name)
    if not values:
        return None
    value = values[-1]
    try:
        if not DAY.fullmatch(value):
            raise dates.DateError
        date = dates.parse(value)
    except dates.DateError as error:
        sentence = _(
            "“%(value)s” is no date for “%(name)s”: write a day, a month or a year, such as 2019-08-07 or 2019-08."
        )
        raise BadQuery(name, sentence % {"value": value[:40], "name": name}) from error
    return date.first_day, date.last_day


def _words(query: QueryDict) -> tuple[str, ...]:
    text = " ".join(_values(query, "q"))
    if len(text) > LONGEST_WORDS:
        raise BadQuery("q", _("Search for at most %(most)s characters at once.") % {"most": LONGEST_WORDS})
    # Each word by itself, as the reader counts them: a spacing accent folds into a space and more.
    words = tuple(dict.fromkeys(filter(None, map(folded, text.replace("\x00", " ").split()))))
    if len(words) > MOST_WORDS:
        raise BadQuery("q", _("Search for at most %(most)s words at once.") % {"most": MOST_WORDS})
    return words


def page_key(query: QueryDict, name: str) -> str:
    value = query.get(name, "")
    if value and not KEY.fullmatch(value):
        raise BadQuery(name, _("“%(value)s” is no page of this list.") % {"value": value[:80]})
    return value


# --- a page ----------------------------------------------------------------------------------------------------------


Row = tuple[str, bytes | None]  # the key of an entry, and the digest of what its card says
Reader = Callable[[str, bool, int], Iterable[Row]]  # by a key, whether what goes before it is read, and a number


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    next_key: str  # for ?after=, empty on the last page
    previous_key: str  # for ?before=, empty on the first page
    newest: bool
    pairs: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """One query more. Pages of HTML do without most of them: see `timeline.stream`."""
        found = cards_of([key for key, _digest in self.rows])
        return tuple(found[key][1] for key, _digest in self.rows if key in found)

    @property
    def next_query(self) -> str:
        return self._query("after", self.next_key)

    @property
    def previous_query(self) -> str:
        return self._query("before", self.previous_key)

    def _query(self, name: str, key: str) -> str:
        order = [("order", "newest")] if self.newest else []
        return f"?{urlencode([*self.pairs, *order, (name, key)])}"


def cards_of(keys: Sequence[str]) -> dict[str, tuple[bytes, Card]]:
    """The cards of these entries and their digests, by key. What was withdrawn since the keys were read is missing."""
    read = ((key, digest, json.loads(content)) for key, digest, content in CARDS(keys))
    return {key: (digest or digest_of(card), card) for key, digest, card in read}


CARDS: Final[Prepared[tuple[str, bytes | None, str]]] = Prepared(
    Entry,
    lambda keys: Entry.objects.filter(sort_key__in=keys).values_list(
        "sort_key", "card_digest", Cast("card__content", TextField())
    ),
)


def _narrowed(filter: Filter) -> tuple[QuerySet[Any], str]:
    """The rows to read in order, but for the words, and the prefix that leads from them to the entry.

    One value of one facet is read from its links, which carry the order: so a filtered page costs what any page costs.
    """
    rest = list(filter.facets)
    single = next((facet for facet in rest if len(facet[1]) == 1), None)
    if single is None:
        rows: QuerySet[Any] = Entry.objects.all()
        prefix, entry = "", "pk"
    else:
        rest.remove(single)
        rows = EntryLink.objects.filter(facet=single[0], target_id=single[1][0])
        prefix, entry = "entry__", "entry"
    rows = _linked_to(rows, rest, entry).filter(_begun(filter.first, filter.last))
    return _narrowed_by_columns(rows, filter, prefix), prefix


# Entries that began before a day and reach into it. One that lasts for years must not make a page look at all that
# began in these years: each length is looked up by itself, from the day on which it must have begun. Length and key are
# compared as one row: for an equal length, SQLite would first make a Bloom filter of the whole table.
REACHING: Final = """
WITH RECURSIVE lengths (days) AS (
    SELECT min(day_count) FROM timeline_entry WHERE day_count > 1
    UNION ALL
    SELECT (SELECT min(day_count) FROM timeline_entry WHERE day_count > days) FROM lengths WHERE days IS NOT NULL
)
SELECT id FROM lengths CROSS JOIN timeline_entry
WHERE (day_count, sort_key) >= (days, {start}) AND (day_count, sort_key) < (days, %s)
"""
STARTS: Final = {
    "sqlite": "date(%s, (1 - days) || ' days')",
    "postgresql": "to_char(greatest(CAST(%s AS date) - days + 1, DATE '0001-01-01'), 'YYYY-MM-DD')",
}


def _reaching(filter: Filter) -> QuerySet[Any]:
    """What began before the range and reaches into it. All the rest of the range follows it."""
    first = cast(dt.date, filter.first).isoformat()
    connection = connections[router.db_for_read(Entry)]
    with connection.cursor() as cursor:
        cursor.execute(REACHING.format(start=STARTS[connection.vendor]), [first, first])
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = Entry.objects.filter(pk__in=ids) if ids else Entry.objects.none()
    return _saying(_narrowed_by_columns(_linked_to(rows, filter.facets, "pk"), filter, ""), filter.words, "card__")


def _linked_to(rows: QuerySet[Any], facets: Iterable[tuple[Facet, tuple[int, ...]]], entry: str) -> QuerySet[Any]:
    for facet, targets in facets:
        rows = rows.filter(Exists(EntryLink.objects.filter(entry=OuterRef(entry), facet=facet, target_id__in=targets)))
    return rows


def _narrowed_by_columns(rows: QuerySet[Any], filter: Filter, prefix: str) -> QuerySet[Any]:
    if filter.agreements:
        rows = rows.filter(**{f"{prefix}agreement__in": filter.agreements})
    if filter.kinds:
        rows = rows.filter(**{f"{prefix}kind__in": filter.kinds})
    if filter.countries:
        sides = Q()
        for country in filter.countries:
            sides |= Q(**{f"{prefix}{SIDE_COLUMNS[Side(country)]}": True})
        rows = rows.filter(sides)
    return rows


def _saying(rows: QuerySet[Any], words: Iterable[str], prefix: str) -> QuerySet[Any]:
    """Those with each of the words somewhere in the text of the card, to which the prefix leads."""
    for word in words:
        rows = rows.filter(**{f"{prefix}text__contains": word})
    return rows


def _looked_up(rows: QuerySet[Any], words: Iterable[str], prefix: str) -> QuerySet[Any]:
    """The same, found in all texts at one go. SQLite has them in an index of their own, made by migration 0012."""
    return rows.filter(**{f"{prefix}pk__in": _saying(EntryCard.objects.all(), words, "").values("entry")})


def matching(filter: Filter, longest: int | None = None, *, one_by_one: bool = False) -> QuerySet[Entry]:
    """The same entries, unordered and to be counted: facets are looked up first, as they leave the fewest rows.

    `longest` is `longest_days()`, for those who ask more than once; else it costs a query where there is a range.
    `one_by_one` is for those who look at few of the entries: it reads the texts of these and of no others.
    """
    begun = _begun(_earliest(filter.first, longest or longest_days()) if filter.first else None, filter.last)
    rows = Entry.objects.order_by().filter(begun)
    for facet, targets in filter.facets:
        links = EntryLink.objects.filter(begun, facet=facet, target_id__in=targets)
        rows = rows.filter(pk__in=links.values("entry"))
    if filter.first:
        rows = rows.filter(last_day__gte=filter.first)
    narrowed = _narrowed_by_columns(rows, filter, "")
    if filter.looks_up and not one_by_one:
        return _looked_up(narrowed, filter.words, "")
    return _saying(narrowed, filter.words, "card__")


def longest_days() -> int:
    return Entry.objects.order_by("-day_count").values_list("day_count", flat=True).first() or 1


def _earliest(first: dt.date, longest: int) -> dt.date:
    """An entry that began before the range may reach into it, but by no more than the longest entry is long."""
    return first - dt.timedelta(days=min(longest, (first - dt.date.min).days))


def _begun(first: dt.date | None, last: dt.date | None) -> Q:
    """On one of these days. Entries and their links alike have the day in front of what they are sorted by."""
    begun = Q()
    if first is not None:
        begun &= Q(sort_key__gte=first.isoformat())
    if last is not None and last < dt.date.max:
        begun &= Q(sort_key__lt=(last + dt.timedelta(days=1)).isoformat())
    return begun


def page(filter: Filter, *, after: str = "", before: str = "", newest: bool = False, size: int = PAGE_SIZE) -> Page:
    """The entries that follow (`after`) or go before (`before`) a key, in the order asked for; without one, the first.

    One query, two where a filter leaves anything out, one or two more with a range; the same for any depth and size.
    With words one or two more for each direction in which is looked.
    """
    backwards = bool(before) and not after
    descending = newest != backwards
    key = before if backwards else after
    if not filter.narrows and size == PAGE_SIZE:
        found, behind = _of_all(key, descending)
    else:
        found, behind = _of(filter, key, descending, size)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (behind, more) if backwards else (more, behind)
    return Page(
        rows=tuple(found),
        next_key=found[-1][0] if found and has_next else "",
        previous_key=found[0][0] if found and has_previous else "",
        newest=newest,
        pairs=filter.pairs,
    )


def _of(filter: Filter, key: str, descending: bool, size: int) -> tuple[list[Row], bool]:
    """What follows a key, one more than asked for, and whether anything stands on the other side of it."""
    read = _reader(filter)
    found = list(read(key, descending, size))
    return found, bool(found and key and list(read(found[0][0], not descending, 0)))


def _reader(filter: Filter) -> Reader:
    """Reads what follows a key in one direction or the other, one more than asked for."""
    rows, prefix = _narrowed(filter)
    begun: Reader = partial(_beyond, _saying(rows, filter.words, f"{prefix}card__"), prefix)
    if filter.looks_up:
        begun = partial(_having, rows, prefix, filter.words)
    if filter.first is None:
        return begun
    first = filter.first.isoformat()
    reaching = cache(lambda: _reaching(filter))

    def read(key: str, descending: bool, size: int) -> list[Row]:
        parts: list[Reader] = []
        if descending or key < first:
            parts.append(lambda *asked: _beyond(reaching(), "", *asked))
        if not (descending and key and key <= first):
            parts.append(begun)
        found: list[Row] = []
        for part in reversed(parts) if descending else parts:
            if len(found) <= size:
                found += part(key, descending, size - len(found))
        return found

    return read


def _having(
    rows: QuerySet[Any], prefix: str, words: tuple[str, ...], key: str, descending: bool, size: int
) -> list[Row]:
    """What follows a key and has all of the words.

    The texts of the nearest are read first: of words that many have, they are a page. For others it would end in
    reading the texts of all entries one by one, in an order in which the disk doesn't have them: they are looked up.
    """
    end = next(iter(_in_order(rows, key, descending).values_list("sort_key", flat=True)[NEAREST : NEAREST + 1]), "")
    nearest = rows.filter(**{"sort_key__gt" if descending else "sort_key__lt": end}) if end else rows
    found = list(_beyond(_saying(nearest, words, f"{prefix}card__"), prefix, key, descending, size))
    if len(found) > size or not end:
        return found
    return list(_beyond(_looked_up(rows, words, prefix), prefix, key, descending, size))


def _beyond(rows: QuerySet[Any], prefix: str, key: str, descending: bool, size: int) -> QuerySet[Any, Row]:
    return _in_order(rows, key, descending).values_list("sort_key", f"{prefix}card_digest")[: size + 1]


def _in_order(rows: QuerySet[Any], key: str, descending: bool) -> QuerySet[Any]:
    if key:
        rows = rows.filter(**{"sort_key__lt" if descending else "sort_key__gt": key})
    return rows.order_by("-sort_key" if descending else "sort_key")


def _of_all(key: str, descending: bool) -> tuple[list[Row], bool]:
    if not key:
        return FIRST_OF_ALL[descending](), False
    found = BEYOND_OF_ALL[descending](key)
    return [(each, digest) for each, digest, _nearest in found], bool(found and found[0][2])


def _beyond_of_all(key: str, descending: bool) -> QuerySet[Any, Any]:
    """With the nearest key on the other side, in the same query."""
    other_side = Entry.objects.filter(**{"sort_key__gte" if descending else "sort_key__lte": key})
    nearest = other_side.order_by("sort_key" if descending else "-sort_key").values("sort_key")[:1]
    found: QuerySet[Any, Any] = _beyond(Entry.objects.all(), "", key, descending, PAGE_SIZE)
    return found.values_list("sort_key", "card_digest", Subquery(nearest))


# The whole timeline is what most readers look at: its few queries are built once. By whether the newest come first.
FIRST_OF_ALL: Final[tuple[Prepared[Row], ...]] = tuple(
    Prepared(Entry, partial(_beyond, Entry.objects.all(), "", "", descending, PAGE_SIZE))
    for descending in (False, True)
)
BEYOND_OF_ALL: Final[tuple[Prepared[tuple[str, bytes | None, str | None]], ...]] = tuple(
    Prepared(Entry, partial(_beyond_of_all, descending=descending)) for descending in (False, True)
)


def page_from_query(filter: Filter, query: QueryDict, size: int = PAGE_SIZE) -> Page:
    """The page that an address names by `after`, `before` and `order`."""
    order = query.get("order", "")
    if order not in {"", "oldest", "newest"}:
        raise BadQuery("order", _("The order is “oldest” or “newest”, not “%(value)s”.") % {"value": order[:40]})
    after, before = page_key(query, "after"), page_key(query, "before")
    if after and before:
        raise BadQuery("after", _("A page comes after a key or before one, not both."))
    return page(filter, after=after, before=before, newest=order == "newest", size=size)


def about(record: Record, query: QueryDict, size: int = PAGE_SIZE) -> Page:
    """The page of what belongs to an agreement, official, organization, place, topic or source."""
    return page_from_query(Filter.by(record), query, size)
