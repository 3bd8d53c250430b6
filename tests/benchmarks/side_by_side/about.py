"""What to ask the filled site for, as JSON: its years, its deepest page, some events, whom it names most often."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")

import django

django.setup()

from django.db.models import Count  # noqa: E402

from timeline.chronology import PAGE_SIZE  # noqa: E402
from timeline.enums import Facet  # noqa: E402
from timeline.models import Entry, EntryLink, Event, Official  # noqa: E402

EVENTS = 200


def about():
    count = Entry.objects.count()
    links = EntryLink.objects.filter(facet=Facet.OFFICIAL).values("target_id").annotate(count=Count("pk"))
    official = links.order_by("-count").first()
    events = Event.objects.filter(slug__startswith="made-up-").order_by("pk")
    first, last = events.first().pk, events.last().pk
    ids = [first + (last - first) * number // EVENTS for number in range(EVENTS)]
    return {
        "count": count,
        "official": Official.objects.get(pk=official["target_id"]).slug,
        "official_in": official["count"],
        "years": sorted(Entry.objects.order_by().values_list("year", flat=True).distinct()),
        "deepest": Entry.objects.newest_first()[PAGE_SIZE].sort_key,
        "pages": -(-count // PAGE_SIZE),
        "slugs": list(Event.objects.filter(pk__in=ids).values_list("slug", flat=True)),
    }


if __name__ == "__main__":
    print(json.dumps(about()))
