"""People of the talks: who they are, the posts that they held, what they said and attended."""

from string import ascii_lowercase

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import chronology, linked_data
from timeline.enums import Side
from timeline.models import Appointment, ChiefNegotiator, Official
from timeline.models.columns import Shown
from timeline.views.careers import strip
from timeline.views.listed import list_data
from timeline.views.paging import BY_SLUG, answers_bad_queries, choice, shelf
from timeline.views.records import (
    attach_citations,
    disagreements_about,
    numbered_citations,
    positions_of,
    record_page,
)
from timeline.views.years import years_of


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    country = choice(request.GET, "country", Side.values)
    posts = Appointment.objects.published().in_order()
    officials = (
        Official.objects.published()
        .in_order()
        .prefetch_related(Prefetch("appointments", posts, to_attr="public_posts"))
    )
    if country:
        officials = officials.filter(country=country)
    page = shelf(officials, BY_SLUG, request.GET)
    context = {
        "structured": list_data(request, _("Officials"), page.records),
        "page": page,
        "country": country,
        "sides": Side.choices,
        "letters": _letters(country),
    }
    return render(request, "timeline/officials/list.html", context)


def _letters(country: str) -> list[tuple[str, str]]:
    """Slugs begin with the family name, so a letter is the key of the page that begins with it."""
    kept = f"country={country}&" if country else ""
    return [(letter.upper(), f"?{kept}after={letter}") for letter in ascii_lowercase]


POSTS: Shown[Appointment] = Shown(
    Appointment,
    lambda pk: Appointment.objects.published().filter(official=pk).in_order().select_related("organization"),
)
NEGOTIATIONS: Shown[ChiefNegotiator] = Shown(
    ChiefNegotiator,
    lambda pk: (
        ChiefNegotiator.objects.published()
        .filter(official=pk)
        .select_related("agreement")
        .order_by("agreement__ordinal")
    ),
)


@record_page(Official)
@answers_bad_queries
def detail(request: HttpRequest, official: Official) -> HttpResponse:
    posts = POSTS(official.pk)
    disagreements = disagreements_about([official])
    attach_citations([official, *posts, *positions_of(disagreements)])
    context = {
        "structured": linked_data.record_page(official, linked_data.of_official(official, posts)),
        "official": official,
        "career": strip(posts),
        "citations": numbered_citations([official, *posts]),
        "years": years_of(official),
        "page": chronology.about(official, request.GET),
        "negotiations": NEGOTIATIONS(official.pk),
        "disagreements": disagreements,
    }
    return render(request, "timeline/officials/detail.html", context)
