"""Addresses and the derived rows of the timeline: what no single record can answer for."""

from collections import defaultdict

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline import index
from timeline.enums import State
from timeline.models import Dated, Record, Redirect, Tombstone
from timeline.rules.parts import RECORDS, kind_words
from timeline.rules.registry import ERROR, Finding, FoundAcross, rule_of_the_whole


@rule_of_the_whole(
    "slug-of-two-records",
    ERROR,
    mend=gettext_lazy("Rename one of them; its old address then leads to the new one."),
)
def slug_of_two_records() -> FoundAcross:
    """Rounds, statements and events share one space of slugs. Drafts count too: they take theirs already."""
    holders: dict[str, list[type[Dated]]] = defaultdict(list)
    for model in Dated.__subclasses__():
        for slug in model._default_manager.values_list("slug", flat=True):
            holders[slug].append(model)
    for slug, models in sorted(holders.items()):
        if len(models) > 1:
            record = models[0]._default_manager.get(slug=slug)
            kinds = ", ".join(str(model._meta.verbose_name) for model in models)
            yield (
                record,
                Finding(
                    "slug", _("“%(slug)s” is the slug of more than one: %(kinds)s.") % {"slug": slug, "kinds": kinds}
                ),
            )


@rule_of_the_whole(
    "redirect-leads-nowhere",
    ERROR,
    mend=gettext_lazy("Let it lead to the slug that the record has now, in one step."),
)
def redirect_leads_nowhere() -> FoundAcross:
    """A redirect must end at a record that has been public, at once: no chain, no loop, no slug that nobody has."""
    for kind, redirects in _redirects().items():
        held = _slugs_once_public(kind)
        for old, new in redirects.items():
            if new in redirects:
                yield (
                    None,
                    Finding("", _("%(redirect)s leads to another redirect.") % {"redirect": _words(kind, old, new)}),
                )
            elif new not in held:
                yield None, Finding("", _("%(redirect)s leads to no record.") % {"redirect": _words(kind, old, new)})


@rule_of_the_whole(
    "redirect-hides-a-record",
    ERROR,
    mend=gettext_lazy("A slug once used is never given again: rename the record, or delete the redirect."),
)
def redirect_hides_a_record() -> FoundAcross:
    """Kinds that share one space of slugs share the retired ones. A merged record keeps its slug, which leads on."""
    for kind, redirects in _redirects().items():
        for model in _models_in_the_space_of(kind):
            merged = Q(state=State.WITHDRAWN) if model._meta.model_name == kind else Q(pk__in=[])
            hidden = model._default_manager.filter(slug__in=redirects).exclude(merged)
            for record in hidden.order_by("slug"):
                redirect = _words(kind, record.slug, redirects[record.slug])
                values = {"redirect": redirect, "kind": kind_words(record)}
                yield record, Finding("slug", _("%(redirect)s, but this %(kind)s has the old slug.") % values)


@rule_of_the_whole(
    "tombstone-of-another-record",
    ERROR,
    mend=gettext_lazy("A slug or code once used is never given again: rename the record."),
)
def tombstone_of_another_record() -> FoundAcross:
    """What says that a record is gone must not stand in the way of one that is there."""
    for tombstone in Tombstone.objects.order_by("kind", "slug"):
        for model in _models_in_the_space_of(tombstone.kind):
            own = Q(code=tombstone.code) if model._meta.model_name == tombstone.kind else Q(pk__in=[])
            for record in model._default_manager.filter(slug=tombstone.slug).exclude(own):
                values = {"slug": tombstone.slug, "code": tombstone.code}
                yield record, Finding("slug", _("“%(slug)s” was the slug of %(code)s, which was withdrawn.") % values)


@rule_of_the_whole("entry-is-not-its-record", ERROR, mend=gettext_lazy("Run manage.py rebuild_index."))
def entry_is_not_its_record() -> FoundAcross:
    for sentence in index.differences():
        yield None, Finding("", sentence)


def _redirects() -> dict[str, dict[str, str]]:
    """Old slug to new slug, for each kind."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, old, new in Redirect.objects.order_by("kind", "old_slug").values_list("kind", "old_slug", "new_slug"):
        found[kind][old] = new
    return found


def _model(kind: str) -> type[Record] | None:
    model = apps.get_app_config("timeline").models.get(kind)
    return model if model in RECORDS else None


def _models_in_the_space_of(kind: str) -> list[type[Record]]:
    model = _model(kind)
    if model is None:
        return []
    return list(Dated.__subclasses__()) if issubclass(model, Dated) else [model]


def _slugs_once_public(kind: str) -> set[str]:
    model = _model(kind)
    if model is None:
        return set()
    here = set(model._default_manager.exclude(published_at=None).values_list("slug", flat=True))
    return here | set(Tombstone.objects.filter(kind=kind).values_list("slug", flat=True))


def _words(kind: str, old: str, new: str) -> str:
    return f"{kind}: {old} → {new}"
