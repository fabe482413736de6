"""HTTP of the risk-profile backend: ``/api/risk-profile``."""

from __future__ import annotations

from collections.abc import Awaitable
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import ConstrainedDecimal, ConstrainedInt, Field, StrictBool, StrictStr
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from zhitou.backends.errors import BadRequest, NotFound, Unavailable
from zhitou.backends.http import RequestModel, takes
from zhitou.rulebook import RulesError
from zhitou.wealth.suitability import Purchase

blueprint = Blueprint("risk_profile", url_prefix="/api/risk-profile")

_LONGEST_ID = 64
_TEXT_LENGTH = 20_000

_ProductLevel = Literal["R1", "R2", "R3", "R4", "R5"]


class _Yuan(ConstrainedDecimal):
    ge = Decimal(0)
    max_digits = 18
    decimal_places = 2


class _Years(ConstrainedInt):
    strict = True
    ge = 0
    le = 100


class AssessmentRequest(RequestModel):
    """Begin, or go on; ``restart`` begins afresh."""

    restart: StrictBool = False


class AnswerRequest(RequestModel):
    """The customer's own words; ``question_id`` guards against a message that comes twice."""

    text: StrictStr = Field(..., max_length=_TEXT_LENGTH)
    question_id: StrictStr | None = Field(None, max_length=_LONGEST_ID)


class ConfirmRequest(RequestModel):
    """The customer's yes or no to a changed level."""

    accept: StrictBool


class PurchaseRequest(RequestModel):
    """The money at stake, in yuan."""

    amount: _Yuan | None = None
    single_premium: _Yuan | None = None
    annual_premium: _Yuan | None = None
    payment_years: _Years | None = None
    budget: _Yuan | None = None
    guaranteed: StrictBool = False


class SuitabilityRequest(RequestModel):
    """A product by its code, or by its kind and level."""

    product_code: StrictStr | None = Field(None, max_length=_LONGEST_ID)
    product_kind: Literal["fund", "wealth", "insurance"] | None = None
    product_level: _ProductLevel | None = None
    issuer_level: _ProductLevel | None = None
    initiated_by: Literal["customer", "bank"] = "bank"
    purchase: PurchaseRequest | None = None


@blueprint.get("/<customer_id:str>")
async def profile(request: Request, customer_id: str) -> HTTPResponse:
    """The customer's level, what it means and allows, until when; ``?means=1`` adds income."""
    with_means = request.args.get("means") == "1"
    return await _answered(request.app.ctx.risk_profile.describe(_id(customer_id), with_means))


@blueprint.post("/<customer_id:str>/assessment")
@takes(AssessmentRequest)
async def start(request: Request, customer_id: str, body: AssessmentRequest) -> HTTPResponse:
    """Ask the first open question of the questionnaire."""
    service = request.app.ctx.risk_profile
    return await _answered(service.start(_id(customer_id), restart=body.restart))


@blueprint.post("/<customer_id:str>/assessment/answer")
@takes(AnswerRequest)
async def answer(request: Request, customer_id: str, body: AnswerRequest) -> HTTPResponse:
    """Take an answer; tell the next question or the result."""
    service = request.app.ctx.risk_profile
    return await _answered(service.answer(_id(customer_id), body.text, body.question_id))


@blueprint.post("/<customer_id:str>/assessment/confirm")
@takes(ConfirmRequest)
async def confirm(request: Request, customer_id: str, body: ConfirmRequest) -> HTTPResponse:
    """Take the customer's yes or no to a changed level."""
    return await _answered(request.app.ctx.risk_profile.confirm(_id(customer_id), body.accept))


@blueprint.delete("/<customer_id:str>/assessment")
async def leave(request: Request, customer_id: str) -> HTTPResponse:
    """Leave the open assessment; it can be resumed."""
    return await _answered(request.app.ctx.risk_profile.leave(_id(customer_id)))


@blueprint.post("/<customer_id:str>/suitability")
@takes(SuitabilityRequest)
async def suitability(request: Request, customer_id: str, body: SuitabilityRequest) -> HTTPResponse:
    """Whether a product suits the customer, by which rule."""
    kind, level, issuer_level = body.product_kind, body.product_level, body.issuer_level
    if body.product_code is not None:
        product = await _product(request, body.product_code)
        kind, level = product.kind, product.risk_level
        issuer_level = product.terms.get("issuer_risk_level")
    if kind is None:
        raise BadRequest("product_kind: is needed where there is no product_code")
    return await _answered(
        request.app.ctx.risk_profile.suitability(
            _id(customer_id),
            level,
            kind,
            body.initiated_by,
            issuer_level=issuer_level,
            purchase=Purchase(**body.purchase.dict()) if body.purchase else None,
        )
    )


async def _product(request: Request, code: str) -> Any:
    products = getattr(request.app.ctx, "product", None)
    if products is None:
        raise Unavailable("the product service is not there to tell the product's level")
    found = await products.get(code)
    if found is None:
        raise NotFound(f"product_code: no product has the code {code}")
    return found


async def _answered(work: Awaitable[dict[str, Any]]) -> HTTPResponse:
    try:
        return json(await work)
    except RulesError as error:
        raise Unavailable(f"the rules cannot be used: {error}") from error


def _id(customer_id: str) -> str:
    decoded = unquote(customer_id)
    if len(decoded) > _LONGEST_ID:
        raise BadRequest(f"customer_id: has more than {_LONGEST_ID} characters")
    return decoded
