"""The editors' pages, one module for each family of records. Importing a module registers what it holds."""

from timeline.admin import (
    addresses,
    agreements,
    disagreements,
    events,
    figures,
    gaps,
    officials,
    organizations,
    places,
    proposals,
    rounds,
    sources,
    statements,
    topics,
    users,
)

__all__ = [
    "addresses",
    "agreements",
    "disagreements",
    "events",
    "figures",
    "gaps",
    "officials",
    "organizations",
    "places",
    "proposals",
    "rounds",
    "sources",
    "statements",
    "topics",
    "users",
]
