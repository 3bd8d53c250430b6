"""Taking a merge back: what came from the merged record goes back to it; what was changed since is named."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import history, roles
from timeline.actions import Refused
from timeline.actions.guards import User, must_have
from timeline.contents import stored
from timeline.enums import Act
from timeline.merging import kept
from timeline.merging.checking import errors_of, records_around, refuse_new
from timeline.merging.joining import is_superfluous, locked_for_good
from timeline.merging.references import manager_of
from timeline.models import Merge, Part, Record, Redirect

STATE_FIELDS = ("state", "withdrawn_at", "withdrawal_reason")


def unmerge(merge: Merge, *, by: User, why: str) -> list[str]:
    """Give back what moved. The sentences name what could not go back, or went back as it is by now."""
    must_have(by, roles.MERGE, _("You may not take a merge back: ask a chief editor."))
    if not why.strip():
        raise Refused([_("Say why the two are not one: it stays in the history.")])
    with history.unit(by=by, why=why.strip(), act=Act.UNMERGED):
        held = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        work = _Parting(held, _winner_of(held), by)
        notes = work.done()
        held.undone_at, held.undone_by, held.undone_why = timezone.now(), by, why.strip()
        held.save()
    merge.refresh_from_db()
    return notes


def _winner_of(merge: Merge) -> Record:
    """The record that won, held; refused when the merge cannot be taken back now."""
    if merge.undone_at is not None:
        raise Refused([_("This merge has been taken back already.")])
    later = Merge.objects.standing().filter(kind=merge.kind, loser_code=merge.winner_code).first()
    if later is not None:
        raise Refused(
            [
                _("“%(record)s” has itself been merged into “%(winner)s”: take that back first.")
                % {"record": later.loser_name, "winner": later.winner_name}
            ]
        )
    winner = stored((merge.kind, merge.winner_code))
    if winner is None:
        raise Refused(
            [_("“%(record)s” has been deleted: bring it back from the history first.") % {"record": merge.winner_name}]
        )
    return locked_for_good(winner)


class _Parting:
    """One merge while it is taken back."""

    def __init__(self, merge: Merge, winner: Record, by: User) -> None:
        self.merge, self.winner, self.by = merge, winner, by
        self.moved: dict[str, Any] = merge.moved
        self.notes: list[str] = []
        self.touched = records_around(self._moved_rows(), self._rows_set_aside(), self._others())
        self.wrong = {*errors_of(winner, self.touched), *map(tuple, self.moved["wrong"])}
        self.loser = self._loser()

    def done(self) -> list[str]:
        self._give_back_values()
        self._give_back_rows()
        self._bring_back_what_was_set_aside()
        self._give_back_members()
        self._give_back_addresses()
        refuse_new(errors_of(self.loser, [self.winner, *self.touched]), self.wrong)
        return self.notes

    # --- what is looked at

    def _moved_rows(self) -> Iterator[Any]:
        for each in self.moved["rows"]:
            yield from kept.model_named(each["model"])._base_manager.filter(pk=each["pk"])

    def _rows_set_aside(self) -> Iterator[Any]:
        for each in self.moved["aside"]:
            with suppress(kept.Lost):
                yield kept.revived(each["rows"][0])

    def _others(self) -> Iterator[Any]:
        for each in self.moved["members"]:
            _field, other = self._member(each)
            if other is not None:
                yield other

    def _member(self, each: kept.Json) -> tuple[Any, Any]:
        """The field, and what was at its other end."""
        field = kept.model_named(each["model"])._meta.get_field(each["field"])
        model = field.related_model if field.model is type(self.winner) else field.model
        return field, model._default_manager.filter(code=each["other"]).first()

    # --- the two records themselves

    def _loser(self) -> Record:
        loser = stored((self.merge.kind, self.merge.loser_code))
        before = self._revived(self.moved["loser"])
        if loser is None:
            loser = before
        for name in STATE_FIELDS:
            setattr(loser, name, getattr(before, name))
        loser.updated_by = self.by
        Redirect.objects.filter(kind=self.merge.kind, old_slug=loser.slug).delete()
        try:
            loser.validate_unique()
        except ValidationError as error:
            said = _("“%(record)s” cannot come back as it was:") % {"record": self.merge.loser_name}
            raise Refused([said, *error.messages]) from error
        loser.save()
        return loser

    def _revived(self, row: kept.Json) -> Any:
        try:
            return kept.revived(row)
        except kept.Lost as lost:
            raise Refused(
                [
                    _("“%(record)s” cannot come back: its %(field)s is gone.")
                    % {"record": self.merge.loser_name, "field": lost}
                ]
            ) from lost

    def _give_back_values(self) -> None:
        for attname, values in self.moved["values"].items():
            field: Any = next(each for each in self.winner._meta.concrete_fields if each.attname == attname)
            now = kept.plain({attname: getattr(self.winner, attname)})[attname]
            if now == values["after"]:
                setattr(self.winner, attname, field.to_python(values["before"]))
            else:
                self.notes.append(
                    _("The field “%(field)s” was changed since and stays.") % {"field": field.verbose_name}
                )
        if added := set(self.moved["aliases"]):
            winner: Any = self.winner
            winner.aliases = [alias for alias in winner.aliases if alias not in added]
        self.winner.updated_by = self.by
        self.winner.save()

    def _give_back_addresses(self) -> None:
        leading = Redirect.objects.filter(kind=self.merge.kind, old_slug__in=self.moved["redirects"])
        leading.exclude(old_slug=self.loser.slug).update(new_slug=self.loser.slug)

    # --- what points at them

    def _give_back_rows(self) -> None:
        for each in self.moved["rows"]:
            row = kept.model_named(each["model"])._base_manager.filter(pk=each["pk"]).first()
            if row is None:
                self.notes.append(
                    _("A row that had moved was deleted since: %(kind)s.") % {"kind": _kind(each["model"])}
                )
            else:
                self._give_back(row, each["field"], each["digest"])

    def _give_back(self, row: Any, name: str, digest: str) -> None:
        key = row._meta.get_field(name)
        if getattr(row, key.attname) != self.winner.pk:
            self.notes.append(_("“%(row)s” was pointed at another record since and stays.") % {"row": row})
            return
        if kept.digest(row, name) != digest:
            self.notes.append(_("“%(row)s” was changed since and goes back as it is now.") % {"row": row})
        setattr(row, name, self.loser)
        if isinstance(row, Record):
            row.updated_by = self.by
        row.save()

    def _bring_back_what_was_set_aside(self) -> None:
        for each in self.moved["aside"]:
            try:
                rows = [kept.revived(row) for row in each["rows"][:1]]
            except kept.Lost:
                rows = []
            if not rows or self._is_taken(rows[0], each["field"]):
                self._has_no_place(each["rows"][0]["model"])
                continue
            for row in each["rows"]:
                self._insert(row)

    def _has_no_place(self, model: str) -> None:
        self.notes.append(_("A row that was set aside has no place any more: %(kind)s.") % {"kind": _kind(model)})

    def _is_taken(self, row: Any, name: str) -> bool:
        same = Q(pk=row.pk) | Q(code=row.code) if isinstance(row, Part) else Q(pk=row.pk)
        return type(row)._base_manager.filter(same).exists() or is_superfluous(row, row._meta.get_field(name))

    def _insert(self, row: kept.Json) -> None:
        try:
            kept.revived(row).save(force_insert=True)
        except kept.Lost:
            self._has_no_place(row["model"])

    def _give_back_members(self) -> None:
        for each in self.moved["members"]:
            field, other = self._member(each)
            if other is None or not self._leave(field, other, was_there=each["was_there"]):
                named = other if other is not None else _kind(each["model"])
                self.notes.append(_("“%(record)s” stays as it is by now.") % {"record": named})
                continue
            manager, member = manager_of(field, self.loser, other)
            manager.add(member)

    def _leave(self, field: Any, other: Any, *, was_there: bool) -> bool:
        """Take the winner out again, unless it was in before the merge; false when somebody has done so already."""
        if was_there:
            return True
        manager, member = manager_of(field, self.winner, other)
        if not manager.filter(pk=member.pk).exists():
            return False
        manager.remove(member)
        return True


def _kind(model: str) -> str:
    return str(kept.model_named(model)._meta.verbose_name)
