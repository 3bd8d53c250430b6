"""“Says who?”: citations, their quotations, their sources, and records that point at what readers do not see."""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.enums import RoundStatus, SourceKind
from timeline.models import (
    Agreement,
    Citation,
    Dated,
    Disagreement,
    Event,
    Figure,
    Official,
    Organization,
    Record,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.rules.parts import (
    RECORDS,
    kind_words,
    named,
    parts_of,
    public_citations_of,
    state_words,
    targets_of,
)
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, FoundAcross, rule, rule_across

CITED: tuple[type[Record], ...] = (Organization, Official, Agreement, Round, Event, Statement, Figure)
# Where no citation supports the record as a whole, each of these that is filled needs one of its own.
FACTS: dict[type[Record], tuple[str, ...]] = {
    Organization: ("name",),
    Official: ("name",),
    Agreement: ("covers_from", "covers_to", "status", "talks_opened", "talks_concluded"),
    Round: ("when", "place", "outcome"),
    Event: ("when", "place", "summary"),
    Statement: ("when", "place", "text"),
    Figure: ("as_stated", "stated_on"),
}
# Of a record like these we want to have read more than one paper.
CORROBORATED = (Agreement, Round, Event)
SPEAKS_FOR_ITSELF = {SourceKind.OFFICIAL, SourceKind.LEGAL}
DATE_LINE = dt.timedelta(days=1)  # it is yesterday in Washington when something happens in Seoul
QUOTE_SHOWN = 60


@rule(
    "no-citation",
    ERROR,
    *CITED,
    mend=gettext_lazy("Add a citation: the source, and its exact words."),
    firm=True,
)
def no_citation(record: Record) -> Found:
    """The record has a citation, or the field has its own."""
    public = public_citations_of(record)
    supported = {citation.supports for citation in public}
    if not public:
        yield Finding("citations", _("No public source is cited."))
    elif "" not in supported:
        for name in FACTS[type(record)]:
            if getattr(record, name) not in (None, "") and name not in supported:
                label = record._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                yield Finding("citations", _("No citation supports the field “%(field)s”.") % {"field": label})


@rule(
    "no-citation-for-a-position",
    ERROR,
    Disagreement,
    mend=gettext_lazy("Cite the sources that report this value, or delete the position."),
    firm=True,
)
def no_citation_for_a_position(disagreement: Disagreement) -> Found:
    positions = list(disagreement.positions.all())
    if not positions:
        yield Finding("positions", _("No position is recorded, so no source is cited."))
    for position in positions:
        if not any(citation.source.is_published for citation in position.citations.all()):
            yield Finding(
                "positions", _("No public source is cited for “%(reports)s”.") % {"reports": position.reports}
            )


@rule(
    "one-position-only",
    NOTICE,
    Disagreement,
    mend=gettext_lazy("Record what the other sources say, or that none does."),
)
def one_position_only(disagreement: Disagreement) -> Found:
    if len(disagreement.positions.all()) == 1:
        yield Finding("positions", _("Only one position is recorded: a disagreement has two."))


@rule(
    "disagreement-about-nothing",
    NOTICE,
    Disagreement,
    mend=gettext_lazy("Name the records that it concerns: it is shown on their pages."),
)
def disagreement_about_nothing(disagreement: Disagreement) -> Found:
    if not disagreement.concernedrecord_set.all():
        yield Finding("concernedrecord_set", _("It concerns no record."))


@rule(
    "points-at-hidden-record",
    ERROR,
    *RECORDS,
    mend=gettext_lazy("Publish that record first, or take the reference out."),
)
def points_at_hidden_record(record: Record) -> Found:
    for relation, row in [("", record), *parts_of(record)]:
        yield from _hidden(relation, row, targets_of(row))
    if not isinstance(record, Topic):  # a draft may have its topics; it is shown there once it is public
        for field in record._meta.many_to_many:
            yield from _hidden("", record, ((field.name, target) for target in getattr(record, field.name).all()))


def _hidden(relation: str, row: models.Model, targets: Iterable[tuple[str, Record]]) -> Iterator[Finding]:
    for name, target in targets:
        if not target.is_published:
            values = {"kind": kind_words(row), "target": named(target), "state": state_words(target)}
            sentence = _("The %(kind)s points at the %(target)s, which readers do not see (%(state)s).") % values
            yield Finding(relation or name, sentence)


@rule(
    "same-citation-twice",
    ERROR,
    *CITED,
    Disagreement,
    mend=gettext_lazy("Delete one of the two citations, or quote what the other one is for."),
)
def same_citation_twice(record: Record) -> Found:
    seen = set()
    for relation, citation in _all_citations(record):
        key = (
            *(getattr(citation, f"{name}_id") for name in ("source", "appointment", "position")),
            plain(citation.quote),
        )
        if (*key, citation.supports) in seen:
            yield Finding(relation, _("“%(quote)s” is cited twice.") % {"quote": _shown(citation.quote)})
        seen.add((*key, citation.supports))


@rule(
    "supports-unknown-field",
    ERROR,
    *CITED,
    Disagreement,
    mend=gettext_lazy("Name a field of the record, such as when or place, or leave it empty for the whole record."),
)
def supports_unknown_field(record: Record) -> Found:
    for relation, citation in _all_citations(record):
        target = citation.appointment or citation.position or record
        known = {field.name for field in target._meta.get_fields()}
        if citation.supports and citation.supports not in known:
            values = {"kind": kind_words(target), "name": citation.supports}
            yield Finding(relation, _("A citation supports “%(name)s”, which is no field of the %(kind)s.") % values)


def _all_citations(record: Record) -> Iterator[tuple[str, Citation]]:
    return ((relation, part) for relation, part in parts_of(record) if isinstance(part, Citation))


@rule(
    "single-source",
    NOTICE,
    *CORROBORATED,
    mend=gettext_lazy("Look for a second source, or say why there is none."),
)
def single_source(record: Record) -> Found:
    sources = {citation.source_id: citation.source for citation in public_citations_of(record)}
    if len(sources) == 1:
        (source,) = sources.values()
        if source.kind not in SPEAKS_FOR_ITSELF:
            yield Finding("citations", _("It rests on one source alone: %(source)s.") % {"source": source})


@rule(
    "sources-before-the-event",
    NOTICE,
    Round,
    Event,
    Statement,
    mend=gettext_lazy("Cite a source that reports it as past, or check the days of the sources and of the record."),
)
def sources_before_the_event(record: Dated) -> Found:
    if isinstance(record, Round) and record.status in {RoundStatus.SCHEDULED, RoundStatus.CANCELLED}:
        return
    sources = [citation.source for citation in public_citations_of(record)]
    published = [source.published for source in sources if source.published is not None]
    if published and len(published) == len(sources):
        latest = max(published, key=lambda date: date.last_day)
        if latest.last_day < record.first_day - DATE_LINE:
            yield Finding(
                "citations",
                _("All of its sources appeared before it, the last one on %(published)s; it is dated %(when)s.")
                % {"published": latest, "when": record.date},
            )


@rule(
    "source-without-address",
    NOTICE,
    Source,
    mend=gettext_lazy("Add the address of the text, or of an archived copy."),
)
def source_without_address(source: Source) -> Found:
    if not source.url and not source.archived_url:
        yield Finding("url", _("Readers cannot follow it: it has no address."))


@rule("source-not-cited", NOTICE, Source, mend=gettext_lazy("Cite it where it supports a record, or withdraw it."))
def source_not_cited(source: Source) -> Found:
    if not source.citations.all() and not source.texts_of.all():
        yield Finding("", _("Nothing cites it."))


def _no_others(record: Record) -> QuerySet[Any]:
    return type(record)._default_manager.none()


@rule_across(
    "quote-not-in-source",
    ERROR,
    *CITED,
    Disagreement,
    mend=gettext_lazy("Copy the words from the text of the source, or correct the text that was pasted."),
    near=_no_others,
)
def quote_not_in_source(records: Iterable[Any]) -> FoundAcross:
    """Asked of those citations alone whose source has its text pasted; each text is read once."""
    citations: dict[int, list[Citation]] = defaultdict(list)
    for citation in _checkable(records):
        citations[citation.source_id].append(citation)
    texts = Source.objects.filter(pk__in=citations).order_by("slug").only("private_text")
    for source in texts.iterator(chunk_size=20):
        text = plain(source.private_text)
        for citation in citations[source.pk]:
            if not all(plain(passage) in text for passage in _passages(citation.quote)):
                relation = (
                    "appointments" if citation.appointment_id else "positions" if citation.position_id else "citations"
                )
                sentence = _("“%(quote)s” is not in the text pasted for its source, %(source)s.")
                yield (
                    citation.record,
                    Finding(relation, sentence % {"quote": _shown(citation.quote), "source": citation.source}),
                )


def _checkable(records: Iterable[Any]) -> QuerySet[Citation]:
    model = records.model if isinstance(records, QuerySet) else type(next(iter(records)))
    owned = {Official: ["official", "appointment__official"], Disagreement: ["position__disagreement"]}
    paths = owned.get(model, [model._meta.model_name])
    of_these = Q()
    for path in paths:
        of_these |= Q(**{f"{path}__in": records})
    checkable = Citation.objects.filter(of_these).exclude(source__private_text="")
    return checkable.select_related("source", *paths).defer("source__private_text").in_order()


def _passages(quote: str) -> list[str]:
    """A quotation with omissions is found passage by passage."""
    whole = quote.replace("[...]", "…").replace("[…]", "…").replace("...", "…")
    return [passage for passage in whole.split("…") if passage.strip()]


# Houses set marks as they like and pages add what nobody sees; the words are what a quotation must have in common.
UNCOMPARED = str.maketrans(
    {
        **dict.fromkeys("\"'“”„‟«»‹›＂「」『』‘’‚‛′″＇`´\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        **dict.fromkeys("·ㆍ‧・•∙", "·"),
    }
)
HYPHEN = re.compile(r"\s*-[\s-]*")


def plain(text: str) -> str:
    """The words as they compare: one width, no quotation marks, no case, one space between them. Hyphens and dashes
    go with the spaces around them: a hyphen may stand at the end of a line where there is none in the word.
    """
    whole = unicodedata.normalize("NFKC", text.translate(UNCOMPARED)).casefold()
    return " ".join(HYPHEN.sub("", whole).split())


def _shown(quote: str) -> str:
    return quote if len(quote) <= QUOTE_SHOWN else f"{quote[:QUOTE_SHOWN].rstrip()}…"
