"""Two editors, one record: what each has changed, side by side, and one click that keeps both."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from timeline import actions, contents
from timeline.actions import Intent
from timeline.admin import saved_forms
from timeline.contents import MINE, THEIRS, words
from timeline.models import Record, Revision

SALT = "timeline.clash"


def _address(record: Record) -> str:
    return reverse(f"admin:timeline_{record._meta.model_name}_change", args=[record.pk])


@dataclass
class Side:
    """One record of the form: what somebody else changed since it was opened, and what was typed."""

    record: Record | None
    title: str
    theirs: list[words.Described]
    mine: list[words.Described]
    revisions: list[Revision]


def page(
    model_admin: Any, request: HttpRequest, clash: actions.Clash, intents: list[Intent], conflicts: Iterable[Any] = ()
) -> HttpResponse:
    """Status 409. The typed text is on the page, and in it, signed, what puts both together. Where nothing was typed
    there is nothing to put together: the record is to be read again.
    """
    if not intents:
        messages.warning(request, clash.sentences[0])
        changelist = f"admin:timeline_{model_admin.opts.model_name}_changelist"
        return HttpResponseRedirect(_address(clash.stored) if clash.stored is not None else reverse(changelist))
    found = _conflicts(intents) if not conflicts else list(conflicts)
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Somebody else has saved this record meanwhile"),
        "opts": model_admin.opts,
        "clash": clash,
        "sides": [_side(intent) for intent in intents],
        "conflicts": words.conflicts_in_words(found),
        "mine": MINE,
        "theirs": THEIRS,
        "is_gone": clash.stored is None,
        "payload": _payload(request, intents),
        "merge_url": reverse("admin:timeline_put_together"),
        "local_draft": saved_forms.name_of(request),
        "reason": request.POST.get("_reason", ""),
        "for_review": "_review" in request.POST,
        "record": clash.stored,
        "record_url": _address(clash.stored) if clash.stored is not None else "",
    }
    return TemplateResponse(request, "admin/timeline/clash.html", context, status=409)


def _side(intent: Intent) -> Side:
    stored = contents.stored(intent.key)
    now = contents.read_records([stored])[intent.key] if stored is not None else None
    base = None
    revisions: list[Revision] = []
    if intent.version is not None:
        of_record = Revision.objects.filter(kind=intent.key[0], code=intent.key[1])
        revision = of_record.filter(version=intent.version).first()
        base = contents.from_json(revision.content) if revision else None
        revisions = list(of_record.filter(version__gt=intent.version).defer("content").newest_first()[:10])
    return Side(
        record=stored,
        title=str(stored) if stored is not None else intent.slug,
        theirs=words.described(contents.compare(base, now)) if base and now and intent.version else [],
        mine=words.described(contents.compare(base, intent.whole)),
        revisions=revisions,
    )


def _conflicts(intents: Iterable[Intent]) -> list[Any]:
    found: list[Any] = []
    for intent in intents:
        stored = contents.stored(intent.key)
        if stored is None or intent.version is None:
            continue
        try:
            actions.merged_with(stored, intent.version, intent.whole)
        except actions.Conflicting as conflicting:
            found += conflicting.conflicts
        except actions.Clash:
            continue
    return found


def _payload(request: HttpRequest, intents: list[Intent]) -> str:
    shown = {stored.code: stored.version for intent in intents if (stored := contents.stored(intent.key)) is not None}
    value = {"user": request.user.pk, "intents": [each.to_json() for each in intents], "shown": shown}
    return signing.dumps(value, salt=SALT, compress=True)


def put_together(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The click on that page."""
    try:
        value = signing.loads(request.POST.get("payload", ""), salt=SALT)
    except signing.BadSignature:
        value = {}
    if value.get("user") != request.user.pk:
        messages.error(
            request, _("This page is not yours, or it is incomplete. What you typed is kept in your browser.")
        )
        return HttpResponseRedirect(reverse("admin:index"))
    intents = [Intent.from_json(each) for each in value["intents"]]
    if not all(request.user.has_perm(f"timeline.change_{each.key[0]}") for each in intents):
        raise PermissionDenied  # they were taken away since
    return _settled(model_admin, request, intents, value["shown"])


def choices_in(request: HttpRequest) -> dict[str, str]:
    """By the name of each conflict, whose value is kept."""
    names = (name for name in request.POST if name.startswith("choice-"))
    return {name.removeprefix("choice-"): request.POST.get(name, "") for name in names}


def _settled(model_admin: Any, request: HttpRequest, intents: list[Intent], shown: dict[str, int]) -> HttpResponse:
    from timeline.admin.saving import may_publish_alone, reason_in  # it shows these pages

    choices = choices_in(request)
    reason, alone = reason_in(request), may_publish_alone(request)
    try:
        if alone and not reason and any(_is_public(each) for each in intents):
            raise actions.Refused(
                [_("This is public, and nobody else has read your change. Give the reason, or save it for review.")]
            )
        settled = actions.settle(intents, by=request.user, why=reason, alone=alone, choices=choices, shown=shown)
    except actions.Clash as clash:
        return page(model_admin, request, clash, intents)
    except actions.Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return page(model_admin, request, _clash_of(intents), intents, getattr(refusal, "conflicts", ()))
    if not (settled.written or settled.proposals):
        return _nothing_new(request, intents)
    response: HttpResponse = model_admin.say_settled(request, settled)
    return response


def _nothing_new(request: HttpRequest, intents: list[Intent]) -> HttpResponse:
    """All of it was chosen as it is stored."""
    saved_forms.note(request)
    record = _clash_of(intents).record
    messages.info(request, _("Nothing was saved: “%(record)s” says already what you chose.") % {"record": record})
    return HttpResponseRedirect(_address(record))


def _is_public(intent: Intent) -> bool:
    stored = contents.stored(intent.key)
    return stored is not None and stored.is_published


def _clash_of(intents: list[Intent]) -> actions.Clash:
    found = [stored for each in intents if each.version is not None and (stored := contents.stored(each.key))]
    newest = max(found, key=lambda record: record.updated_at)
    return actions.Clash(newest, newest)
