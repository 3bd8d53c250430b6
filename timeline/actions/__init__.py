"""What editors do to records, beside typing into them: guarded, whole or not at all, and written down.

Nothing else writes a record's state, slug or dates of state. `by` is who does it; None is a command, which asks nobody.
"""

from timeline.actions.guards import Clash, Refused, authors_of, clash_sentence, locked, second_person
from timeline.actions.proposals import (
    Conflicting,
    approve,
    merged_with,
    propose,
    record_of,
    refuse_proposal,
    revision_of,
    send_proposal_back,
    take_back,
    with_state_of,
    write,
)
from timeline.actions.restoring import restore, would_restore
from timeline.actions.settling import Disputed, Intent, Settled, settle
from timeline.actions.states import (
    delete,
    entered_with,
    publish,
    records_that_point_at,
    refuse_errors,
    rename,
    send_back,
    submit,
    withdraw,
)

__all__ = [
    "Clash",
    "Conflicting",
    "Disputed",
    "Intent",
    "Refused",
    "Settled",
    "approve",
    "authors_of",
    "clash_sentence",
    "delete",
    "entered_with",
    "locked",
    "merged_with",
    "propose",
    "publish",
    "record_of",
    "records_that_point_at",
    "refuse_errors",
    "refuse_proposal",
    "rename",
    "restore",
    "revision_of",
    "second_person",
    "send_back",
    "send_proposal_back",
    "settle",
    "submit",
    "take_back",
    "with_state_of",
    "withdraw",
    "would_restore",
    "write",
]
