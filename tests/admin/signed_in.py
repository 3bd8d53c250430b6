"""Signing in without typing: as the password and the code together would."""

from typing import Any

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make


def sign_in(client: Any, user: Any) -> Any:
    """The client with a complete sign-in, whatever the user's roles ask for."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, name="phone")
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def somebody(role: str, name: str) -> Any:
    """The browser of somebody in this role; its `user` says who."""
    client: Any = Client()
    client.user = make.user(role, name)
    return sign_in(client, client.user)
