"""HTTP of the knowledge backend: ``/api/knowledge``."""

from __future__ import annotations

from pydantic import ConstrainedInt, Field, StrictStr
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from zhitou.backends.http import RequestModel, takes

blueprint = Blueprint("knowledge", url_prefix="/api/knowledge")


class _Limit(ConstrainedInt):
    strict = True
    ge = 1
    le = 10


class KnowledgeQuestion(RequestModel):
    """What the customer asked."""

    text: StrictStr = Field(..., max_length=20_000)
    limit: _Limit = _Limit(3)


@blueprint.post("/ask")
@takes(KnowledgeQuestion)
async def ask(request: Request, body: KnowledgeQuestion) -> HTTPResponse:
    """Answer a question of finance that is not about one product."""
    return json(await request.app.ctx.knowledge.ask(body.text, body.limit))
