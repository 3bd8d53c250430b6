"""What search engines and other sites read of a page: schema.org as JSON-LD, its one address, its picture.

Nothing here asks the database: pages give what they have fetched anyway, and what is not public is left out.
"""

from timeline.linked_data.canonical import canonical
from timeline.linked_data.embedding import Card, card_of, embed_url, frame
from timeline.linked_data.naming import Node, address, identity
from timeline.linked_data.pages import (
    Distribution,
    Entry,
    data_page,
    dataset,
    entries_of,
    entries_of_cards,
    list_page,
    overview,
    record_page,
)
from timeline.linked_data.pictures import Picture, card
from timeline.linked_data.records import (
    of_agreement,
    of_event,
    of_figure,
    of_official,
    of_organization,
    of_place,
    of_round,
    of_source,
    of_statement,
    of_topic,
)
from timeline.linked_data.sharing import Alternate, alternates, other_forms, properties
from timeline.linked_data.text import as_json

__all__ = [
    "Alternate",
    "Card",
    "Distribution",
    "Entry",
    "Node",
    "Picture",
    "address",
    "alternates",
    "as_json",
    "canonical",
    "card",
    "card_of",
    "data_page",
    "dataset",
    "embed_url",
    "entries_of",
    "entries_of_cards",
    "frame",
    "identity",
    "list_page",
    "of_agreement",
    "of_event",
    "of_figure",
    "of_official",
    "of_organization",
    "of_place",
    "of_round",
    "of_source",
    "of_statement",
    "of_topic",
    "other_forms",
    "overview",
    "properties",
    "record_page",
]
