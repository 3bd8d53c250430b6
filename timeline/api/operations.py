"""What can be asked: for each kind a list and one of it, the timeline, the changes, and whatever has a code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from django.conf import settings
from django.db.models import CharField, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.params.functions import Query

from timeline import chronology, exports
from timeline.api import changes, door, names
from timeline.api.filters import day_parameters, filters_of, narrowed
from timeline.api.parameters import (
    CODE,
    LIMIT,
    SINCE,
    SLUG,
    Parameter,
    fields_parameter,
    include_parameter,
    matching,
    model_of,
    no_such,
    one_of,
    page_key,
    read_name,
)
from timeline.api.reading import Page, Wanted, listing, names_of_parts, one
from timeline.api.reading import timeline as records_of
from timeline.chronology import BadQuery
from timeline.enums import EntryKind, Side, State
from timeline.exports import Kind
from timeline.models import Tombstone
from timeline.models.base import SLUG_LENGTH
from timeline.views.records import Gone, Moved, find, refuse

WORDS = r"^\s*[^\s\u0000]+(\s+[^\s\u0000]+){0,9}\s*$"
TIMELINE_KEY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{5}\.[a-z0-9-]{1,100}$"


@dataclass(frozen=True)
class Operation:
    """One address, as it is registered with ninja and shown on the documentation page."""

    name: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answer: Callable[..., HttpResponse]
    kinds: tuple[Kind, ...]
    is_list: bool
    section: str
    has_changes: bool = False  # its items can be of what was withdrawn

    @property
    def path(self) -> str:
        """Below the prefix."""
        return names.paths()[self.name]


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """The stream first, then each kind of record, then the parts."""
    made = [_timeline(), _changes(), _by_code()]
    for kind in names.kinds():
        made += [_list(kind), _one(kind)]
    return tuple(made)


def api() -> NinjaAPI:
    made = NinjaAPI(title="SMA Timeline", version="1", docs_url=None, openapi_url=None, urls_namespace="api")
    handlers: dict[type[Exception], Any] = {
        ValidationError: door.bad_value,
        BadQuery: door.bad_query,
        Http404: door.not_found,
        Gone: door.gone,
        Moved: door.moved,
    }
    for handled, handler in handlers.items():
        made.add_exception_handler(handled, handler)
    for operation in operations():
        made.get(
            f"/{operation.path}",
            operation_id=operation.name.replace("-", "_"),
            url_name=f"api-{operation.name}",
            summary=operation.summary,
            description=operation.description,
            tags=[operation.section],
        )(_view(operation))
    return made


def _view(operation: Operation) -> Callable[..., HttpResponse]:
    """ninja reads from the signature what it passes on, and of which type it is."""
    asked_for = model_of(operation.name.title().replace("-", "").replace("_", ""), operation.parameters)
    answer = operation.answer

    def of_slug(request: HttpRequest, slug: str, asked: Any = Query(...)) -> HttpResponse:  # noqa: B008
        return answer(request, slug, dict(asked))

    def of_code(request: HttpRequest, code: str, asked: Any = Query(...)) -> HttpResponse:  # noqa: B008
        return answer(request, code, dict(asked))

    def of_many(request: HttpRequest, asked: Any = Query(...)) -> HttpResponse:  # noqa: B008
        return answer(request, dict(asked))

    view = {"{slug}": of_slug, "{code}": of_code}.get(operation.path.rpartition("/")[2], of_many)
    view.__annotations__["asked"] = asked_for
    return view


# --- lists -----------------------------------------------------------------------------------------------------------


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(asked.get("fields"), asked.get("include") or ())


def _page(request: HttpRequest, page: Page, **more: Any) -> HttpResponse:
    query = request.GET.copy()
    query["after"] = page.next_key
    address = f"{settings.SITE_URL}{request.path}?{query.urlencode()}" if page.next_key else None
    response = _json({"items": page.items, "next": address} | more)
    if address:
        response["Link"] = f'<{address}>; rel="next"'
    return response


def _json(content: Any) -> HttpResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


def _list(kind: Kind) -> Operation:
    filters = [each.parameter for each in filters_of(kind).values()]
    since = [SINCE] if kind.is_record else []
    return Operation(
        kind.plural,
        f"List {kind.label}s" if kind.name != "gap" else "List gaps",
        kind.description,
        (*filters, *since, _after(kind), LIMIT, *_shape([kind])),
        lambda request, asked: _listed(kind, request, asked),
        (kind,),
        is_list=True,
        section=kind.plural,
        has_changes=kind.is_record,
    )


def _after(kind: Kind) -> Parameter:
    if not kind.is_record:
        return page_key(CODE, str(kind.field("code").example))
    return page_key(f"{SLUG}|{changes.KEY}", str(kind.field("slug").example))


def _shape(kinds: Sequence[Kind]) -> list[Parameter]:
    """Which fields and parts the answer has."""
    fields = list(dict.fromkeys(each.name for kind in kinds for each in kind.fields))
    parts = list(dict.fromkeys(name for kind in kinds for name in names_of_parts(kind)))
    return [fields_parameter(fields, fields[1:3]), *([include_parameter(parts)] if parts else [])]


def _listed(kind: Kind, request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    after, only = asked["after"] or "", narrowed(kind, asked)
    if asked.get("since") is not None:
        return _changed(request, [kind], asked, only)
    if "." in after:
        raise BadQuery("after", _("This page belongs to a list of changes: give “since” as well."))
    more = {"until": None} if kind.is_record else {}
    return _page(request, listing(kind, only, _wanted(asked), after=after, limit=asked["limit"]), **more)


def _changed(request: HttpRequest, kinds: Sequence[Kind], asked: dict[str, Any], only: Q | None = None) -> HttpResponse:
    until = exports.plain(changes.safe_moment())  # before anything is read
    place = changes.place_of(asked["after"] or "")
    found = changes.page(kinds, asked["since"], _wanted(asked), place=place, limit=asked["limit"], only=only or Q())
    return _page(request, found, until=None if place else until)


def _changes() -> Operation:
    kinds = tuple(kind for kind in exports.kinds().values() if kind.is_record)
    return Operation(
        "changes",
        "List what has changed",
        "Records of all kinds that were changed, published or withdrawn since a moment, in the order of the change. "
        "Without `since`, all of them.",
        (
            SINCE,
            page_key(changes.KEY, "2026-11-25T00:00:00.000000Z.round.sma-12-round-2"),
            LIMIT,
            *_shape(kinds),
        ),
        lambda request, asked: _changed(request, kinds, asked | {"since": asked["since"] or changes.BEGINNING}),
        kinds,
        is_list=True,
        section="changes",
        has_changes=True,
    )


# --- the timeline ----------------------------------------------------------------------------------------------------


def _timeline() -> Operation:
    kinds = tuple(exports.kinds()[name] for name in ("round", "statement", "event"))
    return Operation(
        "timeline",
        "Read the timeline",
        "Rounds, statements and events in one stream, the oldest first. It takes the filters of the page of the "
        "timeline: values of one filter are alternatives, different filters must all hold.",
        (*_timeline_filters(), page_key(TIMELINE_KEY, "2024-05-21.00010.sma-12-round-2"), LIMIT, *_shape(kinds)),
        _streamed,
        kinds,
        is_list=True,
        section="timeline",
    )


def _timeline_filters() -> list[Parameter]:
    slug = {"type": "string", "pattern": SLUG, "maxLength": SLUG_LENGTH}
    named = {
        "agreement": ("Those that belong to this agreement: its slug or its number.", "sma-12"),
        "official": ("Those in which this person takes part or speaks.", "lee-tae-woo"),
        "organization": ("Those in which this body takes part or speaks.", "kr-mofa"),
        "place": ("Those at this place.", "seoul"),
        "topic": ("Those that belong to this thread.", "furlough"),
        "source": ("Those that rest on this source.", "yonhap-2024-05-24-sma-12-round-2-ends"),
    }
    chosen = {
        "kind": ("`round`, `statement`, or an event's own kind.", EntryKind, "round"),
        "country": ("Those in which this side takes part.", Side, "KR"),
    }
    made = [
        Parameter(name, words, slug | {"x-refers-to": [name]}, read_name(name), example, is_repeatable=True)
        for name, (words, example) in named.items()
    ]
    made += [
        Parameter(
            name,
            words,
            {"type": "string", "enum": values.values},
            one_of(name, values.values),
            example,
            is_repeatable=True,
        )
        for name, (words, values, example) in chosen.items()
    ]
    longest = chronology.LONGEST_WORDS
    words = {"type": "string", "maxLength": longest, "pattern": WORDS}
    order = {"type": "string", "enum": ["oldest", "newest"], "default": "oldest"}
    return [
        *made,
        *day_parameters(),
        Parameter(
            "q",
            "Those with these words, at most ten, in whatever order.",
            words,
            matching(WORDS, _too_many_words, longest),
            "furlough",
        ),
        Parameter("order", "What comes first.", order, one_of("order", order["enum"]), "newest"),
    ]


def _too_many_words(value: str) -> str:
    return _("Search for one to ten words, of %(most)s characters at most.") % {"most": chronology.LONGEST_WORDS}


def _streamed(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    found = chronology.page_from_query(chronology.Filter.from_query(request.GET), request.GET, asked["limit"])
    return _page(request, records_of(found, _wanted(asked)))


# --- one -------------------------------------------------------------------------------------------------------------


def _one(kind: Kind) -> Operation:
    article = "an" if str(kind.label)[0] in "aeiou" else "a"
    return Operation(
        f"{kind.plural}-one",
        f"Read {article} {kind.label}",
        kind.description,
        tuple(_shape([kind])),
        (lambda request, slug, asked: _record(kind, slug, asked))
        if kind.is_record
        else (lambda request, code, asked: _part(kind, code, asked)),
        (kind,),
        is_list=False,
        section=kind.plural,
    )


def _record(kind: Kind, slug: str, asked: dict[str, Any]) -> HttpResponse:
    model: Any = kind.model
    try:
        found = find(model, slug)
    except Http404:
        _missing(kind.name, slug)
    return _json(one(kind, Q(pk=found.pk), _wanted(asked)) or _missing(kind.name, slug))


def _part(kind: Kind, code: str, asked: dict[str, Any]) -> HttpResponse:
    return _json(one(kind, Q(code=code), _wanted(asked)) or _missing(str(kind.label), code))


def _missing(name: str, value: str) -> NoReturn:
    raise Http404(no_such(name, value))


def _by_code() -> Operation:
    kinds = tuple(exports.kinds().values())
    return Operation(
        "codes",
        "Read whatever has a code",
        "A record or a part by the code in its permanent link, which never changes.",
        tuple(_shape(kinds)),
        _coded,
        kinds,
        is_list=False,
        section="codes",
    )


def _coded(request: HttpRequest, code: str, asked: dict[str, Any]) -> HttpResponse:
    for name, pk in _with_code(code):
        kind = exports.kinds()[name]
        if found := one(kind, Q(pk=pk), _wanted(asked)):
            return _json(found)
        if kind.is_record:
            model: Any = kind.model
            _refuse_withdrawn(model.objects.filter(pk=pk, state=State.WITHDRAWN))
    _refuse_withdrawn(Tombstone.objects.filter(code=code))
    _missing("code", code)


def _with_code(code: str) -> list[tuple[str, Any]]:
    """Whatever its state: which kind it is, and its key."""
    models: dict[str, Any] = {kind.name: kind.model for kind in exports.kinds().values()}
    first, *rest = (
        model.objects.filter(code=code).order_by().values_list(Value(name, CharField()), "pk")
        for name, model in models.items()
    )
    return list(first.union(*rest, all=True))


def _refuse_withdrawn(found: QuerySet[Any]) -> None:
    """`Moved` or `Gone`, if the record was public."""
    for withdrawn in found[:1]:
        name = withdrawn.kind if isinstance(withdrawn, Tombstone) else exports.name_of(type(withdrawn))
        model: Any = exports.kinds()[name].model
        refuse(model, withdrawn.slug)
