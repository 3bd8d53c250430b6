"""Ministries, legislatures, embassies and alliances, and who held posts there."""

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import chronology, linked_data
from timeline.enums import Side
from timeline.models import Appointment, Organization
from timeline.models.columns import Shown
from timeline.views.careers import strip
from timeline.views.listed import list_data
from timeline.views.paging import BY_NAME, Column, Order, answers_bad_queries, number_value, shelf
from timeline.views.records import (
    attach_citations,
    disagreements_about,
    positions_of,
    record_page,
)
from timeline.views.years import years_of

MOST_POSTS = 200
BY_SIDE: Order = (Column("side_rank", number_value), *BY_NAME)


def organizations_by_side() -> QuerySet[Organization]:
    """Seoul, Washington, then the bodies of both or of more, each by their names."""
    ranks = (When(country=side, then=Value(rank)) for rank, side in enumerate(Side.values))
    ranked = Organization.objects.published().annotate(side_rank=Case(*ranks, output_field=IntegerField()))
    return ranked.order_by("side_rank", "name", "slug")


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    page = shelf(organizations_by_side(), BY_SIDE, request.GET)
    context = {"page": page, "structured": list_data(request, _("Organizations"), page.records)}
    return render(request, "timeline/organizations/list.html", context)


def _posts(pk: int) -> QuerySet[Appointment]:
    """One more than is shown."""
    held = Appointment.objects.published().filter(organization=pk).in_order()
    return held.select_related("official")[: MOST_POSTS + 1]


POSTS: Shown[Appointment] = Shown(Appointment, _posts)


@record_page(Organization)
@answers_bad_queries
def detail(request: HttpRequest, organization: Organization) -> HttpResponse:
    found = POSTS(organization.pk)
    disagreements = disagreements_about([organization])
    attach_citations([organization, *positions_of(disagreements)])
    context = {
        "structured": linked_data.record_page(organization, linked_data.of_organization(organization)),
        "organization": organization,
        "career": strip(found[:MOST_POSTS]),
        "more_posts": len(found) > MOST_POSTS,
        "years": years_of(organization),
        "page": chronology.about(organization, request.GET),
        "disagreements": disagreements,
    }
    return render(request, "timeline/organizations/detail.html", context)
