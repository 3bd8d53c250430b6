"""Statements that answer one another, read as an exchange: in order of time, both sides facing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from timeline.enums import RelationKind
from timeline.index import Card
from timeline.models import Agreement, Entry, Relation, Statement
from timeline.models.columns import Shown
from timeline.models.hanging import may_have

MOST_ANSWERS = 24
MOST_TURNS = 12
Pair = tuple[str, str]  # slugs of the statement that answers, and of the one that it answers


@dataclass(frozen=True)
class Turn:
    card: Card
    answers: tuple[Card, ...]  # of those shown in the same exchange
    is_here: bool

    @property
    def side(self) -> str:
        return side_of(self.card)


@dataclass(frozen=True)
class Exchange:
    turns: tuple[Turn, ...]

    @property
    def urls(self) -> frozenset[str]:
        return frozenset(turn.card["url"] for turn in self.turns)


def side_of(card: Card) -> str:
    """Of its first voice; empty where the source names nobody."""
    voices = [each["side"] for each in card["people"]] + [each["side"] for each in card["bodies"]]
    return voices[0] if voices else ""


def around(statement: Statement) -> Exchange | None:
    """What it answers, what answers it, and what else these answer or are answered by. One query where there is
    nothing, else three.
    """
    nearest = NEAREST(statement.pk) if may_have(statement, Relation) else []
    if not nearest:
        return None
    slugs = _slugs(nearest)
    pairs = _answers(Q(from_statement__slug__in=slugs) | Q(to_statement__slug__in=slugs))
    entries = Entry.objects.filter(slug__in=_slugs(pairs) | {statement.slug}).in_order()
    cards = {card["slug"]: card for card in entries.values_list("card__content", flat=True)}
    return _exchange(pairs, cards, here=statement.slug)


def answers_within(agreement: Agreement) -> list[Pair]:
    """Those of which at least one statement concerns the agreement."""
    return _answers(Q(from_statement__agreement=agreement) | Q(to_statement__agreement=agreement))


def exchanges(pairs: list[Pair], cards: Mapping[str, Card]) -> list[Exchange]:
    """One for each group of statements that answers hold together; the earliest first. `cards` are in order of time."""
    rest, found = list(pairs), []
    for slug in cards:
        together = _joined(slug, rest)
        if together:
            found.append(_exchange(together, cards))
            rest = [pair for pair in rest if pair not in together]
    return found


def _between(which: Q) -> QuerySet[Any]:
    between = Relation.objects.published().filter(which, kind=RelationKind.ANSWERS)
    between = between.filter(from_statement__isnull=False, to_statement__isnull=False)
    return between.in_order().values_list("from_statement__slug", "to_statement__slug")[:MOST_ANSWERS]


def _answers(which: Q) -> list[Pair]:
    return list(_between(which))


NEAREST: Shown[Pair] = Shown(Relation, lambda pk: _between(Q(from_statement=pk) | Q(to_statement=pk)))


def _slugs(pairs: Iterable[Pair]) -> set[str]:
    return {slug for pair in pairs for slug in pair}


def _joined(slug: str, pairs: list[Pair]) -> list[Pair]:
    """The pairs that lead from this statement to others, from those on, and so forth."""
    reached, grown = {slug}, True
    while grown:
        nearer = reached | _slugs(pair for pair in pairs if reached & set(pair))
        reached, grown = nearer, len(nearer) > len(reached)
    return [pair for pair in pairs if reached & set(pair)]


def _exchange(pairs: list[Pair], cards: Mapping[str, Card], here: str = "") -> Exchange:
    among = _slugs(pairs)
    shown = [slug for slug in cards if slug in among][:MOST_TURNS]
    if here in cards and here not in shown:
        shown[-1] = here
    turns = (
        Turn(
            card=cards[slug],
            answers=tuple(cards[goal] for origin, goal in pairs if origin == slug and goal in shown),
            is_here=slug == here,
        )
        for slug in shown
    )
    return Exchange(tuple(turns))
