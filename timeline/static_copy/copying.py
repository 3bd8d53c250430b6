"""A whole copy: which addresses there are, which have to be made again, and how all of it is put in place."""

import fcntl
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.urls import Resolver404, resolve, reverse

from timeline.models import ContentVersion
from timeline.static_copy import addresses, changes, streams
from timeline.static_copy.changes import Changed, Kept, Spread
from timeline.static_copy.links import IDS, Timetable, page_address
from timeline.static_copy.making import Made, Maker, followed
from timeline.static_copy.rendering import answer, nothing_here
from timeline.static_copy.writing import LOCK, SITE, STATE, File, Shelf, Writer, sums

MOST_RUNS: Final = 3  # where records go on changing, the next call will find them
AT_ONCE: Final = 50  # addresses that a process is given
MOST_ROUNDS: Final = 20  # of following links; pages lead in circles, not in lines
# Says how large the files are that it leads to, once they are there.
MADE_LAST: Final = "downloads"
LISTS_WITH_PLACES: Final = ("disagreement-list", "gap-list")


class Busy(Exception):
    """Another process writes this copy."""


@dataclass
class Report:
    """What a run did."""

    addresses: int = 0
    files: int = 0
    made: int = 0  # addresses
    missing: dict[str, str] = field(default_factory=dict)  # what leads nowhere, and a page that leads there


@dataclass
class Copy:
    """What is known of a copy while it is made."""

    timetable: Timetable
    records: dict[str, str]  # by address
    seeds: list[str]
    kept: dict[str, Kept] = field(default_factory=dict)  # from the copy before
    made: dict[str, Made] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)

    def links_at(self, address: str) -> Iterable[str]:
        if address in self.made:
            return self.made[address].links
        kept = self.kept.get(address)
        return kept.links if kept is not None else ()

    def reached(self) -> dict[str, str]:
        """Every address that there is, each with one that leads to it."""
        found = dict.fromkeys(self.seeds, "")
        waiting = list(found)
        while waiting:
            address = waiting.pop()
            for link in self.links_at(address):
                if link not in found and "?" not in link:
                    found[link] = address
                    waiting.append(link)
        return found

    def to_make(self) -> list[str]:
        return [
            address
            for address in self.reached()
            if address not in self.made and (address in self.stale or address not in self.kept)
        ]


def write(folder: Path, *, processes: int = 1, anew: bool = False) -> Report:
    """Writes the copy, or what has changed of it. A reader finds the copy before until the new one is whole."""
    shelf = Shelf(folder)
    shelf.refuse_what_is_not_ours()
    with _alone(shelf):
        report = _put_in_place(shelf, processes, anew)
        for _run in range(MOST_RUNS):
            if shelf.state()["stamp"] == _stamp():
                break
            report = _put_in_place(shelf, processes, anew=False)  # what was published meanwhile
    return report


def _put_in_place(shelf: Shelf, processes: int, anew: bool) -> Report:
    begun = shelf.begin()
    try:
        report = _written(shelf, begun, processes, anew)
    except BaseException:
        shelf.give_up(begun)
        raise
    shelf.finish(begun)
    return report


@contextmanager
def _alone(shelf: Shelf) -> Iterator[None]:
    shelf.copies.mkdir(parents=True, exist_ok=True)
    with (shelf.copies / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy from error
        yield


def _written(shelf: Shelf, begun: Path, processes: int, anew: bool) -> Report:
    state, site = ({} if anew else shelf.state()), begun / SITE
    stamp, revision, program = _stamp(), changes.last_revision(), changes.program()
    copy = _planned(state, program, stamp)
    changed = _mark(copy, state, stamp)
    spread = Spread(copy.kept)
    with _makers(site, copy.timetable, processes) as make:
        for _round in range(MOST_ROUNDS):
            todo = copy.to_make()
            if not todo:
                break
            results = list(make(todo))
            copy.made.update((each.address, each) for each in results)
            found = spread.after(results, copy.records, frozenset(each.record for each in changed))
            copy.stale |= spread.whole(found) - copy.made.keys()
    if (last := reverse(MADE_LAST)) in copy.made:
        copy.made[last] = Maker(Writer(site), copy.timetable).make(last)
    return _finished(copy, shelf, site, {"program": program, "stamp": stamp, "revision": revision})


def _stamp() -> list[Any]:
    number, at = ContentVersion.stamp()
    return [number, at.isoformat() if at else ""]


# --- what there is, and what may have changed ------------------------------------------------------------------------


def _planned(state: Mapping[str, Any], program: str, stamp: list[Any]) -> Copy:
    table = replace(streams.timetable(), stands_at=_places())
    records = dict(addresses.of_records())
    seeds = [*addresses.fixed(), *streams.addresses(table), *records]
    copy = Copy(table, records, seeds)
    then = state.get("timetable", {})
    as_before = then.get("years") == list(table.years) and then.get("agreements") == dict(table.agreements)
    if as_before and state.get("program") == program:
        copy.kept = _read_kept(state)
    return copy


def _places() -> dict[str, str]:
    """Where each record without a page of its own stands in its list."""
    found: dict[str, str] = {}
    for name in LISTS_WITH_PLACES:
        address = reverse(name)
        for number, page in enumerate(followed(address, answer(address)), 1):
            for slug in IDS.findall(page.content):
                found.setdefault(f"{address}?at={slug.decode()}", page_address(address, number))
    return found


def _mark(copy: Copy, state: Mapping[str, Any], stamp: list[Any]) -> list[Changed]:
    """Marks what is known to be stale from the beginning. Without knowing what has changed, everything is."""
    if not copy.kept:
        return []
    changed = [] if state["stamp"] == stamp else changes.since(int(state["revision"]))
    if changed is None:
        copy.kept = {}
        return []
    spread = Spread(copy.kept)
    stale = {address for address in copy.kept if _is_open(address, copy, changed)}
    then, now = state["timetable"]["places"], copy.timetable.stands_at
    stale |= spread.leading_to(name for name in {*then, *now} if then.get(name) != now.get(name))
    for each in changed:
        stale |= spread.from_change(each)
    copy.stale = spread.whole(stale | changes.years_of(changed))
    return changed


def _is_open(address: str, copy: Copy, changed: Iterable[Changed]) -> bool:
    """Made each time, as it tells of many records: the first page, feeds, files of the data set.

    Lists of one kind are made again when one of that kind has changed; and, as everything, when they lead to what has.
    """
    kept = copy.kept[address]
    if kept.record or streams.is_stream(address) or address.startswith(settings.STATIC_URL):
        return False
    families = {f"{each.kind}s" for each in changed}
    first = address.strip("/").partition("/")[0]
    listed = {f"{kind}s" for kind in ("figure", "source", "official", "organization", "place", "topic")}
    return first not in listed or first in families


# --- making ----------------------------------------------------------------------------------------------------------

_maker: Maker | None = None


def _begin(site: str, timetable: Timetable) -> None:
    global _maker  # noqa: PLW0603 - of a process that does nothing else
    _maker = Maker(Writer(Path(site)), timetable)


def _make(batch: list[str]) -> list[Made]:
    if _maker is None:
        raise RuntimeError
    return [_maker.make(address) for address in batch]


@contextmanager
def _makers(site: Path, timetable: Timetable, processes: int) -> Iterator[Callable[[list[str]], Iterator[Made]]]:
    if processes == 1:
        maker = Maker(Writer(site), timetable)
        yield lambda todo: map(maker.make, todo)
        return
    connections.close_all()  # each process opens its own
    context = get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(str(site), timetable)) as pool:

        def make(todo: list[str]) -> Iterator[Made]:
            batches = [todo[start : start + AT_ONCE] for start in range(0, len(todo), AT_ONCE)]
            for made in pool.map(_make, batches):
                yield from made

        yield make


