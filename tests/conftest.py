"""Shared by all tests: no socket is ever opened, and the rulebook is read once."""

import socket

import pytest

from safeharbor.detect.engine import Detector
from safeharbor.rulebook import Rulebook


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="session")
def rulebook():
    return Rulebook.load()


@pytest.fixture(scope="session")
def detector():
    return Detector()
