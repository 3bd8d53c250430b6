"""Makes many events of some thousands: copies that say the same on another day, under another slug and other codes.

Their rows, derived ones included, are written by SQL, an INSERT … SELECT for each table. What the search makes of a day
is made by the code that makes it on the site. `differences` composes a sample of the copies anew, and says where the
tables are not what the site would have written.
"""

import datetime as dt
import itertools
import random
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

from django.core.management.color import no_style
from django.db import connection, transaction

from timeline import index, search
from timeline.models import (
    Citation,
    Entry,
    EntryCard,
    EntryLink,
    Event,
    Participant,
    SearchDocument,
    SearchPerson,
    Topic,
)
from timeline.search import documents, writing
from timeline.search.documents import Document
from timeline.search.engines import engine, postgresql, sqlite

BATCH, DOCUMENTS_BATCH = 20_000, 1_000
SAMPLE = 300
COPIES = "made_up_copies"
COLUMNS = {
    "id": "bigint PRIMARY KEY", "original": "bigint", "code": "varchar", "original_code": "varchar", "slug": "varchar",
    "day": "date", "year": "smallint", "said": "varchar", "original_said": "varchar", "moment": "timestamptz",
    "sort_key": "varchar", "entry": "bigint", "original_entry": "bigint",
    "document": "bigint", "original_document": "bigint", "digest": "varchar",
}  # fmt: skip
# FTS5 gathers so many bytes of words in memory before it writes them, and merges what it has written: here seldom.
GATHERED, USUALLY_GATHERED = 256 << 20, 1 << 20


def code_of(number):
    """Of random codes, two among some millions are the same, and a fill in bulk would end there."""
    return f"m{number:07}"


def number_of(code):
    return int(code.removeprefix("m"))


def slug_of(code):
    """With the code in it: so one replacement makes the card of a copy, its address and the codes of its parts."""
    return f"made-up-{code}"


