"""Takes the records from the standard input, a line of JSON each, then what is a copy of another but for its day."""

import datetime as dt
import itertools
import json
import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.color import no_style
from django.db import connection, transaction
from plain_django.models import Agreement, Citation, Event, Official, Organization, Participant, Place, Source

BATCH, COPIES_BATCH = 2_000, 20_000
COPIES = "CREATE TEMPORARY TABLE copy (id bigint, original bigint, slug varchar, day date, moment timestamptz)"


class Known:
    """Rows by their slug, made when they are first named."""

    def __init__(self, model, *columns):
        self.model, self.columns, self.ids = model, columns, {}

    def id_of(self, slug, row):
        if slug not in self.ids:
            values = {column: row[column] for column in self.columns}
            self.ids[slug] = self.model.objects.create(slug=slug, **values).pk
        return self.ids[slug]


class Command(BaseCommand):
    def handle(self, *args, **options):
        call_command("migrate", run_syncdb=True, verbosity=0)
        self.places, self.agreements = Known(Place, "name"), Known(Agreement, "name")
        self.officials = Known(Official, "name", "name_ko", "country")
        self.organizations = Known(Organization, "name", "country")
        self.sources = Known(Source, "publisher", "title", "published_on", "language", "url", "archived_url")
        lines = map(json.loads, sys.stdin)
        with transaction.atomic():
            for are_copies, some in itertools.groupby(lines, lambda each: "copy_of" in each):
                keep, size = (self.keep_copies, COPIES_BATCH) if are_copies else (self.keep, BATCH)
                while batch := list(itertools.islice(some, size)):
                    keep(batch)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def keep(self, batch):
        events = Event.objects.bulk_create(self.event(each) for each in batch)
        pairs = list(zip(events, batch, strict=True))
        Participant.objects.bulk_create(row for event, each in pairs for row in self.participants(event, each))
        Citation.objects.bulk_create(row for event, each in pairs for row in self.citations(event, each))

    def keep_copies(self, batch):
        """By SQL, with the parts."""
        originals = dict(Event.objects.filter(slug__in={each["copy_of"] for each in batch}).values_list("slug", "pk"))
        first = Event.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
        rows = [
            (pk, originals[each["copy_of"]], each["slug"], each["day"], moment(each["moment"]))
            for pk, each in enumerate(batch, first)
        ]
        day = {"first_day": "copy.day", "last_day": "copy.day"}
        moments = {"published_at": "copy.moment", "updated_at": "copy.moment"}
        with connection.cursor() as cursor:
            cursor.execute(COPIES)
            if connection.vendor == "postgresql":  # it knows nothing yet of the tables, and would read them whole
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.executemany("INSERT INTO copy (id, original, slug, day, moment) VALUES (%s, %s, %s, %s, %s)", rows)
            cursor.execute(copied(Event, "id", id="copy.id", slug="copy.slug", **day, **moments))
            cursor.execute(copied(Participant, "event_id", event_id="copy.id"))
            cursor.execute(copied(Citation, "event_id", event_id="copy.id"))
            cursor.execute("DROP TABLE copy")
            for statement in connection.ops.sequence_reset_sql(no_style(), [Event]):
                cursor.execute(statement)

    def event(self, each):
        columns = ("slug", "kind", "title", "summary", "first_day", "last_day", "venue", "published_at", "updated_at")
        place, agreement = each["place"], each["agreement"]
        return Event(
            place_id=place and self.places.id_of(place["slug"], place),
            agreement_id=agreement and self.agreements.id_of(agreement["slug"], agreement),
            **{column: each[column] for column in columns},
        )

    def participants(self, event, each):
        for order, row in enumerate(each["people"]):
            official = self.officials.id_of(row["slug"], row | {"country": row["side"]})
            yield Participant(event=event, official_id=official, role=row["role"], order=order)
        for order, row in enumerate(each["bodies"], len(each["people"])):
            organization = self.organizations.id_of(row["slug"], row | {"country": row["side"]})
            yield Participant(event=event, organization_id=organization, role=row["role"], order=order)

    def citations(self, event, each):
        for order, row in enumerate(each["citations"]):
            source = self.sources.id_of(row["source_slug"], row)
            words = {name: row[name] for name in ("quote", "locator", "note")}
            yield Citation(event=event, source_id=source, order=order, **words)


def copied(model, key, **changed):
    """All columns as they are, but those that are changed. The keys of parts are counted on by the database."""
    quoted = connection.ops.quote_name
    columns = [
        field.column for field in model._meta.concrete_fields if field.column in changed or not field.primary_key
    ]
    values = [changed.get(column, f"original.{quoted(column)}") for column in columns]
    return (
        f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(map(quoted, columns))}) SELECT {', '.join(values)} "
        f"FROM copy CROSS JOIN {quoted(model._meta.db_table)} AS original WHERE original.{key} = copy.original "
        "ORDER BY copy.id"
    )


def moment(text):
    return connection.ops.adapt_datetimefield_value(dt.datetime.fromisoformat(text))
