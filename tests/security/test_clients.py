"""Whom a request comes from, and which headers are believed."""

import pytest

from timeline.security.clients import UNKNOWN, address_of, origin_of

HEARD = "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, HEARD),
        (0, "203.0.113.5", HEARD),  # nobody whom we know has written it
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),  # what the client itself sent stands to the left
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", HEARD),  # it has come round one of the two
        (1, "", HEARD),
        (1, "unknown", HEARD),
        (1, "203.0.113.5:4711", "203.0.113.5"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_header_is_believed_as_far_as_counted_proxies_wrote_it(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}

    assert address_of(rf.get("/", headers=headers, REMOTE_ADDR=HEARD)) == address


def test_a_request_through_a_socket_file_has_an_address_too(rf):
    assert address_of(rf.get("/", REMOTE_ADDR="")) == UNKNOWN


@pytest.mark.parametrize(
    ("address", "origin"), [("203.0.113.5", "203.0.113.5"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
)
def test_failures_are_counted_by_address_or_network_of_a_subscriber(rf, address, origin):
    assert origin_of(rf.get("/", REMOTE_ADDR=address)) == origin
