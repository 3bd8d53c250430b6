"""What of these tests `make test` runs: the files, and one machine behind nginx. `make test-faults` runs all."""

import os

import pytest

IS_IN_FULL = "FAULTS" in os.environ
in_full = pytest.mark.skipif(not IS_IN_FULL, reason="in `make test-faults`, which takes some minutes")
