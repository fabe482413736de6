"""The bank's app and the web chat: Rasa REST's body in, a list of messages out.

With ``ZHITOU_APP_SECRET`` only a signed token (``Authorization: Bearer``, HS256, claims ``sub``
and ``exp``) says who the customer is. Without it the channel believes
``metadata: {"customer_id": …}``, but answers this machine only: for the demo.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import uuid4

import jwt
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from zhitou.channels.history import messages_of
from zhitou.channels.inbound import MAX_CHARACTERS, read
from zhitou.channels.outbound import JoinedOutput, wording
from zhitou.settings import load_settings

logger = logging.getLogger(__name__)

MAX_SENDER = 128
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class Refused(Exception):
    """The request may not be answered; ``status`` and the message say why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class AppInput(InputChannel):
    """Channel ``app``: ``POST /webhooks/app/webhook`` and ``GET /webhooks/app/history``.

    Args:
        secret: key of the customers' tokens; empty for the demo on this machine.

    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        if not secret:
            logger.warning(
                "channel app: ZHITOU_APP_SECRET is not set, answering this machine only (demo)"
            )

    @classmethod
    def name(cls) -> str:
        """Name in ``/webhooks/app/`` and in the tracker."""
        return "app"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> AppInput:
        """Build the channel; its secret comes from the environment, never from a file."""
        return cls(load_settings().app_secret)

    def get_output_channel(self) -> JoinedOutput:
        """Collect what is pushed without a request."""
        return JoinedOutput()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Register the channel's routes."""
        blueprint = Blueprint("app_channel")

        @blueprint.exception(Refused)
        async def refuse(_: Request, refusal: Refused) -> HTTPResponse:
            return response.json({"error": str(refusal)}, status=refusal.status)

        @blueprint.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            body = _body(request)
            sender, metadata = self._identify(request, body.get("sender"), body.get("metadata"))
            text = body.get("message", "")
            if not isinstance(text, str):
                raise Refused(400, "message must be a string")
            return response.json(
                await self._answer(request, on_new_message, sender, text, metadata)
            )

        @blueprint.get("/history")
        async def history(request: Request) -> HTTPResponse:
            metadata = {"customer_id": request.args.get("customer_id")}
            sender, _ = self._identify(request, request.args.get("sender"), metadata)
            tracker = await request.app.ctx.agent.tracker_store.retrieve_full_tracker(sender)
            return response.json({"messages": messages_of(tracker) if tracker else []})

        return blueprint

    async def _answer(
        self,
        request: Request,
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        sender: str,
        text: str,
        metadata: dict[str, Any],
    ) -> list[dict[str, Any]]:
        inbound = read(text)
        if inbound.rejection is not None:
            sentence = wording()[inbound.rejection.value]
            return [_said(sender, sentence.format(length=inbound.length, limit=MAX_CHARACTERS))]
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return [_said(sender, wording()["starting"])]
        output = JoinedOutput()
        try:
            await on_new_message(
                UserMessage(
                    inbound.text, output, sender, input_channel=self.name(), metadata=metadata
                )
            )
        except Exception as error:
            output.messages.append(_failed(sender, "a message was not processed", error))
        if not output.messages:
            output.messages.append(_failed(sender, "a message was left without an answer"))
        return output.messages

    def _identify(self, request: Request, sender: Any, metadata: Any) -> tuple[str, dict[str, Any]]:
        """Return the conversation's id and the metadata that the actions may believe."""
        if not isinstance(sender, str) or not 0 < len(sender) <= MAX_SENDER:
            raise Refused(400, f"sender must be a string of 1 to {MAX_SENDER} characters")
        if metadata is not None and not isinstance(metadata, Mapping):
            raise Refused(400, "metadata must be an object")
        believed = {
            key: value
            for key, value in (metadata or {}).items()
            if key in {"trace_id", "language"} and isinstance(value, str) and len(value) <= 64
        }
        if self.secret:
            customer = self._token_subject(request)
            if customer:
                return f"{customer}:{sender}", {**believed, "customer_id": customer}
            return f"visitor:{sender}", believed
        if not _from_this_machine(request):
            raise Refused(403, "without ZHITOU_APP_SECRET only this machine is answered")
        customer = (metadata or {}).get("customer_id")
        if customer is None:
            return sender, believed
        if not isinstance(customer, str) or not 0 < len(customer) <= MAX_SENDER:
            raise Refused(400, f"customer_id must be a string of 1 to {MAX_SENDER} characters")
        return sender, {**believed, "customer_id": customer}

    def _token_subject(self, request: Request) -> str | None:
        token = request.headers.get("authorization", "")
        if not token:
            return None
        try:
            claims = jwt.decode(
                token.removeprefix("Bearer ").strip(),
                self.secret,
                algorithms=["HS256"],
                options={"require": ["exp", "sub"]},
            )
        except jwt.InvalidTokenError as error:
            raise Refused(401, "the customer's token is not valid") from error
        return str(claims["sub"])


def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = request.json
    except Exception as error:
        raise Refused(400, "the body must be JSON") from error
    if not isinstance(body, Mapping):
        raise Refused(400, "the body must be a JSON object with sender and message")
    return body


def _from_this_machine(request: Request) -> bool:
    """Tell whether the peer is loopback and nobody stands between it and us."""
    if any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.ip).is_loopback
    except ValueError:
        return False


def _said(recipient: str, text: str) -> dict[str, Any]:
    return {"recipient_id": recipient, "text": text}


def _failed(recipient: str, what: str, error: Exception | None = None) -> dict[str, Any]:
    """Log what went wrong under a fresh id, and say so with that id."""
    error_id = uuid4().hex[:12]
    logger.error("%s, error id %s", what, error_id, exc_info=error)
    return _said(recipient, wording()["failed"].format(error_id=error_id))
