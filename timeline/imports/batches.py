"""An import from its table to the records and back: shown, stored as one unit of work, undone as one.

Nothing is stored that its author has not seen: what the rows come to is computed again when they are stored, and
compared with what was shown.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timeline import actions, contents, history, index, roles
from timeline.actions import Refused
from timeline.contents.pieces import batched
from timeline.enums import Act, ImportStatus, ProposalStatus
from timeline.imports.columns import KINDS, Kind, Line, lines_of
from timeline.imports.outcomes import ADDED, CHANGED, FAULTY, PROPOSED, UNCHANGED, Outcome
from timeline.imports.references import References
from timeline.imports.rows import RowWriter
from timeline.imports.tables import Row, Table, row_words, unreadable
from timeline.models import ImportBatch, Proposal, Record, Revision
from timeline.models.proposals import OPEN

KEPT_FOR = dt.timedelta(days=14)  # a preview that nobody came back to
MOST_NAMED = 10
AT_ONCE = 400
LOOKED_AT_ONCE = 25  # SQLite lets nobody else write meanwhile
MOST_STORED = 300  # in one unit of work, for the same reason
MOST_ASKED = 100  # rows for which the checklist of publication is shown
STATUSES = (ADDED, CHANGED, PROPOSED, UNCHANGED, FAULTY)


class TakenBack(Exception):
    """Ends a transaction whose result was only looked at."""


# --- looking


def preview(kind: Kind, table: Table, *, by: Any) -> ImportBatch:
    """Keep a table with what its rows come to. `Unreadable` where its columns are not those of the kind."""
    outcomes = _looked_at(kind, lines_of(kind, table), by)
    old = ImportBatch.objects.filter(status=ImportStatus.PREVIEWED, at__lt=timezone.now() - KEPT_FOR)
    old.delete()
    kept = _table_json(table)
    return ImportBatch.objects.create(
        kind=kind.name,
        file_name=table.file[:200],
        table=kept,
        digest=_digest(kind, kept),
        outcomes=[each.to_json() for each in outcomes],
        by=by,
    )


def look_again(batch: ImportBatch) -> None:
    """What the rows come to by now, in the place of what they came to when the file was chosen."""
    kind = kind_of(batch)
    outcomes = _looked_at(kind, lines_of(kind, _table(batch)), batch.by)
    kept = [each.to_json() for each in outcomes]
    ImportBatch.objects.filter(pk=batch.pk, status=ImportStatus.PREVIEWED).update(outcomes=kept)


def _looked_at(kind: Kind, lines: list[Line], by: Any) -> list[Outcome]:
    """A few rows at a time are saved and taken back, so that others can work meanwhile."""
    outcomes: list[Outcome] = []
    writing = _Writing(kind, by, look=True)
    for some in batched(lines, LOOKED_AT_ONCE):
        with suppress(TakenBack), history.unit(by=by, act=Act.IMPORTED):
            outcomes += writing.outcomes(some)
            raise TakenBack
        writing.made.clear()
        if writing.stored > MOST_STORED:
            raise unreadable(
                _("The table adds or changes more than %(most)s records. Divide it into several files.")
                % {"most": MOST_STORED}
            )
    return outcomes


def outcomes_of(batch: ImportBatch) -> list[Outcome]:
    return [Outcome.from_json(each) for each in batch.outcomes]


def kind_of(batch: ImportBatch) -> Kind:
    return KINDS[batch.kind]


def counts_of(outcomes: Iterable[Outcome]) -> dict[str, int]:
    counts = dict.fromkeys(STATUSES, 0)
    for each in outcomes:
        counts[each.status] += 1
    return counts


def _table_json(table: Table) -> dict[str, Any]:
    return {
        "sheet": table.sheet,
        "rows": [[row.number, list(row.cells)] for row in (table.header, *table.rows)],
        "notices": list(table.notices),
    }


def _digest(kind: Kind, kept: dict[str, Any]) -> str:
    """The same for the same table, whatever the file's name."""
    return hashlib.sha256(json.dumps([kind.name, kept["rows"]]).encode()).hexdigest()


def _table(batch: ImportBatch) -> Table:
    header, *rows = (Row(number, tuple(cells)) for number, cells in batch.table["rows"])
    return Table(batch.file_name, batch.table["sheet"], header, tuple(rows), tuple(batch.table["notices"]))


