"""How structured data names things: a record by its permanent link, other pages and parts by their address.

What one record says of another is asked of `seen` first, so that nothing is named that is not public.
"""

from typing import Any, TypeAlias, TypeVar

from django.conf import settings

from timeline.addresses import path_of
from timeline.enums import OrganizationKind, SourceKind
from timeline.index import title_of
from timeline.models import (
    Agreement,
    Event,
    Figure,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Statement,
)
from timeline.models.base import Named
from timeline.rendering import is_korean

Node: TypeAlias = dict[str, Any]
R = TypeVar("R", bound=Record)
TYPES: dict[type[Record], str] = {
    Agreement: "Legislation",
    Event: "Event",
    Figure: "Claim",
    Official: "Person",
    Place: "Place",
    Round: "Event",
    Statement: "Quotation",
}
OF_SOURCES: dict[str, str] = {
    SourceKind.NEWS: "NewsArticle",
    SourceKind.RESEARCH: "Report",
    SourceKind.SOCIAL: "SocialMediaPosting",
}
NOT_OF_A_GOVERNMENT = {OrganizationKind.ALLIANCE, OrganizationKind.OTHER}


def identity(record: Record) -> str:
    """The name of the thing itself, which stays when its page moves."""
    return settings.SITE_URL + path_of("short-link", record.code)


def address(record: Record) -> str:
    """Of its page."""
    return settings.SITE_URL + record.get_absolute_url()


def seen(record: R | None) -> R | None:
    """What a key points at, if readers may see it."""
    return record if record is not None and record.is_published else None


def given(node: Node) -> Node:
    """Without what is empty: structured data leaves out what is not known."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def korean(text: str) -> Node | None:
    return {"@language": "ko", "@value": text} if text else None


def in_its_language(text: str) -> Node | str:
    return korean(text) if is_korean(text) else text  # type: ignore[return-value]


def other_names(*names: str) -> list[Node | str]:
    """Each once, those in Hangul marked as Korean."""
    return [in_its_language(name) for name in dict.fromkeys(names) if name]


def type_of(record: Record) -> str:
    if isinstance(record, Source):
        return OF_SOURCES.get(record.kind, "CreativeWork")
    if isinstance(record, Organization):
        return "Organization" if record.kind in NOT_OF_A_GOVERNMENT else "GovernmentOrganization"
    return TYPES.get(type(record), "Thing")


def reference(record: Record) -> Node:
    """How one record names another that is public. Costs no query where the title's parts were fetched with it."""
    names = other_names(record.name_ko) if isinstance(record, Named) else []
    return given(
        {
            "@type": type_of(record),
            "@id": identity(record),
            "name": title_of(record),
            "alternateName": names,
            "url": address(record),
        }
    )


def references(*records: Record | None) -> list[Node]:
    """Of those that readers may see."""
    return [reference(record) for record in records if seen(record) is not None and record is not None]
