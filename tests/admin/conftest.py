"""Who sits at the desk: somebody who is allowed everything, or the three who write, review and override."""

import pytest

from tests.admin.signed_in import sign_in, somebody
from timeline import roles


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("minji", password="a long password")


@pytest.fixture
def desk(client, editor):
    return sign_in(client, editor)


@pytest.fixture
def hana():
    return somebody(roles.CONTRIBUTOR, "hana")


@pytest.fixture
def jun():
    return somebody(roles.EDITOR, "jun")


@pytest.fixture
def ari():
    return somebody(roles.CHIEF_EDITOR, "ari")


@pytest.fixture
def own_folder(settings, tmp_path):
    """The locks in it (one page is fetched at a time, one preview made) would reach into tests that run beside."""
    settings.VAR_DIR = tmp_path
