"""The entries of our timeline as plain JSON, a line each, for the peers: what our own page shows of each of them.

`python -m tests.benchmarks.side_by_side.records | python …/plain_django/manage.py fill`

What was copied (multiplying.py) comes behind all others: of what it is a copy, and what it says otherwise.
"""

import itertools
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")

import django

django.setup()

from django.utils.html import strip_tags  # noqa: E402

from tests.benchmarks.side_by_side.filling import ORIGINALS  # noqa: E402
from tests.benchmarks.side_by_side.multiplying import code_of, number_of, slug_of  # noqa: E402
from timeline.models import Entry, Event, Round, Statement  # noqa: E402

BATCH = 2_000
MODELS = {"event": Event, "round": Round, "statement": Statement}
FIRST_COPY = code_of(ORIGINALS)


def records():
    """In the order of the timeline, read by key."""
    # By their names: for each entry, PostgreSQL would look through a set of a million ids.
    copied = {"record_type": "event", "slug__startswith": slug_of("m"), "slug__gte": slug_of(FIRST_COPY)}
    key, originals = "", Entry.objects.exclude(**copied).in_order().select_related("card")
    while rows := list(originals.filter(sort_key__gt=key)[:BATCH]):
        moments = moments_of(rows)
        yield from (record(row, *moments[row.record_type, row.record_id]) for row in rows)
        key = rows[-1].sort_key


def copies():
    """In the order of the timeline as well."""
    rows = Event.objects.filter(code__gte=FIRST_COPY, slug__startswith=slug_of("m")).order_by("code")
    for code, slug, day, moment in rows.values_list("code", "slug", "first_day", "published_at").iterator(BATCH):
        original = slug_of(code_of(number_of(code) % ORIGINALS))
        yield {"copy_of": original, "slug": slug, "day": day.isoformat(), "moment": moment.isoformat()}


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
    for each in itertools.chain(records(), copies()):
        sys.stdout.write(json.dumps(each, ensure_ascii=False) + "\n")
