"""What an engine answers."""

from dataclasses import dataclass
from typing import Any

Span = tuple[int, int]  # ids: from the first to before the second
Count = tuple[str, int, int | None, int]  # kind, year, id of the agreement: how many documents


@dataclass(frozen=True)
class Overview:
    """What one match says of all that is found."""

    counts: list[Count]
    people: list[tuple[int, int]]  # ids of officials, and in how many of the newest documents each takes part
    newest: list[int]  # ids, the highest first

    @property
    def total(self) -> int:
        return sum(count for *_group, count in self.counts)

    @classmethod
    def of(cls, rows: list[Any]) -> "Overview":
        """Of rows that begin with what they are: a count, a person, an id."""
        return cls(
            [tuple(row[1:]) for row in rows if row[0] == COUNT],
            [(row[2], row[4]) for row in rows if row[0] == PERSON],
            sorted((row[2] for row in rows if row[0] == ID), reverse=True),
        )


COUNT, PERSON, ID = range(3)
# `found` has the id, kind, year and agreement of all that is found.
# Columns: what the row is, a kind, a number, another one, a count.
OVERVIEW = """
SELECT 0, kind, year, agreement_id, count(*) FROM found GROUP BY kind, year, agreement_id
UNION ALL
SELECT 1, '', official_id, NULL, count(*)
FROM (SELECT id FROM found ORDER BY id DESC LIMIT %s) AS newest
{join} timeline_searchperson AS person ON person.document_id = newest.id GROUP BY official_id
UNION ALL
SELECT 2, '', id, NULL, 1 FROM (SELECT id FROM found ORDER BY id DESC LIMIT %s) AS newest
"""
