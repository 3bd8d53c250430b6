"""What is measured: for each work, what ours and each peer is asked for."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.side_by_side import preparing, serving
from tests.benchmarks.side_by_side.asking import CONNECTIONS, MANY, Asked, Cost, at_once, costs, speed, speeds
from tests.benchmarks.side_by_side.serving import PEERS, REPOSITORY

# Our cache of pages gives way to whoever sends a session, and the rest of the site does not look at it.
NOT_CACHED = {"Cookie": "sessionid=made-up"}
PACKED = {"Accept-Encoding": "gzip"}
RANGE = "from=2010-01-01&to=2014-12-31"
WORD = "furlough"
PUBLICATIONS = 5


@dataclass
class Site:
    """Everything of one size on one database, while it is served."""

    size: int
    about: dict
    servers: dict  # by name: ours, plain_django, wagtail_site, datasette
    publishers: dict  # by name: a process that publishes
    database: object  # how long PostgreSQL has computed, or None

    def asked(self, **addresses):
        return {
            name: Asked(self.servers[name], listed, NOT_CACHED if name == "ours" else {})
            for name, listed in addresses.items()
            if name in self.servers
        }


@dataclass
class Found:
    """By work and server: what it cost, how fast it is, and other numbers by their name."""

    costs: dict = field(default_factory=dict)
    speeds: dict = field(default_factory=dict)
    numbers: dict = field(default_factory=dict)


def timeline(site, found):
    measure(site, found, "first page", site.asked(
        ours=["/timeline/"], plain_django=["/events/"], wagtail_site=["/events/"],
        datasette=["/db/plain_django_event?_sort=first_day&_size=50&_facet=kind&_facet=agreement_id"],
    ))  # fmt: skip
    page = site.about["pages"] - 1  # the last one may be all but empty
    measure(site, found, "deepest page", site.asked(
        ours=[f"/timeline/?after={site.about['deepest']}"], plain_django=[f"/events/?page={page}"],
        wagtail_site=[f"/events/?page={page}"],
    ))  # fmt: skip
    years = site.about["years"]
    by_year = [f"/events/?from={year}-01-01" for year in years]
    measure(site, found, "any year", site.asked(
        ours=[f"/timeline/?after={year}-01-01.00000.-" for year in years], plain_django=by_year, wagtail_site=by_year,
    ))  # fmt: skip


def event(site, found):
    addresses = [f"/events/{slug}/" for slug in site.about["slugs"]]
    rows = [f"/db/plain_django_event/{number * 37 + 1}" for number in range(100)]
    asked = site.asked(ours=addresses, plain_django=addresses, wagtail_site=addresses, datasette=rows)
    measure(site, found, "event page", asked)
    # What ours keeps of a page is given out after its questions; with a query string, the page is made each time.
    anew = site.asked(
        ours=[f"{address}?made=anew" for address in addresses], plain_django=addresses, wagtail_site=addresses
    )
    measure(site, found, "event page, made anew", anew)


def filtered(site, found):
    query = f"?official={site.about['official']}&{RANGE}"
    asked = site.asked(
        ours=[f"/timeline/{query}"], plain_django=[f"/events/{query}"], wagtail_site=[f"/events/{query}"]
    )
    measure(site, found, "filter", asked)


def search(site, found):
    query = f"/search/?q={WORD}"
    measure(site, found, "search", site.asked(ours=[query], plain_django=[query], wagtail_site=[query]))


def feed(site, found):
    asked = site.asked(ours=["/feeds/timeline.atom"], plain_django=["/feed.atom"], wagtail_site=["/feed.atom"])
    measure(site, found, "feed", asked)


def unchanged(site, found):
    ours = site.servers["ours"]
    _status, _body, headers = ours.ask("/timeline/")
    etag = next(value for name, value in headers.items() if name.lower() == "etag")
    conditional = Asked(ours, ["/timeline/"], {"If-None-Match": etag}, frozenset({304}))
    measure_busy(site, found, "304, page not cached", {"ours": Asked(ours, ["/timeline/"], NOT_CACHED)})
    with tempfile.NamedTemporaryFile() as nothing:
        bare = serving.bare(nothing.name)
        try:
            unmodified = Asked(bare, ["/"], {"If-None-Match": '"1"'}, frozenset({304}))
            measure_busy(site, found, "304", {"ours": conditional, "bare": unmodified})
        finally:
            bare.end()


def cached(site, found):
    """The same bytes, packed, from our process, from nginx as a file, and from a callable that does nothing else."""
    ours = site.servers["ours"]
    _status, body, _headers = ours.ask("/timeline/", PACKED)
    with tempfile.TemporaryDirectory() as folder:
        nginx = serving.nginx(Path(folder), {"page.html": b"", "page.html.gz": body})
        bare = serving.bare(Path(folder, "files", "page.html.gz")) if nginx else None
        asked = {"ours": Asked(ours, ["/timeline/"], PACKED)}
        if nginx and bare:
            asked |= {"nginx": Asked(nginx, ["/page.html"], PACKED), "bare": Asked(bare, ["/"], PACKED)}
        try:
            measure_busy(site, found, "cached page", asked)
        finally:
            for server in filter(None, (nginx, bare)):
                server.end()


def publish(site, found):
    """Each time: publish, then see it on the page of its day on which it stands, in the feed and in the search.

    Before that, ours is asked for the timeline in the other order: who comes first after a change counts the filters
    and draws the band anew, which the page that is measured finds done.
    """
    if "plain_django" not in site.servers:
        return
    pages = {
        "ours": ("/timeline/?after={day}.00010.p", "/feeds/timeline.atom", "/search/?q={word}"),
        "plain_django": ("/events/?from={day}&page={page}", "/feed.atom", "/search/?q={word}"),
    }
    taken, cold = {name: [] for name in pages}, []
    for _turn in range(PUBLICATIONS):
        for name, addresses in pages.items():
            told, spent = published(site, name)
            if name == "ours":
                cold.append(_spent(site, name, ["/timeline/?order=newest"], "")[0])
            seen = _spent(site, name, [address.format(**told) for address in addresses], told["word"])
            taken[name].append((spent[0] + seen[0], spent[1] + seen[1]))
    for name, each in taken.items():
        found.costs["publish, then see", name] = Cost(*map(statistics.median, zip(*each, strict=True)), 0, 0)
    found.numbers["cold filter counts"] = statistics.median(cold)


def published(site, name):
    there = site.database() if site.database else 0
    process = site.publishers[name]
    process.stdin.write("publish\n")
    process.stdin.flush()
    told = json.loads(process.stdout.readline())
    return told, (told["cpu"] * 1_000, (site.database() - there) * 1_000 if site.database else 0.0)


def _spent(site, name, addresses, word):
    """To ask for these, in each of which the word must stand."""
    server = site.servers[name]
    before, there = server.computed(), site.database() if site.database else 0
    for address in addresses:
        status, body, _headers = server.ask(address, NOT_CACHED if name == "ours" else {})
        if status != 200 or word.encode() not in body:
            raise RuntimeError(f"{server.name} does not show {word} at {address} ({status})")
    return (server.computed() - before) * 1_000, (site.database() - there) * 1_000 if site.database else 0.0


def memory(site, found):
    for name, server in site.servers.items():
        found.numbers["memory", name] = server.memory()


# In this order: what is published last would make the pages before it cold.
PARTS = {
    "timeline": timeline,
    "event": event,
    "filter": filtered,
    "search": search,
    "feed": feed,
    "304": unchanged,
    "cached": cached,
    "publish": publish,
    "memory": memory,
}


def measure(site, found, work, asked):
    costs_of(site, found, work, asked)
    for name, each in asked.items():
        found.speeds[work, name] = speed(each, database=site.database)


def measure_busy(site, found, work, asked):
    """What is ready before it is asked for: over a few connections and over many, in turn."""
    costs_of(site, found, work, asked)
    for connections in (CONNECTIONS, *MANY):
        for name, fast in zip(asked, speeds(list(asked.values()), connections, site.database), strict=True):
            found.speeds[at_once(work, connections), name] = fast


def costs_of(site, found, work, asked):
    for name, cost in zip(asked, costs(list(asked.values()), site.database), strict=True):
        found.costs[work, name] = cost


# --- a site while it is served ---------------------------------------------------------------------------------------


def serve(size, postgres, parts, peers):
    """Starts everything, measures the parts, and ends everything."""
    filled = preparing.ours(size, postgres)
    site = Site(size, preparing.about(filled), {}, {}, postgres.computed if postgres else None)
    found = Found()
    try:
        site.servers["ours"] = serving.ours(filled.var_dir, filled.database_url)
        environment = serving.environment_of_ours(filled.var_dir, filled.database_url)
        command = [sys.executable, "-m", "tests.benchmarks.side_by_side.publishing"]
        site.publishers["ours"] = _publisher(command, environment)
        for start in (plain_django, wagtail_site, datasette):
            if start.__name__ in peers:
                start(site, size, postgres, filled)
        for name in parts:
            preparing.say(f"{size:,} entries on {'PostgreSQL' if postgres else 'SQLite'}: {name}")
            PARTS[name](site, found)
    finally:
        for process in site.publishers.values():
            process.stdin.close()
            process.wait()
        for server in site.servers.values():
            server.end()
    return found, site.about


def plain_django(site, size, postgres, filled):
    name = "plain_django"
    theirs = preparing.peer(name, sys.executable, size, postgres, filled)
    site.servers[name] = serving.peer(name, sys.executable, theirs.var_dir, theirs.database_url)
    command = [sys.executable, str(PEERS / name / "manage.py"), "publish"]
    environment = serving.environment_of_peer(name, theirs.var_dir, theirs.database_url)
    site.publishers[name] = _publisher(command, environment)


def wagtail_site(site, size, postgres, filled):
    """At 10,000 only: its pages are a tree, whose rows take long to write."""
    if size <= preparing.MOST_OF_WAGTAIL:
        name, python = "wagtail_site", preparing.environment("wagtail") / "python"
        theirs = preparing.peer(name, python, size, postgres, filled)
        site.servers[name] = serving.peer(name, python, theirs.var_dir, theirs.database_url)


def datasette(site, size, postgres, filled):
    """It reads SQLite alone: the file of the plain site."""
    if postgres is None and "plain_django" in site.servers:
        file = preparing.FOLDER / str(size) / "plain_django" / "db.sqlite3"
        site.servers["datasette"] = serving.datasette(preparing.environment("datasette") / "datasette", file)


def _publisher(command, environment):
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
