"""Pages of records and parts, by key: what a page costs depends on neither its depth nor the size of the data."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from timeline import chronology, exports
from timeline.contents.kinds import order_of
from timeline.exports import Kind, Row

SOURCES = "cited_sources"


@dataclass(frozen=True)
class Wanted:
    """What of each row the answer has: all its fields or some, and which of its parts."""

    fields: Collection[str] | None = None
    parts: Collection[str] = ()

    def of(self, row: Row, kind: Kind) -> Row:
        if self.fields is None:
            return row
        own = {field.name for field in kind.fields}
        kept = {*self.fields, *always(kind)}
        return {name: value for name, value in row.items() if name in kept or name not in own}


@dataclass(frozen=True)
class Page:
    items: list[Row]
    next_key: str  # empty on the last page


def always(kind: Kind) -> tuple[str, ...]:
    """What says which row it is."""
    return ("type", "code", "slug") if kind.is_record else ("type", "code")


def names_of_parts(kind: Kind) -> list[str]:
    """What can be included with a row of this kind."""
    names = [part.plural for part in exports.part_kinds(kind)]
    return [*names, SOURCES] if kind.is_record and names else names


def listing(kind: Kind, only: Q, wanted: Wanted, *, after: str, limit: int) -> Page:
    """By slug, parts by code."""
    found = exports.public(kind).filter(only).order_by(kind.key)
    # Of the first page too: where no row is passed over, SQLite would rather read all and sort them.
    found = found.filter(**{f"{kind.key}__gt": after})
    batch = list(found.values(*exports.columns_of(kind))[: limit + 1])
    items = whole_rows(kind, batch[:limit], wanted)
    return Page(items, str(batch[limit - 1][kind.key]) if len(batch) > limit else "")


def one(kind: Kind, only: Q, wanted: Wanted) -> Row | None:
    found = whole_rows(kind, list(exports.public(kind).filter(only).values(*exports.columns_of(kind))[:1]), wanted)
    return found[0] if found else None


def by_slug(slugs: Mapping[Kind, Collection[str]], wanted: Wanted) -> dict[str, Row]:
    """Records of several kinds that share one space of slugs."""
    found: dict[str, Row] = {}
    for kind, names in slugs.items():
        batch = list(exports.public(kind).filter(slug__in=names).values(*exports.columns_of(kind)))
        found |= {values["slug"]: row for values, row in zip(batch, whole_rows(kind, batch, wanted), strict=True)}
    return found


def timeline(page: chronology.Page, wanted: Wanted) -> Page:
    """The records behind the cards of a page, in its order."""
    slugs: defaultdict[Kind, list[str]] = defaultdict(list)
    for card in page.cards:
        slugs[kind_on_the_timeline(card["kind"])].append(card["slug"])
    found = by_slug(slugs, wanted)
    return Page([found[card["slug"]] for card in page.cards if card["slug"] in found], page.next_key)


def kind_on_the_timeline(kind: str) -> Kind:
    """An entry says an event's own kind."""
    return exports.kinds()[kind if kind in {"round", "statement"} else "event"]


# --- rows with their parts -------------------------------------------------------------------------------------------


def whole_rows(kind: Kind, batch: Sequence[Mapping[str, Any]], wanted: Wanted) -> list[Row]:
    """The rows of what `values(*columns_of(kind))` gave, in its order, with the parts that are wanted."""
    rows = exports.rows_of(kind, batch)
    owners = {values["pk"]: row for values, row in zip(batch, rows, strict=True)}
    names = set(names_of_parts(kind)) & set(wanted.parts)
    cites = SOURCES in names
    cited = _attach(kind, owners, None if cites else names)
    if cites:
        _attach_sources(rows, cited)
        for row in rows:
            for name in set(names_of_parts(kind)) - names:
                row.pop(name, None)
    return [wanted.of(row, kind) for row in rows]


def _attach(kind: Kind, owners: Mapping[Any, Row], names: Collection[str] | None) -> dict[str, set[str]]:
    """Gives each row the lists of its parts, and theirs inside them: one query for each kind of part, and what its rows

    refer to. Answers which sources each row, by its code, cites.
    """
    cited: defaultdict[str, set[str]] = defaultdict(set)
    for part, column in exports.part_kinds(kind).items():
        if not owners or (names is not None and part.plural not in names):
            continue
        for row in owners.values():
            row[part.plural] = []
        found: QuerySet[Any] = exports.public(part).filter(**{f"{column}__in": list(owners)})
        instances = sorted(found, key=order_of)
        columns = exports.columns_of(part)
        rows = exports.rows_of(part, [{name: getattr(each, name) for name in columns} for each in instances])
        inner = _attach(part, {each.pk: row for each, row in zip(instances, rows, strict=True)}, None)
        for each, row in zip(instances, rows, strict=True):
            owner = owners[getattr(each, f"{column}_id")]
            owner[part.plural].append(row)
            cited[owner["code"]] |= inner.get(row["code"], set()) | (
                {row["source"]} if part.name == "citation" else set()
            )
    return cited


def _attach_sources(rows: Sequence[Row], cited: Mapping[str, set[str]]) -> None:
    slugs = set().union(*cited.values()) if cited else set()
    sources = by_slug({exports.kinds()["source"]: slugs}, Wanted()) if slugs else {}
    for row in rows:
        row[SOURCES] = [sources[slug] for slug in sorted(cited.get(row["code"], ())) if slug in sources]