class _Writing:
    """Writes rows one by one; what has faults, or waits as a proposal, is taken back at once."""

    def __init__(self, kind: Kind, by: Any, *, look: bool) -> None:
        self.kind, self.by, self.look = kind, by, look
        self.references = References()
        self.seen: dict[str, int] = {}  # stored records by their code, and the row that each stands in
        self.made: dict[int, int] = {}  # keys of new records, and their rows
        self.rounds: dict[Any, int] = {}
        self.proposals: list[int] = []
        self.stored = 0

    def outcomes(self, lines: Iterable[Line]) -> Iterator[Outcome]:
        for line in lines:
            yield self._outcome(line)

    def _outcome(self, line: Line) -> Outcome:
        writer = RowWriter(self.kind, line, self.references, self.by, self.rounds)
        if not writer.is_new:
            self._note_stored(writer)
        whole: contents.Whole = []
        try:
            with transaction.atomic():
                writer.write()
                self._check_permission(writer)
                if writer.outcome.status == CHANGED and writer.is_public:
                    (whole,) = contents.read_records([writer.record]).values()
                    writer.outcome.status = PROPOSED
                self._look(writer)
                _take_back_unless_stored(writer.outcome)
        except TakenBack:
            pass
        except IntegrityError:
            writer.refuse("slug", _("Another record holds one of these values at this moment. Choose the file again."))
        if writer.outcome.status == PROPOSED:
            self._propose(writer, whole)
        if writer.outcome.status == ADDED and not self.look:
            writer.outcome.new_code = writer.record.code
        return writer.outcome

    def _look(self, writer: RowWriter) -> None:
        status = writer.outcome.status
        if not self.look or status in {FAULTY, UNCHANGED}:
            return
        self.stored += 1
        writer.look_for_likes(self.made)
        if self.stored <= MOST_ASKED:
            writer.ask_the_rules()
        if status == ADDED:
            self.made[writer.record.pk] = writer.line.number

    def _note_stored(self, writer: RowWriter) -> None:
        if not self.look:  # before a savepoint that may be taken back: the history writes it down as it was found
            history.touch(writer.record)
        code, row = writer.record.code, writer.line.number
        if code in self.seen:
            writer.refuse("slug", _("This record stands in %(row)s already.") % {"row": row_words(self.seen[code])})
        self.seen.setdefault(code, row)

    def _check_permission(self, writer: RowWriter) -> None:
        verb = {ADDED: "add", CHANGED: "change"}.get(writer.outcome.status)
        if verb and not self.by.has_perm(f"timeline.{verb}_{self.kind.name}"):
            writer.refuse("slug", _("You may not store this: ask an administrator for the right to."))

    def _propose(self, writer: RowWriter, whole: contents.Whole) -> None:
        own = Proposal.objects.of(writer.record).filter(proposed_by=self.by, status__in=OPEN)
        if own.exists():
            writer.refuse("slug", _("A change of yours to this record waits for review already: take it back first."))
        elif not self.look:
            remark = _("From an imported table, %(row)s.") % {"row": row_words(writer.line.number)}
            made = actions.propose(writer.record, whole, by=self.by, remark=remark, version=writer.outcome.version)
            self.proposals.append(made.pk)


def _take_back_unless_stored(outcome: Outcome) -> None:
    if outcome.status in {FAULTY, PROPOSED}:
        raise TakenBack


# --- storing


