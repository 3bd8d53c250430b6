"""What a record must be before it is public, and what an editor should know about it: each rule written once.

A rule is a small function that yields findings. Rules of one record see the record with its parts; rules across records
see those that must be compared; rules of the whole see the database. `problems_of` is the checklist of one record,
`problems_everywhere` what `check_data` prints: both ask the same rules.
"""

from timeline.rules import (  # noqa: F401 - importing them registers their rules
    addresses,
    agreements,
    figures,
    naming,
    people,
    recorded,
    rounds,
    searched,
    sourcing,
    validity,
    wording,
)
from timeline.rules.asking import problems_among, problems_everywhere, problems_of
from timeline.rules.registry import ERROR, NOTICE, RULES, Problem

__all__ = ["ERROR", "NOTICE", "RULES", "Problem", "problems_among", "problems_everywhere", "problems_of"]
