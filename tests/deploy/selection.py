"""What of these tests `make test` runs: the files, and one machine behind nginx. `make test-faults` runs all."""

import pytest

from sma_site.environment import env_bool

IS_IN_FULL = env_bool("FAULTS", False)
in_full = pytest.mark.skipif(not IS_IN_FULL, reason="in `make test-faults`, which takes some minutes")
