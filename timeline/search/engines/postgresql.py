"""`tsvector`, made of the same tokens and never of a text, so that no dictionary of the server has a say.

The vector stands in the narrow row of its document but is stored beside the table: counting by kind and year reads the
narrow rows alone.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from timeline.search.analysis import MOST_TOKENS
from timeline.search.engines.answers import OVERVIEW, Overview, Span
from timeline.search.expressions import All, But, Expression, Has

TABLE = "timeline_searchdocument"
FOUND = f"FROM {TABLE} WHERE vector @@ %s::tsquery AND id >= %s AND id < %s"


# The planner cannot know how rare a word is, and would read the whole table in order for the sake of LIMIT: so all that
# is found is asked for first, by the index of words.
ALL = f"WITH found AS MATERIALIZED (SELECT id {FOUND})"
NEWEST = "FROM found ORDER BY id DESC LIMIT %s"
WALKED = 2_000  # documents that are looked through, newest first, before the index of words is asked
WALK = (
    f"SELECT id FROM (SELECT id, vector FROM {TABLE} WHERE id >= %s AND id < %s ORDER BY id DESC LIMIT %s) AS newest "
    "WHERE vector @@ %s::tsquery ORDER BY id DESC LIMIT %s"
)


def written(expression: Expression) -> str:
    """In PostgreSQL's own language. Tokens are of small letters and digits alone, so that nothing needs escaping."""
    if isinstance(expression, Has):
        return f"({' <-> '.join(expression.tokens)}{':*' if expression.begins else ''})"
    if isinstance(expression, But):
        return f"({written(expression.wanted)} & !{written(expression.unwanted)})"
    joined = " & " if isinstance(expression, All) else " | "
    return f"({joined.join(written(part) for part in expression.parts)})"


def vector(tokens: Sequence[str]) -> str:
    """Those behind the words have no place: no phrase runs through them."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens, 1):
        known = places.setdefault(token, [])
        if place <= MOST_TOKENS:
            known.append(str(place))
    return " ".join(f"{token}:{','.join(known)}" if known else token for token, known in places.items())


class Postgresql:
    def write(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        sql = (
            f"UPDATE {TABLE} SET vector = written.vector::tsvector FROM "
            "(SELECT unnest(%s::bigint[]) AS id, unnest(%s::text[]) AS vector) AS written "
            f"WHERE {TABLE}.id = written.id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [[number for number, _tokens in rows], [vector(tokens) for _number, tokens in rows]])

    def remove(self, ids: Sequence[int]) -> None:
        """It goes with the narrow row."""

    def clear(self) -> None:
        """It goes with the narrow rows."""

    def settle(self) -> None:
        """The server does so by itself."""

    def found(self, expression: Expression, span: Span, most: int) -> list[int]:
        """The newest documents are looked through first: of common words, that is all it takes."""
        asked = written(expression)
        newest = _rows(WALK, [*span, WALKED, asked, most])
        rows = newest if len(newest) == most else _rows(f"{ALL} SELECT id {NEWEST}", [asked, *span, most])
        return [row[0] for row in rows]

    def found_by_each(self, asked: Sequence[tuple[int, Expression, Span]], most: int) -> list[tuple[int, int]]:
        each = f"SELECT %s::int AS number, id FROM ({ALL} SELECT id {NEWEST}) AS each"
        values = [value for number, expression, span in asked for value in (number, written(expression), *span, most)]
        rows = _rows(" UNION ALL ".join([each] * len(asked)), values) if asked else []
        return sorted(rows, key=lambda row: (row[0], -row[1]))

    def overview(self, expression: Expression, span: Span, people_of: int, newest: int) -> Overview:
        sql = f"WITH found AS MATERIALIZED (SELECT id, kind, year, agreement_id {FOUND})" + OVERVIEW.format(join="JOIN")
        return Overview.of(_rows(sql, [written(expression), *span, people_of, newest]))

    def tokens(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        sql = f"SELECT id, tsvector_to_array(vector) FROM {TABLE} WHERE id = ANY(%s)"
        return {number: frozenset(tokens or ()) for number, tokens in _rows(sql, [list(ids)])}


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
