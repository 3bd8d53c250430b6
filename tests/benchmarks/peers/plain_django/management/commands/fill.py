"""Takes the records from the standard input, a line of JSON each."""

import itertools
import json
import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from plain_django.models import Agreement, Citation, Event, Official, Organization, Participant, Place, Source

BATCH = 2_000


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
            while batch := list(itertools.islice(lines, BATCH)):
                self.keep(batch)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def keep(self, batch):
        events = Event.objects.bulk_create(self.event(each) for each in batch)
        pairs = list(zip(events, batch, strict=True))
        Participant.objects.bulk_create(row for event, each in pairs for row in self.participants(event, each))
        Citation.objects.bulk_create(row for event, each in pairs for row in self.citations(event, each))

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