# --- putting it in place ---------------------------------------------------------------------------------------------


def _finished(copy: Copy, shelf: Shelf, site: Path, state: dict[str, Any]) -> Report:
    reached, writer = copy.reached(), Writer(site)
    whole: dict[str, Kept] = {}
    missing: dict[str, str] = {}
    before = shelf.current / SITE if shelf.current else site
    for address in reached:
        made = copy.made.get(address)
        if made is None:
            kept = copy.kept[address]
            for file in kept.files:
                writer.share(file.path, before)
        else:
            record = copy.records.get(address) or _record_of(address)
            kept = Kept(made.files, frozenset(made.links), made.title, record)
        if not kept.files and reached[address]:
            missing[address] = reached[address]
        whole[address] = kept
    for address in copy.made.keys() - reached.keys():
        for file in copy.made[address].files:
            (site / file.path).unlink()
    files = sorted(
        [*(file for kept in whole.values() for file in kept.files), *_about(whole, writer, state)],
        key=lambda file: file.path,
    )
    _write_sums(files, writer, state)
    _write_state(site.parent / STATE, copy.timetable, whole, state)
    return Report(len(whole), len(files), len(copy.made), missing)


def _record_of(address: str) -> str:
    """Of addresses that were found in pages."""
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    return "{kind}:{code}".format(**match.kwargs) if match.url_name == "corrections-of" else ""


def _about(whole: Mapping[str, Kept], writer: Writer, state: Mapping[str, Any]) -> Iterator[File]:
    """What a server can be told: the page for what is not there, and where it may redirect."""
    page = nothing_here().content
    for attribute in (b'href="', b'src="'):
        page = page.replace(attribute + b"/", attribute + f"{settings.SITE_URL}/".encode())
    yield writer.write("404.html", page, 404)
    moved = sorted((address, file) for address, kept in whole.items() for file in kept.files if file.leads_to)
    lines = (f"{address} {file.leads_to} 301\n" for address, file in moved)
    yield writer.write("_redirects", "".join(lines).encode())


def _write_sums(files: list[File], writer: Writer, state: Mapping[str, Any]) -> None:
    number, at = state["stamp"]
    told = {
        "site": settings.SITE_URL,
        "content_version": number,
        "content_changed_at": at,
        "files": [
            {"path": each.path, "bytes": each.size, "sha256": each.sha256}
            | ({"status": each.status} if each.status != 200 else {})
            | ({"leads_to": each.leads_to} if each.leads_to else {})
            for each in files
        ],
    }
    manifest = writer.write("manifest.json", json.dumps(told, ensure_ascii=False, indent=0).encode() + b"\n")
    writer.write("SHA256SUMS", sums([*files, manifest]))


def _write_state(path: Path, table: Timetable, whole: Mapping[str, Kept], state: dict[str, Any]) -> None:
    numbers = {
        link: number for number, link in enumerate(sorted({link for kept in whole.values() for link in kept.links}))
    }
    state["timetable"] = {
        "years": list(table.years),
        "agreements": dict(table.agreements),
        "places": dict(table.stands_at),
    }
    state["links"] = list(numbers)
    state["addresses"] = {
        address: [
            [[each.path, each.sha256, each.size, each.status, each.leads_to] for each in kept.files],
            [numbers[link] for link in kept.links],
            kept.title,
            kept.record,
        ]
        for address, kept in whole.items()
    }
    path.write_text(json.dumps(state, ensure_ascii=False))


def _read_kept(state: Mapping[str, Any]) -> dict[str, Kept]:
    names = state["links"]
    return {
        address: Kept([File(*file) for file in files], frozenset(names[number] for number in links), title, record)
        for address, (files, links, title, record) in state["addresses"].items()
    }
