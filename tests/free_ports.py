"""Ports of this machine that nothing listens at."""

import socket


def free_ports(count=2):
    """The first of so many in a row."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
        if port + count < 65_535 and all(_is_free(port + each) for each in range(count)):
            return port


def _is_free(port):
    with socket.socket() as candidate:
        return candidate.connect_ex(("127.0.0.1", port)) != 0
