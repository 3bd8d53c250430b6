"""A whole copy, or what has changed of one: which addresses are made, and how all of it is put in place."""

import fcntl
import gc
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.urls import Resolver404, resolve, reverse

from timeline.exports.patching import last_revision
from timeline.models import ContentVersion
from timeline.static_copy import addresses, changes, streams, sums
from timeline.static_copy.addresses import Named
from timeline.static_copy.batches import is_page
from timeline.static_copy.changes import Changed, Spread
from timeline.static_copy.downloads import Downloads
from timeline.static_copy.links import IDS, Timetable, page_address
from timeline.static_copy.making import Made, Maker, Wanted, followed
from timeline.static_copy.rendering import nothing_here
from timeline.static_copy.state import State, Unreadable
from timeline.static_copy.writing import LOCK, SITE, STATE, Shelf, Writer

MOST_RUNS: Final = 3  # where records go on changing, the next call will find them
PAUSE: Final = 2.0  # seconds between two looks at whether something has changed
LONGEST_PAUSE: Final = 600.0
AT_ONCE: Final = 1_600  # addresses: all forms of some two hundred records, which are read together
MOST_ROUNDS: Final = 20  # of following links; pages lead in circles, not in lines
LISTS_WITH_PLACES: Final = ("disagreement-list", "gap-list")

Make = Callable[[Iterable[Wanted]], Iterator[Made]]


class Busy(Exception):
    """Another process writes this copy."""


@dataclass
class Report:
    """What a run did."""

    addresses: int = 0
    files: int = 0
    made: int = 0  # addresses
    missing: dict[str, str] = field(default_factory=dict)  # what leads nowhere, and a page that leads there


@dataclass(frozen=True)
class Basis:
    """What a copy is made of, as it stands when a run begins. Read before the records, so that nothing is missed."""

    stamp: list[Any]
    revision: tuple[int, str]
    program: str

    @classmethod
    def now(cls) -> "Basis":
        return cls(_stamp(), last_revision(), changes.program())


def _stamp() -> list[Any]:
    number, at = ContentVersion.stamp()
    return [number, at.isoformat() if at else ""]


def write(folder: Path, *, processes: int = 1, anew: bool = False) -> Report:
    """Writes the copy, or what has changed of it. A reader finds the copy before until the new one is whole."""
    shelf = Shelf(folder)
    shelf.refuse_what_is_not_ours()
    with _alone(shelf):
        report = _put_in_place(shelf, processes, anew)
        for _run in range(MOST_RUNS):
            if _is_up_to_date(shelf):
                break
            report = _put_in_place(shelf, processes, anew=False)  # what was published meanwhile
    return report


def follow(folder: Path, *, processes: int = 1) -> Iterator[Report]:
    """Writes the copy, and again after each change to what is public: what a process has made ready for one copy serves
    the next. Without a change it is looked through from time to time, as charts are drawn beside it.
    """
    shelf = Shelf(folder)
    while True:
        yield write(folder, processes=processes)
        until = time.monotonic() + LONGEST_PAUSE
        while _is_up_to_date(shelf) and time.monotonic() < until:
            time.sleep(PAUSE)


