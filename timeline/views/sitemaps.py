"""What crawlers are told: every public page once, and where there is nothing for them.

A page is an address of its own, without a question mark: pages of lists, filters and searches lead to the same
records.
The corrections of one record are no page of their own either: `/corrections/` has them all.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import rfc3339_date
from django.views.decorators.http import require_safe

from timeline import exports
from timeline.contents import RECORDS
from timeline.models import Record
from timeline.views.conditions import stamp_of, while_unchanged

IN_A_FILE: Final = 10_000
MARK: Final = "its-own-name"  # where the slug stands in an address
MARKED_AT: Final = dt.datetime(1, 2, 3, tzinfo=dt.UTC)  # where the moment stands in an entry
SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What they say changes with the program, and not with the records.
FIXED: Final = ("about", "glossary", "search")
LISTS: Final = (
    "overview",
    "timeline",
    "agreement-list",
    "agreement-compare",
    "official-list",
    "organization-list",
    "place-list",
    "topic-list",
    "figure-list",
    "source-list",
    "disagreement-list",
    "gap-list",
    "corrections",
    "downloads",
)
PAGED: Final[dict[str, type[Record]]] = {
    f"{model._meta.model_name}s": model for model in RECORDS if issubclass(model, Record) and model.url_name
}


def _xml(root: str, entries: Iterable[str]) -> HttpResponse:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">\n'
    return HttpResponse(f"{head}{''.join(entries)}</{root}>\n", content_type="application/xml; charset=utf-8")


def _entry(name: str, path: str, changed: dt.datetime | None = None) -> str:
    changed_at = f"<lastmod>{rfc3339_date(changed)}</lastmod>" if changed else ""
    return f"<{name}><loc>{escape(settings.SITE_URL + path)}</loc>{changed_at}</{name}>\n"


@require_safe
@while_unchanged
def index(request: HttpRequest) -> HttpResponse:
    """One query for each table and one for each ten thousand records: no row is counted, and none passed over."""
    paths = [reverse("sitemap-pages")]
    for plural, model in PAGED.items():
        paths += [reverse("sitemap-records", args=[plural, number]) for number in _numbers(model)]
    return _xml("sitemapindex", (_entry("sitemap", path) for path in paths))


def _numbers(model: type[Record]) -> Iterator[int]:
    """Of the files in which there is something public."""
    last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    for number in range(1, (last - 1) // IN_A_FILE + 2 if last else 1):
        if _in_file(model, number).exists():
            yield number


def _in_file(model: type[Record], number: int) -> Any:
    """Found by their ids, so that the last file costs what the first does. Nobody keeps the address of such a file."""
    public: Any = model._default_manager.all()
    return public.published().filter(pk__gt=(number - 1) * IN_A_FILE, pk__lte=number * IN_A_FILE)


@require_safe
@while_unchanged
def pages(request: HttpRequest) -> HttpResponse:
    changed = stamp_of(request)[1]
    entries = [_entry("url", reverse(name), changed) for name in LISTS]
    fixed = [*map(reverse, FIXED), *_documentation_of_the_api()]
    return _xml("urlset", entries + [_entry("url", path) for path in fixed])


def _documentation_of_the_api() -> list[str]:
    """A page for each kind, and for what spans them."""
    names = ("timeline", "changes", "codes", *(kind.plural for kind in exports.kinds().values()))
    return [reverse("api-docs"), *(reverse("api-docs-section", args=[name]) for name in names)]


@require_safe
@while_unchanged
def records(request: HttpRequest, plural: str, number: int) -> HttpResponse:
    model = PAGED.get(plural)
    entries = list(_entries(model, number)) if model else []
    if not entries:
        raise Http404
    return _xml("urlset", entries)


def _entries(model: type[Record], number: int) -> Iterator[str]:
    """A slug needs no escaping, and many records were last changed at one moment, when they were loaded.

    Moments are read as text: of thousands, Django would make as many objects.
    """
    rows = _in_file(model, number).in_order().values_list("slug", Cast("updated_at", TextField()))
    before, _mark, behind = _entry("url", reverse(model.url_name, args=[MARK]), MARKED_AT).partition(MARK)
    between, _mark, end = behind.partition(rfc3339_date(MARKED_AT))
    moments: dict[str, str] = {}
    for slug, changed in rows:
        if changed not in moments:
            moments[changed] = rfc3339_date(_moment(changed))
        yield f"{before}{slug}{between}{moments[changed]}{end}"


def _moment(text: str) -> dt.datetime:
    """As databases write it, SQLite without the offset, which is none."""
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


ROBOTS: Final = """\
# Everything public may be read and shown. What is left out leads to the same records again, in ways without end.
User-agent: *
Disallow: /admin/
Disallow: /preview/
# two filters and more at once; each alone is fine
Disallow: /timeline/?*&
# what somebody searched for
Disallow: /search/?
Disallow: /search/suggestions.json
Disallow: /search.json
# filtered files are made for who asks; the whole ones are there
Disallow: /downloads/*?

Sitemap: {sitemap}
"""


@require_safe
@while_unchanged
def robots(request: HttpRequest) -> HttpResponse:
    told = ROBOTS.format(sitemap=settings.SITE_URL + reverse("sitemap"))
    return HttpResponse(told, content_type="text/plain; charset=utf-8")
