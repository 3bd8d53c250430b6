"""The entries of our timeline as plain JSON, a line each, for the peers: what our own page shows of each of them.

`python -m tests.benchmarks.side_by_side.records | python …/plain_django/manage.py fill`
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")

import django

django.setup()

from django.utils.html import strip_tags  # noqa: E402

from timeline.models import Entry, Event, Round, Statement  # noqa: E402

BATCH = 2_000
MODELS = {"event": Event, "round": Round, "statement": Statement}


def records():
    """In the order of the timeline, read by key."""
    key = ""
    while rows := list(Entry.objects.filter(sort_key__gt=key).in_order().select_related("card")[:BATCH]):
        moments = moments_of(rows)
        yield from (record(row, *moments[row.record_type, row.record_id]) for row in rows)
        key = rows[-1].sort_key


def moments_of(rows):
    found = {}
    for name, model in MODELS.items():
        ids = [row.record_id for row in rows if row.record_type == name]
        for pk, published_at, updated_at in model.objects.filter(pk__in=ids).values_list(
            "pk", "published_at", "updated_at"
        ):
            found[name, pk] = published_at.isoformat(), updated_at.isoformat()
    return found


def record(entry, published_at, updated_at):
    card = entry.card.content
    return {
        "slug": entry.slug,
        "kind": card["kind"].replace("_", " ").capitalize(),
        "title": card["title"],
        "when": card["when"],
        "first_day": entry.first_day.isoformat(),
        "last_day": entry.last_day.isoformat(),
        "summary": strip_tags(card["summary_html"]) or card["words"],
        "venue": card["venue"],
        "place": card["places"][0] if card["places"] else None,
        "agreement": card["agreement"],
        "people": card["people"],
        "bodies": card["bodies"],
        "citations": card["citations"],
        "published_at": published_at,
        "updated_at": updated_at,
    }


if __name__ == "__main__":
    for each in records():
        sys.stdout.write(json.dumps(each, ensure_ascii=False) + "\n")
