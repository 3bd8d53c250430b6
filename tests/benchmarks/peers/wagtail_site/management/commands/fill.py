"""Takes the records from the standard input, a line of JSON each. Pages are written in bulk, treebeard's paths with
them; a save of each through Wagtail takes 30 ms.
"""

import itertools
import json
import sys

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from wagtail.models import Locale, Page, Site
from wagtail_site.models import (
    Agreement,
    Citation,
    EventIndexPage,
    EventPage,
    Official,
    Organization,
    Participant,
    Place,
    Source,
)

BATCH = 1_000


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
        call_command("makemigrations", "wagtail_site", verbosity=0)
        call_command("migrate", verbosity=0)
        self.places, self.agreements = Known(Place, "name"), Known(Agreement, "name")
        self.officials = Known(Official, "name", "name_ko", "country")
        self.organizations = Known(Organization, "name", "country")
        self.sources = Known(Source, "publisher", "title", "published_on", "language", "url", "archived_url")
        self.kind, self.locale = ContentType.objects.get_for_model(EventPage), Locale.get_active()
        lines = map(json.loads, sys.stdin)
        with transaction.atomic():
            self.home = self.make_home()
            self.count = 0
            while batch := list(itertools.islice(lines, BATCH)):
                self.keep(batch)
            Page.objects.filter(pk=self.home.pk).update(numchild=self.count)
        call_command("rebuild_references_index", verbosity=0)
        call_command("update_index", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def make_home(self):
        root = Page.objects.get(depth=1)
        front = root.get_children().first()
        home = front.add_child(instance=EventIndexPage(title="Events", slug="events"))
        Site.objects.update(hostname="127.0.0.1", root_page=front, is_default_site=True)
        return home

    def keep(self, batch):
        Page.objects.bulk_create(self.page(number, each) for number, each in enumerate(batch, self.count + 1))
        first, self.count = self.count + 1, self.count + len(batch)
        made = Page.objects.filter(path__gte=self.path(first), path__lte=self.path(self.count))
        ids = dict(made.values_list("slug", "pk"))
        self.keep_events([(ids[each["slug"]], each) for each in batch])
        Participant.objects.bulk_create(row for each in batch for row in self.participants(ids[each["slug"]], each))
        Citation.objects.bulk_create(row for each in batch for row in self.citations(ids[each["slug"]], each))

    def path(self, number):
        return EventIndexPage._get_path(self.home.path, self.home.depth + 1, number)

    def page(self, number, each):
        return Page(
            path=self.path(number), depth=self.home.depth + 1, numchild=0, title=each["title"][:255],
            draft_title=each["title"][:255], slug=each["slug"], url_path=f"{self.home.url_path}{each['slug']}/",
            content_type=self.kind, locale=self.locale, live=True, first_published_at=each["published_at"],
            last_published_at=each["updated_at"],
        )  # fmt: skip

    def keep_events(self, pairs):
        """The own columns of the pages: Django writes no table of a child in bulk."""
        columns = ("kind", "summary", "first_day", "last_day", "venue", "published_at", "updated_at")
        rows = []
        for pk, each in pairs:
            place, agreement = each["place"], each["agreement"]
            rows.append((
                pk,
                place and self.places.id_of(place["slug"], place),
                agreement and self.agreements.id_of(agreement["slug"], agreement),
                *(each[column] for column in columns),
            ))  # fmt: skip
        names = ", ".join(("page_ptr_id", "place_id", "agreement_id", *columns))
        marks = ", ".join(["%s"] * (3 + len(columns)))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {EventPage._meta.db_table} ({names}) VALUES ({marks})", rows)

    def participants(self, pk, each):
        for order, row in enumerate(each["people"]):
            official = self.officials.id_of(row["slug"], row | {"country": row["side"]})
            yield Participant(event_id=pk, official_id=official, role=row["role"], sort_order=order)
        for order, row in enumerate(each["bodies"], len(each["people"])):
            organization = self.organizations.id_of(row["slug"], row | {"country": row["side"]})
            yield Participant(event_id=pk, organization_id=organization, role=row["role"], sort_order=order)

    def citations(self, pk, each):
        for order, row in enumerate(each["citations"]):
            source = self.sources.id_of(row["source_slug"], row)
            words = {name: row[name] for name in ("quote", "locator", "note")}
            yield Citation(event_id=pk, source_id=source, sort_order=order, **words)
