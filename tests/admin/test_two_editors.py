"""Two editors at one record, in any order: no update is lost, no undisturbed save refused, nothing comes back alone.

`make test` runs a sample of the orders; `make test-deep` runs a thousand, by the hundred: twenty minutes of computing.
"""

import itertools

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests import make
from tests.admin.forms import address, fields_of
from tests.admin.signed_in import sign_in
from tests.conftest import IS_DEEP
from timeline import actions, contents
from timeline.models import Official, Revision

FIELDS = ("summary", "note", "citations-0-quote")
EDITORS = ("minji", "tom")
_numbers = itertools.count(1)
BATCHES, ORDERS, STEPS = (10, 100, 12) if IS_DEEP else (1, 12, 10)
texts = st.sampled_from(["Led the talks.", "Signed the agreement.", "이태우 대표.", "Left in 2025."])


class TwoEditors(RuleBasedStateMachine):
    """`stored` is what the record must say by now, or None while it is deleted; `open` what each editor's form was
    opened on: the posted fields, what the record said then, and how often it had changed.
    """

    def __init__(self):
        super().__init__()
        self.desks = {name: sign_in(Client(), User.objects.get(username=name)) for name in EDITORS}
        self.open = {}
        self.changes = 0

    @initialize()
    def enter_a_draft(self):
        official = make.official(state="draft", slug=f"official-{next(_numbers)}", summary="", note="")
        make.citation(official, quote="As it was.")
        self.key, self.pk = ("official", official.code), official.pk
        self.stored = dict.fromkeys(FIELDS, "") | {"citations-0-quote": "As it was."}

    @rule(editor=st.sampled_from(EDITORS))
    def open_the_form(self, editor):
        response = self.desks[editor].get(address(Official, "change", self.pk))

        assert response.status_code == (200 if self.stored else 302)
        if self.stored:
            self.open[editor] = (fields_of(response), dict(self.stored), self.changes)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), field=st.sampled_from(FIELDS), text=texts)
    def save(self, data, field, text):
        editor = data.draw(st.sampled_from(sorted(self.open)))
        posted, base, changes = self.open.pop(editor)
        mine = base | {field: text}
        response = self.desks[editor].post(address(Official, "change", self.pk), posted | {field: text, "_save": "1"})

        if mine in (base, self.stored):  # nothing was typed, or what is stored already
            assert response.status_code == 302
        elif self.stored is None:
            assert (response.status_code, text in response.text) == (409, True)
        elif changes == self.changes:
            assert response.status_code == 302
            self._is_now(mine)
        else:
            assert (response.status_code, text in response.text) == (409, True)
            self._keep_both(editor, response, base, mine)

    def _keep_both(self, editor, response, base, mine):
        choices = {f"choice-{each.name}": "mine" for each in response.context["conflicts"]}
        contested = [
            name for name in FIELDS if mine[name] != base[name] and self.stored[name] not in (base[name], mine[name])
        ]
        assert len(choices) == len(contested)

        again = self.desks[editor].post(
            response.context["merge_url"], {"payload": response.context["payload"], "_reason": ""} | choices
        )

        assert again.status_code == 302
        self._is_now({name: mine[name] if mine[name] != base[name] else self.stored[name] for name in FIELDS})

    def _is_now(self, expected):
        self.changes += expected != self.stored
        self.stored = expected

    @precondition(lambda self: self.stored)
    @rule(editor=st.sampled_from(EDITORS))
    def delete(self, editor):
        page = address(Official, "delete", self.pk)
        seen = self.desks[editor].get(page).context["seen"][0]

        assert self.desks[editor].post(page, {"post": "yes", "_seen": seen}).status_code == 302
        self.before, self.stored = self.stored, None
        self.changes += 1

    @precondition(lambda self: self.stored is None)
    @rule()
    def bring_back(self):
        deleted = Revision.objects.filter(code=self.key[1]).order_by("-version").first()
        actions.restore(deleted, by=User.objects.get(username="minji"))

        self.stored = self.before
        self.changes += 1

    @invariant()
    def the_record_says_what_was_saved_and_nothing_else(self):
        if not hasattr(self, "key"):
            return
        official = contents.stored(self.key)
        said = official and {
            "summary": official.summary,
            "note": official.note,
            "citations-0-quote": official.citations.get().quote,
        }
        assert said == self.stored
        # Its entry and its citation by the helper are two, then one for each change.
        assert Revision.objects.filter(code=self.key[1]).count() == 2 + self.changes


@pytest.mark.deep
@pytest.mark.django_db
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_order_of_two_editors_loses_an_update_or_refuses_an_undisturbed_save(batch):
    for name in EDITORS:
        User.objects.create_superuser(name, password="a long password")

    run_state_machine_as_test(
        TwoEditors,
        settings=settings(
            max_examples=ORDERS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
