"""How many pages of records a second a static copy is written with, beside Pelican on the same records in the same run.

    python -m venv /tmp/pelican && /tmp/pelican/bin/pip install pelican markdown
    python -m tests.benchmarks.static_copy /tmp/pelican/bin/pelican 10000
    python -m tests.postgres -- python -m tests.benchmarks.static_copy /tmp/pelican/bin/pelican 10000

Pelican is no dependency: it has an environment of its own. It is given each record as an article with what our page
says of it: title, day, summary, place, agreement, and each source with its words, place and links. We write all files
of a copy (pages, JSON, citations, cards, feeds, downloads). Two rates are printed: of all HTML pages and other forms,
as each is an answer of its own, beside all HTML pages of Pelican; and of the pages of records alone. By the clock and
by the seconds of processors, since others may use the machine; after an edit, once by the process that has made the
copy, as `--follow` does, and once by a command. Not a test: what it prints says more of the machine
than of the code, except for the ratios.
"""

import datetime as dt
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="sma-benchmark-")
os.environ["DRAW_AFTER_CHANGE"] = "no"
os.environ["DEBUG"] = "yes"  # static files under their plain names, as nothing was collected

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from timeline import index, static_copy  # noqa: E402
from timeline.models import Agreement, Citation, Event, Place, Source  # noqa: E402

settings.DEBUG = False  # keeps no queries
FIRST_DAY = dt.date(1991, 1, 1)
NOW = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)
PUBLISHED = {"state": "published", "published_at": NOW}
WORDS = [
    "alliance",
    "payment",
    "talks",
    "Seoul",
    "Washington",
    "minister",
    "delegation",
    "cost",
    "sharing",
    "forces",
    "base",
    "agreement",
    "won",
    "dollars",
    "meeting",
]
CONFIGURATION = """\
SITENAME = "SMA"
SITEURL = ""
PATH = "content"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_PAGINATION = 50
"""


def words(chance, count):
    return " ".join(chance.choices(WORDS, k=count))


def fill(count):
    """A fifth sources, the rest events, each with two citations."""
    chance = random.Random(6)
    place = Place.objects.create(
        slug="seoul",
        name="Seoul",
        kind="city",
        country="KR",
        time_zone="Asia/Seoul",
        latitude=37,
        longitude=127,
        **PUBLISHED,
    )
    agreements = Agreement.objects.bulk_create(
        Agreement(ordinal=number, slug=f"sma-{number:02}", name=f"Agreement {number}", status="expired", **PUBLISHED)
        for number in range(1, 13)
    )
    sources = Source.objects.bulk_create(
        Source(
            slug=f"source-{number}", publisher="Yonhap", title=words(chance, 6), language="en", kind="news",
            published_on="2024-05-24", published_first_day=dt.date(2024, 5, 24),
            url=f"https://news.example/{number}", archived_url=f"https://archive.example/{number}", **PUBLISHED,
        )
        for number in range(count // 5)
    )  # fmt: skip
    events = Event.objects.bulk_create(
        event(number, chance, place, agreements) for number in range(count - len(sources))
    )
    Citation.objects.bulk_create(
        Citation(event=each, source=chance.choice(sources), quote=words(chance, 20), locator="paragraph 3", order=order)
        for each in events
        for order in range(2)
    )
    index.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a server does by itself, some time after much was written
    place.save()  # a site has a history: what has changed since is read from it


def event(number, chance, place, agreements):
    day = FIRST_DAY + dt.timedelta(days=number % 12_000)
    return Event(
        slug=f"event-{number}", kind="meeting", title=words(chance, 7), venue="Foreign Ministry", place=place,
        when=day.isoformat(), first_day=day, last_day=day, agreement=chance.choice(agreements),
        summary=f"{words(chance, 40)}.", **PUBLISHED,
    )  # fmt: skip


def write_articles(folder):
    events = Event.objects.select_related("place", "agreement").prefetch_related("citations__source")
    for each in events.iterator(chunk_size=500):
        cited = "\n".join(_cited(number, citation) for number, citation in enumerate(each.citations.all(), 1))
        text = (
            f"Title: {each.title}\nDate: {each.first_day} 12:00\nSlug: {each.slug}\nCategory: {each.kind}\n\n"
            f"{each.summary}\n\n- When: {each.date}\n"
            f"- Place: [{each.place.name}](/places/{each.place.slug}/), {each.venue}\n"
            f"- Agreement: [{each.agreement.name}](/agreements/{each.agreement.slug}/)\n\n## Sources\n\n{cited}\n"
        )
        (folder / f"{each.slug}.md").write_text(text)
    for source in Source.objects.all():
        text = (
            f"Title: {source.title}\nDate: {source.published_on} 12:00\nSlug: {source.slug}\nCategory: source\n\n"
            f"- Publisher: {source.publisher}\n- [original]({source.url})\n- [archived copy]({source.archived_url})\n"
        )
        (folder / f"{source.slug}.md").write_text(text)


def _cited(number, citation):
    source = citation.source
    return (
        f"{number}. [{source.publisher}, *{source.title}*](/sources/{source.slug}/), {source.published_on}\n\n"
        f"    > {citation.quote}\n\n    - {citation.locator}\n    - [original]({source.url})\n"
        f"    - [archived copy]({source.archived_url})\n"
    )


class Timed:
    """By the clock, and by what processors did for it, in this process and in others that it waited for."""

    def __enter__(self):
        self.begun, self.used = time.perf_counter(), self._used()
        return self

    def __exit__(self, *error):
        self.seconds, self.used = time.perf_counter() - self.begun, self._used() - self.used

    @staticmethod
    def _used():
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def pelican(program, folder):
    content = folder / "content"
    content.mkdir()
    write_articles(content)
    (folder / "conf.py").write_text(CONFIGURATION)
    arguments = [program, "content", "-s", "conf.py", "-o", "output", "-q"]
    with Timed() as timed:
        subprocess.run(arguments, cwd=folder, check=True, capture_output=True)
    return timed


def copied(folder, **options):
    with Timed() as timed:
        timed.report = static_copy.write(folder, **options)
    return timed


def commanded(folder):
    """By a process of its own, which has to be started and to make ready what it asks the database."""
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))
    command = [sys.executable, "manage.py", "static_copy", folder]
    with Timed() as timed:
        subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=True, stdout=subprocess.DEVNULL)
    return timed


