"""Threads that run across agreements."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import chronology, linked_data
from timeline.enums import Facet
from timeline.models import EntryLink, Topic
from timeline.stream import stream
from timeline.views.listed import list_data
from timeline.views.paging import BY_NAME, answers_bad_queries, shelf
from timeline.views.records import record_page
from timeline.views.years import years_of

LEVEL = 3  # of the headings of years, as its template has it


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    page = shelf(Topic.objects.published().order_by("name", "slug"), BY_NAME, request.GET)
    context = {
        "page": page,
        "counts": entry_counts(page.records),
        "structured": list_data(request, _("Topics"), page.records),
    }
    return render(request, "timeline/topics/list.html", context)


@record_page(Topic)
@answers_bad_queries
def detail(request: HttpRequest, topic: Topic) -> HttpResponse:
    page = chronology.about(topic, request.GET)
    entries = None if page.previous_key else linked_data.entries_of_cards(stream(page.rows, LEVEL).cards)
    context = {
        "structured": linked_data.record_page(topic, linked_data.of_topic(topic), entries),
        "topic": topic,
        "years": years_of(topic),
        "page": page,
    }
    return render(request, "timeline/topics/detail.html", context)


def entry_counts(topics: list[Topic]) -> dict[int, int]:
    """How many public entries of the timeline each topic has, by its id."""
    links = EntryLink.objects.filter(facet=Facet.TOPIC, target_id__in=[topic.pk for topic in topics])
    return dict(links.order_by().values_list("target_id").annotate(count=Count("*")))  # of rows: the index has no ids