@contextmanager
def _alone(shelf: Shelf) -> Iterator[None]:
    shelf.copies.mkdir(parents=True, exist_ok=True)
    with (shelf.copies / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy from error
        yield


def _is_up_to_date(shelf: Shelf) -> bool:
    with _state_of(shelf) as state:
        return state is not None and state.told("stamp") == _stamp()


@contextmanager
def _state_of(shelf: Shelf) -> Iterator[State | None]:
    """Of the copy that is served."""
    try:
        state = State.of(shelf.current / STATE) if shelf.current else None
    except Unreadable:
        state = None
    try:
        yield state
    finally:
        if state is not None:
            state.close()


def _put_in_place(shelf: Shelf, processes: int, anew: bool) -> Report:
    basis = Basis.now()
    edit = None if anew else _edit(shelf, basis)
    begun = shelf.begin() if edit is None else shelf.bring_up(edit.to_bring_up)
    try:
        with _little_looked_through(is_long=edit is None):
            report = _whole(begun, basis, processes) if edit is None else _edited(begun, basis, edit, processes)
    except BaseException:
        shelf.give_up(begun)
        raise
    shelf.finish(begun, shares=edit is not None)
    return report


# --- a whole copy ----------------------------------------------------------------------------------------------------


def _whole(begun: Path, basis: Basis, processes: int) -> Report:
    site, downloads = begun / SITE, Downloads.made()
    table = replace(streams.timetable(), stands_at=_places(), moved=_moved())
    state = State.new(begun / STATE)
    state.name(addresses.named())
    state.place(changes.places())
    with _makers(site, table, downloads, processes) as make:
        state.add(make(_seeds(table)))
        for _round in range(MOST_ROUNDS):
            unknown = state.unknown()
            if not unknown:
                break
            state.add(make(Wanted(each, _record_of(each)) for each in unknown))
    state.index()
    return _finished(state, site, basis, table, state.counts()[0])


@contextmanager
def _little_looked_through(*, is_long: bool) -> Iterator[None]:
    """Python looks for what is no longer needed in all that was ever imported: a tenth of the time of a copy, and of an
    edit. To set aside what was imported costs as much as an edit may.
    """
    before = gc.get_threshold()
    if is_long:
        gc.collect()
        gc.freeze()
    gc.set_threshold(10 * before[0], *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if is_long:
            gc.unfreeze()


def _seeds(table: Timetable) -> Iterator[Wanted]:
    """What is there whether a page leads to it or not."""
    for each in addresses.named():
        for address in addresses.of(each):
            if each.is_moved or address not in table.moved:  # a record that was merged has left another its name
                yield Wanted(address, each.record, is_seed=True)
    for address in (*addresses.fixed(), *streams.addresses(table)):
        yield Wanted(address, is_seed=True)


def _moved() -> frozenset[str]:
    """Addresses under old slugs."""
    return frozenset(address for each in addresses.renamed() for address in addresses.of(each))


def _places() -> dict[str, str]:
    """Where each record without a page of its own stands in its list."""
    found: dict[str, str] = {}
    for name in LISTS_WITH_PLACES:
        address = reverse(name)
        for number, page in enumerate(followed(address), 1):
            for slug in IDS.findall(page.content):
                found.setdefault(f"{address}?at={slug.decode()}", page_address(address, number))
    return found


def _record_of(address: str) -> str:
    """Of addresses that were found in pages."""
    try:
        match = resolve(address)
    except Resolver404:
        return ""
    return "{kind}:{code}".format(**match.kwargs) if match.url_name == "corrections-of" else ""


# --- what has changed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edit:
    """What is to be done to the copy that is served, to have the one of now."""

    changed: list[Changed]
    table: Timetable
    to_bring_up: list[str]


def _edit(shelf: Shelf, basis: Basis) -> Edit | None:
    """None where a whole copy is the safe or the shorter way."""
    with _state_of(shelf) as state:
        if state is None or state.told("program") != basis.program:
            return None
        changed = [] if state.told("stamp") == basis.stamp else changes.since(*state.told("revision"))
        table, then = streams.timetable(), state.told("timetable")
        if changed is None or then["years"] != list(table.years) or then["agreements"] != dict(table.agreements):
            return None
        stands_at = _places() if changes.move_in_a_list(changed) else then["places"]
        table = replace(table, stands_at=stands_at, moved=_moved())
        return Edit(changed, table, state.changed())


def _edited(begun: Path, basis: Basis, edit: Edit, processes: int) -> Report:
    site, downloads, state = begun / SITE, Downloads.made(), State.of(begun / STATE)
    spread, touched = Spread(state, edit.changed), Touched(state, Writer(site))
    then, now = state.told("timetable")["places"], edit.table.stands_at
    spread.leading_to(name for name in {*then, *now} if then.get(name) != now.get(name))
    spread.begin()
    work = Work(state, spread, touched, _renamed(state, spread, touched))
    several = len(spread.stale.addresses) > AT_ONCE
    with _makers(site, edit.table, downloads, processes if several else 1) as make:
        for _round in range(MOST_ROUNDS):
            todo = work.todo()
            if not todo:
                break
            for made in list(make(todo)):
                work.take(made)
    touched.remove_what_nothing_leads_to()
    state.place(spread.places)
    return _finished(state, site, basis, edit.table, work.count, touched)


def _renamed(state: State, spread: Spread, touched: "Touched") -> list[Wanted]:
    """New addresses of records. What is found under another name than before is made again, or is there no more."""
    then, now = _names_that_differ(state, spread)
    state.name_again(then, now)
    before, after = _owners(then), _owners(now)
    gone, added = before.keys() - after.keys(), {each for each in after if before.get(each) != after[each]}
    spread.stale.whole |= before.keys() & after.keys()
    state.seed(gone, is_seed=False)
    touched.lost |= gone
    return [Wanted(address, after[address], is_seed=True) for address in sorted(added)]


def _owners(names: Iterable[Named]) -> dict[str, str]:
    """Whose each address is: one that a merged record has left is that of the record to which it leads."""
    in_order = sorted(names, key=lambda each: each.is_moved)
    return {address: each.record for each in in_order for address in addresses.of(each)}


def _names_that_differ(state: State, spread: Spread) -> tuple[set[Named], set[Named]]:
    """All names, then and now, of the records that have others than before.

    Those are among the records that have changed, or a record that was merged with them has left them its name.
    """
    records = {each.record for each in state.renamed() ^ set(addresses.renamed())}
    records |= {each.record for each in spread.changed} | addresses.buried()
    then, now = set(state.named_of(records)), set(addresses.named_of(records))
    return (then, now) if then != now else (set(), set())  # all: what one has left, another may have by now


class Touched:
    """What an edit has changed in the tree."""

    def __init__(self, state: State, writer: Writer) -> None:
        self.state, self.writer = state, writer
        self.paths: set[str] = set()  # written or removed
        self.links: set[str] = set()  # that are new
        self.lost: set[str] = set()  # what was led to

    def replace(self, made: Made) -> None:
        gone, lost, new = self.state.replace(made)
        self._remove(gone)
        self.paths |= {page.file.path for page in made.pages}
        self.links |= new
        self.lost |= lost

    def _remove(self, paths: set[str]) -> None:
        for path in paths:
            self.writer.remove(path)
        self.paths |= paths

    def remove_what_nothing_leads_to(self) -> None:
        while self.lost:
            known = self.state.at(self.lost.pop())
            if known is None or known.is_seed:
                continue
            is_reached, seen = self.state.reached(known.address)
            for address in () if is_reached else seen:
                paths, links = self.state.remove(address)
                self._remove(paths)
                self.lost |= links
        self.state.tidy()


@dataclass
class Work:
    """What is left to be made: round by round, as what is made leads to more."""

    state: State
    spread: Spread
    touched: Touched
    added: list[Wanted]
    count: int = 0
    done: set[str] = field(default_factory=set)
    parts: set[tuple[str, int]] = field(default_factory=set)

    def todo(self) -> list[Wanted]:
        found = [each for each in self.added if each.address not in self.done]
        stale = sorted(self.spread.stale.addresses - self.done, key=lambda address: (not is_page(address), address))
        found += [wanted for address in stale for wanted in self._again(address)]
        unknown = {link for link in self.touched.links if "?" not in link and self.state.at(link) is None}
        found += [Wanted(link, _record_of(link)) for link in sorted(unknown - self.done)]
        self.added = []
        unique = {each.address: each for each in reversed(found)}
        return list(reversed(unique.values()))

    def _again(self, address: str) -> Iterator[Wanted]:
        known = self.state.at(address)
        if known is None:
            return
        numbers, asked = self.spread.stale.numbers(address), self.state.asked(address)
        if len(asked) < 2 or (numbers and numbers[-1] > len(asked)):
            numbers = ()
        if not numbers or not {(address, number) for number in numbers} <= self.parts:
            yield Wanted(address, known.record, known.is_seed, numbers, tuple(asked))

    def take(self, made: Made) -> None:
        self.count += 1
        known = self.state.at(made.address)
        self.spread.after(made, known.title if known else None)
        self.touched.replace(made)
        self.parts |= {(made.address, page.number) for page in made.pages}
        if made.is_whole:
            self.done.add(made.address)


# --- making ----------------------------------------------------------------------------------------------------------

_maker: Maker | None = None


def _begin(site: Path, table: Timetable, downloads: Downloads) -> None:
    global _maker  # noqa: PLW0603 - of a process that does nothing else
    _maker = Maker(Writer(site), table, downloads)


def _make(batch: list[Wanted]) -> list[Made]:
    if _maker is None:
        raise RuntimeError
    return list(_maker.make(batch))


def _batches(todo: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    left = iter(todo)
    while batch := list(islice(left, AT_ONCE)):
        yield batch


@contextmanager
def _makers(site: Path, table: Timetable, downloads: Downloads, processes: int) -> Iterator[Make]:
    if processes == 1:
        maker = Maker(Writer(site), table, downloads)
        yield lambda todo: (made for batch in _batches(todo) for made in maker.make(batch))
        return
    connections.close_all()  # each process opens its own
    context = get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(site, table, downloads)) as pool:
        pool.submit(_make, []).result()  # all are begun with this, before a connection is open that they would share

        def make(todo: Iterable[Wanted]) -> Iterator[Made]:
            """No more is begun than is soon put down, so that a large copy needs no more memory than a small one."""
            waiting: deque[Future[list[Made]]] = deque()
            for batch in _batches(todo):
                waiting.append(pool.submit(_make, batch))
                if len(waiting) > 2 * processes:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()

        yield make


# --- what stands beside the pages ------------------------------------------------------------------------------------


def _finished(
    state: State, site: Path, basis: Basis, table: Timetable, made: int, touched: Touched | None = None
) -> Report:
    writer = Writer(site)
    number, at = basis.stamp
    about = {"site": settings.SITE_URL, "content_version": number, "content_changed_at": at}
    beside = list(_about(state, writer))
    lists = sums.write(state, writer, about, {*touched.paths, *beside} if touched else None)
    beside += [file.path for file in lists]
    state.tell(stamp=basis.stamp, revision=basis.revision, program=basis.program)
    known = {"years": table.years, "agreements": dict(table.agreements), "places": dict(table.stands_at)}
    state.tell(timetable=known)
    state.change({*touched.paths, *beside} if touched else ())
    addresses_there, files = state.counts()
    missing = state.missing()
    state.close()
    return Report(addresses_there, files, made, missing)


def _about(state: State, writer: Writer) -> Iterator[str]:
    """What a server can be told: the page for what is not there, and where it may redirect."""
    page = nothing_here().content
    for attribute in (b'href="', b'src="'):
        page = page.replace(attribute + b"/", attribute + f"{settings.SITE_URL}/".encode())
    lines = "".join(f"{address} {leads_to} 301\n" for address, leads_to in state.leading_on())
    for path, content, status in (("404.html", page, 404), ("_redirects", lines.encode(), 200)):
        state.keep(writer.write(path, content, status))
        yield path
