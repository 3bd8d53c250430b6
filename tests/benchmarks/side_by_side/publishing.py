"""Publishes one event for each line that it is sent, as an editor's click does, and says what that cost.

A process of its own beside the server, as the settings of the site and of its peers don't go together in one.
"""

import json
import os
import secrets
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")

import django

django.setup()

from timeline import actions, history, index  # noqa: E402
from timeline.models import Agreement, Citation, Event, Official, Participant, Place, Source  # noqa: E402


def publish(word):
    """Entered with its participant and its citations, then published: each a unit of work with its history."""
    with history.unit(by=None, why="entered"), index.at_once():
        event = Event.objects.create(
            slug=f"published-{word}", kind="meeting", title=f"Ministers {word} meet", when="2024-05-21",
            summary=f"They met on the {word} question.", place=Place.objects.published().order_by("slug").first(),
            agreement=Agreement.objects.published().order_by("-ordinal").first(),
        )  # fmt: skip
        Participant.objects.create(event=event, official=Official.objects.published().order_by("slug").first())
        for order, source in enumerate(Source.objects.published().filter(kind="official").order_by("slug")[:2]):
            Citation.objects.create(event=event, source=source, quote=f"The ministers met ({word}).", order=order)
    actions.publish(event, by=None, reason="reviewed")
    return {"title": event.title, "address": event.get_absolute_url(), "day": "2024-05-21"}


def serve(publish):
    for _line in sys.stdin:
        word = "w" + secrets.token_hex(5).translate(str.maketrans("0123456789", "ghijklmnop"))
        begun, computed = time.perf_counter(), time.process_time()
        told = publish(word)
        told |= {"word": word, "cpu": time.process_time() - computed, "seconds": time.perf_counter() - begun}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    serve(publish)
