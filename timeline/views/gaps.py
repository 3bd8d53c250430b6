"""What is known to be missing: recorded by editors, and derived from the records."""

from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db.models import Case, F, QuerySet, SmallIntegerField, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.corrections import with_last_correction
from timeline.derived_gaps import Finding, derived_gaps
from timeline.models import ContentVersion, Gap
from timeline.models.base import published
from timeline.views.links import Link, link_to
from timeline.views.listed import list_data
from timeline.views.paging import BY_AGREEMENT, answers_bad_queries, begins_at, shelf


def recorded_gaps() -> QuerySet[Gap]:
    """In the model's order, but those of an agreement that is not public stand among those of none."""
    is_public = When(published("agreement"), then=F("agreement__ordinal"))
    gaps = Gap.objects.published().select_related("agreement")
    gaps = gaps.annotate(public_ordinal=Case(is_public, output_field=SmallIntegerField(null=True)))
    return gaps.order_by(F("public_ordinal").asc(nulls_first=True), "slug")


@lru_cache(maxsize=2)
def _derived(stamp: tuple[int, Any], language: str) -> list[tuple[Finding, list[Link]]]:
    """It reads all citations: kept until something public changes."""
    return [(each, [link_to(lacking.record, lacking.what) for lacking in each.first]) for each in derived_gaps()]


@require_safe
@answers_bad_queries
@begins_at(recorded_gaps())
def listing(request: HttpRequest, start: Gap | None) -> HttpResponse:
    is_later_page = start is not None or bool(request.GET.get("after") or request.GET.get("before"))
    page = shelf(with_last_correction(recorded_gaps()), BY_AGREEMENT, request.GET, start=start)
    dates = Counter(gap.since for gap in page.records)
    context = {
        "structured": list_data(request, _("Gaps"), page.records),
        "page": page,
        "recorded": [
            (gaps[0].agreement if ordinal is not None else None, gaps)
            for ordinal, group in groupby(page.records, key=lambda gap: gap.public_ordinal)  # type: ignore[attr-defined]
            for gaps in [list(group)]
        ],
        "known_since": dates.most_common(1)[0][0] if dates else "",
        "are_others_since": len(dates) > 1,
        "derived": None if is_later_page else _derived(ContentVersion.stamp(), get_language() or "en"),
    }
    return render(request, "timeline/gaps/list.html", context)
