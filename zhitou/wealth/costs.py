"""What buying, holding and selling a product costs, as fractions of the money in it."""

from __future__ import annotations

from zhitou.wealth.product import Product


def ongoing_fee(product: Product) -> float:
    """Management, custody and sales service a year, already taken out of the NAV."""
    fees = product.fees
    return sum(float(fees.get(key) or 0) for key in ("management", "custody", "sales_service"))


def purchase_fee(product: Product) -> float:
    """The share of a purchase that goes to fees, after the discount."""
    discount = product.fees.get("subscription_discount")
    return float(product.fees.get("subscription") or 0) * (
        1.0 if discount is None else float(discount)
    )


def redemption_fee(product: Product, days: int) -> float:
    """The share of the proceeds that goes to fees after ``days`` of holding."""
    steps = product.fees.get("redemption") or 0
    if not isinstance(steps, list):
        return float(steps)
    return next((float(rate) for limit, rate in steps if limit is None or days < limit), 0.0)


def yearly_cost(product: Product, days: int) -> float:
    """All fees of a holding of ``days``, spread over the time, as a yearly fraction."""
    once = purchase_fee(product) + redemption_fee(product, days)
    return ongoing_fee(product) + once * 365 / days


def cheaper_from(one: Product, other: Product, up_to_days: int = 1825) -> int | None:
    """The day of holding from which ``one`` costs no more than ``other``, and goes on so.

    ``None`` where it does not come about within ``up_to_days``; 1 where it does from the start.
    """
    day = None
    for days in range(up_to_days, 0, -1):
        if yearly_cost(one, days) > yearly_cost(other, days) + 1e-12:
            break
        day = days
    return day
