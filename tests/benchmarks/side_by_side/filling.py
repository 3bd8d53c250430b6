"""Fills the database of our settings with a number of entries: `python -m tests.benchmarks.side_by_side.filling 10000`.

The shipped data first, then events made up around its people, bodies, places, agreements and sources, so that every
filter has something to leave. Records and parts are written in bulk; what is derived of them is made by the code that
makes it on the site, once, at the end.
"""

import datetime as dt
import itertools
import os
import random
import sys
import time
from functools import lru_cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from timeline import index  # noqa: E402
from timeline.enums import EventKind  # noqa: E402
from timeline.models import (  # noqa: E402
    Agreement,
    Citation,
    Entry,
    Event,
    Official,
    Organization,
    Participant,
    Place,
    Source,
    Topic,
)
from timeline.search import documents, keys  # noqa: E402

FIRST_DAY, DAYS = dt.date(1991, 1, 1), 12_900
FIRST_MOMENT = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
BATCH = 2_000
TEXTS = 10_000  # different ones: of more entries than that, several say the same on different days
# How many of the entries have each word: common, medium and rare ones, in both languages.
SHARES = {"alliance": 0.35, "contribution": 0.2, "협상": 0.3, "분담금": 0.2, "furlough": 0.01, "xylophone": 0.0001}
VERBS = ["meet", "speak", "confer", "exchange views", "talk by telephone", "open talks", "end talks"]
WORDS = [f"{first}{second}{third}" for first in ("ba", "ko", "mi", "re", "su", "ta", "ne", "lo") for second in "lmnrst"
         for third in ("a", "ent", "ing", "ic", "on", "ar", "ive", "ous")]  # fmt: skip
KINDS = [str(kind) for kind in EventKind]
UNGUARDED = ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-1500000")
GUARDED = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL")

# What is made of a text is made once for all entries that have it.
documents._analysed = lru_cache(maxsize=8 * TEXTS)(documents._analysed)
keys.words = lru_cache(maxsize=8 * TEXTS)(keys.words)

numbers_of_codes = itertools.count()


class Around:
    """What the events are made up around, each list from the most to the least often named."""

    def __init__(self, chance):
        self.agreements = [*Agreement.objects.published().order_by("ordinal")]
        self.places = [*Place.objects.published().order_by("slug")]
        self.officials = [*Official.objects.published().order_by("slug")]
        self.organizations = [*Organization.objects.published().order_by("slug")]
        self.sources = [*Source.objects.published().order_by("slug")]
        self.topics = [*Topic.objects.published().order_by("slug")]
        for each in (self.places, self.officials, self.organizations, self.sources, self.topics):
            chance.shuffle(each)


def often(chance, rows, count=1):
    """Some of them, without repetition: the first is named most often, in a tenth to a fifth of all cases."""
    weights = [1 / (place + 3) for place in range(len(rows))]
    return list(dict.fromkeys(chance.choices(rows, weights, k=count)))


def code():
    """Of random ones, two among some millions are the same, and a fill in bulk would end there."""
    return f"m{next(numbers_of_codes):08x}"


def prose(chance, count):
    found = [*chance.choices(WORDS, k=count), *(word for word, share in SHARES.items() if chance.random() < share)]
    chance.shuffle(found)
    return " ".join(found)


def event(number, day, chance, around):
    texts, place = random.Random(number % TEXTS), often(chance, around.places)[0]
    moment = FIRST_MOMENT + dt.timedelta(minutes=number * 3_571 % 8_000_000)
    return Event(
        code=code(), slug=f"made-up-{number:07}", kind=chance.choice(KINDS),
        when=day.isoformat(), first_day=day, last_day=day,
        title=f"Ministers {texts.choice(VERBS)} on {' '.join(texts.choices(WORDS, k=5))}",
        summary=f"{prose(texts, 36).capitalize()}.", place=place, venue="Foreign Ministry",
        agreement=chance.choice(around.agreements), state="published", published_at=moment,
    )  # fmt: skip


def participants(event, chance, around):
    people = often(chance, around.officials, 2)
    bodies = often(chance, around.organizations)
    for order, official in enumerate(people):
        yield Participant(
            code=code(), event=event, official=official, role="chief delegate" if order == 0 else "", order=order
        )
    for organization in bodies:
        yield Participant(code=code(), event=event, organization=organization, order=len(people))


def citations(event, chance, around):
    texts = random.Random(event.summary)
    for order, source in enumerate(often(chance, around.sources, 2)):
        quote = f"{prose(texts, 18).capitalize()}."
        yield Citation(code=code(), event=event, source=source, quote=quote, locator="paragraph 3", order=order)


def fill_batch(days, chance, around):
    """`days`: of each number its day, in order: whoever puts them among their neighbours finds those at hand."""
    events = Event.objects.bulk_create(event(number, day, chance, around) for number, day in days)
    Participant.objects.bulk_create(row for each in events for row in participants(each, chance, around))
    Citation.objects.bulk_create(row for each in events for row in citations(each, chance, around))
    Topic.events.through.objects.bulk_create(
        Topic.events.through(topic=often(chance, around.topics)[0], event=each) for each in events[::3]
    )


def unguarded(is_so):
    """SQLite without a journal, in which each page would be written many times: who ends this half-way begins anew."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in UNGUARDED if is_so else GUARDED:
                cursor.execute(statement)


def fill(count):
    """Up to this many entries; how long it took."""
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", if_empty=True)
    begun, chance = time.perf_counter(), random.Random(7)
    around = Around(chance)
    missing = count - Entry.objects.count()
    unguarded(True)
    with transaction.atomic(), index.suspended():
        for start in range(0, missing, BATCH):
            numbers = range(start, min(start + BATCH, missing))
            days = [(number, FIRST_DAY + dt.timedelta(days=number * DAYS // missing)) for number in numbers]
            fill_batch(days, chance, around)
            if start % 100_000 == 0:
                print(f"{start:,} of {missing:,} events after {time.perf_counter() - begun:.0f} s", flush=True)
        # Events as they were entered, one after the other, and not all at one moment.
        Event.objects.filter(slug__startswith="made-up-").update(updated_at=F("published_at"))
    unguarded(False)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return time.perf_counter() - begun


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    print(f"{wanted:,} entries on {connection.vendor} filled in {fill(wanted):.0f} s", flush=True)
