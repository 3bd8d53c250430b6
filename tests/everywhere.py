"""Every public address of the site, from its table of addresses: each family asked about what there is."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from timeline import urls
from timeline.api.operations import operations
from timeline.models import Record
from timeline.views.embeds import MODELS

FORMS = ("bib", "ris", "json")


def every_address(records: dict[str, Record]) -> dict[str, list[str]]:
    """By the name of the address; `records` has one public record of each kind."""
    return {pattern.name: list(dict.fromkeys(_made(pattern.name, records))) for pattern in urls.urlpatterns}


def _made(name: str, records: dict[str, Record]) -> Iterator[str]:
    with_pages = {kind: record for kind, record in records.items() if kind in MODELS}
    if name.startswith("api-"):
        yield from _of_the_api(name, records)
    elif name.endswith("-detail"):
        yield records[name.removesuffix("-detail")].get_absolute_url()
    elif name in _OF_RECORDS:
        for kind, record in with_pages.items():
            for arguments in _OF_RECORDS[name](kind, record):
                yield reverse(name, args=arguments)
    elif name == "sitemap-records":
        yield from (reverse(name, args=[f"{kind}s", 1]) for kind in with_pages)
    elif name == "oembed":
        yield from (f"{reverse(name)}?url={settings.SITE_URL}{each.get_absolute_url()}" for each in with_pages.values())
    else:
        yield reverse(name, args=_FIXED.get(name, []))


def _family(record: Record) -> str:
    return record.get_absolute_url().split("/")[1]


_OF_RECORDS: dict[str, Any] = {
    "citation-file": lambda kind, record: [[_family(record), record.slug, form] for form in FORMS],
    "record-picture": lambda kind, record: [[_family(record), record.slug]],
    "record-json": lambda kind, record: [[_family(record), record.slug]],
    "corrections-of": lambda kind, record: [[kind, record.code]],
    "embed": lambda kind, record: [[kind, record.slug]],
    "short-link": lambda kind, record: [[record.code]],
    "ladder-file": lambda kind, record: [[record.slug, "usd.svg"]] if kind == "agreement" else [],
}
_FIXED = {"preview": ["abc"], "contribution-file": ["krw.svg"], "download": ["sma-timeline.jsonl"]}


def _of_the_api(name: str, records: dict[str, Record]) -> Iterator[str]:
    if name == "api-docs-section":
        yield from (reverse(name, args=[section]) for section in dict.fromkeys(each.section for each in operations()))
    elif name == "api-nothing":
        yield "/api/v1/nothing"
    elif name == "api-codes":
        yield from (reverse(name, args=[record.code]) for record in records.values())
    elif name.endswith("-one"):
        kind = next(each.kinds[0] for each in operations() if f"api-{each.name}" == name)
        record = records.get(kind.name) or kind.model._default_manager.first()  # type: ignore[attr-defined]
        if record is not None:
            yield reverse(name, args=[getattr(record, kind.key)])
    else:
        yield reverse(name)
