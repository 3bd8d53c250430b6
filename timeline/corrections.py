"""What changed in public after it was public first: each correction of a record that readers can still see, in words.

A correction is a revision that changed what readers saw (`Revision.is_public`), shown against the one that they saw
before it. Whatever is not public now is not named, and of what never was nothing is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import DateTimeField, Exists, JSONField, OuterRef, Q, QuerySet, Subquery

from timeline import contents
from timeline.contents import RECORDS, Name, Section
from timeline.enums import Act, State
from timeline.index import title_of
from timeline.models import Record, Revision

R = TypeVar("R", bound=Record)
# Whose reasons are for readers: the forms say so. Others are remarks of editors to one another.
TOLD = {Act.CHANGED, Act.APPROVED, Act.RESTORED}


@dataclass(frozen=True)
class Correction:
    revision: Revision
    record: Name
    sections: list[Section]
    why: str

    @property
    def kind(self) -> str:
        return str(contents.kind_named(self.revision.kind)._meta.verbose_name)


def newest() -> QuerySet[Revision]:
    """The corrections of all records that are public now, the newest first, in a total order."""
    public = Q()
    for kind in RECORDS:
        stored = kind._default_manager.filter(code=OuterRef("code"), state=State.PUBLISHED)
        public |= Q(Exists(stored), kind=kind._meta.model_name)
    return _in_order(Revision.objects.corrections().filter(public))


def of(record: Record) -> QuerySet[Revision]:
    """Those of one record, which is public."""
    return _in_order(Revision.objects.of(record).corrections())


def _in_order(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    return revisions.order_by("-at", "kind", "code", "-version")


def seen_before(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """With what readers saw before each: the last public state, however many drafts lie between."""
    earlier = Revision.objects.filter(
        kind=OuterRef("kind"), code=OuterRef("code"), version__lt=OuterRef("version"), state=State.PUBLISHED
    ).order_by("-version")
    before = Subquery(earlier.values("content")[:1], output_field=JSONField())
    return revisions.annotate(seen_before=before).defer("keys", "unit", "digest")


def in_words(revisions: Iterable[Revision]) -> list[Correction]:
    """For revisions that were fetched with `seen_before`. Ten queries at most, whatever their number and kinds."""
    revisions = list(revisions)
    records = contents.look_up(((each.kind, each.code) for each in revisions), title_of)
    pairs = [_pair(each) for each in revisions]
    return [
        Correction(revision, record, sections, revision.why if revision.act in TOLD else "")
        for revision, sections in zip(revisions, contents.seen_by_readers(pairs, title_of), strict=True)
        if (record := records[revision.kind, revision.code]).is_public and sections
    ]


def _pair(revision: Any) -> tuple[contents.Whole | None, contents.Whole | None]:
    return contents.from_json(revision.seen_before or []), contents.from_json(revision.content)


def with_last_correction(records: QuerySet[R]) -> QuerySet[R]:
    """Each record's `corrected_at`: when it was last corrected, or None. No query more."""
    last = Revision.objects.corrections().filter(kind=records.model._meta.model_name, code=OuterRef("code"))
    at = Subquery(last.order_by("-version").values("at")[:1], output_field=DateTimeField())
    return records.annotate(corrected_at=at)  # type: ignore[return-value]  # each is what it was, and knows one thing more
