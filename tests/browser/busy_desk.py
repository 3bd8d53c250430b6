"""A desk at which much is going on, so that each of its pages has something to show. Runs within the site.

Nothing of it is public but corrections, which end where they began: the other tests see the shipped data.
"""

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from tests import make
from timeline import actions, contents, history, imports, merging, previews, roles
from timeline.enums import LinkOutcome
from timeline.models import (
    Agreement,
    Disagreement,
    Event,
    Figure,
    Gap,
    LinkCheck,
    Official,
    Organization,
    Place,
    Record,
    Revision,
    Round,
    Source,
    Statement,
    Topic,
)

# What each of the pages that readers see is about, with a text in it.
CORRECTED: list[tuple[Any, str, str]] = [
    (Agreement, "sma-11", "summary"),
    (Round, "sma-12-round-2", "outcome"),
    (Event, "2024-10-04-sma-12-announced", "summary"),
    (Statement, "2019-08-07-trump-talks-begun", "text"),
    (Official, "specht-linda", "name"),
    (Organization, "nato", "name"),
    (Place, "the-hamptons", "name"),
    (Topic, "won-or-dollars", "description"),
    (Figure, "fig-1988-us-demand", "as_stated"),
    (Source, "joongang-2024-05-24-mutually-acceptable", "title"),
    (Disagreement, "amounts-before-1991", "question"),
    (Gap, "after-january-2026", "text"),
]
WHY = "The article has it otherwise: see its second page, where the spokesperson is quoted word for word."
LONG = "a-word-without-a-place-to-break-it-" * 2  # titles take 120 characters


def correct() -> None:
    """Misprinted, and put right: two corrections of each, and the text that was shipped."""
    for model, slug, field in CORRECTED:
        record = model.objects.get(slug=slug)
        right = getattr(record, field)
        for text, why in ((f"{right} (misprinted)", ""), (right, WHY)):
            with history.unit(why=why):
                setattr(record, field, text)
                record.save()


def lay_out() -> dict[str, Any]:
    """By what the addresses of the desk call them."""
    minji = get_user_model().objects.get(username="minji")
    hana, jun = make.user(roles.CONTRIBUTOR, "hana"), make.user(roles.EDITOR, "jun")
    make.user(roles.ADMINISTRATOR, "ari", first_name="Ari", last_name="Han")
    met = _in_review(hana)
    _sent_back(hana, jun)
    _dead_link()
    talks = Round.objects.get(slug="sma-12-round-2")
    past = timezone.now() - dt.timedelta(days=30)
    return {
        "talks": talks.pk,
        "version": talks.version,
        "misprinted": talks.version - 1,
        "agreement": talks.agreement_id,
        "met": met.pk,
        "link": previews.token_for(met, timezone.now()),
        "old_link": previews.token_for(met, past),
        "gap": _draft_gap("a-gap-to-delete", minji).pk,
        "disputed": _draft_gap("a-gap-for-two", minji).pk,
        "deleted": _deleted(hana),
        "merge": _merged(minji),
        "officials": list(Official.objects.order_by("slug").values_list("pk", flat=True)[:2]),
        "source": Source.objects.get(slug="joongang-2024-05-24-mutually-acceptable").pk,
        "user": hana.pk,
        "batch": _looked_at(minji),
        "applied": _applied(minji),
        "waiting": _proposed(Place, "the-hamptons", hana, name=f"The Hamptons {LONG}"),
        "own": _proposed(Organization, "nato", minji, name="NATO"),
        "refused": _refused(hana, jun),
        "conflict": _conflict(hana),
    }


def _draft_gap(slug: str, by: Any) -> Gap:
    with history.unit(by=by):
        return make.gap(slug=slug, state="draft", text=f"Nobody says where. {LONG}", created_by=by)


def _in_review(by: Any) -> Event:
    with history.unit(by=by):
        made = make.event(state="draft", title=f"Ministers meet at {LONG}", created_by=by, updated_by=by)
        make.citation(made, source=make.source(state="draft", created_by=by))
        make.statement(state="draft", made_at_event=made, created_by=by)
    actions.submit(made, by=by, remark="The hour is not known yet.")
    return made


def _sent_back(author: Any, reviewer: Any) -> None:
    with history.unit(by=author):
        made = make.event(state="draft", title="Ministers meet again", created_by=author)
    actions.submit(made, by=author)
    actions.send_back(made, by=reviewer, remark=f"Cite it. {LONG}")


def _deleted(by: Any) -> int:
    with history.unit(by=by):
        made = make.topic(state="draft", name=f"Unpaid leave {LONG}", created_by=by)
    actions.delete(made, by=by, why="It was entered twice.")
    return Revision.objects.get(code=made.code, act="deleted").pk


def _merged(by: Any) -> int:
    with history.unit(by=by):
        one, other = (make.topic(state="draft", name=name, created_by=by) for name in ("Leave", f"Leave {LONG}"))
    return merging.merge(other, into=one, by=by, why="The same word in another romanization.").pk


def _dead_link() -> None:
    source = Source.objects.get(slug="joongang-2024-05-24-mutually-acceptable")
    since = timezone.now() - dt.timedelta(days=5)
    LinkCheck.objects.create(
        source=source,
        field="url",
        address=source.url,
        outcome=LinkOutcome.GONE,
        failures=4,
        first_failed_at=since,
        last_checked_at=timezone.now(),
    )


def _whole(record: Record, **values: Any) -> contents.Whole:
    """The record as it would be."""
    (whole,) = contents.read_records([record]).values()
    return [contents.Piece(whole[0].kind, whole[0].values | values, None), *whole[1:]]


def _proposed(model: Any, slug: str, by: Any, **values: Any) -> int:
    record = model.objects.get(slug=slug)
    return actions.propose(record, _whole(record, **values), by=by, remark=WHY).pk


def _refused(author: Any, reviewer: Any) -> int:
    record = Topic.objects.get(slug="won-or-dollars")
    proposal = actions.propose(record, _whole(record, description="Another sentence."), by=author)
    actions.send_proposal_back(proposal, by=reviewer, remark=f"Say who says so. {LONG}")
    return proposal.pk


def _conflict(by: Any) -> int:
    """Of somebody who saw the misprint and mended it in their own way."""
    record = Event.objects.get(slug="2024-10-04-sma-12-announced")
    seen = Revision.objects.get(kind="event", code=record.code, version=record.version - 1)
    (first, *parts) = contents.from_json(seen.content)
    mended = contents.Piece(first.kind, first.values | {"summary": f"Mended otherwise. {LONG}"}, None)
    return actions.propose(record, [mended, *parts], by=by, version=seen.version).pk


def _looked_at(by: Any) -> int:
    """A table with a row of each sort."""
    stored = Round.objects.get(slug="sma-12-round-2")
    rows = [
        "slug,agreement,number,when,venue,source,quote",
        f"{stored.slug},,,,A hall with a long name,,",
        f",12,90,{stored.when},,https://{'a' * 90}.example,words",
        f",12,91,{stored.when},,,",
    ]
    return _preview("rounds-of-the-talks-of-2024-and-all-that-is-known-of-them.csv", rows, by).pk


def _applied(by: Any) -> int:
    rows = ["slug,agreement,number,when", ",12,92,2024-06-01"]
    return imports.apply(_preview("one-round.csv", rows, by), by=by).pk


def _preview(name: str, rows: list[str], by: Any) -> Any:
    return imports.preview(imports.KINDS["round"], imports.read("\n".join(rows).encode(), name), by=by)
