"""Saves one event for each line that it is sent, and says what that cost."""

import datetime as dt
import json
import secrets
import sys
import time

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from plain_django.models import Agreement, Citation, Event, Official, Participant, Place, Source
from plain_django.views import EventList


class Command(BaseCommand):
    def handle(self, *args, **options):
        for _line in sys.stdin:
            word = "w" + secrets.token_hex(5).translate(str.maketrans("0123456789", "ghijklmnop"))
            begun, computed = time.perf_counter(), time.process_time()
            event = save(word)
            told = {"title": event.title, "address": event.get_absolute_url(), "day": "2024-05-21", "word": word}
            told |= {"cpu": time.process_time() - computed, "seconds": time.perf_counter() - begun}
            # It is the last one of its day.
            told["page"] = (Event.objects.filter(first_day=event.first_day).count() - 1) // EventList.paginate_by + 1
            print(json.dumps(told), flush=True)


@transaction.atomic
def save(word):
    day, now = dt.date(2024, 5, 21), timezone.now()
    event = Event.objects.create(
        slug=f"published-{word}", kind="Meeting", title=f"Ministers {word} meet", first_day=day, last_day=day,
        summary=f"They met on the {word} question.", place=Place.objects.order_by("slug").first(),
        agreement=Agreement.objects.order_by("-slug").first(), published_at=now, updated_at=now,
    )  # fmt: skip
    Participant.objects.create(event=event, official=Official.objects.order_by("slug").first())
    for order, source in enumerate(Source.objects.order_by("slug")[:2]):
        Citation.objects.create(event=event, source=source, quote=f"The ministers met ({word}).", order=order)
    return event
