"""Which addresses may say something else than in the copy before. Where that is not certain, they are made again.

What shows a record leads to it, so the links of the copy before say where it is shown. What shows it from now on is
what its own page leads to by then, and what stands around that. A page names others by their titles: when a title has
changed, all that lead to it are made again, until no title changes any more.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.urls import reverse

from timeline.models import Agreement, Entry, Revision
from timeline.static_copy import streams
from timeline.static_copy.making import Made
from timeline.static_copy.writing import File

DATED: Final = frozenset({"round", "event", "statement"})
IN_A_ROW: Final = frozenset({"round", "figure"})  # pages that show others of the same agreement
MOST_CHANGED: Final = 200  # records; beyond, a full copy is hardly slower
PROGRAM: Final = ("*.py", "*.html", "*.css", "*.js", "*.json", "*.mo", "*.svg", "*.csl", "*.xml")


@dataclass
class Kept:
    """What the copy has at one address."""

    files: list[File]
    links: frozenset[str]
    title: str
    record: str  # kind and code; empty for lists and the rest

    @property
    def kind(self) -> str:
        return self.record.partition(":")[0]


def program() -> str:
    """What is shown depends on it as much as on the records: templates, code, styles, and where the site stands."""
    digest = hashlib.sha256(f"{settings.SITE_URL} {settings.ERROR_REPORT_ADDRESS} {settings.LANGUAGE_CODE}".encode())
    folders = [Path(apps.get_app_config("timeline").path), *map(Path, settings.TEMPLATES[0]["DIRS"])]
    for folder in folders:
        files = sorted({file for pattern in PROGRAM for file in folder.rglob(pattern)})
        for file in files:
            digest.update(f"{file.relative_to(folder)} ".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def last_revision() -> int:
    return Revision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@dataclass(frozen=True)
class Changed:
    """A record that says something else: under these slugs it is or was found."""

    record: str
    slugs: frozenset[str]

    @property
    def kind(self) -> str:
        return self.record.partition(":")[0]


def since(revision: int) -> list[Changed] | None:
    """The records that have changed; None where a full copy is the safe or the shorter way."""
    slugs: defaultdict[str, set[str]] = defaultdict(set)
    rows = Revision.objects.filter(pk__gt=revision).values_list("kind", "code", "slug")[: 20 * MOST_CHANGED + 1]
    for kind, code, slug in rows:
        slugs[f"{kind}:{code}"].add(slug)
    kinds = {record.partition(":")[0] for record in slugs}
    if not slugs or len(slugs) > MOST_CHANGED or str(Agreement._meta.model_name) in kinds:
        return None
    return [Changed(record, frozenset(names | _slugs_before(record))) for record, names in slugs.items()]


def _slugs_before(record: str) -> set[str]:
    kind, _colon, code = record.partition(":")
    return set(Revision.objects.filter(kind=kind, code=code).values_list("slug", flat=True))


@dataclass
class Spread:
    """How far a change reaches, through the links of the copy before."""

    before: Mapping[str, Kept]
    _leading: dict[str, list[str]] = field(default_factory=dict)
    _addresses: dict[str, list[str]] = field(default_factory=dict)  # by record

    def __post_init__(self) -> None:
        leading, addresses = defaultdict(list), defaultdict(list)
        for address, kept in self.before.items():
            if kept.record:
                addresses[kept.record].append(address)
            for link in kept.links:
                leading[link].append(address)
        self._leading, self._addresses = leading, addresses

    def of_record(self, record: str) -> list[str]:
        return self._addresses.get(record, [])

    def leading_to(self, addresses: Iterable[str]) -> set[str]:
        return {source for address in addresses for source in self._leading.get(address, ())}

    def whole(self, addresses: Iterable[str]) -> set[str]:
        """With the other forms of the same records."""
        found = set(addresses)
        for address in list(found):
            kept = self.before.get(address)
            if kept is not None and kept.record:
                found.update(self.of_record(kept.record))
        return found

    def _kind(self, address: str) -> str:
        kept = self.before.get(address)
        return kept.kind if kept is not None else ""

    def from_change(self, changed: Changed) -> set[str]:
        own = set(self.of_record(changed.record))
        if changed.kind in {"disagreement", "gap"}:
            lists = reverse(f"{changed.kind}-list")
            own |= {f"{lists}?at={slug}" for slug in changed.slugs}
        leading = self.leading_to(own)
        around = set(leading)
        for address in leading:
            if (changed.kind, self._kind(address)) in {("organization", "official"), ("place", "round")}:
                around |= self.leading_to([address])
        links = {link for address in own if address in self.before for link in self.before[address].links}
        return own | around | self.through(changed.kind, links)

    def through(self, kind: str, links: Iterable[str]) -> set[str]:
        """What a record's page leads to shows the record; so may what stands around it."""
        found = set(links)
        for link in list(found):
            other = self._kind(link)
            if other in DATED and kind in DATED | {"figure"}:
                found |= self.leading_to([link])
            elif other == "agreement":
                if kind in IN_A_ROW:
                    found |= {each for each in self.leading_to([link]) if self._kind(each) == kind}
                found.add(f"{reverse('timeline')}{streams.AGREEMENT}/{link.strip('/').rpartition('/')[2]}/")
        return found

    def after(self, made: Iterable[Made], records: Mapping[str, str], changed: frozenset[str]) -> set[str]:
        """What else is concerned, now that these are made: new links of what has changed, and new titles."""
        found: set[str] = set()
        for each in made:
            record = records.get(each.address, "")
            if record in changed:
                found |= self.through(record.partition(":")[0], each.links)
            kept = self.before.get(each.address)
            if kept is not None and record and kept.title != each.title:
                found |= self.leading_to([each.address])
        return found


def years_of(changed: Iterable[Changed]) -> set[str]:
    """The pages of the years in which these stand by now."""
    slugs = [slug for each in changed if each.kind in DATED for slug in each.slugs]
    found: set[str] = set()
    spans: Any = Entry.objects.filter(slug__in=slugs).values_list("first_day", "last_day")
    for first, last in spans:
        found |= {_year(year) for year in range(first.year, min(last.year, first.year + 100) + 1)}
    return found


def _year(year: int) -> str:
    return f"{reverse('timeline')}{dt.date(year, 1, 1):%Y}/"
