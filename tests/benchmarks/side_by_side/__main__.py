"""Our site and its peers side by side: `make bench`, or with a choice of what is measured:

    make bench SIZES="10000 100000" PARTS="timeline event" DATABASES=sqlite PEERS=plain_django

Served are ours, as `make run` serves it (granian, one worker), and over the same records, which our own timeline gives
out: a plain Django site, Wagtail (among 10,000 entries), Datasette (on SQLite); and nginx with our page as a file. What
is compared is the time that the servers' processes compute for a request. Ours is asked for pages that are not cached
with the cookie of a session, to which our cache of pages gives way and at which nothing else looks; what the process
keeps of filters and cards, it keeps. Not a test: what it prints says more of the machine than of the code, except for
the ratios.
"""

import argparse
import platform
import signal
import sys
from contextlib import contextmanager, nullcontext
from urllib.parse import urlsplit, urlunsplit

import django

from tests.benchmarks.side_by_side import asking, preparing, report, serving
from tests.benchmarks.side_by_side.works import PARTS, serve
from tests.postgres import end, postgres

ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
PEERS = ("plain_django", "wagtail_site", "datasette")


class Postgres:
    """The server of one run."""

    def __init__(self, url):
        self.url = url
        with self._connected() as connection:
            # Between the fills a table is as it stays; during them there is nothing to clean.
            data = connection.execute("SHOW data_directory").fetchone()[0]
        with open(f"{data}/postmaster.pid") as file:  # noqa: PTH123
            self.pid = int(file.readline())

    def _connected(self):
        import psycopg

        return psycopg.connect(self.url, autocommit=True)

    def address_of(self, name):
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def computed(self):
        return sum(map(serving.computed, serving.family(self.pid)))


@contextmanager
def started():
    with postgres() as url:
        yield Postgres(url)


def main(arguments):
    asked = _parsed(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):  # who stops it stops what it has started
        signal.signal(number, end)
    preparing.FOLDER.mkdir(parents=True, exist_ok=True)
    tables = [_about_the_run(asked.peers)]
    for database in asked.databases:
        with started() if database == "postgres" else nullcontext() as server:
            small = None
            for size in sorted(asked.sizes):
                found, about = serve(size, server, asked.parts, asked.peers)
                small = found if size == report.SMALL else small
                title = f"{about['count']:,} entries on {ENGINES[database]}"
                tables.append(report.table_of_ratios(title, report.ratios(found, small, size, ENGINES[database])))
                tables.append(report.table_of_numbers(found))
                print("\n".join(tables[-2:]), flush=True)
    file = preparing.FOLDER / "result.md"
    file.write_text("\n".join(tables) + "\n")
    print(f"\nWritten to {file}")


def _about_the_run(peers):
    installed = [name for name in preparing.PACKAGES if any(peer.startswith(name) for peer in peers)]
    known = "".join(f"{name} {version}, " for name, version in preparing.versions(installed).items())
    python = f"Python {platform.python_version()}, Django {django.__version__}"
    return f"{python}, {known}requests a second by {asking.how_asked()}."


def _parsed(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--databases", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
