"""FTS5. Row ids are those of the documents: rows come out in the order of date, and reading stops early."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from timeline.search.engines.answers import OVERVIEW, Overview, Span
from timeline.search.expressions import All, But, Expression, Has

TABLE = "timeline_searchindex"
# `detail=full`, as phrases need places; no sizes of documents, as nothing is ranked by their length.
CREATE = f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, tokenize='unicode61', columnsize=0)"
DROP = f"DROP TABLE IF EXISTS {TABLE}"
FOUND = f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid >= %s AND rowid < %s"


def written(expression: Expression) -> str:
    """In FTS5's own language. Tokens are of small letters and digits alone, so that nothing needs escaping."""
    if isinstance(expression, Has):
        return f'"{" ".join(expression.tokens)}"' + (" *" if expression.begins else "")
    if isinstance(expression, But):
        return f"({written(expression.wanted)} NOT {written(expression.unwanted)})"
    joined = " AND " if isinstance(expression, All) else " OR "
    return f"({joined.join(written(part) for part in expression.parts)})"


class Sqlite:
    def write(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        values = [(number, " ".join(tokens)) for number, tokens in rows]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, tokens) VALUES (%s, %s)", values)

    def remove(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(number,) for number in ids])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(DROP)
            cursor.execute(CREATE)

    def settle(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")

    def found(self, expression: Expression, span: Span, most: int) -> list[int]:
        sql = f"{FOUND} ORDER BY rowid DESC LIMIT %s"
        return [row[0] for row in _rows(sql, [written(expression), *span, most])]

    def found_by_each(
        self, asked: Sequence[tuple[int, Expression, tuple[int, int]]], most: int
    ) -> list[tuple[int, int]]:
        each = f"SELECT %s AS number, id FROM ({FOUND} ORDER BY rowid DESC LIMIT %s)"
        values = [value for number, expression, span in asked for value in (number, written(expression), *span, most)]
        rows = _rows(" UNION ALL ".join([each] * len(asked)), values) if asked else []
        return sorted(rows, key=lambda row: (row[0], -row[1]))

    def overview(self, expression: Expression, span: Span, people_of: int, newest: int) -> Overview:
        sql = (
            f"WITH found AS MATERIALIZED (SELECT document.id, kind, year, agreement_id FROM ({FOUND}) AS matched "
            "CROSS JOIN timeline_searchdocument AS document ON document.id = matched.id)"
        )
        return Overview.of(
            _rows(sql + OVERVIEW.format(join="CROSS JOIN"), [written(expression), *span, people_of, newest])
        )

    def tokens(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        places = ", ".join(["%s"] * len(ids))
        rows = _rows(f"SELECT rowid, tokens FROM {TABLE} WHERE rowid IN ({places})", list(ids)) if ids else []
        return {number: frozenset(tokens.split()) for number, tokens in rows}


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
