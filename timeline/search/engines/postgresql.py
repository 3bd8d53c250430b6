"""`tsvector`, made of the same tokens and never of a text, so that no dictionary of the server has a say.

The index of words leads to rows, and PostgreSQL must look at each: so they are kept narrow. A vector is stored beside
the table only where the row would be longer than a quarter of a page, so each is filled up to that length.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection, connections, router

from timeline.models import SearchDocument
from timeline.search import placing
from timeline.search.analysis import MOST_TOKENS
from timeline.search.documents import year_mark
from timeline.search.engines.answers import LABELS, YEAR, Asked, Overview, Span, of_its_kind
from timeline.search.expressions import BREAK, All, But, Expression, Has, all_of, some_of

TABLE = "timeline_searchindex"
FILLED_TO = 2_048  # bytes
FOUND = f"FROM {TABLE} WHERE vector @@ %s::tsquery AND id >= %s AND id < %s"
# The planner cannot know how rare a word is, and would read the whole table in order for the sake of LIMIT: so all that
# is found is asked for first. It has no statistics of the words either, so that it always takes their index.
ALL = f"SELECT id {FOUND}"
AMONG = (
    f"SELECT found.id FROM unnest(%s::bigint[]) AS among (id) CROSS JOIN LATERAL (SELECT id {FOUND} AND id = among.id "
    "OFFSET 0) AS found"
)
# How many documents are looked through, newest first, before the index of words is asked: skipped, looked through, and
# which share of what is needed must have been found before for it to be worth while.
WALKS = ((0, 500, 0.0), (500, 1_000, 0.3))
WALK = (
    "(SELECT {number}, id FROM "
    f"(SELECT id, vector FROM {TABLE} WHERE id >= %s AND id < %s ORDER BY id DESC LIMIT %s OFFSET %s) AS newest "
    "WHERE vector @@ %s::tsquery{kinds} ORDER BY id DESC LIMIT %s)"
)
COUNTED = 1_000  # of the newest, among which common words are told from others
YEARS = 2  # the newest ones, in which a word that is neither common nor rare is looked for before all of them
# Columns: what the row is, a number, how many documents.
COUNTED_YEAR, COUNTED_LABEL, NEWEST, COUNTED_PERSON = range(4)
OVERVIEW = f"""
WITH found AS MATERIALIZED ({ALL}), counted AS (
    SELECT {YEAR.format(id="id")} AS year, {LABELS.format(id="id")} AS label, count(*) AS documents
    FROM found GROUP BY GROUPING SETS ((1), (2))
), lately AS MATERIALIZED (SELECT id FROM found ORDER BY id DESC LIMIT %s)
SELECT CASE WHEN label IS NULL THEN {COUNTED_YEAR} ELSE {COUNTED_LABEL} END, coalesce(year, label), documents
FROM counted
UNION ALL
(SELECT {NEWEST}, id, 1 FROM lately ORDER BY id DESC LIMIT %s)
UNION ALL
SELECT {COUNTED_PERSON}, official_id, count(*) FROM (SELECT id FROM lately ORDER BY id DESC LIMIT %s) AS newest
CROSS JOIN LATERAL (
    SELECT official_id FROM timeline_searchperson WHERE document_id = newest.id OFFSET 0  -- by its index, for each
) AS person GROUP BY official_id
"""


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
    places[_filling(places)] = []
    return " ".join(f"{token}:{','.join(known)}" if known else token for token, known in places.items())


def _filling(places: Mapping[str, Sequence[str]]) -> str:
    """A lexeme that makes a vector long enough. Each takes its letters, an entry of 4 bytes, and 2 for each place."""
    length = sum(len(token) + 4 + 2 * len(known) for token, known in places.items())
    return "z" * max(len("zz"), FILLED_TO - length)


def _is_filling(lexeme: str) -> bool:
    return lexeme != BREAK and set(lexeme) == {"z"}


class Postgresql:
    def write(self, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
        sql = f"INSERT INTO {TABLE} (id, vector) SELECT unnest(%s::bigint[]), unnest(%s::text[])::tsvector"
        with connection.cursor() as cursor:
            cursor.execute(sql, [[number for number, _tokens in rows], [vector(tokens) for _number, tokens in rows]])

    def remove(self, ids: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE id = ANY(%s)", [list(ids)])

    def clear(self) -> None:
        """Not by TRUNCATE, which would keep readers waiting."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")

    def settle(self) -> None:
        """What waits to be put among the other words is looked through by every search until then."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT gin_clean_pending_list('{TABLE}_vector')")
            cursor.execute(f"ANALYZE {TABLE}")

    def newest(self, asked: Asked, most: int) -> list[int]:
        return self.newest_lists([asked], most)[0]

    def newest_lists(self, asked: Sequence[Asked], most: int) -> list[list[int]]:
        """Common words are found among the newest documents, others in the newest years, rare ones in all of them. What
        one stage finds enough of is not looked for in the next.
        """
        found: list[list[int]] = [[] for _each in asked]
        for skipped, walked, share in WALKS:
            left = [number for number, ids in enumerate(found) if share * most <= len(ids) < most]
            for place, pk in _walk([asked[number] for number in left], most, skipped, walked) if left else []:
                found[left[place]].append(pk)
        for look in (_look_in_newest_years, _all_of_each) if most > 1 else (_all_of_each,):
            left = [number for number, ids in enumerate(found) if len(ids) < most]
            rows = look([asked[number] for number in left], most) if left else []
            for place, number in enumerate(left):
                found[number] = [pk for each, pk in rows if each == place]
        return [sorted(ids, reverse=True)[:most] for ids in found]

    def newest_of_each(self, asked: Sequence[Asked], most: int) -> list[tuple[int, int]]:
        rows = _all_of_each(asked, most) if asked else []
        return sorted(rows, key=lambda row: (row[0], asked[row[0]].rank(row[1])))

    def counts(self, asked: Sequence[Asked], most: int) -> list[int]:
        """Common words are counted among the newest documents: to read all of theirs would take long."""
        found = Counter(place for place, _pk in _walk(asked, most, 0, COUNTED))
        left = [place for place in range(len(asked)) if found[place] < most]
        rows = _all_of_each([asked[place] for place in left], most) if left else []
        found |= Counter(left[number] for number, _pk in rows)
        return [found[place] for place in range(len(asked))]

    def overview(self, asked: Asked, newest: int, people_of: int) -> Overview:
        found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        values = [written(asked.expression), *asked.span]
        for sort, number, count in _rows(OVERVIEW, [*values, max(newest, people_of), newest, people_of]):
            found[sort].append((number, count))
        ids = sorted((pk for pk, _one in found[NEWEST]), reverse=True)
        return Overview(
            years=found[COUNTED_YEAR],
            labels=[(*placing.kind_and_agreement(label), count) for label, count in found[COUNTED_LABEL]],
            people=found[COUNTED_PERSON],
            newest=ids,
            is_whole=len(ids) < newest,
        )

    def tokens(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        sql = f"SELECT id, tsvector_to_array(vector) FROM {TABLE} WHERE id = ANY(%s)"
        rows = _rows(sql, [list(ids)])
        return {pk: frozenset(each for each in lexemes if not _is_filling(each)) for pk, lexemes in rows}


def _walk(asked: Sequence[Asked], most: int, skipped: int, walked: int) -> list[Any]:
    parts, values = [], []
    for number, each in enumerate(asked):
        parts.append(WALK.format(number=number, kinds=of_its_kind(each, "id")))
        values += [*each.span, walked, skipped, written(each.expression), most]
    return _rows(" UNION ALL ".join(parts), values)


def _look_in_newest_years(asked: Sequence[Asked], most: int) -> list[Any]:
    """Years before the end of a span; pairs as of all."""
    spans = list({each.span for each in asked})
    newest = [f"(SELECT {place}, id FROM {TABLE} WHERE id >= %s AND id < %s ORDER BY id DESC LIMIT 1)"
              for place in range(len(spans))]  # fmt: skip
    rows = _rows(" UNION ALL ".join(newest), [pk for span in spans for pk in span])
    years = {spans[place]: pk >> placing.YEAR_SHIFT for place, pk in rows}
    return _all_of_each([replace(each, expression=_lately(each, years.get(each.span, 0))) for each in asked], most)


def _lately(asked: Asked, year: int) -> Expression:
    return all_of([asked.expression, some_of(Has((year_mark(max(year - ago, 0)),)) for ago in range(YEARS))])


def _all_of_each(asked: Sequence[Asked], most: int) -> list[Any]:
    """Pairs of a place in what is asked and an id. An expression that is asked for several kinds is matched once."""
    matches: dict[tuple[Expression, Span, tuple[int, ...]], str] = {}
    parts, values, limits = [], [], []
    for number, each in enumerate(asked):
        name = matches.setdefault((each.expression, each.span, each.among), f"found{len(matches)}")
        kinds = of_its_kind(each, "id").removeprefix(" AND")
        condition = f" WHERE{kinds}" if kinds else ""
        parts.append(f"(SELECT {number}, id FROM {name}{condition} ORDER BY id {each.direction} LIMIT %s)")
        limits.append(most)
    tables = []
    for (expression, span, among), name in matches.items():
        tables.append(f"{name} AS MATERIALIZED ({AMONG if among else ALL})")
        values += [*([list(among)] if among else []), written(expression), *span]
    return _rows(f"WITH {', '.join(tables)} {' UNION ALL '.join(parts)}", [*values, *limits])


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connections[router.db_for_read(SearchDocument)].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