def files(folder, ending=""):
    return sum(path.is_file() for path in folder.resolve().rglob(f"*{ending}"))


def sums(folder):
    return (folder / "SHA256SUMS").read_bytes()


def tell(name, timed, pages, records, theirs=None, processes=1):
    """Two processes share the seconds of processors: by them, each has half."""
    used = timed.used / processes
    line = f"{name:22} {timed.seconds:7.1f} s, {timed.used:7.1f} s CPU: {pages / used:6.0f} pages per s CPU"
    line += f", {records / used:5.0f} of records"
    if theirs is not None:
        other, other_pages = theirs
        line += f"; to Pelican {pages / used * other.used / other_pages:.2f}, {other.used / used:.2f} of records"
        line += f" (by the clock {pages / timed.seconds * other.seconds / other_pages:.2f})"
    print(line, flush=True)


def measure(program, count):
    folder = Path(os.environ["VAR_DIR"])
    fill(count)
    (folder / "pelican").mkdir()
    print(f"{count:,} records on {connection.vendor}")
    theirs, html = pelican(program, folder / "pelican"), files(folder / "pelican" / "output", ".html")
    tell("Pelican", theirs, html, count)
    one = copied(folder / "one")
    pages = files(folder / "one")
    tell("copy, one process", one, pages, count, (theirs, html))
    print(f"  {files(folder / 'one', '.html')} HTML pages, {pages} files; Pelican {html} HTML pages")
    for number, way in enumerate((copied, copied, copied, commanded, commanded, commanded), 3):
        edit(count // number, f"Another title {number}")
        again = way(folder / "one")
        shares = f"{again.used / one.used:.1%} of a whole one by CPU, {again.seconds / one.seconds:.1%} by the clock"
        print(f"after one edit, {WAYS[way]}  {again.seconds:7.2f} s, {again.used:7.2f} s CPU: {shares}", flush=True)
    two = copied(folder / "two", processes=2)
    tell("copy, two processes", two, pages, count, (theirs, html), processes=2)
    print(f"the same bytes as a whole one: {sums(folder / 'one') == sums(folder / 'two')}")


def edit(place, title):
    edited = Event.objects.order_by("slug")[place]
    edited.title = title
    edited.save()


WAYS = {copied: "with --follow", commanded: "by the command"}


def main(program, counts):
    for count in counts:
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            measure(program, count)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
            shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], [int(each) for each in sys.argv[2:]] or [10_000])
