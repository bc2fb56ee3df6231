"""Sockets: who can reach them, what is said when they cannot be had, how a server ends."""

from __future__ import annotations

import socket

import pytest

from understudy.errors import InputError
from understudy.server.wire.listen import configuration, is_loopback, open_socket, origin_of


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_only_this_machine_reaches_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "sandbox.example", ""])
def test_everything_else_counts_as_reachable(host: str) -> None:
    assert not is_loopback(host)


def test_port_0_takes_a_free_port_and_tells_it() -> None:
    with open_socket("127.0.0.1", 0) as opened:
        port = opened.getsockname()[1]
        assert origin_of(opened) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass


def test_an_unspecified_address_is_told_as_one_that_can_be_called() -> None:
    with open_socket("0.0.0.0", 0) as opened:
        assert origin_of(opened) == f"http://127.0.0.1:{opened.getsockname()[1]}"


def test_a_taken_port_says_what_to_do() -> None:
    with open_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(InputError) as refused:
            open_socket("127.0.0.1", port)
    assert str(refused.value) == (
        f"--port: port {port} of 127.0.0.1 is taken. "
        "Stop what listens there, or say --port 0 for a free one"
    )


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        open_socket("192.0.2.1", 0)
    assert str(refused.value) == (
        "--host: 192.0.2.1 is no address of this machine. Leave it out for 127.0.0.1"
    )


def test_a_host_that_is_no_host_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        open_socket("no host", 0)
    assert str(refused.value) == (
        "--host: no address is known for 'no host'. Leave it out for 127.0.0.1"
    )


def test_the_server_adds_no_header_and_no_log_line_of_its_own() -> None:
    chosen = configuration(app=None)
    assert (chosen.date_header, chosen.server_header, chosen.access_log) == (False, False, False)
    assert chosen.timeout_keep_alive == 75