def apply(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """Store what was shown, all of it or nothing. Refused when it would come to something else by now."""
    why = _("Imported from %(file)s") % {"file": batch.file_name}
    with _in_words(), index.at_once():
        stored = _locked(batch, ImportStatus.PREVIEWED)
        if stored.by != by:
            raise Refused([_("Somebody else has chosen this file: they import it.")])
        _refuse_again(stored)
        kind, shown = kind_of(stored), outcomes_of(stored)
        with history.unit(by=by, why=why, act=Act.IMPORTED) as unit:
            _refuse_faults(shown)
            _refuse_clashes(kind, shown)
            writing = _Writing(kind, by, look=False)
            now = list(writing.outcomes(lines_of(kind, _table(stored))))
            if [each.effect for each in now] != [each.effect for each in shown]:
                raise Refused([_("By now the rows come to something else than was shown. Look at them again.")])
        for each, of_now in zip(shown, now, strict=True):
            each.slug, each.new_code = of_now.slug, of_now.new_code
        stored.outcomes = [each.to_json() for each in shown]
        stored.status, stored.applied_at = ImportStatus.APPLIED, timezone.now()
        stored.unit, stored.proposals = unit.name, writing.proposals
        stored.save()
    return stored


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refused(
            [_("Another record or row holds one of these values at this moment. Nothing was saved.")]
        ) from error


def _locked(batch: ImportBatch, status: ImportStatus) -> ImportBatch:
    """Held until the end of the transaction, with the others of the same table: two clicks, two windows or the same
    file chosen twice come one after the other.
    """
    same = ImportBatch.objects.filter(digest=batch.digest).order_by("pk").select_for_update()
    stored = next((each for each in same if each.pk == batch.pk), None)
    if stored is None:
        raise Refused([_("This import does not exist any more.")])
    if stored.status != status:
        label = ImportStatus(stored.status).label
        raise Refused([_("This cannot be done twice: the import is “%(status)s”.") % {"status": label}])
    return stored


def _refuse_again(batch: ImportBatch) -> None:
    """A file that was chosen twice is not stored twice because both were looked at before either was stored."""
    since = ImportBatch.objects.filter(digest=batch.digest, status=ImportStatus.APPLIED, applied_at__gt=batch.at)
    if since.exists():
        raise Refused([_("The same table was imported meanwhile. Choose the file again to see what it comes to now.")])


def _refuse_faults(shown: list[Outcome]) -> None:
    if any(each.status == FAULTY for each in shown):
        raise Refused([_("Some rows have faults. Mend them in the file, and choose it again.")])
    if all(each.status == UNCHANGED for each in shown):
        raise Refused([_("There is nothing to import: every row says what is stored.")])


def _refuse_clashes(kind: Kind, shown: list[Outcome]) -> None:
    """Each stored record must be of the version that was compared. They are held until the commit."""
    compared = {each.code: each for each in shown if each.code}
    stored: dict[str, Record] = {}
    for codes in batched(sorted(compared), AT_ONCE):
        rows = kind.model._default_manager.filter(code__in=codes).order_by("pk").select_for_update(no_key=True)
        stored |= {row.code: row for row in rows}
    sentences = [
        _changed_words(kind, code, outcome.name)
        for code, outcome in compared.items()
        if code not in stored or stored[code].version != outcome.version
    ]
    if sentences:
        raise Refused(sentences[:MOST_NAMED])


def _changed_words(kind: Kind, code: str, name: str) -> str:
    last = Revision.objects.filter(kind=kind.name, code=code).newest_first().first()
    values = {
        "record": name,
        "who": (last.by_name if last else "") or _("somebody"),
        "when": date_format(timezone.localtime(last.at), "DATETIME_FORMAT") if last else _("a moment ago"),
    }
    if last is not None and not last.state:
        return _("“%(record)s” was deleted meanwhile, by %(who)s, %(when)s.") % values
    return _("“%(record)s” was changed meanwhile, by %(who)s, %(when)s.") % values


# --- taking back


def undo(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """What it added is deleted, what it changed is as before, what it proposed is taken back: all or nothing.

    Refused when anybody has worked on one of the records since.
    """
    why = _("Import of %(file)s undone") % {"file": batch.file_name}
    with _in_words(), history.unit(by=by, why=why, act=Act.RESTORED):
        stored = _locked(batch, ImportStatus.APPLIED)
        if stored.by != by and not by.has_perm(roles.REVIEW):
            raise Refused([_("Only who has imported it, or a reviewer, undoes an import.")])
        revisions = list(Revision.objects.filter(unit=stored.unit).order_by("-pk"))
        proposals = list(Proposal.objects.filter(pk__in=stored.proposals))
        _refuse_touched(revisions, proposals)
        for proposal in proposals:
            if proposal.status in OPEN:
                actions.take_back(proposal, by=proposal.proposed_by)
        for revision in revisions:
            _take_back(revision, by)
        stored.status, stored.undone_at, stored.undone_by = ImportStatus.UNDONE, timezone.now(), by
        stored.save()
    return stored


def _refuse_touched(revisions: list[Revision], proposals: list[Proposal]) -> None:
    sentences = []
    for revision in revisions:
        record = contents.stored((revision.kind, revision.code))
        if record is None or record.version != revision.version:
            sentences.append(_changed_words(KINDS[revision.kind], revision.code, str(record or revision.slug)))
    sentences += [
        _("The change to “%(record)s” has been approved.") % {"record": each.title}
        for each in proposals
        if each.status == ProposalStatus.APPROVED
    ]
    if sentences:
        raise Refused([*sentences[:MOST_NAMED], _("Nothing was undone, so that nobody’s work is lost.")])


def _take_back(revision: Revision, by: Any) -> None:
    of_record = Revision.objects.filter(kind=revision.kind, code=revision.code, version__lt=revision.version)
    before = of_record.order_by("-version").first()
    if before is not None and before.state:
        actions.restore(before, by=by, version=revision.version)
        return
    record = contents.stored((revision.kind, revision.code))
    assert record is not None  # noqa: S101 - it was there when its version was compared
    try:
        actions.delete(record, by=by, version=revision.version)
    except ProtectedError as error:
        others = ", ".join(sorted({str(each) for each in error.protected_objects})[:MOST_NAMED])
        raise Refused(
            [
                _("“%(record)s” is named by %(others)s by now. Nothing was undone.")
                % {"record": record, "others": others}
            ]
        ) from error
