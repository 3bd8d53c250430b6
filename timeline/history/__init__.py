"""The history of every record: one revision for each record that a unit of work has changed, whatever the path.

`unit` says who does what and why. Whatever is saved, deleted or joined inside it is written down at its end, once for
each record, with the parts as they are then; a record that says what it said before gets no revision and no new
version. What is saved outside a unit is a unit of its own. Raw saves by Django's own `loaddata`, which is for empty
databases, are left to `suspended`: such a record is written down as it was found before its first change.
"""

from timeline.history.recording import Pending, pending
from timeline.history.signals import connect
from timeline.history.units import Unit, by_whom, changed_so_far, suspended, touch, unit

__all__ = ["Pending", "Unit", "by_whom", "changed_so_far", "connect", "pending", "suspended", "touch", "unit"]
