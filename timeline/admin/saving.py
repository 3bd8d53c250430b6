"""Saving a form: whole or not at all, over nobody's work, and with what is public only through a second person.

The form says on which version it was opened. Where the record is another one by now, what was typed is put beside what
is stored (`clashes`); where the change needs somebody else's eyes, it is kept as a proposal.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.messages.storage import default_storage
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import actions, contents, history, roles
from timeline.actions import Intent
from timeline.admin import clashes, once, saved_forms
from timeline.admin.seen import Seen, seen_in
from timeline.models import Proposal, Record, Revision
from timeline.problems import disk_problem

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

ANOTHER_HOLDS_IT = "Another record or row holds one of these values at this moment. Nothing was saved."
LONGEST_REASON = 1_000


class MustWait(Exception):
    """What was saved a moment ago changes what is public: it is taken back, and proposed."""

    def __init__(self, intents: list[Intent]) -> None:
        super().__init__()
        self.intents = intents


@dataclass
class TakenBack(Exception):
    """The end of a trial: what would have been saved, or the form that could not be."""

    intents: list[Intent]
    shown_again: HttpResponse | None


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("_reason", "").replace("\x00", "").strip()[:LONGEST_REASON]


def may_publish_alone(request: HttpRequest) -> bool:
    return request.user.has_perm(roles.OVERRIDE) and "_review" not in request.POST


def forget_messages(request: HttpRequest) -> None:
    """Of what was taken back, nothing is said. What earlier requests have to say is."""
    saved_forms.forget(request)
    request._messages = default_storage(request)  # type: ignore[attr-defined]  # Django has no other way


class SavingMixin(ModelAdmin):
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        form = partial(super().changeform_view, request, object_id, form_url, extra_context)
        own = self.own_proposal(request, object_id)
        if request.method != "POST":
            return self._as_proposed(own, form) if own else form()
        try:
            return self._saved(request, own, form)
        except actions.Clash as clash:
            if own is None:
                return self._clashed(request, clash, form)
            sentences = clash.sentences
        except actions.Refused as refusal:  # raised out of the transaction, so all of it is taken back
            sentences = refusal.sentences
        except IntegrityError:
            sentences = [_(ANOTHER_HOLDS_IT)]
        except OperationalError as error:  # if not the disk: somebody else wrote all the time that a save may wait
            sentences = [disk_problem(error) or _("The database was busy. Nothing was saved: save it again.")]
        forget_messages(request)
        request.refusals = tuple(sentences)  # type: ignore[attr-defined]
        return self._as_proposed(own, form) if own else form()

    def record_of(self, row: Any) -> Record | None:
        """The record whose version a form of this page is about."""
        return row if isinstance(row, Record) else contents.owner_of(row)

    @property
    def kind_added(self) -> str:
        """The kind of record that an empty form makes, or adds to."""
        return str(self.opts.model_name)

    # --- the plain way

    def _saved(self, request: HttpRequest, own: Proposal | None, form: Callable[[], Any]) -> Any:
        if own is not None:
            return self._propose_anew(request, own, form)
        try:
            with history.unit(by=request.user, why=reason_in(request)) as working:
                once.save_once(request, working, adds="" if _object_id(request) else self.kind_added)
                self._hold(request, seen_in(request.POST))
                response = form()
                self._look_after_what_is_public(request, working)  # whatever the answer: that of a popup is a page, too
        except MustWait as waiting:
            return self._propose(request, waiting.intents)
        return response

    def _hold(self, request: HttpRequest, seen: dict[str, Seen]) -> None:
        """Lock the record and compare its version with the one that the form was opened on."""
        if (object_id := _object_id(request)) is None:
            return
        if "seen" not in seen:
            raise actions.Refused(
                [_("This form does not say on which version of the record it was opened. Save it again.")]
            )
        stored = seen["seen"].stored()
        if stored is None:
            raise actions.Clash(seen["seen"].as_it_was(), None)
        if (found := self.get_object(request, unquote(object_id))) is not None and self.record_of(found) != stored:
            raise actions.Refused([_("This form is that of another record. Open it anew.")])
        actions.locked(stored, seen["seen"].version)

    def _look_after_what_is_public(self, request: HttpRequest, working: history.Unit) -> None:
        changed = [each for each in history.pending(working) if each.was_public and each.row.is_published]
        if not changed:
            return
        if not may_publish_alone(request):
            raise MustWait(_intents(history.pending(working)))
        if not working.why:
            raise actions.Refused(
                [_("This is public, and nobody else has read your change. Give the reason, or save it for review.")]
            )

    # --- proposals

    def own_proposal(self, request: HttpRequest, object_id: str | None) -> Proposal | None:
        """The open change of this editor to this record: who has one goes on with it."""
        if object_id is None or (request.user.has_perm(roles.OVERRIDE) and "proposal" not in request.GET):
            return None
        row = self.get_object(request, unquote(object_id))
        record = self.record_of(row) if row is not None else None
        if record is None:
            return None
        return Proposal.objects.of(record).open().filter(proposed_by=request.user.pk).first()

    def _as_proposed(self, own: Proposal, form: Callable[[], Any]) -> Any:
        """The form as it is with the proposed change in it, which the database does not keep."""
        try:
            with history.unit():
                apply_proposal(own)
                response = form()
                if hasattr(response, "render"):
                    response.render()  # now: afterwards its rows are gone
                raise TakenBack([], response)
        except TakenBack as trial:
            return trial.shown_again

    def _propose_anew(self, request: HttpRequest, own: Proposal, form: Callable[[], Any]) -> Any:
        if request.POST.get("_proposal", "") != stamp_of(own):
            raise actions.Refused(
                [_("You have proposed a change to this record in another window meanwhile. Open this page anew.")]
            )
        try:
            with history.unit(by=request.user) as working:
                apply_proposal(own)
                response = form()
                if _is_shown_again(response):
                    raise TakenBack([], response.render())
                raise TakenBack(_intents(history.pending(working)), None)
        except TakenBack as trial:
            if trial.shown_again is not None:
                return trial.shown_again
            main = (own.kind, own.code)
            intents = [Intent(each.whole, own.base_version) if each.key == main else each for each in trial.intents]
        return self._propose(request, intents, own)

    def _propose(self, request: HttpRequest, intents: list[Intent], own: Proposal | None = None) -> HttpResponse:
        """What is public waits; what is not is saved."""
        forget_messages(request)
        with history.unit(by=request.user) as working:
            working.name = once.name_of(request) or working.name
            settled = actions.settle(intents, by=request.user, why=reason_in(request), in_place_of=own)
            if own is not None and own not in settled.proposals:
                self._give_up(request, own, is_stored=own.code in {each.code for each in settled.written})
        return self.say_settled(request, settled)

    def _give_up(self, request: HttpRequest, own: Proposal, *, is_stored: bool) -> None:
        """Nothing is left to wait: the form says again what is stored, or the record is public no more."""
        actions.take_back(own, by=request.user)
        if not is_stored:
            said = _("“%(record)s” says already what you typed: your change is taken back.")
            messages.success(request, said % {"record": own.title})

    def say_settled(self, request: HttpRequest, settled: actions.Settled) -> HttpResponse:
        saved_forms.note(request)
        if settled.written:
            count = len(settled.written)
            messages.success(
                request,
                ngettext("%(count)s record is saved.", "%(count)s records are saved.", count) % {"count": count},
            )
        for proposal in settled.proposals:
            messages.success(
                request,
                _("Your change to “%(record)s” waits for somebody else to read it. The public page stays as it is.")
                % {"record": proposal.title},
            )
        if "_publish" in request.POST or "_submit" in request.POST:
            messages.warning(request, _("Nothing was published or given to review with it: press the button again."))
        if settled.proposals:
            return HttpResponseRedirect(reverse("admin:timeline_proposal_change", args=[settled.proposals[0].pk]))
        return HttpResponseRedirect(address_of(settled.written[0]) if settled.written else request.get_full_path())

    # --- clashes

    def _clashed(self, request: HttpRequest, clash: actions.Clash, form: Callable[[], Any]) -> Any:
        """What was typed, on the versions on which it was typed, beside what is stored now."""
        forget_messages(request)
        request.trial = True  # type: ignore[attr-defined]
        try:
            trial = _tried(request, form)
        except contents.Missing:
            return self._shown_again(request, clash.sentences, form)
        except actions.Refused as refusal:
            sentences = [*clash.sentences, *refusal.sentences]
            return self._shown_again(request, sentences, lambda: _tried(request, form).shown_again)
        except IntegrityError:
            sentences = [*clash.sentences, _(ANOTHER_HOLDS_IT)]
            return self._shown_again(request, sentences, lambda: _tried(request, form).shown_again)
        if trial.shown_again is not None:
            messages.warning(request, clash.sentences[0])
            return trial.shown_again
        forget_messages(request)
        return clashes.page(self, request, clash, trial.intents)

    def _shown_again(self, request: HttpRequest, sentences: list[str], form: Callable[[], Any]) -> Any:
        forget_messages(request)
        request.refusals = tuple(sentences)  # type: ignore[attr-defined]
        return form()


def _object_id(request: HttpRequest) -> str | None:
    return request.resolver_match.kwargs.get("object_id") if request.resolver_match else None


def _is_shown_again(response: Any) -> bool:
    """Whether the form could not be saved."""
    return "adminform" in (getattr(response, "context_data", None) or {})


def _tried(request: HttpRequest, form: Callable[[], Any]) -> TakenBack:
    """The form saved on the versions on which it was opened, and taken back."""
    try:
        with history.unit(by=request.user) as working:
            for seen in _outdated(seen_in(request.POST).values()):
                contents.apply([contents.from_json(seen.content)], seen.keys)
            response = form()
            if _is_shown_again(response):
                raise TakenBack([], response.render())
            intents = _intents(history.pending(working), seen_in(request.POST).values())
            raise TakenBack([each for each in intents if not _says_what_was_read(each)], None)
    except TakenBack as trial:
        return trial


def _says_what_was_read(intent: Intent) -> bool:
    if intent.version is None:
        return False
    kind, code = intent.key
    read = Revision.objects.filter(kind=kind, code=code, version=intent.version).defer("content").first()
    return read is not None and read.digest == contents.digest(intent.whole)


def _outdated(all_seen: Iterable[Seen]) -> Iterator[Revision]:
    """The revisions that the form was opened on, of the records that are others by now."""
    for seen in all_seen:
        stored = seen.stored()
        if stored is None or stored.version != seen.version:
            revision = seen.revision()
            if revision is not None:
                yield revision


def _intents(found: Iterable[history.Pending], all_seen: Iterable[Seen] = ()) -> list[Intent]:
    """What each changed record is to say, against the version that the form knew."""
    versions = {seen.code: seen.version for seen in all_seen}
    return [
        Intent(each.whole, versions.get(each.row.code, each.last.version if each.last and each.last.state else None))
        for each in found
    ]


def apply_proposal(proposal: Proposal) -> None:
    """Within a transaction that is taken back: rows that exist in the proposal only get passing keys."""
    whole = contents.from_json(proposal.content)
    if (stored := contents.stored((proposal.kind, proposal.code))) is not None:  # it may have been withdrawn since
        whole = actions.with_state_of(contents.read_records([stored]).popitem()[1], whole)
    contents.apply([whole], {piece.code: contents.passing_key(piece.code) for piece in whole})


def stamp_of(proposal: Proposal) -> str:
    return f"{proposal.pk}.{proposal.proposed_at.timestamp()}"


def address_of(record: Record) -> str:
    return reverse(f"admin:timeline_{record._meta.model_name}_change", args=[record.pk])
