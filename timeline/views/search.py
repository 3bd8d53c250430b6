"""The search: a page, the same rows as JSON, and what a reader may be about to type."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from timeline import chronology, dates, search
from timeline.enums import EntryKind
from timeline.models import Agreement, Official
from timeline.search import MODELS, Choice, Filters, Results
from timeline.search.query import Query
from timeline.views.in_place import asks_for_a_part, kept_apart

FEW = 3  # results, up to which a better spelling is looked for
CHOSEN_BY = ("kind", "agreement", "year", "person")


@dataclass(frozen=True)
class Narrowing:
    """One value of a facet: how many results it would leave, and the address that asks for it, or takes it back."""

    value: str
    label: str
    count: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    heading: str
    values: list[Narrowing]
    is_exact: bool


@dataclass(frozen=True)
class Chip:
    name: str  # in words
    label: str
    url: str  # the same without it


@dataclass(frozen=True)
class Answer:
    """The results; a better spelling, where there are few; and whether they are of that one, as there were none."""

    results: Results
    meant: str = ""
    is_instead: bool = False


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

    @property
    def chosen(self) -> dict[str, str]:
        return {name: value for name in CHOSEN_BY if (value := getattr(self.filters, name))}


@require_safe
@kept_apart
def page(request: HttpRequest) -> HttpResponse:
    """The whole page; for htmx the part of it that changes with the filters."""
    asked = Asked.from_query(request.GET)
    template = "timeline/search/_part.html" if asks_for_a_part(request) else "timeline/search/page.html"
    return render(request, template, _context(asked))


def _context(asked: Asked) -> dict[str, Any]:
    answer = _answer(asked)
    results = answer.results
    answered = replace(asked, words=answer.meant) if answer.is_instead else asked
    labels = _labels(asked.filters)
    return {
        "asked": asked,
        "words": asked.words[: search.LONGEST],
        "answered_words": answered.words[: search.LONGEST],
        "title": _title(asked, labels),
        "results": results,
        "hits": [(hit, kind_label(hit.kind)) for hit in results.hits if not (results.has_all and hit.is_near)],
        "near_hits": [(hit, kind_label(hit.kind)) for hit in results.hits if results.has_all and hit.is_near],
        "missing_words": ", ".join(f"“{words}”" for words in results.missing),
        "total": results.total or 0,
        "total_words": f"{results.total or 0:,}",
        "facets": _facets(answered, results),
        "newest_counted": f"{search.EXACT_TO:,}",
        "chips": [
            Chip(_name_words(name), labels.get(name, value), _address(answered, **{name: ""}))
            for name, value in asked.chosen.items()
        ],
        "meant": answer.meant,
        "meant_url": _address(asked, q=answer.meant),
        "is_instead": answer.is_instead,
        "is_asked": bool(asked.words or asked.chosen),
        "is_first": not asked.after,
        "next_url": _address(answered, after=results.next_key) if results.next_key else "",
        "turned_url": _address(answered, order="" if asked.filters.by_date else "date"),
        "bare_url": _address(Asked(asked.words, Filters(by_date=asked.filters.by_date), "")),
        "side_by_side": _side_by_side(results.query),
        "timeline_url": _timeline_address(asked, results, labels),
        "json_url": _address(answered, to="search-json", after=asked.after),
    }


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same rows, for programs. With `counts=no` neither total nor facets, which is quicker among very many."""
    asked = Asked.from_query(request.GET)
    counted = request.GET.get("counts") != "no"
    answer = _answer(asked, counted=counted)
    results = answer.results
    answered = replace(asked, words=answer.meant) if answer.is_instead else asked
    changed = {"after": results.next_key, "counts": "" if counted else "no"}
    following = _address(answered, to="search-json", **changed) if results.next_key else ""
    body = {
        "query": search.parse(asked.words).text,
        "total": results.total,
        "has_all_words": results.has_all,
        "words_in_no_record": list(results.missing),
        "did_you_mean": answer.meant,
        "results_are_of": results.query.text,
        "results": [_row(hit) | ({} if results.has_all else {"has_all_words": False}) for hit in results.hits],
        "facets": {
            name: [
                {"value": each.value, "label": _label(name, each), "count": each.count, "is_exact": each.is_exact}
                for each in choices
            ]
            for name, choices in results.facets.items()
        },
        "next": settings.SITE_URL + following if following else None,
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Rows for the box, and how many there are in words, for those who do not see them."""
    rows = [
        {
            "title": each.title,
            "title_ko": each.title_ko if each.title_ko != each.title else "",
            "kind": kind_label(each.kind),
            "when": str(dates.parse(each.when)) if each.when else "",
            "url": each.url,
        }
        for each in search.suggest(request.GET.get("q", ""))
    ]
    words = ngettext("%(count)s suggestion", "%(count)s suggestions", len(rows)) % {"count": len(rows)}
    return JsonResponse({"words": words, "suggestions": rows}, json_dumps_params={"ensure_ascii": False})


def _answer(asked: Asked, *, counted: bool = True) -> Answer:
    results = search.search(asked.words, asked.filters, asked.after, counted=counted)
    if asked.after or results.query.is_empty or (results.has_all and results.at_least > FEW):
        return Answer(results)
    meant = search.did_you_mean(results.query, is_found=results.has_all and results.at_least > 0)
    if not meant or (results.at_least and results.has_all):
        return Answer(results, meant)
    instead = search.search(meant, asked.filters, counted=counted)
    if results.at_least and not instead.has_all:
        return Answer(results, meant)
    return Answer(instead, meant, is_instead=True) if instead.at_least else Answer(results)


def _side_by_side(query: Query) -> list[tuple[str, str]]:
    """Where what the query compares stands side by side, in words and as an address."""
    if not query.compares:
        return []
    if query.compares_two:
        named = Agreement.objects.published().filter(ordinal__in=query.ordinals).in_order()
        if len(two := list(named.values_list("name", "slug"))) == 2:
            (first, a), (second, b) = two
            words = _("%(first)s and %(second)s") % {"first": first, "second": second}
            return [(words, f"{reverse('agreement-compare')}?a={a}&b={b}")]
    return [
        (_("what Seoul pays, year by year"), f"{reverse('figure-list')}#contribution_heading"),
        (_("all agreements"), reverse("agreement-list")),
    ]


def _row(hit: search.Hit) -> dict[str, Any]:
    return {
        "record": hit.record_type,
        "kind": hit.kind,
        "slug": hit.slug,
        "url": settings.SITE_URL + hit.url,
        "title": hit.title,
        "title_ko": hit.title_ko,
        "when": hit.when,
        "has_all_words": not hit.is_near,
        "snippet": "".join(run.text for run in hit.snippet),
        "matches": [run.text for run in hit.snippet if run.is_marked],
    }


# --- words -----------------------------------------------------------------------------------------------------------


def kind_label(kind: str) -> str:
    if kind in EntryKind.values:
        return str(EntryKind(kind).label)
    return str(capfirst(MODELS[kind]._meta.verbose_name)) if kind in MODELS else kind


def _label(name: str, choice: Choice) -> str:
    return kind_label(choice.value) if name == "kind" else choice.label


def _labels(filters: Filters) -> dict[str, str]:
    """Of what was chosen and exists."""
    known: dict[str, str | None] = {}
    if filters.kind in EntryKind.values or filters.kind in MODELS:
        known["kind"] = kind_label(filters.kind)
    if re.fullmatch(r"[12][0-9]{3}", filters.year):
        known["year"] = filters.year
    if re.fullmatch(r"[1-9][0-9]{0,2}", filters.agreement):
        agreements = Agreement.objects.published().filter(ordinal=int(filters.agreement))
        known["agreement"] = agreements.values_list("name", flat=True).first()
    if filters.person:
        people = Official.objects.published().filter(slug=filters.person)
        known["person"] = people.values_list("name", flat=True).first()
    return {name: label for name, label in known.items() if label}


def _name_words(name: str) -> str:
    return {"kind": _("Kind"), "agreement": _("Agreement"), "person": _("Person"), "year": _("Year")}[name]


def _title(asked: Asked, labels: dict[str, str]) -> str:
    words = asked.words[: search.LONGEST]
    chosen = ", ".join(labels.get(name, value) for name, value in asked.chosen.items())
    if not words or not chosen:
        return words or chosen
    return _("%(words)s (%(chosen)s)") % {"words": words, "chosen": chosen}


# --- addresses -------------------------------------------------------------------------------------------------------


def _address(asked: Asked, to: str = "search", **changed: str) -> str:
    """Of the first page, with some of what was asked changed."""
    pairs = {"q": asked.words, **asked.chosen, "order": "date" if asked.filters.by_date else ""}
    return _with_query(to, pairs | changed)


def _with_query(name: str, pairs: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({key: value for key, value in pairs.items() if value})
    return f"{reverse(name)}?{query.urlencode()}" if query else reverse(name)


def _timeline_address(asked: Asked, results: Results, labels: dict[str, str]) -> str:
    """The same plain words asked of the timeline, with the filters that it knows: it refuses what does not exist."""
    words = " ".join(term.words.strip("?!.,") for term in results.query.terms).split()[: chronology.MOST_WORDS]
    first, last = _days(asked, results, labels)
    pairs = {
        "q": " ".join(words)[: chronology.LONGEST_WORDS],
        "agreement": asked.filters.agreement if "agreement" in labels else "",
        "kind": asked.filters.kind if asked.filters.kind in EntryKind.values else "",
        "official": asked.filters.person if "person" in labels else "",
        "from": first,
        "to": last,
        "order": "newest" if asked.filters.by_date else "",
    }
    return _with_query("timeline", pairs)


def _days(asked: Asked, results: Results, labels: dict[str, str]) -> tuple[str, str]:
    """From when until when: the year that was chosen, else what was typed behind after: and before:."""
    if "year" in labels:
        return asked.filters.year, asked.filters.year
    first, before = results.query.first, results.query.before
    last = before - dt.timedelta(days=1) if before and before > dt.date.min else None
    if first and last and last < first:
        return "", ""
    return first.isoformat() if first else "", last.isoformat() if last else ""


def _facets(asked: Asked, results: Results) -> list[Facet]:
    return [
        Facet(
            name,
            _name_words(name),
            [_narrowing(asked, name, choice) for choice in results.facets[name]],
            all(choice.is_exact for choice in results.facets[name]),
        )
        for name in ("kind", "agreement", "person", "year")
        if results.facets.get(name)
    ]


def _narrowing(asked: Asked, name: str, choice: Choice) -> Narrowing:
    is_chosen = choice.value == asked.chosen.get(name)
    return Narrowing(
        choice.value,
        _label(name, choice),
        f"{choice.count:,}" + ("" if choice.is_exact else "+"),
        _address(asked, **{name: "" if is_chosen else choice.value}),
        is_chosen,
    )
