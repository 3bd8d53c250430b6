"""Which addresses may say something else than in the copy before. Where that is not certain, they are made again.

What shows a record leads to it, so the links of the copy before say where it is shown. What shows it from now on is
what its own page leads to by then, and what stands around that. A page names others by their titles: when a title has
changed, all that lead to it are made again, until no title changes any more.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from timeline.exports.patching import is_known
from timeline.models import Agreement, ConcernedRecord, Entry, EntryLink, Revision
from timeline.models.disagreements import CONCERNED
from timeline.program import state as files_of_the_program
from timeline.static_copy import streams
from timeline.static_copy.making import Made
from timeline.static_copy.state import Part, State

DATED: Final = frozenset({"round", "event", "statement"})
IN_A_ROW: Final = frozenset({"round", "figure"})  # pages that show others of the same agreement
MOST_CHANGED: Final = 200  # records; beyond, a full copy is hardly slower
MOST_LOOKED_AT: Final = 20 * MOST_CHANGED  # revisions
PROGRAM: Final = (".py", ".html", ".css", ".js", ".json", ".mo", ".svg", ".csl", ".xml")
# Below what they say of themselves, the pages of these list entries of the timeline and nothing else.
LISTING_ENTRIES: Final = frozenset({"official", "organization", "place", "topic"})
PLACED: Final = frozenset({"disagreement", "gap"})  # they have no page of their own
LISTED: Final = frozenset({"figures", "sources", "officials", "organizations", "places", "topics"})
COUNTING: Final = frozenset({"topics"})  # lists that say how many entries each has
# They show what they lead to, and are what they were while none of that changes and no entry comes, goes or moves.
FOLLOWING: Final = ("timeline", "timelinejs", "calendar", "agreement-list", "agreement-compare")
UNCHANGING: Final = ("glossary", "robots")


def program() -> str:
    """What is shown depends on it as much as on the records: templates, code, styles, and where the site stands."""
    told = [settings.SITE_URL, settings.ERROR_REPORT_ADDRESS, settings.LANGUAGE_CODE, *_files()]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@cache
def _files() -> list[str]:
    """As they stood when this process first looked: it goes on with what it has read, whatever is put there."""
    return files_of_the_program(*PROGRAM)


# --- records


@dataclass(frozen=True)
class Changed:
    """A record that says something else: under these slugs it is or was found."""

    record: str
    slugs: frozenset[str]

    @property
    def kind(self) -> str:
        return self.record.partition(":")[0]


def since(number: int, unit: str) -> list[Changed] | None:
    """The records that have changed since a revision; None where a full copy is the safe or the shorter way."""
    if number and not is_known(number, unit):
        return None  # the database is another one, or was restored
    slugs: defaultdict[str, set[str]] = defaultdict(set)
    rows = list(Revision.objects.filter(pk__gt=number).values_list("kind", "code", "slug")[: MOST_LOOKED_AT + 1])
    if len(rows) > MOST_LOOKED_AT:
        return None  # what is older may be of other records
    for kind, code, slug in rows:
        slugs[f"{kind}:{code}"].add(slug)
    for concerned in _concerned_by(
        {record.partition(":")[2] for record in slugs if record.startswith("disagreement:")}
    ):
        slugs[f"{concerned._meta.model_name}:{concerned.code}"].add(concerned.slug)
    kinds = {record.partition(":")[0] for record in slugs}
    if not slugs or len(slugs) > MOST_CHANGED or str(Agreement._meta.model_name) in kinds:
        return None
    return [Changed(record, frozenset(names | _slugs_before(record))) for record, names in slugs.items()]


def _concerned_by(codes: set[str]) -> Iterator[Any]:
    """They show a disagreement to which nothing leads yet."""
    rows = ConcernedRecord.objects.published().filter(disagreement__code__in=codes)
    return (row.record for row in rows.select_related(*CONCERNED))


def move_in_a_list(changed: Iterable[Changed]) -> bool:
    """Whether records without a page of their own may stand elsewhere in their list: disagreements stand by the
    agreements of what they concern.
    """
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for each in changed:
        codes[each.kind].append(each.record.partition(":")[2])
    return bool(PLACED & codes.keys()) or any(
        ConcernedRecord.objects.filter(**{f"{kind}__code__in": codes[kind]}).exists()
        for kind in CONCERNED
        if kind in codes
    )


def _slugs_before(record: str) -> set[str]:
    kind, _colon, code = record.partition(":")
    return set(Revision.objects.filter(kind=kind, code=code).values_list("slug", flat=True))


def places(slugs: Iterable[str] | None = None) -> dict[str, str]:
    """Where entries stand: what orders them, and every list in which they are. By kind and slug; None for all."""
    entries = Entry.objects.all() if slugs is None else Entry.objects.filter(slug__in=list(slugs))
    links: defaultdict[int, list[str]] = defaultdict(list)
    facets = EntryLink.objects.all() if slugs is None else EntryLink.objects.filter(entry__in=entries)
    for entry, facet, target in facets.order_by("entry", "facet", "target_id").values_list(
        "entry", "facet", "target_id"
    ):
        links[entry].append(f"{facet}{target}")
    columns = ("record_type", "slug", "sort_key", "last_day", "kind", "agreement", "is_kr", "is_us", "is_int")
    rows = entries.values_list("pk", *columns)
    return {f"{kind}:{slug}": f"{rest} {' '.join(links[pk])}" for pk, kind, slug, *rest in rows.iterator()}


# --- pages


@dataclass
class Stale:
    """What is to be made again: addresses, and of some of those only a few pages."""

    whole: set[str] = field(default_factory=set)
    parts: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, parts: Iterable[Part]) -> None:
        for part in parts:
            self.parts[part.address].add(part.number)

    def numbers(self, address: str) -> tuple[int, ...]:
        """Which pages; empty for all."""
        return () if address in self.whole else tuple(sorted({1, *self.parts[address]}))

    @property
    def addresses(self) -> set[str]:
        return self.whole | self.parts.keys()


@dataclass
class Spread:
    """How far changes reach, through the links of the copy before."""

    state: State
    changed: list[Changed]
    stale: Stale = field(default_factory=Stale)
    stays: dict[str, bool] = field(default_factory=dict)  # by record: whether it stands where it stood
    links_before: dict[str, set[str]] = field(default_factory=dict)  # by address of what has changed

    def __post_init__(self) -> None:
        now = places(slug for each in self.changed if each.kind in DATED for slug in each.slugs)
        for each in self.changed:
            found = {now.get(f"{each.kind}:{slug}", "") for slug in each.slugs} - {""}
            before = {self.state.place_of(f"{each.kind}:{slug}") for slug in each.slugs} - {""}
            self.stays[each.record] = bool(found) and found == before
        self.places = {
            f"{each.kind}:{slug}": now.get(f"{each.kind}:{slug}", "") for each in self.changed for slug in each.slugs
        }

    def begin(self) -> None:
        for each in self.changed:
            self._from_change(each)
        if "figures" in self.families:  # they are named by more than what their titles say
            self._whole_corrections()
        self.stale.whole |= self._years()
        self.stale.whole |= {address for address in self.state.of_record("") if self._is_open(address)}
        self.stale.whole |= self.state.missing().keys()  # a chart may have been drawn since

    @property
    def families(self) -> set[str]:
        return {f"{each.kind}s" for each in self.changed}

    @property
    def all_stay(self) -> bool:
        """Whether no entry has come, gone or moved, and nothing else has changed that lists of entries name."""
        return all(self.stays[each.record] for each in self.changed)

    def _is_open(self, address: str) -> bool:
        """Made each time, as it tells of many records: the first page, feeds, files of the data set.

        Lists of one kind are made again when one of that kind has changed, and, as everything, when they lead to what
        has changed.
        """
        if streams.is_stream(address) or address.startswith(settings.STATIC_URL) or address in _addresses(UNCHANGING):
            return False
        if address in _addresses(FOLLOWING) or address.startswith(reverse("agreement-compare")):
            return not self.all_stay or not self.stale.whole.isdisjoint(self.state.links_of(address))
        first, _slash, rest = address.strip("/").partition("/")
        if first == "sitemaps" and "-" in rest:
            return rest.rpartition("-")[0] in self.families
        return first not in LISTED or first in self.families or (first in COUNTING and not self.all_stay)

    def leading_to(self, addresses: Iterable[str]) -> None:
        """What leads to these is made again: of lists of entries the page that does so, else all of it."""
        for address in addresses:
            for part in self.state.leading_to(address):
                if self._lists_entries(part.address):
                    self._part(part)
                else:
                    self._whole({part.address})

    def _part(self, part: Part) -> None:
        self.stale.add([part])
        known = self.state.at(part.address)
        if known and known.record:
            self.stale.whole |= {*self.state.of_record(known.record)} - {part.address}

    def _whole(self, addresses: set[str]) -> None:
        """With the other forms of the same records."""
        for address in addresses - self.stale.whole:
            known = self.state.at(address)
            record = known.record if known else ""
            self.stale.whole |= {address, *(self.state.of_record(record) if record else ())}

    def _kind(self, address: str) -> str:
        known = self.state.at(address)
        return known.kind if known else ""

    def _lists_entries(self, address: str) -> bool:
        return streams.is_stream(address) or self._kind(address) in LISTING_ENTRIES

    def _from_change(self, changed: Changed) -> None:
        own = set(self.state.of_record(changed.record))
        if changed.kind in {"disagreement", "gap"}:
            lists = reverse(f"{changed.kind}-list")
            own |= {f"{lists}?at={slug}" for slug in changed.slugs}
        self._whole(own)
        if changed.kind == "gap":  # it stands on the page of its agreement, which does not lead to it
            agreements = self.state.below(reverse("agreement-list"))
            self._whole({each for each in agreements if self._kind(each) == "agreement"})
        self.leading_to(own)
        for address in {part.address for each in own for part in self.state.leading_to(each)}:
            if (changed.kind, self._kind(address)) in {("organization", "official"), ("place", "round")}:
                self.leading_to([address])
        for address in own:
            self.links_before[address] = self.state.links_of(address)
        self._through(changed, {link for links in self.links_before.values() for link in links})

    def _through(self, changed: Changed, links: set[str]) -> None:
        """What a record's page leads to shows the record; so may what stands around it."""
        for link in links:
            if self._lists_entries(link) and self.stays[changed.record]:
                self._part(Part(link))
            else:
                self._whole({link})
            self._around(changed, link)

    def _around(self, changed: Changed, link: str) -> None:
        other, kind = self._kind(link), changed.kind
        if other in DATED and kind in DATED | {"figure"}:
            self.leading_to([link])
        elif other == "agreement":
            if kind in IN_A_ROW:
                parts = self.state.leading_to(link)
                self._whole({part.address for part in parts if self._kind(part.address) == kind})
            stream = f"{reverse('timeline')}{streams.AGREEMENT}/{link.strip('/').rpartition('/')[2]}/"
            if not self.stays[changed.record]:
                self.stale.whole.add(stream)

    def _years(self) -> set[str]:
        """The pages of the years in which those stand by now that have come or moved."""
        slugs = [
            slug for each in self.changed if each.kind in DATED for slug in each.slugs if not self.stays[each.record]
        ]
        found: set[str] = set()
        spans: Any = Entry.objects.filter(slug__in=slugs).values_list("first_day", "last_day")
        for first, last in spans:
            found |= {_year(year) for year in range(first.year, min(last.year, first.year + 100) + 1)}
        return found

    def after(self, made: Made, title_before: str | None) -> None:
        """What else is concerned, now that this is made: new links of what has changed, and new titles."""
        for changed in self.changed:
            if changed.record == made.record:
                new = made.links - self.links_before.get(made.address, set())
                self._through(changed, {link for link in new if not self.state.is_frame(link)})
        if title_before is not None and made.record and title_before != made.title:
            self.leading_to([made.address])
            self._whole_corrections()

    def _whole_corrections(self) -> None:
        """They name other records without a link to them, also those that a record named once."""
        self.stale.whole |= self.state.below(reverse("corrections"))


@cache
def _addresses(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(reverse, names))


def _year(year: int) -> str:
    return f"{reverse('timeline')}{dt.date(year, 1, 1):%Y}/"
