"""FTS5. Row ids are those of the documents: rows come out in the order of date, and reading stops early."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection, connections, router

from timeline.models import SearchDocument
from timeline.search import placing
from timeline.search.engines.answers import LABELS, YEAR, Asked, Overview, of_its_kind
from timeline.search.expressions import All, But, Expression, Has

TABLE = "timeline_searchindex"
# `detail=full`, as phrases need places; no sizes of documents, as nothing is ranked by their length.
CREATE = f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, tokenize='unicode61', columnsize=0)"
DROP = f"DROP TABLE IF EXISTS {TABLE}"
YEAR_AND_LABELS = f"{YEAR.format(id='rowid')}, {LABELS.format(id='rowid')}"
COUNTS = f"SELECT {YEAR_AND_LABELS}, count(*) FROM {TABLE} WHERE {{found}} GROUP BY 1, 2"
PEOPLE = (
    f"SELECT official_id, count(*) FROM (SELECT rowid AS id FROM {TABLE} WHERE {{found}} ORDER BY rowid DESC LIMIT %s) "
    "AS newest CROSS JOIN timeline_searchperson AS person ON person.document_id = newest.id GROUP BY official_id"
)


def written(expression: Expression) -> str:
    """In FTS5's own language. Tokens are of small letters and digits alone, so that nothing needs escaping."""
    if isinstance(expression, Has):
        return f'"{" ".join(expression.tokens)}"' + (" *" if expression.begins else "")
    if isinstance(expression, But):
        return f"({written(expression.wanted)} NOT {written(expression.unwanted)})"
    joined = " AND " if isinstance(expression, All) else " OR "
    return f"({joined.join(written(part) for part in expression.parts)})"


def found(asked: Asked) -> tuple[str, list[Any]]:
    """A condition, and its values. What is looked for among ids is found between the first and the last of them."""
    first, behind = asked.span
    if asked.among:
        first, behind = max(first, min(asked.among)), min(behind, max(asked.among) + 1)
    condition = f"{TABLE} MATCH %s AND rowid >= %s AND rowid < %s{of_its_kind(asked, 'rowid')}"
    return condition, [written(asked.expression), first, behind]


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

    def newest(self, asked: Asked, most: int) -> list[int]:
        condition, values = found(asked)
        sql = f"SELECT rowid FROM {TABLE} WHERE {condition} ORDER BY rowid DESC LIMIT %s"
        return [row[0] for row in _rows(sql, [*values, most])]

    def newest_lists(self, asked: Sequence[Asked], most: int) -> list[list[int]]:
        found: list[list[int]] = [[] for _each in asked]
        for place, pk in self.newest_of_each(asked, most):
            found[place].append(pk)
        return found

    def newest_of_each(self, asked: Sequence[Asked], most: int) -> list[tuple[int, int]]:
        parts, all_values = [], []
        for number, each in enumerate(asked):
            condition, values = found(each)
            parts.append(
                f"SELECT {number} AS number, id FROM "
                f"(SELECT rowid AS id FROM {TABLE} WHERE {condition} ORDER BY rowid {each.direction} LIMIT %s)"
            )
            all_values += [*values, most]
        rows = _rows(" UNION ALL ".join(parts), all_values) if parts else []
        return sorted(rows, key=lambda row: (row[0], asked[row[0]].rank(row[1])))

    def counts(self, asked: Sequence[Asked], most: int) -> list[int]:
        return [len(found) for found in self.newest_lists(asked, most)]

    def overview(self, asked: Asked, newest: int, people_of: int) -> Overview:
        """The newest are read once more, which ends as soon as there are enough."""
        condition, values = found(asked)
        counts = _rows(COUNTS.format(found=condition), values)
        if not counts:
            return Overview([], [], [], [])
        years: Counter[int] = Counter()
        labels: Counter[int] = Counter()
        for year, label, count in counts:
            years[year] += count
            labels[label] += count
        ids = self.newest(asked, newest)
        return Overview(
            years=list(years.items()),
            labels=[(*placing.kind_and_agreement(label), count) for label, count in labels.items()],
            people=_rows(PEOPLE.format(found=condition), [*values, people_of]),
            newest=ids,
            is_whole=len(ids) < newest,
        )

    def tokens(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        places = ", ".join(["%s"] * len(ids))
        rows = _rows(f"SELECT rowid, tokens FROM {TABLE} WHERE rowid IN ({places})", list(ids)) if ids else []
        return {number: frozenset(tokens.split()) for number, tokens in rows}


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connections[router.db_for_read(SearchDocument)].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