def multiply(count, first_day, days, moment_of):
    """Up to this many events: the copies one after the other, from the first day to the last."""
    known = originals()
    numbers = range(len(known), count)
    behind = {model: model.objects.order_by("-pk").first().pk + 1 - len(known) for model in (Event, Entry)}

    def copy(number):
        day = first_day + dt.timedelta(days=(number - numbers.start) * days // len(numbers))
        original = known[number % len(known)]
        document = turned(original.document, number + behind[Event], slug_of(code_of(number)), day)
        return Copy(code_of(number), original, document, number + behind[Entry], moment_of(number))

    with _many_words(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {COPIES} ({', '.join(map(' '.join, COLUMNS.items()))})")
        for some in _batches(numbers, BATCH):
            with transaction.atomic():
                _write(cursor, [copy(number) for number in some])
            print(f"{some[-1] + 1:,} of {count:,} events", flush=True)
        cursor.execute(f"DROP TABLE {COPIES}")
        for statement in connection.ops.sequence_reset_sql(no_style(), [Event, Entry]):
            cursor.execute(statement)
    index.write_missing_digests()
    index.bump()


def differences(most=SAMPLE):
    """Of so many of what was made up, where the tables are not what the site makes of the records; a sentence each."""
    ids = list(Event.objects.filter(slug__startswith=slug_of("m")).order_by("pk").values_list("pk", flat=True))
    some = random.Random(len(ids)).sample(ids, min(most, len(ids)))
    return [*index.differences_of(Event, some), *search.differences_of(Event, some)]


@dataclass(frozen=True)
class Original:
    code: str
    document: Document
    document_id: int
    entry: int


@dataclass(frozen=True)
class Copy:
    code: str
    original: Original
    document: Document
    entry: int
    moment: dt.datetime


def originals():
    """What was made up, in the order of the codes."""
    codes = dict(Event.objects.filter(slug__startswith=slug_of("m")).order_by("code").values_list("pk", "code"))
    entries = dict(Entry.objects.filter(record_type="event").values_list("record_id", "pk"))
    document_ids = dict(SearchDocument.objects.filter(record_type="event").values_list("record_id", "pk"))
    made = {}
    for some in _batches(list(codes), DOCUMENTS_BATCH):
        made |= {document.record_id: document for document in documents.documents(Event, some)}
    return [Original(code, made[pk], document_ids[pk], entries[pk]) for pk, code in codes.items()]


_dated = cache(documents._dated)


def turned(document, pk, slug, day):
    """The document of a copy: what the original says of its day, said of another one."""
    words = [list(itertools.chain(*_dated(said))) for said in (document.when, day.isoformat())]
    other = dict(zip(*words, strict=True))
    names, marks = (tuple(other.get(each, each) for each in some) for some in (document.names, document.marks))
    return replace(document, record_id=pk, slug=slug, day=day, when=day.isoformat(), names=names, marks=marks)


# --- what is written -------------------------------------------------------------------------------------------------


def _write(cursor, copies):
    made = [copy.document for copy in copies]
    ids, moved = writing._placed(made)
    if moved:
        raise RuntimeError("A day has more events than the index of the search has places for.")
    places = ", ".join(["%s"] * len(COLUMNS))
    rows = [_row(copy, ids[documents.sort_key(copy.document)]) for copy in copies]
    cursor.executemany(f"INSERT INTO {COPIES} ({', '.join(COLUMNS)}) VALUES ({places})", rows)
    for statement in statements():
        cursor.execute(statement)
    cursor.execute(f"DELETE FROM {COPIES}")
    for some in _batches(made, DOCUMENTS_BATCH):
        engine().write([(ids[documents.sort_key(each)], documents.tokens_of(each)) for each in some])
    # Of a copy, the words of its day alone can be new ones.
    writing._keep_words(list({each.day: each for each in made}.values()))


def _row(copy, document_id):
    made, original, adapted = copy.document, copy.original, connection.ops
    return (
        made.record_id, original.document.record_id, copy.code, original.code, made.slug,
        adapted.adapt_datefield_value(made.day), made.year, made.when, original.document.when,
        adapted.adapt_datetimefield_value(copy.moment),
        index.sort_key(made.day, made.position, made.slug), copy.entry, original.entry,
        document_id, original.document_id, made.digest,
    )  # fmt: skip


@cache
def statements():
    """One for each table."""
    day = {"first_day": "copy.day", "last_day": "copy.day"}
    moments = {"published_at": "copy.moment", "updated_at": "copy.moment"}
    record = {"record_id": "copy.id", "slug": "copy.slug", "sort_key": "copy.sort_key"}
    part = {"event_id": "copy.id", "code": "replace(original.code, copy.original_code, copy.code)"}
    content = "replace(CAST(original.content AS text), copy.original_code, copy.code)"
    content = f"""replace({content}, '"when": "' || copy.original_said || '"', '"when": "' || copy.said || '"')"""
    if connection.vendor == "postgresql":
        content = f"CAST({content} AS jsonb)"
    return [
        _copied(
            Event, "id = copy.original",
            id="copy.id", code="copy.code", slug="copy.slug", when="copy.said", **day, **moments,
        ),
        _copied(Participant, "event_id = copy.original", **part),
        _copied(Citation, "event_id = copy.original", **part),
        _copied(Topic.events.through, "event_id = copy.original", event_id="copy.id"),
        _copied(
            Entry, "id = copy.original_entry",
            id="copy.entry", year="copy.year", card_digest="NULL", **record, **day,
        ),
        _copied(EntryLink, "entry_id = copy.original_entry", entry_id="copy.entry", sort_key="copy.sort_key"),
        _copied(EntryCard, "entry_id = copy.original_entry", entry_id="copy.entry", content=content),
        _copied(
            SearchDocument, "id = copy.original_document",
            id="copy.document", when="copy.said", digest="copy.digest",
            **record | {"sort_key": "copy.sort_key || '.event'"},
        ),
        _copied(SearchPerson, "document_id = copy.original_document", document_id="copy.document"),
    ]  # fmt: skip


def _copied(model, of_the_original, **changed):
    """All columns as they are, but those that are changed. The keys of parts are counted on by the database."""
    quoted = connection.ops.quote_name
    columns = [
        field.column for field in model._meta.concrete_fields if field.column in changed or not field.primary_key
    ]
    values = [changed.get(column, f"original.{quoted(column)}") for column in columns]
    return (
        f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(map(quoted, columns))}) "
        f"SELECT {', '.join(values)} FROM {COPIES} AS copy "
        f"CROSS JOIN {quoted(model._meta.db_table)} AS original WHERE original.{of_the_original} ORDER BY copy.id"
    )


@contextmanager
def _many_words():
    """The engine of the search written to as it is quickest; in the end it is as the site leaves it."""
    with connection.cursor() as cursor:
        for statement in BEFORE[connection.vendor]:
            cursor.execute(statement)
        yield
        for statement in AFTER[connection.vendor]:
            cursor.execute(statement)
    engine().settle()


FTS5_GATHERS = f"INSERT INTO {sqlite.TABLE} ({sqlite.TABLE}, rank) VALUES ('hashsize', {{}})"
BEFORE = {
    "sqlite": [FTS5_GATHERS.format(GATHERED)],
    "postgresql": [f"DROP INDEX {postgresql.TABLE}_vector"],
}
AFTER = {
    "sqlite": [FTS5_GATHERS.format(USUALLY_GATHERED)],
    "postgresql": [f"CREATE INDEX {postgresql.TABLE}_vector ON {postgresql.TABLE} USING gin (vector)"],
}


def _batches(rows, size):
    return (rows[start : start + size] for start in range(0, len(rows), size))
