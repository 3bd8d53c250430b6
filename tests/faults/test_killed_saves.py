"""Editors killed by SIGKILL while they save: what was acknowledged is there whole, and nothing is half there.

`make test` kills a few; `make test-faults` two hundred.
"""

import pytest

from tests.faults.desk import half_there, lost, set_out
from tests.faults.jobs import save_twice
from tests.faults.processes import IS_IN_FULL, finished, killed, moments

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
KILLS = 20 if IS_IN_FULL else 2
BATCHES = 10 if IS_IN_FULL else 1


@pytest.mark.parametrize("batch", range(BATCHES))
def test_whatever_moment_an_editor_is_killed_at_a_save_is_whole_or_not_there(batch):
    set_out()
    whole = [finished(save_twice, 0, 900 + change, then_change=change)[-1] for change in (False, True)]

    for number, moment in enumerate(moments(KILLS, batch)):
        change = number // 2 % 2 == 1
        process = killed(moment, whole[change], save_twice, number, then_change=change)
        assert (lost(process.heard), half_there()) == ([], []), moment
