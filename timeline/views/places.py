"""Where the talks went, and what happened in each place."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import chronology, linked_data
from timeline.models import Place
from timeline.views.listed import list_data
from timeline.views.locator import locate
from timeline.views.paging import BY_SLUG, answers_bad_queries, shelf
from timeline.views.records import record_page
from timeline.views.years import years_of


@require_safe
@answers_bad_queries
def listing(request: HttpRequest) -> HttpResponse:
    places = Place.objects.published().in_order()
    page = shelf(places, BY_SLUG, request.GET)
    rows = [(place, country_name(place.country)) for place in page.records]
    context = {"page": page, "rows": rows, "structured": list_data(request, _("Places"), page.records)}
    return render(request, "timeline/places/list.html", context)


@record_page(Place)
@answers_bad_queries
def detail(request: HttpRequest, place: Place) -> HttpResponse:
    context = {
        "structured": linked_data.record_page(place, linked_data.of_place(place)),
        "place": place,
        "country": country_name(place.country),
        "coordinates": coordinates(place.latitude, place.longitude),
        "locator": locate(place),
        "years": years_of(place),
        "page": chronology.about(place, request.GET),
    }
    return render(request, "timeline/places/detail.html", context)


def country_name(code: str) -> str:
    """In the language of the page; the code itself where the name is not known."""
    from babel import Locale  # 5 MB, which no other page needs

    return str(Locale.parse((get_language() or "en")[:2]).territories.get(code, code))


def coordinates(latitude: Decimal, longitude: Decimal) -> str:
    """37.5665° N, 126.978° E"""
    north_south = _("%(degrees)s° N") if latitude >= 0 else _("%(degrees)s° S")
    east_west = _("%(degrees)s° E") if longitude >= 0 else _("%(degrees)s° W")
    return f"{north_south % {'degrees': _degrees(latitude)}}, {east_west % {'degrees': _degrees(longitude)}}"


def _degrees(value: Decimal) -> str:
    return f"{abs(value).normalize():f}"
