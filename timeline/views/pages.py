"""Pages that belong to no one kind of record: the overview, about, short links, and the pages for what went wrong."""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db.models import CharField, Count, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.template.defaultfilters import filesizeformat
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import chronology, linked_data
from timeline.enums import AgreementStatus, Currency, EntryKind, EventKind, StageKind, State
from timeline.glossary import BY_SLUG, TERMS
from timeline.models import (
    Agreement,
    ContentVersion,
    Disagreement,
    Entry,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Stage,
    Statement,
    Tombstone,
    Topic,
)
from timeline.models.base import SLUG_LENGTH
from timeline.models.fields import validate_code
from timeline.problems import concerns_machines, database_problem, is_passing, problem
from timeline.views.bands import overview_band
from timeline.views.forms import Form, each, has_forms
from timeline.views.health import RETRY_AFTER
from timeline.views.links import Link, link_to
from timeline.views.money import first_year_totals
from timeline.views.records import Gone, Moved, gone_page, refuse

FAMILIES: dict[str, type[Record]] = {
    "agreements": Agreement,
    "rounds": Round,
    "events": Event,
    "statements": Statement,
    "figures": Figure,
    "officials": Official,
    "organizations": Organization,
    "places": Place,
    "topics": Topic,
    "sources": Source,
    "disagreements": Disagreement,
    "gaps": Gap,
}
NEWEST = 6
CURRENT = 2  # the agreement in force and the next, while it is negotiated
MOST_CANDIDATES = 400
MOST_SUGGESTIONS = 5
NEAR_ENOUGH = 0.6
NUMBER = "sma.request_number"  # what the log calls a request by; the site around this app gives it


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    agreements = list(Agreement.objects.published().in_order())
    totals = first_year_totals(agreements)
    context = {
        "structured": linked_data.overview(),
        "counts": _counts(),
        "standings": _standings(agreements, totals),
        "page": chronology.page(chronology.Filter(), newest=True, size=NEWEST),
        "band": overview_band(ContentVersion.stamp()),
        "money": _first_years(agreements, totals),
        "founding_articles": Source.objects.published().filter(founding_article=True).order_by("published_on", "slug"),
    }
    return render(request, "timeline/pages/overview.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "timeline/pages/about.html", {})


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    terms = sorted(TERMS, key=lambda term: term.name.casefold())
    related = {term.slug: [BY_SLUG[slug] for slug in term.related] for term in terms}
    return render(request, "timeline/pages/glossary.html", {"terms": terms, "related": related})


# --- the overview ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """How many records of a kind are published, and where they are listed."""

    count: int
    name: str
    url: str


def _counts() -> list[Tally]:
    """One query for all kinds. What stands on the timeline is counted there, where an index has it by kind."""
    entries = Entry.objects.order_by().values("kind").annotate(count=Count("*")).values_list("kind", "count")
    others = [_counted(family, model) for family, model in FAMILIES.items() if model not in {Round, Event, Statement}]
    counted: Counter[str] = Counter()
    for name, count in entries.union(*others, all=True):
        counted[f"{EntryKind(name).record_type}s" if name in EntryKind else name] += count
    return [_tally(model, counted[family], _listed_at(family)) for family, model in FAMILIES.items()]


def _counted(family: str, model: type[Record]) -> QuerySet[Any, Any]:
    published = model._default_manager.published()  # type: ignore[attr-defined]
    named = published.order_by().annotate(family=Value(family, CharField())).values("family")
    counted: QuerySet[Any, Any] = named.annotate(count=Count("pk")).values_list("family", "count")
    return counted


def _tally(model: type[Record], count: int, url: str) -> Tally:
    return Tally(count, str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural), url)


def _listed_at(family: str) -> str:
    """Rounds, events and statements are listed by the timeline."""
    kinds = {"rounds": ["round"], "statements": ["statement"], "events": EventKind.values}.get(family)
    if kinds is None:
        return reverse(f"{family.removesuffix('s')}-list")
    return f"{reverse('timeline')}?{'&'.join(f'kind={kind}' for kind in kinds)}"


@dataclass(frozen=True)
class Sum:
    """One value that sources state for a year, and how long its bar is, in percent of the longest in its currency."""

    figure: Figure
    share: str


