"""Hand-made products, managers and customers for tests: every figure is what the test says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from zhitou.wealth.product import Manager, Product, Tenure
from zhitou.wealth.shelf import Shelf
from zhitou.wealth.suitability import Profile
from zhitou.wealth.suitability_rules import load_rules

ON = date(2026, 11, 22)
AS_OF = date(2026, 11, 20)


def fund(code: str, **given: Any) -> Product:
    """A mixed fund of middling figures; ``metrics``, ``terms`` and ``fees`` are merged in."""
    return _product(
        code,
        given,
        kind="fund",
        type="mixed_fund",
        company=f"{code}基金",
        risk_level="R3",
        size=Decimal(2_000_000_000),
        metrics=metrics(),
        terms={"min_amount": "10", "family": code, "lock_up_days": 0, "arrival_days": 3}
        | {"subscription": "open", "deep_link_path": f"/fund/{code}", "confirm_days": 1}
        | {"benchmark": "沪深300指数收益率", "auto_invest": True, "auto_invest_min": "10"},
        fees={"management": 0.012, "custody": 0.002, "sales_service": 0.0}
        | {"subscription": 0.015, "subscription_discount": 0.1}
        | {"redemption": [[7, 0.015], [365, 0.005], [None, 0.0]]},
    )


def wealth(code: str, **given: Any) -> Product:
    """A net-value wealth product with a shortest holding of 90 days."""
    return _product(
        code,
        given,
        kind="wealth",
        type="fixed_income",
        company="江澜理财",
        risk_level="R2",
        size=Decimal(2_000_000_000),
        metrics=metrics(return_1y=0.03, max_drawdown_1y=-0.002, current_drawdown=0.0),
        terms={"min_amount": "1", "lock_up_days": 90, "horizon_days": 90, "arrival_days": 2}
        | {"operation": "min_holding", "benchmark_low": 0.02, "benchmark_high": 0.03}
        | {"net_value": True, "investment": "债券", "deep_link_path": f"/wealth/{code}"},
        fees={"management": 0.002, "custody": 0.0002, "sales_service": 0.002, "redemption": 0.0},
    )


def deposit(code: str, **given: Any) -> Product:
    """A certificate of deposit of three months."""
    return _product(
        code,
        given,
        kind="wealth",
        type="certificate_of_deposit",
        company="江澜银行",
        risk_level="R1",
        terms={"min_amount": "200000", "lock_up_days": 91, "horizon_days": 91, "rate": 0.012}
        | {"arrival_days": 0, "early_withdrawal": "可以提前支取", "transferable": False}
        | {"deposit_insurance": True, "net_value": False, "principal_guaranteed": True},
    )


def policy(code: str, **given: Any) -> Product:
    """A medical policy for children and adults."""
    example = {"age": 5, "gender": "男", "premium": "700", "years": 1}
    return _product(
        code,
        given,
        kind="insurance",
        type="medical",
        company=f"{code}人寿",
        risk_level="R1",
        terms={"min_amount": "700", "insured": ["child", "adult"], "design": "protection"}
        | {"entry_age_min": 0, "entry_age_max": 60, "waiting_days": 30, "cooling_off_days": 15}
        | {"coverage": ["住院"], "exclusions": ["既往症"], "sum_insured_example": "1000000"}
        | {"premium_examples": [example], "guaranteed_renewal_years": 6, "deductible": "10000"}
        | {"coverage_period": "1年", "payment_period": "每年", "health_declaration": True}
        | {"cash_value": "现金价值很低", "guarantee_note": "保障型保险，保费用于购买保障"},
        fees={"note": "费用已包含在保费中"},
    )


def metrics(**given: float | None) -> dict[str, float | None]:
    """Metrics of an ordinary mixed fund, with what is ``given`` changed."""
    ordinary: dict[str, float | None] = {
        "return_1w": 0.01,
        "return_1m": 0.02,
        "return_1y": 0.08,
        "return_3y": 0.25,
        "annual_return_1y": 0.08,
        "volatility_1y": 0.15,
        "volatility_3y": 0.16,
        "max_drawdown_1y": -0.10,
        "max_drawdown_3y": -0.15,
        "sharpe_1y": 0.5,
        "sharpe_3y": 0.6,
        "benchmark_return_1y": 0.06,
        "benchmark_return_3y": 0.20,
        "rank_1y": 0.5,
        "rank_3y": 0.5,
        "current_drawdown": -0.02,
        "unit_nav": 1.2345,
        "day_return": -0.0031,
    }
    return ordinary | given


def manager(id: str, name: str, runs: dict[str, date], **given: Any) -> Manager:
    """A manager who has run the products of ``runs`` since the days there."""
    made = Manager(
        id=id,
        name=name,
        company="云杉基金",
        career_start=date(2010, 1, 1),
        style="balanced",
        profile="做过研究。",
        tenures=tuple(Tenure(code, since) for code, since in runs.items()),
    )
    return replace(made, **given)


def shelf(*products: Product, managers: tuple[Manager, ...] = ()) -> Shelf:
    """A shelf of these products on :data:`ON`."""
    return Shelf(products, managers, ON)


def customer(level: str = "C3", **given: Any) -> Profile:
    """A customer of 40 with a valid level and ample means."""
    lowest = bool(given.get("lowest_class", False))
    made = Profile(
        customer_id="somebody",
        status="valid",
        level=level,
        valid_until=ON + timedelta(days=100),
        age=40,
        allows=load_rules().allows(level, lowest),
        annual_income=Decimal(300_000),
        liquid_assets=Decimal(1_000_000),
    )
    return replace(made, **given)


def _product(code: str, given: dict[str, Any], **ordinary: Any) -> Product:
    for merged in ("metrics", "terms", "fees"):
        ordinary[merged] = ordinary.get(merged, {}) | given.pop(merged, {})
    made = {
        "name": f"{code}产品",
        "short_name": code,
        "aliases": (),
        "sector": None,
        "managers": (),
        "inception": date(2015, 1, 5),
        "as_of": AS_OF,
    }
    return Product(code=code, **(made | ordinary | given))
