"""A suggestion as the contract's data, beside the output that is stored; and its explanation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from zhitou.backends.product import views
from zhitou.backends.product.repository import Recommendation
from zhitou.wealth.explanation import explain
from zhitou.wealth.figures import figure_book
from zhitou.wealth.manager_selection import ManagerPick, select_managers
from zhitou.wealth.scoring import PartScore
from zhitou.wealth.selection import Pick, select
from zhitou.wealth.selection_rules import load_selection_rules
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Decision, Profile
from zhitou.wealth.suitability_rules import load_rules
from zhitou.wealth.wish import Wish


def weights_version() -> str:
    """Which edition of weights, figures and wording counts."""
    return f"{load_selection_rules().version}/{figure_book().version}"


def advise(
    shelf: Shelf, wish: Wish, profile: Profile, on: date, exclude: Collection[str], limit: int
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Choose for a customer with a valid level.

    Returns:
        The outcome, the data of the answer (without ``recommendation_id``) and the output to store.
    """
    rules = load_selection_rules()
    goal_names = {goal.id: goal.name for goal in rules.goals}
    picks: list[tuple[dict[str, Any], Pick | ManagerPick]]
    if wish.kind == "manager":
        managed = select_managers(shelf, wish, profile, on, exclude=exclude, limit=limit)
        outcome, goal = managed.outcome, managed.goal
        reason, funnel = managed.reason, managed.funnel
        picks = [(views.picked_manager(shelf, pick), pick) for pick in managed.picks]
    else:
        chosen = select(shelf, wish, profile, on, exclude=exclude, limit=limit)
        outcome, goal = chosen.outcome, chosen.goal
        reason, funnel = chosen.reason, chosen.funnel
        picks = [(views.picked(shelf, pick), pick) for pick in chosen.picks]
    common: dict[str, Any] = {
        "kind": wish.kind,
        "level": profile.level,
        "criteria": wish.criteria(),
        "criteria_text": wish.text(rules),
        "funnel": dict(funnel),
        "as_of": shelf.as_of.isoformat(),
    }
    data = {**common, "disclosure": figure_book().disclosure, "simulated": True}
    data["items" if outcome == "ok" else "closest"] = [item for item, _ in picks]
    if outcome != "ok":
        data["reason"] = reason[1]
    output = {
        **common,
        "outcome": outcome,
        "goal": goal,
        "goal_name": goal_names[goal],
        "reason": {"code": reason[0], "text": reason[1]},
        "items": [_stored(item, pick, rank) for rank, (item, pick) in enumerate(picks, start=1)],
    }
    return outcome, data, output


def explained(
    proof: Recommendation, item: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The explanation of a stored suggestion, or of one of its items, and its proof.

    Returns:
        Data of the message ``answer`` and, under ``proof``, what it rests on.
    """
    versions = {
        "data_date": proof.data_date.isoformat() if proof.data_date else "",
        "weights_version": proof.weights_version,
        "rules_version": proof.rule_version,
    }
    output = proof.output
    shown = item if item is not None else next(iter(output["items"]), None)
    decision = (shown or {}).get("decision") or {}
    answer = {
        "answer": explain(output, item, versions),
        "sources": [
            {
                "id": proof.id,
                "title": "推荐记录（演示数据）",
                "updated_at": proof.created_at.date().isoformat(),
            }
        ],
        "confidence": 1.0,
        "product": None
        if item is None
        else {key: item[key] for key in ("code", "name", "short_name", "kind", "risk_level")},
    }
    evidence = {
        "recommendation_id": proof.id,
        "created_at": proof.created_at.isoformat(),
        "level": output["level"],
        "product_level": (shown or {}).get("risk_level"),
        "rule": decision.get("rule"),
        "rule_source": decision.get("source"),
        "weights": output["goal"],
        **versions,
        "funnel": output["funnel"],
        "score": (shown or {}).get("score"),
        "rank": (shown or {}).get("rank"),
        "parts": (shown or {}).get("parts", []),
        "items": [
            {key: one[key] for key in ("code", "name", "rank", "score")} for one in output["items"]
        ],
    }
    return answer, evidence


def _stored(item: Mapping[str, Any], pick: Pick | ManagerPick, rank: int) -> dict[str, Any]:
    parts: tuple[PartScore, ...] = pick.parts
    decision: Decision | None = pick.decision if isinstance(pick, Pick) else None
    kept = ("code", "name", "short_name", "kind", "risk_level", "reasons", "cautions", "metrics")
    return {
        **{key: item[key] for key in (*kept, "score", "misses", "misses_text")},
        "rank": rank,
        "parts": [part.data() for part in parts],
        "decision": views.decided(decision) if decision else _manager_decision(),
        **({"products": item["products"]} if "products" in item else {}),
    }


def _manager_decision() -> dict[str, Any]:
    """Managers are not sold; their funds were filtered by the level."""
    return {
        "decision": "allow",
        "rule": "funds_within_level",
        "rules_version": load_rules().version,
    }
