"""An editor at the desk: signed in, and allowed everything."""

import pytest


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("minji", password="a long password")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client
