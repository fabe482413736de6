"""The HTTP interface of the portfolio backend."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import ConstrainedDecimal, ConstrainedInt, Field, StrictStr, validator
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sanic_ext import openapi

from zhitou.backends.errors import BadRequest
from zhitou.backends.http import RequestModel, dumps, takes

blueprint = Blueprint("portfolio", url_prefix="/api/portfolio")

_LONGEST_ID = 64
_LONGEST_NAME = 200
_LONGEST_TEXT = 20_000
_MOST_TOLD = 50


def _money(value: Any) -> Any:
    """A sum as it came, less what a float adds beyond the fen."""
    return _number(value, 2)


def _limit(value: Any) -> Any:
    """A threshold as it came, less what a float adds beyond six places."""
    return _number(value, 6)


def _number(value: Any, places: int) -> Any:
    if isinstance(value, bool):
        raise ValueError("value is not a valid decimal")
    return round(value, places) if isinstance(value, float) else value


class _Yuan(ConstrainedDecimal):
    gt = Decimal(0)
    le = Decimal(10) ** 12
    decimal_places = 2


class _Threshold(ConstrainedDecimal):
    ge = Decimal(0)
    le = Decimal(10) ** 9
    decimal_places = 6


class _Day(ConstrainedInt):
    strict = True
    ge = 1
    le = 31


class _CustomerRequest(RequestModel):
    customer_id: StrictStr | None = Field(None, max_length=_LONGEST_ID)


class ToldHolding(RequestModel):
    """A product as the customer called it, with what it is worth in yuan where it was said."""

    product: StrictStr = Field(..., min_length=1, max_length=_LONGEST_NAME)
    amount: _Yuan | None = None

    _sum = validator("amount", pre=True, allow_reuse=True)(_money)


class DiagnoseRequest(_CustomerRequest):
    """The holdings on record, or those told in the chat."""

    told: list[ToldHolding] | None = Field(None, max_items=_MOST_TOLD)


class AllocationRequest(_CustomerRequest):
    """A sum with what is known of its purpose."""

    amount: _Yuan
    horizon: StrictStr | None = Field(None, max_length=20)
    goal: StrictStr | None = Field(None, max_length=_LONGEST_TEXT)
    risk_preference: StrictStr | None = Field(None, max_length=20)

    _sum = validator("amount", pre=True, allow_reuse=True)(_money)


class AutoInvestRequest(_CustomerRequest):
    """A sum a month, perhaps with a product, a horizon and a day of the month."""

    amount: _Yuan
    product: StrictStr | None = Field(None, max_length=_LONGEST_NAME)
    horizon: StrictStr | None = Field(None, max_length=20)
    day: _Day | None = None
    risk_preference: StrictStr | None = Field(None, max_length=20)

    _sum = validator("amount", pre=True, allow_reuse=True)(_money)


class LossRequest(_CustomerRequest):
    """The customer's words, and the product they are about where one was named."""

    product: StrictStr | None = Field(None, max_length=_LONGEST_NAME)
    text: StrictStr = Field("", max_length=_LONGEST_TEXT)


class AlertRequest(_CustomerRequest):
    """What to tell the customer of; ``threshold`` is a fraction, yuan a unit, or days."""

    product: StrictStr | None = Field(None, max_length=_LONGEST_NAME)
    kind: Literal["fall", "rise", "price", "maturity"]
    threshold: _Threshold | None = None

    _mark = validator("threshold", pre=True, allow_reuse=True)(_limit)


class ExplainRequest(_CustomerRequest):
    """A stored plan or diagnosis."""

    recommendation_id: StrictStr | None = Field(None, max_length=_LONGEST_ID)


@blueprint.get("/<customer_id:str>/holdings")
@openapi.parameter("product", str, "query", description="only this product: a name or code")
async def holdings(request: Request, customer_id: str) -> HTTPResponse:
    """What the customer holds: value, cost, gain, trades, orders under way, policies."""
    product = _text(request, "product", _LONGEST_NAME)
    return _json(await request.app.ctx.portfolio.holdings(_id(customer_id), product))


@blueprint.post("/diagnose")
@takes(DiagnoseRequest)
async def diagnose(request: Request, body: DiagnoseRequest) -> HTTPResponse:
    """Examine holdings: findings with evidence, suggestions, a score that follows from them."""
    told = [one.dict() for one in body.told] if body.told else None
    return _json(await request.app.ctx.portfolio.diagnose(body.customer_id, told))


@blueprint.post("/allocation")
@takes(AllocationRequest)
async def allocation(request: Request, body: AllocationRequest) -> HTTPResponse:
    """Split a sum over asset classes by level, horizon and goal."""
    return _json(
        await request.app.ctx.portfolio.allocation(
            body.customer_id, body.amount, body.horizon, body.goal, body.risk_preference
        )
    )


@blueprint.post("/auto-invest")
@takes(AutoInvestRequest)
async def auto_invest(request: Request, body: AutoInvestRequest) -> HTTPResponse:
    """Plan regular investing, with what the simulated past would have made of it."""
    return _json(
        await request.app.ctx.portfolio.auto_invest(
            body.customer_id,
            body.amount,
            body.product,
            body.horizon,
            body.day,
            body.risk_preference,
        )
    )


@blueprint.post("/explain-loss")
@takes(LossRequest)
async def explain_loss(request: Request, body: LossRequest) -> HTTPResponse:
    """Comfort, and explain what fell."""
    return _json(
        await request.app.ctx.portfolio.explain_loss(body.customer_id, body.product, body.text)
    )


@blueprint.post("/explain")
@takes(ExplainRequest)
async def explain(request: Request, body: ExplainRequest) -> HTTPResponse:
    """Tell why a stored plan is as it is, with its proof."""
    service = request.app.ctx.portfolio
    return _json(await service.explain(body.customer_id, body.recommendation_id))


@blueprint.post("/alerts")
@takes(AlertRequest)
async def set_alert(request: Request, body: AlertRequest) -> HTTPResponse:
    """Store what the customer wants to be told of."""
    return _json(
        await request.app.ctx.portfolio.set_alert(
            body.customer_id, body.kind, body.product, body.threshold
        )
    )


@blueprint.get("/<customer_id:str>/alerts")
async def alerts(request: Request, customer_id: str) -> HTTPResponse:
    """List what the customer is told of."""
    return _json(await request.app.ctx.portfolio.alerts(_id(customer_id)))


@blueprint.delete("/<customer_id:str>/alerts")
@openapi.parameter("id", str, "query", description="only this alert")
@openapi.parameter("product", str, "query", description="only alerts of this product")
async def delete_alerts(request: Request, customer_id: str) -> HTTPResponse:
    """End alerts: one, those of a product, or all."""
    return _json(
        await request.app.ctx.portfolio.delete_alerts(
            _id(customer_id),
            _text(request, "id", _LONGEST_ID),
            _text(request, "product", _LONGEST_NAME),
        )
    )


def _json(answer: dict[str, Any]) -> HTTPResponse:
    return json(answer, dumps=dumps)


def _id(customer_id: str) -> str:
    decoded = unquote(customer_id).strip()
    if len(decoded) > _LONGEST_ID:
        raise BadRequest(f"customer_id: has more than {_LONGEST_ID} characters")
    return decoded


def _text(request: Request, name: str, most: int) -> str | None:
    value = (request.args.get(name) or "").strip()
    if len(value) > most:
        raise BadRequest(f"{name}: has more than {most} characters")
    return value or None
