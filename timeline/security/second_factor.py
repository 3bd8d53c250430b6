"""The second factor: a code from an app on one's phone (TOTP), and ten recovery codes for the day it is lost.

django-otp keeps the devices; each waits longer after every wrong code.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from timeline import roles
from timeline.security import sessions, throttling
from timeline.security.log import note

RECOVERY_CODES = 10
DIGITS = 6
# 1, 2, 4 … 512 seconds. Without an end, whoever has got hold of the password could close the door for years.
MOST_DOUBLINGS = 10


@dataclass(frozen=True)
class Answer:
    """What came of a code: the device that took it, or for how many seconds none is taken."""

    device: Any = None
    wait: int = 0

    @property
    def is_recovery(self) -> bool:
        return isinstance(self.device, StaticDevice)


def device_of(user: Any) -> Any:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def codes_left(user: Any) -> int:
    return len(StaticToken.objects.filter(device__user=user))


def is_verified(user: Any) -> bool:
    return getattr(user, "otp_device", None) is not None


def must_set_up(user: Any) -> bool:
    return bool(user.is_active and user.is_staff and roles.must_use_two_factors(user) and device_of(user) is None)


def suffices(user: Any) -> bool:
    """Whether this session's sign-in is complete: who has a second factor has used it, who must have one has it."""
    return is_verified(user) or not (roles.must_use_two_factors(user) or device_of(user))


# --- codes


def check(user: Any, code: str) -> Answer:
    """A code of the app, or a recovery code, which is used up by it."""
    code = "".join(code.split()).replace("-", "").lower()
    model: Any = TOTPDevice if len(code) == DIGITS and code.isascii() and code.isdigit() else StaticDevice
    with transaction.atomic():  # under a lock: the same code twice at once is right once
        device = model.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
        return Answer() if device is None else _checked(device, code)


def _checked(device: Any, code: str) -> Answer:
    device.throttling_failure_count = min(device.throttling_failure_count, MOST_DOUBLINGS)
    allowed, why = device.verify_is_allowed()
    if not allowed:
        return Answer(wait=seconds_until(why["locked_until"]))
    return Answer(device if device.verify_token(code) else None)


def seconds_until(moment: datetime) -> int:
    return max(1, ceil((moment - timezone.now()).total_seconds()))


def new_recovery_codes(user: Any) -> list[str]:
    """In place of those that there were. Shown once: the pages never read them again."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery codes")
        codes = [StaticToken.random_token() for _each in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    note("recovery-codes-made", user=user)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


# --- setting it up, and back


def candidate(user: Any, key: str) -> TOTPDevice:
    """Not stored: it is the person's once a code has shown that their phone has the key."""
    return TOTPDevice(user=user, name="phone", key=key)


def new_key() -> str:
    return str(default_key())


def set_up(user: Any, key: str, code: str) -> Any:
    """The new device in place of the one before, if the code is right."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # from two windows at once: one after the other
        device: Any = candidate(user, key)
        device.save()
        if not device.verify_token("".join(code.split())):
            device.delete()
            return None
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    note("second-factor-set-up", user=user)
    return device


def take_away(user: Any, event: str) -> None:
    """Devices, codes and open sign-ins: whoever holds the lost phone may hold the lost laptop too."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        throttling.forget(user.get_username())
        sessions.end_all_of(user)
    note(event, user=user)


# --- as it is shown


def secret_in_words(device: TOTPDevice) -> str:
    """As apps take it where no camera can see the picture: base32, by fours."""
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def picture(device: TOTPDevice) -> SafeString:
    """The QR code as SVG, dark on light in every scheme, without a style attribute. It has no text of ours in it."""
    import segno  # with its XML 1 MB, which a worker needs when somebody sets up a second factor

    code = segno.make_qr(device.config_url, error="m")
    return mark_safe(code.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="qr"))  # noqa: S308
