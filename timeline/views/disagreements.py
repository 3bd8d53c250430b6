"""Every question on which sources differ."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.corrections import with_last_correction
from timeline.models import Disagreement
from timeline.views.links import link_to
from timeline.views.listed import list_data
from timeline.views.paging import BY_SLUG, answers_bad_queries, begins_at, shelf


@require_safe
@answers_bad_queries
@begins_at(Disagreement.objects.all())
def listing(request: HttpRequest, start: Disagreement | None) -> HttpResponse:
    disagreements = Disagreement.objects.published().in_order().with_positions().with_records()
    page = shelf(with_last_correction(disagreements), BY_SLUG, request.GET, start=start)
    concerned = {
        disagreement.slug: [link_to(concern.record) for concern in disagreement.concerns]  # type: ignore[attr-defined]
        for disagreement in page.records
    }
    context = {
        "structured": list_data(request, _("Disagreements"), page.records),
        "page": page,
        "concerned": concerned,
    }
    return render(request, "timeline/disagreements/list.html", context)