@dataclass(frozen=True)
class FirstYear:
    """What is to be paid for the first year of an agreement: each value once, a currency in a column of its own."""

    agreement: Agreement
    won: list[Sum]
    dollars: list[Sum]


def _first_years(agreements: list[Agreement], totals: dict[int, list[Any]]) -> list[FirstYear]:
    won, dollars = (_sums(totals, currency) for currency in (Currency.KRW, Currency.USD))
    return [FirstYear(each, won.get(each.pk, []), dollars.get(each.pk, [])) for each in agreements]


def _sums(totals: dict[int, list[Any]], currency: Currency) -> dict[int, list[Sum]]:
    stated = {
        key: [each for each in figures if each.currency == currency and each.amount] for key, figures in totals.items()
    }
    longest = max((figure.amount for figures in stated.values() for figure in figures), default=Decimal(1))
    return {
        key: [Sum(figure, f"{100 * figure.amount / longest:.1f}") for figure in figures]
        for key, figures in stated.items()
    }


@dataclass(frozen=True)
class Standing:
    """Where one agreement stands."""

    agreement: Agreement
    agreed: list[Sum]
    stages: list[Stage]
    latest_round: Round | None


def _standings(agreements: list[Agreement], totals: dict[int, list[Any]]) -> list[Standing]:
    """Of those that have not expired, the newest first; of the last one when all have."""
    alive = [each for each in agreements if each.status != AgreementStatus.EXPIRED] or agreements[-1:]
    current = alive[::-1][:CURRENT]
    stages = list(Stage.objects.published().filter(agreement__in=current).select_related("event__place"))
    stages.sort(key=lambda stage: StageKind.values.index(stage.stage))
    latest = _latest_rounds(current)
    agreed = {each.agreement.pk: each.won or each.dollars for each in _first_years(current, totals)}
    return [
        Standing(
            each, agreed[each.pk], [stage for stage in stages if stage.agreement_id == each.pk], latest.get(each.pk)
        )
        for each in current
    ]


def _latest_rounds(agreements: list[Agreement]) -> dict[int, Round]:
    """By agreement. A round that is only planned counts: it is what readers wait for."""
    rounds = Round.objects.published().filter(agreement__in=agreements).select_related("agreement", "place")
    return {each.agreement_id: each for each in rounds.order_by("first_day", "number")}


# --- short links -----------------------------------------------------------------------------------------------------


def _way_to(record: Record) -> Form:
    return Form(b"", "text/html; charset=utf-8", leads_to=record.get_absolute_url())


@has_forms(each(_way_to))
@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the record with this code, of whatever kind, wherever it stands now; or that it is gone.

    Codes are written in small letters; who types one from print may write capitals.
    """
    model, slug, state = of_code(code.lower())
    if state == State.WITHDRAWN:
        return _withdrawn(request, model, slug)
    return HttpResponsePermanentRedirect(model(slug=slug).get_absolute_url())


def of_code(code: str) -> tuple[type[Record], str, str]:
    """The kind, slug and state of the record that is or was public under this code; `Http404` where none was."""
    try:
        validate_code(code)
    except ValidationError as error:
        raise Http404 from error
    first, *rest = (_coded(family, model, code) for family, model in FAMILIES.items())
    found = sorted(first.union(*rest, all=True), key=lambda row: row[2] != State.PUBLISHED) or _buried(code)
    if not found:
        raise Http404
    family, slug, state = found[0]
    return FAMILIES[family], slug, state


def _withdrawn(request: HttpRequest, model: type[Record], slug: str) -> HttpResponse:
    """Where a record that was merged into another has gone; else when and why it was withdrawn."""
    try:
        refuse(model, slug)
    except Moved as moved:
        return HttpResponsePermanentRedirect(moved.url)
    except Gone as gone:
        return gone_page(request, gone.record)


def _buried(code: str) -> list[tuple[str, str, str]]:
    """What is left of a record that the data set does not hold any more."""
    families = {str(model._meta.model_name): family for family, model in FAMILIES.items()}
    left = Tombstone.objects.filter(code=code).order_by("kind").values_list("kind", "slug")
    return [(families[kind], slug, State.WITHDRAWN) for kind, slug in left if kind in families]


def _coded(family: str, model: type[Record], code: str) -> QuerySet[Any, Any]:
    once_public = model._default_manager.filter(code=code, state__in=(State.PUBLISHED, State.WITHDRAWN))
    named: QuerySet[Any, Any] = once_public.order_by().annotate(family=Value(family, CharField()))
    return named.values_list("family", "slug", "state")


# --- what went wrong -------------------------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence, status = _("The server could not make sense of this request."), 400
    if isinstance(exception, RequestDataTooBig):
        most = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        sentence, status = (
            _("What was sent is too long: at most %(most)s. Go back and shorten it.") % {"most": most},
            413,
        )
    if concerns_machines(request):
        return problem(status, sentence)
    return render(request, "400.html", {"problem": sentence}, status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"suggestions": suggestions(request.path)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks neither the database nor the context of the other pages: one of them may be what failed."""
    try:
        stylesheets = [static(f"timeline/css/{part}.css") for part in ("tokens", "base")]
    except ValueError:  # the manifest of static files does not know them
        stylesheets = []
    failure = sys.exc_info()[1]  # the handler is called while what failed is being handled
    number = request.META.get(NUMBER, "")
    if concerns_machines(request):
        return machine_error(failure, number)
    context = {"stylesheets": stylesheets, "number": number}
    if failure is not None and is_passing(failure):
        page = loader.get_template("503.html").render(context | {"problem": database_problem(failure)})
        headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"}
        return HttpResponse(page, status=503, headers=headers)
    return HttpResponseServerError(loader.get_template("500.html").render(context))


