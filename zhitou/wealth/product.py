"""What a product is to every rule: a fund, a bank wealth product or an insurance product.

Nothing here computes; the numbers come from :mod:`zhitou.wealth.analytics`, the rows from the
product backend. Rates and returns are fractions (0.015 is 1.5 %), money is a decimal string in
yuan, durations are calendar days unless a key says otherwise.

``Product.terms`` by kind (a key marked ``?`` may be absent):

* every kind: ``min_amount``; ``principal_guaranteed`` (false everywhere but for deposits);
  ``issuer_risk_level`` (R1 to R5; ``risk_level`` is the higher of the issuer's and the seller's,
  NFRA Order 2025 No. 7, art. 22); ``deep_link_path``.
* fund: ``benchmark`` (text); ``benchmark_index`` (code of the simulated index it is measured
  against); ``share_class`` ("A", "C" or ""); ``family`` (code shared by the classes of one fund);
  ``tracks``? (name of the index followed); ``style``; ``lock_up_days``; ``confirm_days`` and
  ``arrival_days`` (business days after the order); ``subscription`` ("open", "limited",
  "suspended"); ``daily_limit``?; ``auto_invest`` (bool) and ``auto_invest_min``.
* wealth, net-value (``cash_management``, ``fixed_income``, ``fixed_income_plus``,
  ``mixed_wealth``, ``equity_wealth``): ``benchmark_low`` and ``benchmark_high`` (a yearly
  comparison basis, never a promise); ``operation`` ("daily", "min_holding", "periodic",
  "closed"); ``horizon_days``; ``lock_up_days``; ``arrival_days``; ``investment`` (scope in words);
  ``net_value`` (true); ``quick_redeem_limit``?; ``reissued``? (true: a closed product whose next
  period follows with the same strategy, so that its values run on).
* wealth, deposits (``certificate_of_deposit``, ``structured_deposit``): ``rate`` or ``rate_low``
  and ``rate_high`` (structured: the interest depends on ``underlying``); ``horizon_days``;
  ``early_withdrawal`` (words); ``transferable``; ``deposit_insurance`` (true: principal and
  interest up to 500,000 yuan a bank); ``net_value`` (false).
* insurance: ``insured`` (list of "child", "adult", "elder"); ``entry_age_min`` and
  ``entry_age_max`` (years; 0 is 28 days old); ``waiting_days``; ``cooling_off_days``;
  ``coverage_period`` and ``payment_period`` (words); ``coverage``, ``exclusions`` (lists of words);
  ``sum_insured_example`` and ``premium_examples`` (list of ``{"age", "gender", "premium",
  "years"}``, premium a year, ``years`` of payment); ``cash_value`` (words); ``design``
  ("protection", "guaranteed", "participating", "universal"); ``guarantee_note`` (words);
  ``deductible``?; ``guaranteed_renewal_years``?; ``health_declaration`` (bool).

``Product.fees`` by kind:

* fund: ``management``, ``custody``, ``sales_service`` (a year, inside the NAV); ``subscription``
  (before discount) and ``subscription_discount`` (share of it that is paid, 0.1 is one tenth);
  ``redemption`` (list of ``[held_less_than_days or null, rate]``, first match counts).
* wealth: ``management``, ``custody``, ``sales_service``; ``performance``? (words);
  ``subscription`` and ``redemption``. Deposits have none.
* insurance: ``note`` (costs are inside the premium); ``initial``? (universal: share of a premium).

``Product.metrics`` (funds and net-value wealth products; ``None`` where history is too short;
insurance and deposits have none; computed in :mod:`zhitou.wealth.fund_metrics`):

* ``return_1w 1m 3m 6m 1y 3y 5y ytd max`` as ``return_<period>``: total return of the period
  (``max``: since the first stored day, five years ago, not since inception);
* for each period ``1y 3y 5y``: ``annual_return_*``, ``volatility_*``, ``max_drawdown_*``
  (negative), ``sharpe_*``, ``sortino_*``, ``calmar_*``, ``var95_*``, ``cvar95_*``,
  ``positive_days_*``;
* against the benchmark index, ``1y 3y``: ``benchmark_return_*``, ``beta_*``, ``alpha_*``,
  ``correlation_*``, ``tracking_error_*``, ``information_ratio_*``;
* ``rank_6m rank_1y rank_3y rank_5y``: share of the peers of the same type that did worse or equal
  (1.0 is first); ``peers``: how many were compared;
* ``unit_nav``, ``day_return``, ``current_drawdown``; money funds and cash products also
  ``yield_7d`` (a year) and ``income_10k`` (yuan a day for 10,000).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["fund", "wealth", "insurance"]
Outcome = Literal["found", "ambiguous", "unknown"]

KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {"fund": "基金", "wealth": "银行理财与存款", "insurance": "保险"}
)

TYPE_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "fund": MappingProxyType(
            {
                "money_fund": "货币基金",
                "short_bond_fund": "短债基金",
                "bond_fund": "纯债基金",
                "mixed_bond_fund": "偏债混合基金（固收+）",
                "mixed_fund": "偏股混合基金",
                "stock_fund": "股票基金",
                "index_fund": "指数基金",
                "qdii": "QDII基金",
                "fof": "基金中基金（FOF）",
                "gold": "黄金基金",
            }
        ),
        "wealth": MappingProxyType(
            {
                "cash_management": "现金管理类理财",
                "fixed_income": "固定收益类理财",
                "fixed_income_plus": "固收增强类理财",
                "mixed_wealth": "混合类理财",
                "equity_wealth": "权益类理财",
                "certificate_of_deposit": "大额存单",
                "structured_deposit": "结构性存款",
            }
        ),
        "insurance": MappingProxyType(
            {
                "critical_illness": "重疾险",
                "medical": "医疗险",
                "accident": "意外险",
                "annuity": "年金险",
                "whole_life": "终身寿险",
                "education_insurance": "教育金保险",
                "pension": "养老保险",
            }
        ),
    }
)
"""Kind → type → what customers call it."""

DEPOSIT_TYPES = frozenset({"certificate_of_deposit", "structured_deposit"})
"""Types of kind ``wealth`` that are deposits, not wealth products: never mixed up (Order 7, 13)."""

WIDER_TYPES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "fund": frozenset(TYPE_NAMES["fund"]),
        "bond_fund": frozenset({"bond_fund", "short_bond_fund"}),
        "mixed_fund": frozenset({"mixed_fund", "mixed_bond_fund"}),
        "etf": frozenset({"index_fund"}),
        "wealth_product": frozenset(TYPE_NAMES["wealth"]) - DEPOSIT_TYPES,
        "deposit": DEPOSIT_TYPES,
        "insurance": frozenset(TYPE_NAMES["insurance"]),
    }
)
"""Values of the entity ``product_type`` that mean several types; every other value is a type."""

RISK_LEVELS = ("R1", "R2", "R3", "R4", "R5")


@dataclass(frozen=True)
class Product:
    """One product on the shelf, as of a day. The module says what the mappings hold."""

    code: str
    name: str
    short_name: str
    aliases: tuple[str, ...]
    kind: Kind
    type: str
    sector: str | None
    company: str
    managers: tuple[str, ...]
    risk_level: str
    terms: Mapping[str, Any] = field(default_factory=dict, hash=False)
    fees: Mapping[str, Any] = field(default_factory=dict, hash=False)
    metrics: Mapping[str, float | None] = field(default_factory=dict, hash=False)
    size: Decimal | None = None
    """Assets in yuan; ``None`` for insurance and deposits."""
    inception: date | None = None
    as_of: date | None = None
    """The day of the metrics; without metrics, the day the terms were last checked."""

    @property
    def type_name(self) -> str:
        """The type as customers call it."""
        return TYPE_NAMES[self.kind][self.type]

    @property
    def is_deposit(self) -> bool:
        """Whether this is a deposit and not a wealth product."""
        return self.type in DEPOSIT_TYPES


def types_meant_by(product_type: str) -> frozenset[str]:
    """The types that a customer's ``product_type`` stands for; empty for a word not known here."""
    if product_type in WIDER_TYPES:
        return WIDER_TYPES[product_type]
    known = any(product_type in types for types in TYPE_NAMES.values())
    return frozenset({product_type}) if known else frozenset()


@dataclass(frozen=True)
class Tenure:
    """That a manager runs, or ran, a product."""

    product_code: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Manager:
    """A fund manager and what he or she runs."""

    id: str
    name: str
    company: str
    career_start: date
    style: str
    """``value``, ``growth``, ``balanced``, ``quant``, ``fixed_income``, ``index`` or ``global``."""
    profile: str
    """Two sentences for customers."""
    tenures: tuple[Tenure, ...] = ()

    @property
    def current(self) -> tuple[str, ...]:
        """Codes of the products run now."""
        return tuple(tenure.product_code for tenure in self.tenures if tenure.until is None)


@dataclass(frozen=True)
class Resolution:
    """What a name or code in a customer's words stands for."""

    outcome: Outcome
    products: tuple[Product, ...] = ()
    """``found``: exactly one; ``ambiguous``: the candidates, best first; ``unknown``: none."""
    scores: tuple[float, ...] = ()
    """How well each product fits, 1.0 is exact; as long as ``products``."""
    note: str = ""
    """A choice made for the customer that must be said, such as the A class taken; else empty."""
