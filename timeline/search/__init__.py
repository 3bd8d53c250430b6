"""Search in English and Korean, on SQLite and PostgreSQL alike: `search` and `suggest`.

The index holds public records alone. Nothing outside this package writes or reads it.
"""

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate

from timeline import index
from timeline.models import SearchDocument
from timeline.search.counting import Choice
from timeline.search.documents import SEARCHED
from timeline.search.engines import engine
from timeline.search.planning import EXACT_TO, MODELS, Filters
from timeline.search.query import LONGEST, parse
from timeline.search.searching import Hit, Results, search
from timeline.search.spelling import did_you_mean
from timeline.search.suggesting import Suggestion, suggest
from timeline.search.writing import differences, differences_of, is_stale, rebuild, refresh

__all__ = [
    "EXACT_TO",
    "LONGEST",
    "MODELS",
    "Choice",
    "Filters",
    "Hit",
    "Results",
    "Suggestion",
    "connect",
    "did_you_mean",
    "differences",
    "differences_of",
    "parse",
    "rebuild",
    "refresh",
    "search",
    "suggest",
]


def connect() -> None:
    """Follow what the timeline's own index is told of."""
    index.follow(refresh, rebuild)
    post_migrate.connect(_migrated, dispatch_uid="timeline-search-migrated")


def _migrated(sender: Any, **kwargs: Any) -> None:
    """A database from before there was a search gets its index with the migration that makes the tables, and one from
    before a change of the code that makes tokens gets it anew.

    After `flush` there are no documents, and the engine's own table, of which Django knows nothing, is emptied as well.
    """
    if sender.name != "timeline" or not _is_there(kwargs["using"]):
        return
    if not SearchDocument.objects.exists() and not any(model._default_manager.exists() for model in SEARCHED):
        engine().clear()
    elif not SearchDocument.objects.exists() or is_stale():
        rebuild()


def _is_there(using: str) -> bool:
    """Not after a step back to a migration before it."""
    return SearchDocument._meta.db_table in connections[using].introspection.table_names()
