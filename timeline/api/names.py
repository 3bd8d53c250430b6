"""The names and addresses of the operations. What answers them is imported by the first who asks: see `urls`."""

from collections.abc import Iterator
from functools import cache

from timeline import exports
from timeline.exports import Kind

PREFIX = "api/v1"
RECORDS = (
    *("round", "statement", "event", "agreement", "figure", "official", "organization", "topic", "source", "place"),
    *("disagreement", "gap"),
)
SPANNING = {"timeline": "timeline", "changes": "changes", "codes": "codes/{code}"}


def kinds() -> list[Kind]:
    """Each kind of record, then the parts."""
    parts = [kind for kind in exports.kinds().values() if not kind.is_record]
    return [*(exports.kinds()[name] for name in RECORDS), *parts]


@cache
def paths() -> dict[str, str]:
    """By the name of each operation: where it stands below the prefix."""
    return SPANNING | {name: path for kind in kinds() for name, path in paths_of(kind)}


def paths_of(kind: Kind) -> Iterator[tuple[str, str]]:
    """Of the list, and of one."""
    yield kind.plural, kind.plural
    yield f"{kind.plural}-one", f"{kind.plural}/{{{kind.key}}}"
