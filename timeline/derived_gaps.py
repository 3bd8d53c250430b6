"""What is missing and shows from the records themselves. What does not show from them is recorded, as a `Gap`.

Each finding costs a query or two, whatever its size: it counts everything and holds the first few.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from timeline.enums import AgreementStatus, StageKind
from timeline.models import Agreement, Citation, Figure, Official, Organization, Record, Round, Source, Statement
from timeline.models.base import published

SHOWN = 50
CITED = ("agreement", "round", "event", "statement", "figure", "official", "organization")
# The legal stages that an agreement of this status must have passed.
PASSED: dict[str, tuple[StageKind, ...]] = {
    AgreementStatus.UNDER_NEGOTIATION: (),
    AgreementStatus.CONCLUDED: (StageKind.CONCLUDED,),
    AgreementStatus.IN_FORCE: tuple(stage for stage in StageKind if stage is not StageKind.EXPIRED),
    AgreementStatus.EXPIRED: tuple(StageKind),
}


@dataclass(frozen=True)
class Lacking:
    """A record, and in words what it lacks where the finding alone does not say so."""

    record: Record
    what: str = ""


@dataclass(frozen=True)
class Finding:
    name: str
    title: str
    meaning: str
    count: int
    first: tuple[Lacking, ...]


def derived_gaps() -> list[Finding]:
    agreements = list(_agreements())
    return [
        _missing_rounds(agreements),
        _missing_stages(agreements),
        _single_sources(),
        _finding(
            "no-korean-name-of-officials",
            _("Officials without a Korean name"),
            _("No cited text and no established form gave the Hangul."),
            Official.objects.published().filter(name_ko=""),
        ),
        _finding(
            "no-korean-name-of-organizations",
            _("Organizations without a Korean name"),
            _("No official or established Korean name was found."),
            Organization.objects.published().filter(name_ko=""),
        ),
        _finding(
            "figures-without-a-party",
            _("Figures without a party"),
            _("The sources do not say who demanded, offered or pays."),
            Figure.objects.published().filter(party=""),
        ),
        _finding(
            "translations-without-the-original",
            _("Statements in translation without the original words"),
            _("Only a translation was found of what was said."),
            Statement.objects.published()
            .filter(is_translation=True, original_text="")
            .select_related("speaker", "on_behalf_of"),
        ),
        _finding(
            "sources-without-an-address",
            _("Sources without an address"),
            _("The work was read where no stable address can be given for it."),
            Source.objects.published().filter(url="").defer("private_text"),
        ),
    ]


def _finding(name: str, title: str, meaning: str, records: QuerySet[Any]) -> Finding:
    rows = list(records.in_order().annotate(found=Window(Count("*")))[:SHOWN])  # type: ignore[attr-defined]
    return Finding(name, title, meaning, rows[0].found if rows else 0, tuple(Lacking(row) for row in rows))


def _agreements() -> QuerySet[Agreement]:
    public_rounds = published("rounds")
    return (
        Agreement.objects.published()
        .in_order()
        .with_stages()
        .annotate(highest_round=Max("rounds__number", filter=public_rounds, default=0))
        .annotate(round_count=Count("rounds", filter=public_rounds))
    )


def _missing_rounds(agreements: list[Any]) -> Finding:
    holed = [agreement for agreement in agreements if agreement.round_count < agreement.highest_round]
    known: dict[int, set[int]] = {agreement.pk: set() for agreement in holed}
    for agreement_id, number in (
        Round.objects.published().filter(agreement__in=holed).values_list("agreement_id", "number")
    ):
        known[agreement_id].add(number)
    return Finding(
        "missing-rounds",
        _("Rounds that must have been but are not recorded"),
        _("A later round of the same talks is recorded, so their numbers leave these out."),
        sum(agreement.highest_round - agreement.round_count for agreement in holed),
        tuple(islice(_holes(holed, known), SHOWN)),
    )


def _holes(agreements: list[Any], known: dict[int, set[int]]) -> Iterator[Lacking]:
    for agreement in agreements:
        for number in range(1, agreement.highest_round):
            if number not in known[agreement.pk]:
                yield Lacking(agreement, _("round %(number)s") % {"number": number})


def _missing_stages(agreements: list[Agreement]) -> Finding:
    lacking = []
    for agreement in agreements:
        reached = {stage.stage for stage in agreement.public_stages}
        if missing := [str(stage.label) for stage in PASSED[agreement.status] if stage not in reached]:
            lacking.append(Lacking(agreement, ", ".join(missing)))
    return Finding(
        "missing-stages",
        _("Agreements with legal stages that have no event"),
        _("The agreement must have passed these stages, by its status, but no event records them."),
        len(lacking),
        tuple(lacking[:SHOWN]),
    )


def _single_sources() -> Finding:
    """One row for each record, by kind and slug, with one of its citations; then those citations with their records."""
    kind = Case(
        *(When(Q(**{f"{name}__isnull": False}), then=Value(rank)) for rank, name in enumerate(CITED)),
        output_field=IntegerField(),
    )
    # By whose a citation is, and not by kind and slug: to compare texts takes as long as all the rest.
    groups = (
        Citation.objects.published(CITED)
        .order_by()
        .values(*CITED)
        .annotate(kind=Min(kind), slug=Min(Coalesce(*(F(f"{name}__slug") for name in CITED))), one=Min("code"))
        .annotate(first_source=Min("source"), last_source=Max("source"))
        .filter(first_source=F("last_source"))
        .order_by("kind", "slug")
    )
    rows = list(groups.annotate(found=Window(Count("*"))).values_list("one", "found")[:SHOWN])
    related = (*CITED, "round__agreement", "statement__speaker", "statement__on_behalf_of", "source")
    cited = {
        citation.code: citation
        for citation in Citation.objects.filter(code__in=[code for code, _found in rows])
        .select_related(*related)
        .defer("source__private_text")
    }
    return Finding(
        "single-sources",
        _("Records that rest on a single source"),
        _("Nothing else was found that says the same; a second source would make them firmer."),
        rows[0][1] if rows else 0,
        tuple(Lacking(cited[code].record, cited[code].source.publisher) for code, _found in rows),
    )
