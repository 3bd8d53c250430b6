from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from timeline import linked_data
from timeline.models import Event, Participant, Place, Stage, Topic
from timeline.models.columns import Shown
from timeline.models.hanging import may_have
from timeline.views.links import public
from timeline.views.occasions import proceedings
from timeline.views.records import SHOWN, record_page, relations_of

PARTICIPANTS: Shown[Participant] = Shown(
    Participant, lambda pk: Participant.objects.published().filter(event=pk).with_party().in_order()[:SHOWN]
)
STAGES: Shown[Stage] = Shown(
    Stage,
    lambda pk: Stage.objects.published().filter(event=pk).select_related("agreement").order_by("agreement__ordinal"),
)


@record_page(Event.objects.select_related("agreement", "place"))
def detail(request: HttpRequest, event: Event) -> HttpResponse:
    participants = PARTICIPANTS(event.pk) if may_have(event, Participant) else []
    held = proceedings(event, participants)
    places, topics = places_and_topics(event)
    structured = linked_data.of_event(
        event, _second(event, places), held.attendances, [each.statement for each in held.said]
    )
    context = {
        "structured": linked_data.record_page(event, structured),
        "event": event,
        "agreement": public(event.agreement),
        "places": places,
        "stages": STAGES(event.pk) if may_have(event, Stage) else [],
        "proceedings": held,
        "relations": relations_of(event, held.statements),
        "topics": topics,
    }
    return render(request, "timeline/events/detail.html", context)


@dataclass(frozen=True)
class NamedLink:
    slug: str
    name: str
    name_ko: str
    code: str


def _names(pk: int) -> QuerySet[Any]:
    """Of the second places and of the topics of an event."""
    names = ("kind_of_name", "slug", "name", "name_ko", "code")
    also_at = Place.objects.published().filter(also_events=pk).order_by()
    topics = Topic.objects.published().filter(events=pk).order_by()
    return (
        also_at.annotate(kind_of_name=Value("place", CharField()))
        .values_list(*names)
        .union(topics.annotate(kind_of_name=Value("topic", CharField())).values_list(*names))
        .order_by("slug")
    )


NAMES: Shown[tuple[str, ...]] = Shown(Event, _names)


def places_and_topics(event: Event) -> tuple[list[NamedLink], list[NamedLink]]:
    """The place, then the second places; and the topics. One query: both are only names here."""
    rows = NAMES(event.pk) if may_have(event, Event.also_at.through, Event.topics.through) else []
    first = public(event.place)
    places = [NamedLink(first.slug, first.name, first.name_ko, first.code)] if first else []
    places += [NamedLink(*row[1:]) for row in rows if row[0] == "place" and not (first and row[1] == first.slug)]
    return places, [NamedLink(*row[1:]) for row in rows if row[0] == "topic"]


def _second(event: Event, places: list[NamedLink]) -> list[NamedLink]:
    return [place for place in places if event.place is None or place.slug != event.place.slug]
