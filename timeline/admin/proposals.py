"""Changes that wait: who proposes what, and the decision of somebody who has not written it."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from timeline import actions, contents, roles
from timeline.admin import clashes
from timeline.admin.previews import link_to_proposal
from timeline.admin.saving import SavingMixin, address_of
from timeline.contents import Conflict, words
from timeline.enums import ProposalStatus
from timeline.models import Proposal, Record, Revision
from timeline.models.proposals import OPEN

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

LONGEST_REMARK = 1_000


@admin.register(Proposal)
class ProposalAdmin(ModelAdmin):
    list_display = ("title", "kind", "status", "proposed_by", "proposed_at", "decided_by")
    list_filter = ("status", "kind")
    list_select_related = ("proposed_by", "decided_by")
    search_fields = ("title", "slug", "remark", "answer")
    date_hierarchy = "proposed_at"
    ordering = ("-proposed_at", "-pk")
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # decided on, not edited: on the page of its own below

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        together = self.admin_site.admin_view(require_POST(self.put_together))
        return [path("put-together/", together, name="timeline_put_together"), *super().get_urls()]

    def put_together(self, request: HttpRequest) -> HttpResponse:
        return clashes.put_together(self, request)

    say_settled = SavingMixin.say_settled  # what a form says when its change waits, the page of a clash says too

    # --- one proposal

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        proposal: Proposal | None = self.get_object(request, unquote(object_id))
        if proposal is None:
            messages.error(request, _("This proposal does not exist."))
            return HttpResponseRedirect(reverse("admin:timeline_proposal_changelist"))
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if request.method == "POST":
            return self._decide(request, proposal)
        return self._page(request, proposal)

    def _page(self, request: HttpRequest, proposal: Proposal, conflicts: list[Conflict] | None = None) -> HttpResponse:
        record = contents.stored((proposal.kind, proposal.code))
        mine = contents.from_json(proposal.content)
        is_own = proposal.proposed_by == request.user
        found = conflicts if conflicts is not None else _conflicts(record, proposal, mine)
        context = self.admin_site.each_context(request) | {
            "title": _("Proposed change: %(record)s") % {"record": proposal.title},
            "opts": self.opts,
            "proposal": proposal,
            "stamp": proposal.proposed_at.isoformat(),
            "record": record,
            "record_url": address_of(record) if record is not None else "",
            "changes": words.described(contents.compare(_base(record, proposal), mine)),
            "conflicts": words.conflicts_in_words(found),
            "mine": contents.MINE,
            "theirs": contents.THEIRS,
            "is_own": is_own,
            "is_open": proposal.status in OPEN,
            "may_decide": not is_own
            and proposal.status == ProposalStatus.WAITING
            and request.user.has_perm(roles.REVIEW),
            "reviewers_link": link_to_proposal(request, proposal) if proposal.status in OPEN else "",
            "remark": request.POST.get("remark", "")[:LONGEST_REMARK],
        }
        return TemplateResponse(request, "admin/timeline/proposal.html", context)

    def _decide(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        remark = request.POST.get("remark", "").replace("\x00", "")[:LONGEST_REMARK]
        if not (request.POST.get("stamp") == proposal.proposed_at.isoformat() or "_take_back" in request.POST):
            messages.error(request, _("Its author has changed the proposal meanwhile: read it again."))
            return self._page(request, proposal)
        try:
            said = self._done(request, proposal, remark)
        except actions.Refused as refusal:  # a clash in the same fields among them
            for sentence in refusal.sentences:
                messages.error(request, sentence)
            proposal.refresh_from_db()
            return self._page(request, proposal, getattr(refusal, "conflicts", None))
        messages.success(request, said % {"record": proposal.title})
        return HttpResponseRedirect(reverse("admin:index"))

    def _done(self, request: HttpRequest, proposal: Proposal, remark: str) -> str:
        if "_approve" in request.POST:
            actions.approve(proposal, by=request.user, remark=remark, choices=clashes.choices_in(request))
            return _("The change to “%(record)s” is public now.")
        if "_send_back" in request.POST:
            actions.send_proposal_back(proposal, by=request.user, remark=remark)
            return _("The change to “%(record)s” is back with its author, with your remark.")
        if "_refuse" in request.POST:
            actions.refuse_proposal(proposal, by=request.user, remark=remark)
            return _("The change to “%(record)s” is refused.")
        if "_take_back" in request.POST:
            actions.take_back(proposal, by=request.user)
            return _("Your change to “%(record)s” is taken back.")
        raise actions.Refused([_("Choose what is to be done with the change.")])


def _base(record: Record | None, proposal: Proposal) -> contents.Whole | None:
    """What its author saw."""
    revision = Revision.objects.filter(kind=proposal.kind, code=proposal.code, version=proposal.base_version).first()
    if revision is not None:
        return contents.from_json(revision.content)
    return contents.read_records([record])[(proposal.kind, proposal.code)] if record is not None else None


def _conflicts(record: Record | None, proposal: Proposal, mine: contents.Whole) -> list[Conflict]:
    if record is None or proposal.status != ProposalStatus.WAITING:
        return []
    try:
        actions.merged_with(record, proposal.base_version, mine)
    except actions.Conflicting as conflicting:
        return conflicting.conflicts
    except actions.Clash:
        return []
    return []
