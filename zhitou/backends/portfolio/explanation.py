"""Why advice was what it was, from its stored proof."""

from __future__ import annotations

from zhitou.backends.portfolio import repository
from zhitou.backends.portfolio.books import Books
from zhitou.backends.portfolio.naming import Answer

_TITLES = {"allocation": "资产配置规则", "auto_invest": "定投规则", "diagnosis": "组合体检规则"}


async def explain(books: Books, customer_id: str | None, recommendation_id: str | None) -> Answer:
    """Why a stored plan or diagnosis of the customer is as it is.

    Returns:
        ``ok`` (an answer with its proof) or ``nothing_to_explain``.
    """
    async with books.database.transaction() as session:
        row = await repository.advice(session, customer_id, recommendation_id)
    if row is None or (customer_id is None and recommendation_id is None):
        return {"outcome": "nothing_to_explain", "data": {}}
    output, customer = row.output, row.inputs["customer"]
    reasons = output.get("assumptions") or [one["text"] for one in output.get("findings", [])]
    parts = [
        {"name": one["name"], "weight": one["weight"], "why": one.get("why", "")}
        for one in output.get("weights", [])
    ]
    shares = [
        f"{one['name']}{one['weight'] * 100:g}%" + (f"：{one['why']}" if one["why"] else "")
        for one in parts
    ]
    updated_at = row.data_date.isoformat() if row.data_date else output["as_of"]
    return {
        "outcome": "ok",
        "data": {
            "answer": "\n".join([*shares, *reasons]),
            "sources": [
                {
                    "id": f"{row.kind}-{row.rules_version}",
                    "title": f"{_TITLES[row.kind]}（版本{row.rules_version}）",
                    "updated_at": updated_at,
                }
            ],
            "confidence": 1.0,
            "recommendation_id": row.id,
            "proof": {
                "level": customer["level"],
                "product_level": None,
                "rule": f"{row.kind}.yml {row.rules_version}",
                "data_date": updated_at,
                "weights_version": row.rules_version,
                "parts": parts,
            },
        },
    }
