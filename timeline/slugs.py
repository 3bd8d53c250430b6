"""Slugs proposed for new records, in the form of those that were researched: language-neutral and stable."""

import itertools
import re
from collections.abc import Callable
from typing import Any

from django.utils.text import slugify

from timeline import dates
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.base import SLUG_LENGTH, Dated, is_retired

EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by for from has have in is it its of on or that the this to was were will with",
    )
)
WORDS = 5


def propose(record: Record) -> str:
    """A free slug made of what the record says. Where that is in Hangul alone, the record's code stands in."""
    base = re.sub(r"-{2,}", "-", _base(record))[: SLUG_LENGTH - 4].strip("-") or record.code
    candidates = itertools.chain([base], (f"{base}-{number}" for number in itertools.count(2)))
    return next(slug for slug in candidates if is_free(record, slug))


def is_free(record: Record, slug: str) -> bool:
    """Whether no record has the slug or ever had it; rounds, statements and events share one space of slugs."""
    family = Dated.__subclasses__() if isinstance(record, Dated) else [type(record)]
    held = any(model._default_manager.filter(slug=slug).exists() for model in family)
    return not held and not is_retired(record, slug)


def _words(text: str) -> str:
    words = [word for word in slugify(text).split("-") if word and word not in EMPTY_WORDS]
    return "-".join(words[:WORDS])


def _day(edtf: str) -> str:
    try:
        return dates.parse(edtf).machine
    except dates.DateError:  # the field says so; the form is shown again
        return ""


def _joined(*parts: object) -> str:
    return "-".join(str(part) for part in parts if part)


def _base(record: Record) -> str:
    return BASES[type(record)](record)


def _of_statement(statement: Statement) -> str:
    speaker = statement.speaker
    voice = (speaker.family_name or speaker.name) if speaker else statement.attribution
    if not voice and statement.on_behalf_of:
        voice = statement.on_behalf_of.short_name
    return _joined(_day(statement.when), _words(voice), _words(statement.text))


def _of_figure(figure: Figure) -> str:
    year = figure.year_from or _day(figure.stated_on)[:4]
    return _joined("fig", year, figure.stance, _words(figure.as_stated.replace(".", "-")))


def _of_official(official: Official) -> str:
    return slugify(f"{official.family_name} {official.given_name} {official.suffix}".strip() or official.name)


def _of_organization(organization: Organization) -> str:
    return _joined(organization.country.lower(), slugify(organization.abbreviation) or _words(organization.name))


def _of_round(negotiation_round: Round) -> str:
    agreement = negotiation_round.agreement.slug if negotiation_round.agreement_id else ""
    return _joined(agreement, "round", negotiation_round.number)


def _of_gap(gap: Gap) -> str:
    return _joined(gap.agreement.slug if gap.agreement else "", _words(gap.text))


BASES: dict[type[Record], Callable[[Any], str]] = {
    Agreement: lambda agreement: f"sma-{agreement.ordinal:02}" if agreement.ordinal else "",
    Disagreement: lambda disagreement: _words(disagreement.question),
    Event: lambda event: _joined(_day(event.when), _words(event.title)),
    Figure: _of_figure,
    Gap: _of_gap,
    Official: _of_official,
    Organization: _of_organization,
    Place: lambda place: slugify(place.name),
    Round: _of_round,
    Source: lambda source: _joined(slugify(source.publisher), _day(source.published_on), _words(source.title)),
    Statement: _of_statement,
    Topic: lambda topic: slugify(topic.name),
}
