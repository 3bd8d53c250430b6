"""Which of the workers runs what: one of them all that needs a site of its own, so that each is started once.

Not by `--dist loadgroup`: with pytest 9.2, pytest-xdist 3.8 gives the tests of one group to all workers.
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

WITH_A_SITE = (PurePosixPath("tests/browser"), PurePosixPath("tests/deploy"))


class OneSite(LoadScopeScheduling):
    """These folders as a whole, all else test by test, in the order in which tests may follow one another: those that
    commit come last, as they leave no roles behind.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = PurePosixPath(nodeid.partition("::")[0]).parent
        return str(folder) if folder in WITH_A_SITE else nodeid
