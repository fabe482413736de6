"""HTTP of the hand-off backend: ``/api/handoffs``."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import unquote

from pydantic import ConstrainedInt, Field, StrictStr
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json
from sanic_ext.extensions.openapi import openapi

from zhitou.backends.errors import BadRequest
from zhitou.backends.handoff.states import Step
from zhitou.backends.http import RequestModel, takes

blueprint = Blueprint("handoff", url_prefix="/api/handoffs")

_LONGEST_ID = 255
_TEXT_LENGTH = 20_000


class _Score(ConstrainedInt):
    strict = True
    ge = 1
    le = 5


class _AboutConversation(RequestModel):
    conversation_id: StrictStr = Field(..., min_length=1, max_length=_LONGEST_ID)


class HandoffRequest(_AboutConversation):
    """Why a person is wanted, and by whom."""

    customer_id: StrictStr | None = Field(None, max_length=64)
    trigger: Literal["request", "complaint", "fraud", "fallback", "anger", "distress"]
    text: StrictStr = Field("", max_length=_TEXT_LENGTH)
    summary: StrictStr | None = Field(None, max_length=_TEXT_LENGTH)


class StructuredRequest(_AboutConversation):
    """What a form has collected."""

    customer_id: StrictStr | None = Field(None, max_length=64)
    kind: StrictStr
    fields_: dict[str, Any] = Field(..., alias="fields")


class RatingRequest(_AboutConversation):
    """A score from 1 to 5."""

    score: _Score
    comment: StrictStr | None = Field(None, max_length=_TEXT_LENGTH)


class StepRequest(RequestModel):
    """What an agent does with a conversation."""

    step: Literal["assign", "requeue", "cancel", "resolve", "return"]
    agent_id: StrictStr | None = Field(None, max_length=32)


async def _open(request: Request, body: HandoffRequest) -> HTTPResponse:
    """Hand a conversation over to a person; once while it is open."""
    return json(
        await request.app.ctx.handoff.open(
            body.conversation_id,
            body.trigger,
            text=body.text,
            customer_id=body.customer_id,
            summary=body.summary or "",
        )
    )


open_handoff = takes(HandoffRequest)(_open)
blueprint.add_route(open_handoff, "", methods=["POST"], strict_slashes=True)
# The router would take the address with a slash for a conversation without a name.
blueprint.add_route(
    openapi.exclude()(takes(HandoffRequest)(_open)),
    "/",
    methods=["POST"],
    name="open_handoff_at_slash",
    strict_slashes=True,
)


@blueprint.post("/requests")
@takes(StructuredRequest)
async def file_request(request: Request, body: StructuredRequest) -> HTTPResponse:
    """File a structured request such as a family-trust consultation."""
    return json(
        await request.app.ctx.handoff.request(
            body.conversation_id, body.kind, body.fields_, customer_id=body.customer_id
        )
    )


@blueprint.post("/ratings")
@takes(RatingRequest)
async def rate(request: Request, body: RatingRequest) -> HTTPResponse:
    """Rate the service of a conversation."""
    return json(
        await request.app.ctx.handoff.rate(body.conversation_id, body.score, body.comment or "")
    )


@blueprint.get("/<conversation_id:str>")
async def state(request: Request, conversation_id: str) -> HTTPResponse:
    """Tell who has control of a conversation and how its ticket stands."""
    return json(await request.app.ctx.handoff.state(_checked_id(conversation_id)))


@blueprint.post("/<conversation_id:str>/steps")
@takes(StepRequest)
async def move(request: Request, body: StepRequest, conversation_id: str) -> HTTPResponse:
    """Take a step with a conversation that was handed over."""
    return json(
        await request.app.ctx.handoff.move(
            _checked_id(conversation_id), Step(body.step), agent_id=body.agent_id
        )
    )


def _checked_id(conversation_id: str) -> str:
    """The id as it was before it was put into the address."""
    plain = unquote(conversation_id)
    if not 1 <= len(plain) <= _LONGEST_ID:
        raise BadRequest(f"conversation_id: must have 1 to {_LONGEST_ID} characters")
    return plain
