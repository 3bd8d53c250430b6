"""Sources, and the places in them that support a record."""

from collections.abc import Iterable
from typing import Any

from timeline.linked_data import times
from timeline.linked_data.naming import Node, given, identity, in_its_language, type_of
from timeline.models import Citation, Record, Source


def work(source: Source) -> Node:
    """The work itself. Its `url` is where it was read: our page is only about it."""
    return given(
        {
            "@type": type_of(source),
            "@id": identity(source),
            "name": in_its_language(source.title),
            "headline": "" if source.title_is_descriptive else source.title,
            "publisher": {"@type": "Organization", "name": source.publisher},
            "sourceOrganization": {"@type": "Organization", "name": source.agency} if source.agency else None,
            "creditText": source.author,
            "datePublished": times.date(source.published_on),
            "inLanguage": source.language,
            "url": source.url,
            "archivedAt": source.archived_url,
        }
    )


def quotations(record: Record) -> list[Node]:
    """The exact words behind the record, each in its work. Reads `public_citations`, as its page attached them."""
    citations: Iterable[Citation] = getattr(record, "public_citations", ())
    return [quotation(record, citation) for citation in citations]


def quotation(record: Record, citation: Citation) -> Node:
    return given(
        {
            "@type": "Quotation",
            "@id": f"{identity(record)}#{citation.fragment}",
            "text": citation.quote,
            "inLanguage": citation.source.language,
            "isPartOf": work(citation.source),
            "position": citation.locator,
        }
    )


def cited_works(citations: Iterable[Citation]) -> list[Node]:
    """Each work once, by its name alone."""
    sources: dict[Any, Source] = {citation.source_id: citation.source for citation in citations}
    return [{"@type": type_of(source), "@id": identity(source)} for source in sources.values()]
