"""An agreement's status, stages, years and negotiators must tell one story."""

from collections.abc import Iterable
from itertools import combinations, pairwise

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.enums import EventKind, StageKind
from timeline.models import Agreement, Stage
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, FoundAcross, rule, rule_across

KINDS = {
    StageKind.CONCLUDED: {EventKind.ANNOUNCEMENT, EventKind.MEETING, EventKind.INITIALLING},
    StageKind.INITIALLED: {EventKind.INITIALLING},
    StageKind.CABINET_APPROVED: {EventKind.CABINET_APPROVAL},
    StageKind.SIGNED: {EventKind.SIGNING},
    StageKind.ASSEMBLY_APPROVED: {EventKind.RATIFICATION},
    StageKind.IN_FORCE: {EventKind.ENTRY_INTO_FORCE},
    StageKind.EXPIRED: {EventKind.EXPIRY},
}


def _stages(agreement: Agreement) -> list[Stage]:
    """The public ones, in legal order."""
    public = (stage for stage in agreement.stages.all() if stage.event.is_published)
    return sorted(public, key=lambda stage: StageKind.values.index(stage.stage))


@rule(
    "status-contradicts-stages",
    ERROR,
    Agreement,
    mend=gettext_lazy("Record the event of the stage, or correct the status."),
)
def status_contradicts_stages(agreement: Agreement) -> Found:
    if sentence := agreement.contradiction({stage.stage for stage in _stages(agreement)}):
        yield Finding("status", sentence)


@rule(
    "stages-out-of-order",
    ERROR,
    Agreement,
    mend=gettext_lazy("Correct the date of one of the two events, or which event was which stage."),
)
def stages_out_of_order(agreement: Agreement) -> Found:
    """Only what is certainly out of order: the later stage ended before the earlier can have begun."""
    for earlier, later in combinations(_stages(agreement), 2):
        if later.event.last_day < earlier.event.first_day:
            yield Finding(
                "stages",
                _("“%(later)s” (%(later_date)s) is dated before “%(earlier)s” (%(earlier_date)s).")
                % {
                    "later": later,
                    "later_date": later.event.date,
                    "earlier": earlier,
                    "earlier_date": earlier.event.date,
                },
            )


@rule(
    "stage-of-another-kind",
    ERROR,
    Agreement,
    mend=gettext_lazy("Choose the event that was this stage, or correct the kind of the event."),
)
def stage_of_another_kind(agreement: Agreement) -> Found:
    for stage in agreement.stages.all():
        if stage.event.kind not in KINDS[StageKind(stage.stage)]:
            values = {"stage": stage, "event": stage.event, "kind": stage.event.get_kind_display()}
            sentence = _("The stage “%(stage)s” cannot be the event “%(event)s” of the kind “%(kind)s”.") % values
            yield Finding("stages", sentence)


@rule(
    "stage-of-another-agreement",
    ERROR,
    Agreement,
    mend=gettext_lazy("Choose this agreement's own event, or correct the agreement of the event."),
)
def stage_of_another_agreement(agreement: Agreement) -> Found:
    for stage in agreement.stages.all():
        if stage.event.agreement_id != agreement.pk:
            values = {"stage": stage, "event": stage.event}
            yield Finding("stages", _("The stage “%(stage)s” is “%(event)s”, no event of this agreement.") % values)


@rule(
    "talks-end-before-they-begin",
    ERROR,
    Agreement,
    mend=gettext_lazy("Correct the day on which the talks opened or that on which they were concluded."),
)
def talks_end_before_they_begin(agreement: Agreement) -> Found:
    opened, concluded = agreement.opened, agreement.concluded
    if opened and concluded and concluded.last_day < opened.first_day:
        values = {"opened": opened, "concluded": concluded}
        yield Finding(
            "talks_concluded",
            _("The talks were concluded (%(concluded)s) before they were opened (%(opened)s).") % values,
        )


@rule(
    "term-is-not-its-years",
    NOTICE,
    Agreement,
    mend=gettext_lazy("Correct the term or the years, or say in the note why they differ."),
)
def term_is_not_its_years(agreement: Agreement) -> Found:
    first, last, term = agreement.covers_from, agreement.covers_to, agreement.term_years
    if first is not None and last is not None and term is not None and last - first + 1 != term:
        yield Finding(
            "term_years",
            _("The term is %(term)s years, but it covers %(years)s.") % {"term": term, "years": agreement.years},
        )


def _every_agreement(agreement: Agreement) -> QuerySet[Agreement]:
    return Agreement.objects.all()


@rule_across(
    "agreements-share-a-year",
    ERROR,
    Agreement,
    mend=gettext_lazy("Correct the years that one of the two covers."),
    near=_every_agreement,
)
def agreements_share_a_year(agreements: Iterable[Agreement]) -> FoundAcross:
    for earlier, later in pairwise(sorted(agreements, key=lambda agreement: agreement.ordinal)):
        if earlier.covers_to is not None and later.covers_from is not None and later.covers_from <= earlier.covers_to:
            values = {"years": later.years, "other": earlier, "other_years": earlier.years}
            sentence = _("It covers %(years)s, but %(other)s covers %(other_years)s.") % values
            yield later, Finding("covers_from", sentence)
