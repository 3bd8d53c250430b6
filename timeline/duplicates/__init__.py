"""Which stored records look like one that is being typed, so that nothing is entered twice.

Its questions see drafts and what was withdrawn: for editors alone, never for a public page.
"""

from timeline.duplicates.asking import Candidate, near
from timeline.duplicates.keeping import connect, rebuild
from timeline.duplicates.keys import READS

__all__ = ["READS", "Candidate", "connect", "near", "rebuild"]
