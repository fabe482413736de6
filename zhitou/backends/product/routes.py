"""HTTP of the product backend: ``/api/products``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import (
    ConstrainedDecimal,
    ConstrainedInt,
    ConstrainedStr,
    Field,
    StrictInt,
    validator,
)
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from zhitou.backends.errors import BadRequest
from zhitou.backends.http import RequestModel, takes
from zhitou.wealth.product import TYPE_NAMES

blueprint = Blueprint("product", url_prefix="/api/products")

_MOST_DAYS = 3660
_MOST_CANDIDATES = 20
_MOST_SHOWN = 200
_MOST_COMPARED = 20


class _Word(ConstrainedStr):
    strict = True
    max_length = 64


class _Text(ConstrainedStr):
    strict = True
    max_length = 20_000


class _Yuan(ConstrainedDecimal):
    gt = Decimal(0)
    le = Decimal("1000000000000")
    max_digits = 18


class _Age(ConstrainedInt):
    strict = True
    ge = 0
    le = 120


class _Limit(ConstrainedInt):
    strict = True
    ge = 1
    le = 10


class Criteria(RequestModel):
    """What the customer wishes for; everything may be left out."""

    product_type: _Word | None = None
    sector: _Word | None = None
    horizon: _Word | None = None
    amount: _Yuan | None = None
    risk_preference: _Word | None = None
    insured: _Word | None = None
    age: _Age | None = None
    fund_manager: _Word | None = None

    @validator("amount", pre=True)
    def _no_truth_value(cls, value: Any) -> Any:  # noqa: N805
        return _not_bool(value)


class SelectRequest(RequestModel):
    """A suggestion; ``exclude`` are codes shown before."""

    customer_id: _Word | None = None
    kind: Literal["fund", "manager", "insurance", "wealth"]
    criteria: Criteria = Criteria()
    exclude: list[_Word] = Field(default_factory=list, max_items=_MOST_SHOWN)
    limit: _Limit = _Limit(3)


class CompareRequest(RequestModel):
    """Codes, or the customer's words for products, managers or types."""

    customer_id: _Word | None = None
    products: list[_Text] = Field(..., max_items=_MOST_COMPARED)


class DiagnoseRequest(RequestModel):
    """A code, or the customer's words for one product."""

    customer_id: _Word | None = None
    product: _Text | None = None


class AskRequest(RequestModel):
    """A question about one product; without ``product`` the text names it."""

    customer_id: _Word | None = None
    product: _Text | None = None
    text: _Text
    topic: _Word | None = None


class TradeRequest(RequestModel):
    """What the customer wants to do with one product."""

    customer_id: _Word | None = None
    product: _Text | None = None
    side: Literal["buy", "redeem", "convert", "cancel"] = "buy"
    amount: _Yuan | None = None

    @validator("amount", pre=True)
    def _no_truth_value(cls, value: Any) -> Any:  # noqa: N805
        return _not_bool(value)


class ExplainRequest(RequestModel):
    """Which suggestion, and which of its items; the newest and all of it by default."""

    customer_id: _Word | None = None
    recommendation_id: _Word | None = None
    product: _Text | None = None
    ordinal: StrictInt | None = None


@blueprint.get("")
async def shelf(request: Request) -> HTTPResponse:
    """All products, of one ``kind`` or of all."""
    return json(await request.app.ctx.product.shelf(_kind(request)))


@blueprint.get("/resolve")
async def resolve(request: Request) -> HTTPResponse:
    """Which products the words of ``text`` may mean."""
    text = _argument(request, "text") or ""
    if not text.strip():
        raise BadRequest("text: is needed")
    limit = _integer(request, "limit", 5, _MOST_CANDIDATES)
    return json(await request.app.ctx.product.resolve(text, _kind(request), limit))


@blueprint.get("/market")
async def market(request: Request) -> HTTPResponse:
    """What the simulated market, or the part of it named by ``sector``, did."""
    return json(await request.app.ctx.product.market(_argument(request, "sector")))


@blueprint.get("/<code:str>")
async def detail(request: Request, code: str) -> HTTPResponse:
    """Everything about one product."""
    return json(await request.app.ctx.product.detail(unquote(code)))


@blueprint.get("/<code:str>/nav")
async def nav(request: Request, code: str) -> HTTPResponse:
    """Daily values of the last ``days``."""
    days = _integer(request, "days", 365, _MOST_DAYS)
    return json(await request.app.ctx.product.nav(unquote(code), days))


@blueprint.post("/select")
@takes(SelectRequest)
async def select(request: Request, body: SelectRequest) -> HTTPResponse:
    """Suggest products or managers that the customer's valid level allows."""
    answer = await request.app.ctx.product.select(
        body.customer_id, body.kind, body.criteria.dict(), body.exclude, body.limit
    )
    return json(answer)


@blueprint.post("/compare")
@takes(CompareRequest)
async def compare(request: Request, body: CompareRequest) -> HTTPResponse:
    """Set two to five products, managers or types side by side."""
    return json(await request.app.ctx.product.compare(body.customer_id, body.products))


@blueprint.post("/diagnose")
@takes(DiagnoseRequest)
async def diagnose(request: Request, body: DiagnoseRequest) -> HTTPResponse:
    """Examine one product."""
    return json(await request.app.ctx.product.diagnose(body.customer_id, body.product))


@blueprint.post("/ask")
@takes(AskRequest)
async def ask(request: Request, body: AskRequest) -> HTTPResponse:
    """Answer a question about one product from its terms."""
    answer = await request.app.ctx.product.ask(
        body.customer_id, body.product, body.text, body.topic
    )
    return json(answer)


@blueprint.post("/trade")
@takes(TradeRequest)
async def trade(request: Request, body: TradeRequest) -> HTTPResponse:
    """Check a trade and hand over the link into the bank's app; nothing is traded."""
    answer = await request.app.ctx.product.trade(
        body.customer_id, body.product, body.side, body.amount
    )
    return json(answer)


@blueprint.post("/explain")
@takes(ExplainRequest)
async def explain(request: Request, body: ExplainRequest) -> HTTPResponse:
    """Explain a stored suggestion, with its proof."""
    answer = await request.app.ctx.product.explain(
        body.customer_id, body.recommendation_id, body.product, body.ordinal
    )
    return json(answer)


def _argument(request: Request, name: str) -> str | None:
    value = request.args.get(name)
    return None if value is None else str(value)[:200]


def _kind(request: Request) -> str | None:
    kind = _argument(request, "kind")
    if kind is not None and kind not in TYPE_NAMES:
        raise BadRequest(f"kind: must be one of {', '.join(TYPE_NAMES)}")
    return kind


def _integer(request: Request, name: str, default: int, most: int) -> int:
    given = _argument(request, name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= most:
        raise BadRequest(f"{name}: must be a whole number from 1 to {most}")
    return int(given)


def _not_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value
