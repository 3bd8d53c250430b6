"""Every question on which sources differ, by the agreements that it is about."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.corrections import with_last_correction
from timeline.models import Agreement, Disagreement
from timeline.views.links import link_to
from timeline.views.listed import list_data
from timeline.views.paging import BY_AGREEMENT, SEPARATOR, answers_bad_queries, begins_at, shelf, slug_value


def _key_of_a_slug(request: HttpRequest) -> str:
    """What pages went on from while the list was in the order of slugs; such addresses were given out."""
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    key = "" if after and before else after or before
    try:
        return slug_value(key) if key and SEPARATOR not in key else ""
    except ValueError:
        return ""


@require_safe
@answers_bad_queries
@begins_at(Disagreement.objects.by_agreement())
def listing(request: HttpRequest, start: Disagreement | None) -> HttpResponse:
    if slug := _key_of_a_slug(request):
        return HttpResponsePermanentRedirect(f"{request.path}?at={slug}#{slug}")
    disagreements = Disagreement.objects.published().by_agreement().with_positions().with_records()
    page = shelf(with_last_correction(disagreements), BY_AGREEMENT, request.GET, start=start)
    ordinals = [disagreement.public_ordinal for disagreement in page.records]  # type: ignore[attr-defined]
    agreements = {each.ordinal: each for each in Agreement.objects.published().filter(ordinal__in=set(ordinals))}
    concerned = {
        disagreement.slug: [link_to(concern.record) for concern in disagreement.concerns]  # type: ignore[attr-defined]
        for disagreement in page.records
    }
    context = {
        "structured": list_data(request, _("Disagreements"), page.records),
        "page": page,
        "groups": [
            (agreements.get(ordinal), [disagreement for _ordinal, disagreement in group])
            for ordinal, group in groupby(zip(ordinals, page.records, strict=True), key=lambda pair: pair[0])
        ],
        "concerned": concerned,
    }
    return render(request, "timeline/disagreements/list.html", context)
