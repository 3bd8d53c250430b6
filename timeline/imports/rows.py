"""One row of a table into one record with its parts, and what differs by it.

A row is really saved, so that everything that guards a save is asked: whoever only wants to see it takes the
transaction back.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline import constraint_words, duplicates, rules, slugs
from timeline.enums import State
from timeline.imports.cells import CLEAR, CellError
from timeline.imports.columns import CITATIONS, Column, Kind, Line, Roll
from timeline.imports.outcomes import ADDED, CHANGED, FAULTY, Like, Outcome, Shown
from timeline.imports.references import NotFound, References
from timeline.imports.tables import Fault, row_words
from timeline.models import Citation, Event, Record, Round, Statement
from timeline.models.citations import QUOTE_WORDS
from timeline.models.fields import EdtfField

MOST_LIKES = 3
MADE_AT = "made_at"
MADE_AT_FIELDS = {Round: "made_at_round", Event: "made_at_event"}
Words = str


class RowWriter:
    """`write` saves the record and its parts within the transaction of the caller; faults are in the outcome."""

    def __init__(self, kind: Kind, line: Line, references: References, by: Any, rounds: dict[Any, int]) -> None:
        """`rounds` are the new ones of the rows before, by their talks and number; this row adds its own."""
        self.kind, self.line, self.references, self.by, self.rounds = kind, line, references, by, rounds
        self.outcome = Outcome(line.number)
        self.values: dict[str, Any] = {}  # by column; what a cell says
        self.record = self._record()
        self.is_new = self.record._state.adding

    # --- reading

    def _record(self) -> Record:
        slug = self.line.texts.get("slug", "")
        try:
            return self.references.stored(self.kind.model, slug) if slug else self.kind.model()
        except NotFound as error:
            self._fault("slug", str(error))
            return self.kind.model()

    def _fault(self, column: str, sentence: str) -> None:
        place = self.line.place(column) or row_words(self.line.number)
        self.outcome.faults.append(Fault(place, sentence))

    def refuse(self, column: str, sentence: str) -> None:
        """For a reason that the row itself does not know."""
        self._fault(column, sentence)
        self.outcome.status = FAULTY

    def read(self) -> None:
        for name, text in self.line.texts.items():
            column = self.kind.by_name[name]
            if name == "slug":
                continue
            try:
                self.values[name] = _emptied(column) if text == CLEAR else column.read(text, self.references)
            except CellError as error:
                self._fault(name, str(error))
        if self.is_new:
            for column in self.kind.columns:
                if column.is_needed and not self.line.texts.get(column.name):
                    self._fault(column.name, _("“%(column)s” is needed.") % {"column": column.name})

    # --- writing

    def write(self) -> Outcome:
        outcome = self.outcome
        outcome.version, outcome.code = (0, "") if self.is_new else (self.record.version, self.record.code)
        self.read()
        citations = list(self._citations())
        if not outcome.faults:
            self._save(citations)
        outcome.name, outcome.slug = self._name(), self.record.slug
        if outcome.faults:
            outcome.status = FAULTY
        elif self.is_new:
            outcome.status = ADDED
        elif outcome.fields:
            outcome.status = CHANGED
        return outcome

    def _save(self, citations: list[Citation]) -> None:
        lists = self._fill()
        if self.is_new:
            self.record.created_by = self.by
            self.record.slug = slugs.propose(self.record)
        if self.is_new or self.outcome.fields:
            if self._has_twin() or self._has_errors(self.record):
                return
            self.record.updated_by = self.by
            self.record.save()
        for name, rows in lists.items():
            getattr(self.record, name).set(rows)
        for roll in sorted(self.kind.rolls, key=lambda each: not each.is_marked):
            if roll.column in self.values:
                self._call(roll)
        for citation in citations:
            self._cite(citation)

    def _fill(self) -> dict[str, list[Record]]:
        """The record's own fields; what joins it with several others is given back, to be set once it is saved."""
        lists = {}
        for name, value in self.values.items():
            column = self.kind.by_name[name]
            if name == MADE_AT:
                self._fill_made_at(value)
            elif column.field:
                field: Any = self.kind.model._meta.get_field(column.field)
                before = self._stored(field)
                now = list(value) if isinstance(value, tuple) else value
                if self._show(column, _words(field, before), _words(field, now), differs=_differs(before, now)):
                    if field.many_to_many:
                        lists[column.field] = now
                    else:
                        setattr(self.record, column.field, now)
        return lists

    def _stored(self, field: Any) -> Any:
        if field.many_to_many:
            return [] if self.is_new else list(getattr(self.record, field.name).all())
        if self.is_new:
            return [] if isinstance(field, models.JSONField) else None if field.is_relation else ""
        return getattr(self.record, field.name)

    def _fill_made_at(self, occasion: Record | None) -> None:
        assert isinstance(self.record, Statement)  # noqa: S101 - no other kind has the column
        before = None if self.is_new else self.record.occasion
        if self._show(self.kind.by_name[MADE_AT], str(before or ""), str(occasion or ""), differs=before != occasion):
            for model, name in MADE_AT_FIELDS.items():
                setattr(self.record, name, occasion if isinstance(occasion, model) else None)

    def _show(self, column: Column, before: Words, after: Words, *, differs: bool) -> bool:
        """Whether it differs; then it is shown as well."""
        if differs:
            field: Any = self.kind.model._meta.get_field(column.field) if column.field else None
            label = field.verbose_name if field else column.name.replace("_", " ")
            self.outcome.fields.append(Shown(self.line.place(column.name), capfirst(str(label)), before, after))
        return differs

    # --- what guards a save

    def _has_errors(self, row: models.Model, column: str = "") -> bool:
        """What `full_clean` says, beside the cells; the keys were looked up a moment ago."""
        for field in row._meta.fields:
            if isinstance(field, EdtfField):
                field.derive(row)
        keys = {field.name for field in row._meta.fields if field.is_relation}
        found = False
        checks: list[Callable[[], None]] = [lambda: row.clean_fields(exclude=keys), row.clean]
        for check in (*checks, row.validate_unique, row.validate_constraints):
            try:
                check()
            except ValidationError as error:
                found = True
                self._tell(row, error, column)
                break  # what follows would say the same again
        return found

    def _tell(self, row: models.Model, error: ValidationError, column: str) -> None:
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        words = constraint_words.of(row)
        for name, sentences in by_field.items():
            for sentence in filter(None, (words.get(each, each) for each in sentences)):
                self._fault(column or self._column_of(name), sentence)

    def _column_of(self, field: str) -> str:
        return next((each.name for each in self.kind.columns if each.field == field), "")

    def _has_twin(self) -> bool:
        """A round is known by its number: whoever forgot its slug, or names it twice, is told which it is."""
        if not isinstance(self.record, Round):
            return False
        key = (self.record.agreement_id, self.record.number)
        if key in self.rounds:
            self._fault("number", _("The same round stands in %(row)s.") % {"row": row_words(self.rounds[key])})
            return True
        if self.is_new:
            self.rounds[key] = self.line.number
        same = Round.objects.filter(agreement_id=self.record.agreement_id, number=self.record.number)
        twin = same.exclude(pk=self.record.pk).first()
        if twin is not None:
            self._fault(
                "number",
                _("This round is there already: %(slug)s. To change it, give that slug in the column “slug”.")
                % {"slug": twin.slug},
            )
        return twin is not None

    # --- parts

    def _call(self, roll: Roll) -> None:
        """Make those who are named the ones of this roll. Who was marked and is no longer stays, unmarked."""
        rows = {row.party: row for row in self._rows(roll) if row.party is not None}
        before = [party for party, row in rows.items() if roll.holds(row)]
        wanted = self._wanted(roll, rows)
        column = self.kind.by_name[roll.column]
        if not self._show(column, _names(before), _names(wanted), differs=set(before) != set(wanted)):
            return
        for party in before:
            if party not in wanted:
                self._strike(roll, rows[party])
        last = max((row.order for row in rows.values()), default=-1)
        for place, party in enumerate(wanted, start=1):
            row = rows.get(party) or roll.part(order=last + place, **{roll.owner: self.record, _end(party): party})
            for name, value in roll.values.items():
                setattr(row, name, value)
            if not self._has_errors(row, roll.column):
                row.save()

    def _rows(self, roll: Roll) -> list[Any]:
        return list(roll.part._default_manager.filter(**{roll.owner: self.record}).with_party().in_order())

    def _wanted(self, roll: Roll, rows: dict[Record, Any]) -> list[Record]:
        value = self.values[roll.column]
        wanted = [] if value is None else list(value) if roll.is_list else [value]
        if roll.is_marked:
            return wanted
        return [party for party in wanted if party not in rows or not roll.is_marked_there(rows[party])]

    @staticmethod
    def _strike(roll: Roll, row: Any) -> None:
        if not roll.is_marked:
            row.delete()
            return
        for name, value in roll.values.items():
            if value is True:
                setattr(row, name, False)
        row.save()

    def _citations(self) -> Iterator[Citation]:
        for number in range(1, CITATIONS + 1):
            end = f"_{number}" if number > 1 else ""
            source = self.values.get(f"source{end}")
            quote, locator = (self.values.get(f"{name}{end}") or "" for name in ("quote", "locator"))
            if source is not None:
                quote = quote or self._own_words()
                if quote:
                    yield Citation(source=source, quote=quote, locator=locator)
                elif f"quote{end}" not in self.line.texts or not self.outcome.faults:
                    self._fault(f"quote{end}", _("Give the exact words of the source, 40 at most."))
            elif (quote or locator) and f"source{end}" not in self.line.texts:
                place = next(name for name in ("source", "quote", "locator") if self.line.place(f"{name}{end}"))
                self._fault(f"{place}{end}", _("Say from which source the quote is."))

    def _own_words(self) -> str:
        """A statement is a quotation already, unless it is too long for one."""
        text = str(self.values.get("text", "")) if self.kind.model is Statement else ""
        return text if len(text.split()) <= QUOTE_WORDS else ""

    def _cite(self, citation: Citation) -> None:
        """Add a citation, unless the same words of the same source are there: then only its place may change."""
        rows = list(self.record.citations.select_related("source").in_order())  # type: ignore[attr-defined]
        same = next((row for row in rows if _is_same(row, citation)), None)
        before = _citation_words(same) if same else ""
        if same is not None:
            same.locator = citation.locator or same.locator
        row = same or citation
        if same is None:
            setattr(row, str(self.record._meta.model_name), self.record)
            row.order = max((each.order for each in rows), default=-1) + 1
        after = _citation_words(row)
        if before != after and not self._has_errors(row, self._column_of_quote(citation)):
            row.save()
            place = self.line.place(self._column_of_quote(citation))
            self.outcome.fields.append(Shown(place, str(_("Citation")), before, after))

    def _column_of_quote(self, citation: Citation) -> str:
        ends = [f"_{number}" if number > 1 else "" for number in range(1, CITATIONS + 1)]
        return next((f"quote{end}" for end in ends if self.values.get(f"quote{end}") == citation.quote), "source")

    # --- what an editor should know

    def look_for_likes(self, made: Mapping[int, int]) -> None:
        """Possible duplicates. `made` are the keys of what this import adds, with their rows: no link leads there."""
        if self.outcome.status == ADDED:
            self.outcome.likes = [self._like(each, made) for each in duplicates.near(self.record, MOST_LIKES)]

    def ask_the_rules(self) -> None:
        """What keeps the saved record from being public."""
        problems = rules.problems_of(self.record)
        self.outcome.notices = list(
            dict.fromkeys(f"{each.sentence} {each.mend}".strip() for each in problems if each.level == rules.ERROR)
        )

    def _like(self, candidate: duplicates.Candidate, made: Mapping[int, int]) -> Like:
        key, name = candidate.record.pk, str(candidate.record)
        if key in made:
            return Like(f"{name} ({row_words(made[key])})", self.kind.name, 0, candidate.why)
        return Like(name, self.kind.name, key, candidate.why)

    @property
    def is_public(self) -> bool:
        return not self.is_new and self.record.state == State.PUBLISHED

    def _name(self) -> str:
        if not self.outcome.faults or not self.is_new:
            return str(self.record)
        return next((text for name, text in self.line.texts.items() if name != "slug"), "")[:80]


def _emptied(column: Column) -> Any:
    return column.empty if column.field else None


def _differs(before: Any, value: Any) -> bool:
    if isinstance(before, list) and before and isinstance(before[0], Record):
        return set(before) != set(value)
    return bool((before if before is not None else "") != (value if value is not None else ""))


def _words(field: Any, value: Any) -> Words:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _names(value)
    return str(dict(field.flatchoices).get(value, value))


def _names(values: Iterable[Any]) -> Words:
    return "; ".join(str(each) for each in values)


def _end(party: Record) -> str:
    return str(party._meta.model_name)


def _is_same(one: Citation, other: Citation) -> bool:
    return one.source_id == other.source_id and one.quote.split() == other.quote.split()


def _citation_words(citation: Citation) -> Words:
    locator = f" ({citation.locator})" if citation.locator else ""
    return f"{citation.source}: “{citation.quote}”{locator}"
