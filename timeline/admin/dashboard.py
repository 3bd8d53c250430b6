"""The first page of the desk: what waits for this editor, what is missing, what comes next, and what has changed.

Each part is short, and leads to all of it. A part that the editor may do nothing about is not shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import roles
from timeline.admin.filters import RestsOnOneSource
from timeline.admin.next_round import NextRound, next_round
from timeline.contents import RECORDS, names
from timeline.enums import Act, LinkOutcome, ProposalStatus, RoundStatus, State
from timeline.models import (
    Agreement,
    Citation,
    Figure,
    LinkCheck,
    Official,
    Organization,
    Place,
    Proposal,
    Record,
    Revision,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.models.citations import TARGETS

SHOWN = 8
SHOWN_CHANGES = 15
MOST = 300  # on the page of one part
KINDS: dict[str, type[Record]] = {str(kind._meta.model_name): kind for kind in RECORDS}
WRITES = tuple(f"timeline.change_{name}" for name in KINDS)
CITING = (*(each for each in TARGETS if each in KINDS), "appointment__official", "position__disagreement")
OCCASIONS = ("round", "event")
NAMED = (Place, Organization, Official, Agreement, Round, Topic)


@dataclass(frozen=True)
class Line:
    """A link and what is said of it. Its words and address may be those of a record that is fetched with all others."""

    note: str
    words: str = ""
    url: str = ""
    remark: str = ""
    key: tuple[str, str] | None = None  # kind and code
    page: str = "change"
    at: Any = None


@dataclass(frozen=True)
class Part:
    name: str
    title: str
    empty: str
    lines: list[Line]
    shown: int = SHOWN
    next_round: NextRound | None = None
    is_whole: bool = field(default=False)  # each of its lines leads to all that it counts

    @property
    def first(self) -> list[Line]:
        return self.lines[: self.shown]

    @property
    def all_url(self) -> str:
        """Where there is more than is shown."""
        if self.is_whole or len(self.lines) <= self.shown:
            return ""
        return reverse("admin:timeline_desk", args=[self.name])


# --- what waits


def waiting(user: Any, most: int) -> Part:
    """What others have written and somebody must read, the oldest first."""
    written = Revision.objects.filter(code=OuterRef("code"), by=user).exclude(act=Act.SENT_BACK)
    rows = _records(State.IN_REVIEW, ~Q(created_by=user) & ~Exists(written), "updated_at", most)
    lines = [
        Line(_("given to review by %(who)s, %(when)s") % {"who": who or "?", "when": _when(at)}, key=key, at=at)
        for key, who, at in rows
    ]
    proposals = Proposal.objects.waiting().exclude(proposed_by=user).select_related("proposed_by").defer("content")
    lines += [_proposal(each, _("a change by %(who)s, %(when)s"), each.remark) for each in proposals[: most + 1]]
    ordered = sorted(lines, key=lambda line: line.at)
    return Part("review", _("Waiting for review"), _("Nothing waits for you to read it."), ordered)


def _proposal(proposal: Proposal, note: str, remark: str) -> Line:
    words = note % {"who": proposal.proposed_by, "when": _when(proposal.proposed_at)}
    url = reverse("admin:timeline_proposal_change", args=[proposal.pk])
    return Line(words, proposal.title, url, remark, at=proposal.proposed_at)


def sent_back(user: Any, most: int) -> Part:
    """What this editor has written and a reviewer wants mended, with the remark."""
    of_the_same = Revision.objects.filter(kind=OuterRef("kind"), code=OuterRef("code"))
    last = Revision.objects.filter(act=Act.SENT_BACK, state=State.DRAFT).exclude(by=user)
    last = last.filter(~Exists(of_the_same.filter(version__gt=OuterRef("version"), act=Act.SUBMITTED)))
    last = last.filter(~Exists(of_the_same.filter(version__gt=OuterRef("version")).exclude(state=State.DRAFT)))
    mine = last.filter(Exists(of_the_same.filter(by=user, version__lt=OuterRef("version"))))
    lines = [
        Line(
            _("by %(who)s, %(when)s") % {"who": each.by_name, "when": _when(each.at)},
            remark=each.why,
            at=each.at,
            key=(each.kind, each.code),
        )
        for each in _one_for_each_unit(mine.newest_first().defer("content", "keys")[: 4 * (most + 1)])
    ]
    proposals = Proposal.objects.filter(proposed_by=user, status=ProposalStatus.SENT_BACK).select_related("proposed_by")
    lines += [_proposal(each, _("your change of %(when)s"), each.answer) for each in proposals.defer("content")[:most]]
    ordered = sorted(lines, key=lambda line: line.at, reverse=True)
    return Part("sent-back", _("Sent back to you"), _("Nothing was sent back to you."), ordered)


def _one_for_each_unit(revisions: Iterable[Revision]) -> list[Revision]:
    """A round is sent back with what was entered on its form: it stands for all of it."""
    order = {name: place for place, name in enumerate(KINDS)} | {"source": len(KINDS)}
    found: dict[str, Revision] = {}
    for each in sorted(revisions, key=lambda revision: order[revision.kind]):
        found.setdefault(each.unit, each)
    return list(found.values())


def drafts(user: Any, most: int) -> Part:
    rows = _records(State.DRAFT, Q(created_by=user), "-updated_at", most)
    lines = [Line(_("last changed %(when)s") % {"when": _when(at)}, key=key, at=at) for key, _who, at in rows]
    return Part("drafts", _("Your drafts"), _("You have no drafts."), lines)


def _records(state: State, condition: Any, order: str, most: int) -> list[tuple[tuple[str, str], str, Any]]:
    """Key, who changed it last and when: one query for all kinds."""
    first, *rest = (_of_kind(name, state, condition) for name in KINDS)
    rows = first.union(*rest, all=True).order_by(order, "code")[: most + 1]
    return [((kind, code), who, at) for kind, code, who, at in rows]


def _of_kind(name: str, state: State, condition: Any) -> QuerySet[Any, Any]:
    model = KINDS[name]
    rows = model._default_manager.filter(condition, state=state).order_by()
    if model in (Statement, Figure):  # what was entered on a form goes with its occasion, a source with what cites it
        way = "made_at" if model is Statement else "arose_at"
        for occasion in OCCASIONS:
            rows = rows.exclude(**{f"{way}_{occasion}__state": state, f"{way}_{occasion}__isnull": False})
    if model is Source:
        citing = reduce(or_, (Q(**{f"{way}__state": state}) for way in CITING))
        rows = rows.exclude(Exists(Citation.objects.filter(citing, source=OuterRef("pk"))))
    named = rows.annotate(kind_name=Value(name, CharField()), who=F("updated_by__username"))
    found: QuerySet[Any, Any] = named.values_list("kind_name", "code", "who", "updated_at")
    return found


# --- what is missing, what comes, what has changed


@dataclass(frozen=True)
class Gaps:
    """A question about one kind of record: those that are public and lack something, and the list of them."""

    name: str
    words: str
    rows: QuerySet[Any]
    query: str

    @property
    def counted(self) -> QuerySet[Any, Any]:
        named = self.rows.model._default_manager.filter(pk__in=self.rows.order_by().values("pk")).order_by()
        by_name = named.annotate(gap=Value(self.name, CharField())).values("gap").annotate(count=Count("pk"))
        found: QuerySet[Any, Any] = by_name.values_list("gap", "count")
        return found

    @property
    def url(self) -> str:
        listed = reverse(f"admin:timeline_{self.rows.model._meta.model_name}_changelist")
        return f"{listed}?state__exact=published&{self.query}"


def _all_gaps() -> list[Gaps]:
    def public(model: type[Record]) -> Any:
        return model._default_manager.published()  # type: ignore[attr-defined]

    def plural(model: type[Record]) -> str:
        return capfirst(str(model._meta.verbose_name_plural))

    nameless = [
        Gaps(
            f"korean-{model._meta.model_name}",
            _("%(records)s without a Korean name") % {"records": plural(model)},
            public(model).filter(name_ko=""),
            "korean=no",
        )
        for model in NAMED
    ]
    single = [
        Gaps(
            f"single-{model._meta.model_name}",
            _("%(records)s on one source alone") % {"records": plural(model)},
            RestsOnOneSource.among(public(model)),
            "single=yes",
        )
        for model in RestsOnOneSource.ASKED_OF
    ]
    unarchived = Gaps(
        "unarchived",
        _("Sources without an archived copy"),
        public(Source).filter(archived_url="").exclude(url=""),
        "archived=no&address=yes",
    )
    return [*nameless, *single, unarchived]


def gaps(user: Any, most: int) -> Part:
    found = [each for each in _all_gaps() if user.has_perm(f"timeline.view_{each.rows.model._meta.model_name}")]
    first, *rest = (each.counted for each in found)
    counts: dict[str, int] = dict(first.union(*rest, all=True))
    lines = [Line(f"{counts[each.name]:,}", each.words, each.url) for each in found if counts.get(each.name)]
    return Part("gaps", _("Records with gaps"), _("No gaps."), lines, shown=len(lines), is_whole=True)


def scheduled(user: Any, most: int) -> Part:
    rounds = Round.objects.filter(status=RoundStatus.SCHEDULED).exclude(state=State.WITHDRAWN)
    soonest = rounds.select_related("agreement", "place").order_by("first_day", "slug")[: most + 1]
    lines = [
        Line(
            " · ".join(filter(None, (str(each.date), each.place.name if each.place else "", _state(each)))),
            str(each),
            reverse("admin:timeline_round_change", args=[each.pk]),
        )
        for each in soonest
    ]
    coming = next_round() if user.has_perm("timeline.add_round") else None
    return Part("scheduled", _("Next rounds"), _("No round is scheduled."), lines, next_round=coming)


def _state(record: Record) -> str:
    return "" if record.is_published else str(record.get_state_display())


def links(user: Any, most: int) -> Part:
    """Addresses that fail or lead elsewhere by now; those that are dead first."""
    stale = LinkCheck.objects.all().current().filter(Q(failures__gt=0) | Q(outcome=LinkOutcome.CHANGED))
    found = stale.with_source().order_by("-failures", "source__slug", "field")[: most + 1]
    lines = [
        Line(
            _link_words(each),
            str(each.source),
            f"{reverse('admin:timeline_source_change', args=[each.source_id])}#id_{each.field}",
            each.problem,
        )
        for each in found
    ]
    return Part("links", _("Stale links"), _("Every link that was checked leads where it should."), lines)


def _link_words(check: LinkCheck) -> str:
    outcome = _("dead") if check.is_dead else check.get_outcome_display()
    words = f"{check.get_field_display()}: {outcome}"
    if check.first_failed_at is None:
        return words
    return _("%(words)s, since %(day)s") % {
        "words": words,
        "day": date_format(timezone.localtime(check.first_failed_at)),
    }


def changes(user: Any, most: int) -> Part:
    newest = Revision.objects.all().newest_first().defer("content", "keys")[: most + 1]
    lines = [
        Line(
            " · ".join(filter(None, (_kind(each), str(each.get_act_display()), each.by_name, _when(each.at)))),
            remark=each.why,
            key=(each.kind, each.code),
            page="history",
        )
        for each in newest
    ]
    return Part("changes", _("Latest changes"), _("Nothing has been changed yet."), lines, shown=SHOWN_CHANGES)


def _kind(revision: Revision) -> str:
    return str(KINDS[revision.kind]._meta.verbose_name)


# --- all of it


@dataclass(frozen=True)
class Question:
    """A part, and who can do something about it: whoever has one of the permissions."""

    ask: Callable[[Any, int], Part]
    permissions: tuple[str, ...]
    shown: int = SHOWN

    def is_for(self, user: Any) -> bool:
        return any(user.has_perm(each) for each in self.permissions)


PARTS: dict[str, Question] = {
    "review": Question(waiting, (roles.REVIEW,)),
    "sent-back": Question(sent_back, WRITES),
    "drafts": Question(drafts, WRITES),
    "scheduled": Question(scheduled, ("timeline.view_round", "timeline.change_round")),
    "gaps": Question(gaps, WRITES),
    "links": Question(links, ("timeline.change_source",)),
    "changes": Question(changes, ("timeline.view_revision",), SHOWN_CHANGES),
}


def parts_for(user: Any) -> list[Part]:
    """A fixed number of queries: some for each part, and six at most for the names of the records."""
    parts = [each.ask(user, each.shown) for each in PARTS.values() if each.is_for(user)]
    without = {line.key for part in parts if part.name == "sent-back" for line in part.lines}
    parts = [
        replace(part, lines=[line for line in part.lines if line.key not in without]) if part.name == "drafts" else part
        for part in parts
    ]
    return _named(parts)


def _named(parts: list[Part]) -> list[Part]:
    found = names.look_up(line.key for part in parts for line in part.lines if line.key)
    return [replace(part, lines=[_with_name(line, found) for line in part.lines]) for part in parts]


def _with_name(line: Line, found: names.Names) -> Line:
    if line.key is None:
        return line
    name = found[line.key]
    if name.row is None:  # it has been deleted
        return replace(line, words=name.words)
    return replace(line, words=name.words, url=reverse(f"admin:timeline_{line.key[0]}_{line.page}", args=[name.row.pk]))


def _when(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def urls(site: admin.AdminSite) -> list[URLPattern]:
    def part(request: HttpRequest, name: str) -> HttpResponse:
        question = PARTS.get(name)
        if question is None or not question.is_for(request.user):
            raise Http404
        (found,) = _named([question.ask(request.user, MOST)])
        whole = replace(found, shown=MOST)
        context = site.each_context(request) | {"title": whole.title, "part": whole, "most": MOST}
        return TemplateResponse(request, "admin/timeline/desk_part.html", context)

    return [path("desk/<slug:name>/", site.admin_view(require_safe(part)), name="timeline_desk")]
