"""Two records that are one: what points at the one is moved to the other, and all of it can be taken back.

Every reference is found by the models' own keys, so that a kind of row that is added later is moved as well.
"""

from timeline.merging.joining import merge, refusals
from timeline.merging.parting import unmerge
from timeline.merging.references import Reference, differing, references_to

__all__ = ["Reference", "differing", "merge", "references_to", "refusals", "unmerge"]
