"""The search: a page, the same rows as JSON, and what a reader may be about to type."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from timeline import search
from timeline.enums import EntryKind
from timeline.search import Choice, Filters, Results
from timeline.search.searching import MODELS

FEW = 3  # results, up to which a better spelling is looked for
MOST_LISTED = 12  # of one facet
CHOSEN_BY = ("kind", "agreement", "year", "person")


@dataclass(frozen=True)
class Narrowing:
    """One value of a facet: how many results it would leave, and the address that asks for it, or takes it back."""

    label: str
    count: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """What the address says, as far as it is understood: nothing in it is an error."""

    words: str
    filters: Filters
    after: str

    @classmethod
    def from_query(cls, query: QueryDict) -> "Asked":
        values = {name: query.get(name, "").strip()[:100] for name in CHOSEN_BY}
        by_date = query.get("order") == "date"
        return cls(
            query.get("q", "")[: 2 * search.LONGEST].strip(),
            Filters(**values, by_date=by_date),
            query.get("after", "")[:200],
        )


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    asked = Asked.from_query(request.GET)
    results, meant, is_instead = _answer(asked)
    context = {
        "words": asked.words[: search.LONGEST],
        "filters": asked.filters,
        "results": results,
        "hits": [(hit, kind_label(hit.kind)) for hit in results.hits],
        "total_words": _total_words(results),
        "facets": _facets(asked, results),
        "chosen": _chosen(asked, results),
        "meant": meant,
        "meant_url": _address(asked, q=meant),
        "is_instead": is_instead,
        "is_first": not asked.after,
        "next_url": _address(asked, after=results.next_key) if results.next_key else "",
        "turned_url": _address(asked, order="" if asked.filters.by_date else "date"),
        "timeline_url": _timeline_address(results),
        "json_url": _address(asked, to="search-json", after=asked.after),
    }
    return render(request, "timeline/search/page.html", context)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same rows, for programs."""
    asked = Asked.from_query(request.GET)
    results, meant, is_instead = _answer(asked)
    body = {
        "query": results.query.text,
        "total": results.total,
        "has_all_words": results.has_all,
        "did_you_mean": meant,
        "results_are_of": meant if is_instead else results.query.text,
        "results": [_row(hit) for hit in results.hits],
        "facets": {
            name: [{"value": each.value, "label": _label(name, each), "count": each.count} for each in choices]
            for name, choices in results.facets.items()
        },
        "next": settings.SITE_URL + _address(asked, to="search-json", after=results.next_key)
        if results.next_key
        else None,
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    found = search.suggest(request.GET.get("q", ""))
    rows = [
        {
            "title": each.title,
            "title_ko": each.title_ko,
            "kind": kind_label(each.kind),
            "url": each.url,
            "when": each.when,
        }
        for each in found
    ]
    return JsonResponse({"suggestions": rows}, json_dumps_params={"ensure_ascii": False})


def _answer(asked: Asked) -> tuple[Results, str, bool]:
    """The results; a better spelling, where there are few; and whether they are of that one, as there were none."""
    results = search.search(asked.words, asked.filters, asked.after)
    if asked.after or results.query.is_empty or (results.has_all and results.total > FEW):
        return results, "", False
    meant = search.did_you_mean(results.query)
    if not meant or results.total:
        return results, meant, False
    instead = search.search(meant, asked.filters, "")
    return (instead, meant, True) if instead.total else (results, "", False)


def _row(hit: search.Hit) -> dict[str, Any]:
    return {
        "record": hit.record_type,
        "kind": hit.kind,
        "slug": hit.slug,
        "url": settings.SITE_URL + hit.url,
        "title": hit.title,
        "title_ko": hit.title_ko,
        "when": hit.when,
        "snippet": "".join(run.text for run in hit.snippet),
        "matches": [run.text for run in hit.snippet if run.is_marked],
    }


# --- words -----------------------------------------------------------------------------------------------------------


def kind_label(kind: str) -> str:
    if kind in EntryKind.values:
        return str(EntryKind(kind).label)
    return str(capfirst(MODELS[kind]._meta.verbose_name)) if kind in MODELS else kind


def _total_words(results: Results) -> str:
    return f"{results.total:,}"


def _label(name: str, choice: Choice) -> str:
    return kind_label(choice.value) if name == "kind" else choice.label


# --- addresses -------------------------------------------------------------------------------------------------------


def _pairs(asked: Asked) -> dict[str, str]:
    values = {"q": asked.words, **{name: getattr(asked.filters, name) for name in CHOSEN_BY}}
    return values | {"order": "date" if asked.filters.by_date else ""}


def _address(asked: Asked, to: str = "search", **changed: str) -> str:
    query = QueryDict(mutable=True)
    for name, value in {**_pairs(asked), **changed}.items():
        if value:
            query[name] = value
    return f"{reverse(to)}?{query.urlencode()}" if query else reverse(to)


def _timeline_address(results: Results) -> str:
    """The same plain words asked of the timeline."""
    words = " ".join(term.words.strip("?!.,") for term in results.query.terms)[: search.LONGEST]
    query = QueryDict(mutable=True)
    if words:
        query["q"] = words
    return f"{reverse('timeline')}?{query.urlencode()}" if words else reverse("timeline")


def _facets(asked: Asked, results: Results) -> dict[str, list[Narrowing]]:
    return {name: _narrowings(asked, name, choices) for name, choices in results.facets.items()}


def _narrowings(asked: Asked, name: str, choices: tuple[Choice, ...]) -> list[Narrowing]:
    chosen = getattr(asked.filters, name)
    return [
        Narrowing(
            _label(name, choice),
            f"{choice.count:,}" + ("" if choice.is_exact else "+"),
            _address(asked, **{name: "" if choice.value == chosen else choice.value}),
            choice.value == chosen,
        )
        for choice in choices[: MOST_LISTED if name != "year" else None]
    ]


def _chosen(asked: Asked, results: Results) -> list[tuple[str, str]]:
    """What was chosen beside the words, each with the address without it."""
    found = []
    for name in CHOSEN_BY:
        if value := getattr(asked.filters, name):
            labels: Mapping[str, str] = {each.value: _label(name, each) for each in results.facets.get(name, ())}
            found.append(
                (labels.get(value) or (kind_label(value) if name == "kind" else value), _address(asked, **{name: ""}))
            )
    return found


__all__ = ["as_json", "page", "suggestions"]
