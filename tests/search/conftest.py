from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from timeline import fixture_files


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    """The shipped data, loaded once for a module, in a transaction around those of its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        fixture_files.load(Path(settings.FIXTURE_DIRS[0]))
        yield
        transaction.set_rollback(True)
