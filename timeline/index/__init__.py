"""The derived tables that the timeline reads (Entry, EntryLink, EntryCard) and the content version.

A draft is not in them, so it is not there to leak. Nothing outside this package writes them.
"""

from timeline.index.cards import Card, digest_of
from timeline.index.composing import Composed, composed, folded, sort_key, title_of
from timeline.index.signals import at_once, connect, follow, public_has_changed, refreshed_at_once, suspended
from timeline.index.writing import (
    Touched,
    bump,
    differences,
    differences_of,
    one_writer_at_a_time,
    rebuild,
    refresh,
    write_missing_digests,
)

__all__ = [
    "Card",
    "Composed",
    "Touched",
    "at_once",
    "bump",
    "composed",
    "connect",
    "differences",
    "differences_of",
    "digest_of",
    "folded",
    "follow",
    "one_writer_at_a_time",
    "public_has_changed",
    "rebuild",
    "refresh",
    "refreshed_at_once",
    "sort_key",
    "suspended",
    "title_of",
    "write_missing_digests",
]
