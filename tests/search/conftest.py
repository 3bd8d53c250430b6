import pytest
from django.db import transaction

from tests import shipped as shipped_data


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    """The shipped data, loaded once for a module, in a transaction around those of its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        shipped_data.load()
        yield
        transaction.set_rollback(True)
