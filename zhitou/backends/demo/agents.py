"""Puts the made-up agents of ``agents.yml`` into the hand-off backend's table."""

from __future__ import annotations

from zhitou.backends.database import Database
from zhitou.backends.handoff.models import Agent
from zhitou.backends.handoff.rules import load_rules
from zhitou.clock import Clock
from zhitou.rulebook import Node, read


async def seed(database: Database, _clock: Clock) -> None:
    """Insert or refresh the demo agents; what the bank has added stays.

    Raises:
        RulesError: the file is wrong; the message names file and key.
    """
    agents = [_agent(node) for node in read("zhitou.backends.demo", "agents.yml")["agents"]]
    async with database.transaction() as session:
        for agent in agents:
            await session.merge(agent)


def _agent(node: Node) -> Agent:
    node.only("id", "name", "queues", "skills", "capacity")
    queues = load_rules().queues
    return Agent(
        id=node["id"].text(),
        name=node["name"].text(),
        queues=[item.one_of(*queues) for item in node["queues"]],
        skills=list(node["skills"].texts()),
        capacity=node["capacity"].integer(least=1),
        available=True,
        demo=True,
    )
