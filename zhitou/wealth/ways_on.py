"""What a customer may do next, as buttons: a title and words a customer could have typed."""

from __future__ import annotations

from collections.abc import Mapping

from zhitou.rulebook import Node


def parse_actions(node: Node) -> tuple[Mapping[str, str], ...]:
    """Check a list of ways on, each with ``title`` and ``payload``.

    Raises:
        RulesError: one is incomplete.
    """
    return tuple(
        {key: one.only("title", "payload")[key].text() for key in ("title", "payload")}
        for one in node
    )
