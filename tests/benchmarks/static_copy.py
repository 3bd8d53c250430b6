"""How many pages of records a second a static copy is written with, beside Pelican on the same records in the same run.

    python -m venv /tmp/pelican && /tmp/pelican/bin/pip install pelican markdown
    python -m tests.benchmarks.static_copy /tmp/pelican/bin/pelican 10000
    python -m tests.postgres -- python -m tests.benchmarks.static_copy /tmp/pelican/bin/pelican 10000

Pelican is no dependency: it has an environment of its own. It is given each record as an article with what our page
says of it: title, day, summary, place, agreement, and each source with its words, place and links. We write all files
of a copy (pages, JSON, citations, cards, feeds, downloads) and count the pages of records alone. Not a test: what it
prints says more of the machine than of the code, except for the ratios.
"""

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def event(number, chance, place, agreements):
    day = FIRST_DAY + dt.timedelta(days=number % 12_000)
    return Event(
        slug=f"event-{number}", kind="meeting", title=words(chance, 7), venue="Foreign Ministry", place=place,
        when=day.isoformat(), first_day=day, last_day=day, agreement=chance.choice(agreements),
        summary=f"{words(chance, 40)}.", **PUBLISHED,
    )  # fmt: skip


def write_articles(folder):
    for each in Event.objects.select_related("place", "agreement").prefetch_related("citations__source"):
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


def pelican(program, folder):
    content = folder / "content"
    content.mkdir()
    write_articles(content)
    (folder / "conf.py").write_text(CONFIGURATION)
    begun = time.perf_counter()
    arguments = [program, "content", "-s", "conf.py", "-o", "output", "-q"]
    subprocess.run(arguments, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begun


def copied(folder, **options):
    begun = time.perf_counter()
    report = static_copy.write(folder, **options)
    return time.perf_counter() - begun, report


def size(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def measure(program, count):
    folder = Path(os.environ["VAR_DIR"])
    fill(count)
    (folder / "pelican").mkdir()
    theirs = pelican(program, folder / "pelican")
    print(f"{count:,} records on {connection.vendor}")
    print(f"Pelican                {theirs:8.1f} s {count / theirs:8.0f} pages of records a second")
    whole, report = copied(folder / "one")
    print(
        f"copy, one process      {whole:8.1f} s {count / whole:8.0f}  ratio {theirs / whole:.2f}, {report.files} files"
    )
    two, _report = copied(folder / "two", processes=2)
    print(f"copy, two processes    {two:8.1f} s {count / two:8.0f}  ratio {theirs / two:.2f}")
    edited = Event.objects.order_by("slug")[count // 3]
    edited.title = "Another title"
    edited.save()
    again, report = copied(folder / "one")
    print(f"after one edit         {again:8.1f} s, {again / whole:.1%} of a whole one, {report.made} addresses made")
    copied(folder / "two", anew=True)
    print(f"the same bytes as a whole one: {size(folder / 'one') == size(folder / 'two')}")


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