def machine_error(failure: BaseException | None, number: str) -> HttpResponse:
    told: dict[str, Any] = {"request": number} if number else {}
    if failure is not None and is_passing(failure):
        headers = {"Retry-After": RETRY_AFTER, "Cache-Control": "no-store"}
        return problem(503, database_problem(failure), headers, **told)
    return problem(500, _("The fault is ours, and it has been logged. The same request may work in a minute."), **told)


def suggestions(path: str) -> list[Link]:
    """Published records whose address is near the one that was typed. At most two queries, over a bounded set."""
    family, *rest = path.strip("/").split("/")
    model = FAMILIES.get(family)
    last = rest[0] if model and rest else [family, *rest][-1]
    typed = re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")
    if not 3 <= len(typed) <= SLUG_LENGTH:
        return []
    published: QuerySet[Any] = model._default_manager.published() if model else Entry.objects.all()  # type: ignore[attr-defined]
    candidates = published.filter(_begins_alike(typed)).order_by("slug").values_list("slug", flat=True)
    near = _nearest(typed, list(candidates[:MOST_CANDIDATES]))
    return _links(published, near) if near else []


def _begins_alike(typed: str) -> Q:
    """Slugs that begin as the whole or as one of its words; ranges, so that the index on slugs answers."""
    words = [word for word in typed.split("-") if len(word) >= 3 and word.isalpha()]
    alike = Q()
    for beginning in {typed[:7], *(word[:4] for word in words[:4])}:
        alike |= Q(slug__gte=beginning, slug__lt=f"{beginning}~")  # a tilde sorts behind every letter of a slug
    return alike


def _nearest(typed: str, slugs: list[str]) -> list[str]:
    """Whatever the order of the words: linda-specht is near specht-linda."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_sorted_words(typed))
    ratios = []
    for slug in slugs:
        matcher.set_seq1(_sorted_words(slug))
        if matcher.quick_ratio() >= NEAR_ENOUGH and (ratio := matcher.ratio()) >= NEAR_ENOUGH:
            ratios.append((-ratio, slug))
    return [slug for _ratio, slug in sorted(ratios)[:MOST_SUGGESTIONS]]


def _sorted_words(slug: str) -> str:
    return "-".join(sorted(slug.split("-")))


def _links(published: QuerySet[Any], slugs: list[str]) -> list[Link]:
    related = {Entry: ["card"], Round: ["agreement"], Statement: ["speaker", "on_behalf_of"]}.get(published.model, [])
    found = {each.slug: each for each in published.filter(slug__in=slugs).select_related(*related)}
    return [_link(found[slug]) for slug in slugs if slug in found]


def _link(record: Any) -> Link:
    if isinstance(record, Entry):
        return Link(record.get_kind_display(), record.card.content["url"], record.card.content["title"])
    return link_to(record)
