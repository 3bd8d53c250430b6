"""Fills the database of our settings with a number of entries: `python -m tests.benchmarks.side_by_side.filling 10000`.

The shipped data first, then events made up around its people, bodies, places, agreements and sources, so that every
filter has something to leave. Records and parts are written in bulk; what is derived of them is made by the code that
makes it on the site. More than some thousands are copies of these: see multiplying.py.
"""

import datetime as dt
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

from tests.benchmarks.side_by_side import multiplying  # noqa: E402
from tests.benchmarks.side_by_side.multiplying import code_of, slug_of  # noqa: E402
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
ORIGINALS = 10_000  # of more entries than that, several say the same on different days
# How many of the entries have each word: common, medium and rare ones, in both languages.
SHARES = {"alliance": 0.35, "contribution": 0.2, "협상": 0.3, "분담금": 0.2, "furlough": 0.01, "xylophone": 0.0001}
ROLES = ("chief delegate", "deputy chief delegate")
VERBS = ["meet", "speak", "confer", "exchange views", "talk by telephone", "open talks", "end talks"]
WORDS = [f"{first}{second}{third}" for first in ("ba", "ko", "mi", "re", "su", "ta", "ne", "lo") for second in "lmnrst"
         for third in ("a", "ent", "ing", "ic", "on", "ar", "ive", "ous")]  # fmt: skip
KINDS = [str(kind) for kind in EventKind]
# Without a journal, in which each page would be written many times, and without a look at each key that leads to a row.
# PostgreSQL knows nothing yet of tables that grow: it would read them whole to find the few rows that are copied.
UNGUARDED = {
    "sqlite": ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-1500000"),
    "postgresql": ("session_replication_role = replica", "maintenance_work_mem = '1GB'", "enable_seqscan = off"),
}
GUARDED = {
    "sqlite": ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"),
    "postgresql": ("session_replication_role = DEFAULT", "maintenance_work_mem = DEFAULT", "enable_seqscan = DEFAULT"),
}
SET = {"sqlite": "PRAGMA", "postgresql": "SET"}


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


def prose(chance, count):
    found = [*chance.choices(WORDS, k=count), *(word for word, share in SHARES.items() if chance.random() < share)]
    chance.shuffle(found)
    return " ".join(found)


def moment_of(number):
    return FIRST_MOMENT + dt.timedelta(minutes=number * 3_571 % 8_000_000)


def event(number, day, chance, around):
    texts, place = random.Random(number), often(chance, around.places)[0]
    return Event(
        code=code_of(number), slug=slug_of(code_of(number)), kind=chance.choice(KINDS),
        when=day.isoformat(), first_day=day, last_day=day,
        title=f"Ministers {texts.choice(VERBS)} on {' '.join(texts.choices(WORDS, k=5))}",
        summary=f"{prose(texts, 36).capitalize()}.", place=place, venue="Foreign Ministry",
        agreement=chance.choice(around.agreements), state="published", published_at=moment_of(number),
    )  # fmt: skip


def participants(event, chance, around):
    people = often(chance, around.officials, 2)
    bodies = often(chance, around.organizations)
    # Each with a role: without one it would be the post held that day, which is another one for a copy.
    parties = [
        *({"official": official, "role": role} for official, role in zip(people, ROLES, strict=False)),
        *({"organization": organization} for organization in bodies),
    ]
    for order, party in enumerate(parties):
        yield Participant(code=f"{event.code}p{order}", event=event, order=order, **party)


def citations(event, chance, around):
    texts = random.Random(event.summary)
    for order, source in enumerate(often(chance, around.sources, 2)):
        quote = f"{prose(texts, 18).capitalize()}."
        yield Citation(
            code=f"{event.code}c{order}", event=event, source=source, quote=quote, locator="paragraph 3", order=order
        )


def fill_batch(days, chance, around):
    """`days`: of each number its day, in order: whoever puts them among their neighbours finds those at hand."""
    events = Event.objects.bulk_create(event(number, day, chance, around) for number, day in days)
    Participant.objects.bulk_create(row for each in events for row in participants(each, chance, around))
    Citation.objects.bulk_create(row for each in events for row in citations(each, chance, around))
    Topic.events.through.objects.bulk_create(
        Topic.events.through(topic=often(chance, around.topics)[0], event=each) for each in events[::3]
    )


def unguarded(is_so):
    """Who ends a fill half-way begins anew."""
    with connection.cursor() as cursor:
        for setting in (UNGUARDED if is_so else GUARDED)[connection.vendor]:
            cursor.execute(f"{SET[connection.vendor]} {setting}")


def fill(count):
    """Up to this many entries."""
    call_command("migrate", verbosity=0)
    call_command("load_fixtures", if_empty=True)
    missing = count - Entry.objects.count()
    unguarded(True)
    fill_originals(min(missing, ORIGINALS))
    if missing > ORIGINALS:
        multiplying.multiply(missing, FIRST_DAY, DAYS, moment_of)
    unguarded(False)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def fill_originals(count):
    chance = random.Random(7)
    around = Around(chance)
    with transaction.atomic(), index.suspended():
        for start in range(0, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            days = [(number, FIRST_DAY + dt.timedelta(days=number * DAYS // count)) for number in numbers]
            fill_batch(days, chance, around)
        # Events as they were entered, one after the other, and not all at one moment.
        Event.objects.filter(slug__startswith=slug_of("m")).update(updated_at=F("published_at"))


def remember_texts():
    """What is made of a text is made once for all entries that have it."""
    documents._analysed = lru_cache(maxsize=8 * ORIGINALS)(documents._analysed)
    keys.words = lru_cache(maxsize=8 * ORIGINALS)(keys.words)


def main(count):
    begun = time.perf_counter()
    remember_texts()
    fill(count)
    print(f"{count:,} entries on {connection.vendor} filled in {time.perf_counter() - begun:.0f} s", flush=True)
    if found := multiplying.differences():
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
