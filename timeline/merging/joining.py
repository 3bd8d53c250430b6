"""Merging: everything that points at the one record is moved to the other, in one unit of work."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import history, roles
from timeline.actions import Refused
from timeline.actions.guards import User, locked, must_have, take_over
from timeline.addresses import path_of
from timeline.enums import Act, State
from timeline.merging import kept
from timeline.merging.checking import errors_of, records_around, refuse_new
from timeline.merging.references import differing, keys_to, manager_of, memberships_of, others_in
from timeline.models import Merge, Official, Organization, Part, Proposal, Record, Redirect

NAME_LENGTH = 300
MOST_ALIASES = 100


def merge(loser: Record, *, into: Record, by: User, why: str, take: Collection[str] = ()) -> Merge:
    """Move all that points at `loser` to `into`, with the values of the fields in `take`.

    The loser is withdrawn if it was ever public, and its address leads to the winner's; a draft is deleted. What the
    winner has already is kept aside. Refused, whole, when a record that is public would break.
    """
    must_have(by, roles.MERGE, _("You may not merge records: ask a chief editor."))
    if type(loser) is not type(into):
        raise Refused([_("Only records of one kind can be merged.")])
    if loser.pk == into.pk:
        raise Refused([_("A record cannot be merged into itself.")])
    with history.unit(by=by, why=why.strip(), act=Act.MERGED):
        stored = {each.pk: locked_for_good(each) for each in sorted((loser, into), key=lambda each: each.pk)}
        work = _Merging(stored[loser.pk], stored[into.pk], by)
        if sentences := refusals(work.loser, work.winner, why):
            raise Refused(sentences)
        made = work.done(take, why.strip())
    take_over(into, work.winner)
    return made


def locked_for_good(record: Record) -> Record:
    """Held so that nobody points a new row at it meanwhile either."""
    type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
    return locked(record)


def refusals(loser: Record, winner: Record, why: str) -> list[str]:
    """Why the one cannot be merged into the other, as sentences."""
    sentences = []
    if not why.strip():
        sentences.append(_("Say why the two are one: it stays in the history."))
    sentences += [
        _("“%(record)s” has been merged into another record already.") % {"record": record}
        for record in (loser, winner)
        if Merge.objects.standing().filter(kind=record._meta.model_name, loser_code=record.code).exists()
    ]
    if loser.published_at is not None and not winner.is_published:
        sentences.append(
            _("“%(loser)s” was public and “%(winner)s” is not: merge them the other way, or publish that one first.")
            % {"loser": loser, "winner": winner}
        )
    if Proposal.objects.of(loser).open().exists():
        sentences.append(
            _("A change to “%(record)s” waits for review: approve or decline it first.") % {"record": loser}
        )
    return sentences


class _Merging:
    """One merge while it is made."""

    def __init__(self, loser: Record, winner: Record, by: User) -> None:
        self.loser, self.winner, self.by = loser, winner, by
        self.kind = str(loser._meta.model_name)
        self.touched = [loser, *records_around(self._rows(), self._others())]
        self.moved: dict[str, Any] = {"loser": kept.to_json(loser), "rows": [], "aside": [], "members": []}

    def done(self, take: Collection[str], why: str) -> Merge:
        taken = {field: getattr(self.loser, field.attname) for field in differing(self.loser, self.winner)}
        wrong = errors_of(self.winner, self.touched)
        self.moved["wrong"] = [list(key) for key in errors_of(self.loser, [])]
        names = (str(self.loser)[:NAME_LENGTH], str(self.winner)[:NAME_LENGTH])
        self._move_rows()
        self._move_members()
        self._take({field: value for field, value in taken.items() if field.name in take})
        self._retire()
        refuse_new(errors_of(self.winner, self.touched), wrong)
        return Merge.objects.create(
            kind=self.kind,
            loser_code=self.loser.code,
            loser_slug=self.loser.slug,
            loser_name=names[0],
            winner_code=self.winner.code,
            winner_slug=self.winner.slug,
            winner_name=names[1],
            moved=self.moved,
            by=self.by,
            by_name=self.by.get_username() if self.by else "",
            why=why,
        )

    # --- what points at it

    def _rows(self) -> Iterator[Any]:
        for _key, row in self._keyed_rows():
            yield row

    def _keyed_rows(self) -> Iterator[tuple[Any, Any]]:
        for key in keys_to(type(self.loser)):
            for row in list(key.model._base_manager.filter(**{key.name: self.loser}).order_by("pk")):
                yield key, row

    def _others(self) -> Iterator[Any]:
        for field in memberships_of(type(self.loser)):
            yield from others_in(field, self.loser)

    def _move_rows(self) -> None:
        for key, row in self._keyed_rows():
            self._move(row, key)

    def _move(self, row: Any, key: Any) -> None:
        as_it_was = kept.whole(row) if not isinstance(row, Record) else []
        setattr(row, key.name, self.winner)
        if is_superfluous(row, key):
            if isinstance(row, Record):
                raise Refused(
                    [_("Both have a record like “%(row)s”: merge those two first, or delete one.") % {"row": row}]
                )
            self.moved["aside"].append({"field": key.name, "rows": as_it_was})
            type(row)._base_manager.get(pk=row.pk).delete()
            return
        if isinstance(row, Record):
            row.updated_by = self.by
        row.save()
        self.moved["rows"].append(
            {"model": row._meta.model_name, "pk": row.pk, "field": key.name, "digest": kept.digest(row, key.name)}
        )

    def _move_members(self) -> None:
        for field in memberships_of(type(self.loser)):
            there = set(others_in(field, self.winner).values_list("pk", flat=True))
            for other in list(others_in(field, self.loser)):
                manager, member = manager_of(field, self.loser, other)
                manager.remove(member)
                if other.pk not in there:
                    manager, member = manager_of(field, self.winner, other)
                    manager.add(member)
                self.moved["members"].append(
                    {
                        "model": field.model._meta.model_name,
                        "field": field.name,
                        "other": other.code,
                        "was_there": other.pk in there,
                    }
                )

    # --- the two records themselves

    def _take(self, taken: dict[Any, Any]) -> None:
        self.moved["values"] = {}
        for field, value in taken.items():
            before = getattr(self.winner, field.attname)
            setattr(self.winner, field.attname, value)
            self.moved["values"][field.attname] = kept.plain({"before": before, "after": value})
        self.moved["aliases"] = self._add_aliases()
        if not self.moved["values"] and not self.moved["aliases"]:
            return
        self.winner.updated_by = self.by
        try:
            self.winner.full_clean()
        except ValidationError as error:
            raise Refused(error.messages) from error
        self.winner.save()

    def _add_aliases(self) -> list[str]:
        """The names that go out of use, by which somebody may look for the winner."""
        if not isinstance(self.winner, Official | Organization) or not isinstance(self.loser, Official | Organization):
            return []
        known = {self.winner.name, self.winner.name_ko, *self.winner.aliases}
        given_up = (self.moved["values"].get(name, {}).get("before") for name in ("name", "name_ko"))
        names = filter(None, (*given_up, self.loser.name, self.loser.name_ko, *self.loser.aliases))
        added = [name for name in dict.fromkeys(names) if name not in known][: MOST_ALIASES - len(self.winner.aliases)]
        self.winner.aliases = [*self.winner.aliases, *added]
        return added

    def _retire(self) -> None:
        self.moved["redirects"] = []
        self.moved["deleted"] = self.loser.published_at is None
        if self.loser.published_at is None:
            type(self.loser)._default_manager.get(pk=self.loser.pk).delete()
            return
        if self.loser.state != State.WITHDRAWN:
            self.loser.state = State.WITHDRAWN
            self.loser.withdrawn_at = timezone.now()
            # Not by its name: that may change or be withdrawn itself, and this stays as it is.
            address = path_of("short-link", self.winner.code)
            self.loser.withdrawal_reason = _("It was entered twice: see %(address)s") % {"address": address}
        self.loser.updated_by = self.by
        self.loser.save()
        leading = Redirect.objects.filter(kind=self.kind, new_slug=self.loser.slug).order_by("old_slug")
        self.moved["redirects"] = list(leading.values_list("old_slug", flat=True))
        Redirect.lead_on(self.kind, self.loser.slug, self.winner.slug)


def is_superfluous(row: Any, key: Any) -> bool:
    """Whether the winner has such a row already, or the row would lead from the winner to itself."""
    return _is_forbidden(row, key) or (isinstance(row, Part) and (_leads_to_itself(row, key) or _has_a_twin(row)))


def _is_forbidden(row: Any, key: Any) -> bool:
    if key.unique and type(row)._base_manager.filter(**{key.name: getattr(row, key.name)}).exclude(pk=row.pk).exists():
        return True
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and key.name in constraint.fields:
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                return True
    return False


def _leads_to_itself(row: Any, key: Any) -> bool:
    ends = [field for field in row._meta.concrete_fields if field.related_model is key.related_model]
    return len([field for field in ends if getattr(row, field.attname) == getattr(row, key.attname)]) > 1


def _has_a_twin(row: Any) -> bool:
    """Another part that says the same, whatever its code and its place among the others."""
    said: list[Any] = [
        field for field in row._meta.concrete_fields if not field.primary_key and field.name not in {"code", "order"}
    ]
    plain = {each.attname: getattr(row, each.attname) for each in said if not isinstance(each, models.JSONField)}
    alike: Iterable[Any] = type(row)._base_manager.filter(**_conditions(plain)).exclude(pk=row.pk)
    return any(all(getattr(one, each.attname) == getattr(row, each.attname) for each in said) for one in alike)


def _conditions(values: dict[str, Any]) -> dict[str, Any]:
    return {(f"{name}__isnull" if value is None else name): value is None or value for name, value in values.items()}
