"""What tests share: one whole assistant for all that need it."""

from collections.abc import Iterator

import pytest

from zhitou.conversation.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A running assistant with fresh demo data, shared by all tests of the run."""
    with running_stack() as running:
        yield running
