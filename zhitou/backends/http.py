"""What every route shares: checked bodies, errors as JSON, trace ids, security headers.

A route with a body looks like this::

    class AskRequest(RequestModel):
        text: StrictStr

    @blueprint.post("/ask")
    @takes(AskRequest)
    async def ask(request: Request, body: AskRequest) -> HTTPResponse:
        return json(await request.app.ctx.knowledge.ask(body.text))
"""

from __future__ import annotations

import json as standard_json
import logging
import re
from collections.abc import Callable, Coroutine
from functools import wraps
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import unquote
from uuid import uuid4

from pydantic import BaseModel, ValidationError
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, json
from sanic_ext.extensions.openapi.builders import OperationStore
from sanic_ext.extensions.openapi.definitions import RequestBody, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from zhitou.backends.errors import BackendError, BadRequest, Unavailable
from zhitou.logs import trace_id

BODY_MAX_BYTES = 64 * 1024
"""A larger body is refused with 413 before it is read."""

TRACE_HEADER = "x-trace-id"

_TRACE_PATTERN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and lone surrogates, which no store takes."""

_SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}

_log = logging.getLogger("zhitou.backends")

Model = TypeVar("Model", bound=BaseModel)
Handler = Callable[..., Coroutine[Any, Any, HTTPResponse]]


class RequestModel(BaseModel):
    """Base of request bodies: an unknown field is refused, so that a misspelt one is noticed."""

    class Config:
        """How pydantic reads a body."""

        extra = "forbid"
        anystr_strip_whitespace = True


def body(request: Request, model: type[Model]) -> Model:
    """The request's JSON body as ``model``, without characters that no store takes.

    Raises:
        BadRequest: malformed JSON, not an object, or a wrong field, which the message names.
    """
    try:
        parsed = standard_json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("body: is not valid JSON") from error
    if not isinstance(parsed, dict):
        raise BadRequest("body: must be a JSON object")
    try:
        return model.parse_obj(_storable(parsed))
    except ValidationError as error:
        raise BadRequest(_what_is_wrong(error)) from error


def takes(model: type[BaseModel]) -> Callable[[Handler], Handler]:
    """Decorate a handler that takes the checked body as ``body``; documents it in OpenAPI."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def checked(request: Request, *args: Any, **kwargs: Any) -> HTTPResponse:
            return await handler(request, *args, body=body(request, model), **kwargs)

        operation = OperationStore()[checked]
        operation.requestBody = RequestBody(
            {"application/json": {"schema": _inlined_schema(model)}}, required=True
        )
        for status, meaning in ((200, "an outcome and its data"), (400, "which field is wrong")):
            operation.responses[status] = Response(
                {"application/json": {"schema": {"type": "object"}}}, description=meaning
            )
        return checked

    return decorate


def dumps(value: Any) -> str:
    """JSON as sent: readable Chinese; a NaN or a Decimal is a mistake and raises."""
    return standard_json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def install(app: Sanic) -> None:
    """Give ``app`` the trace ids, the headers, the size cap and the error answers."""
    app.config.REQUEST_MAX_SIZE = BODY_MAX_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.register_middleware(_begin, "request")
    app.register_middleware(_finish, "response")
    app.error_handler.add(BackendError, _backend_error)
    app.error_handler.add(SanicException, _sanic_error)
    for store_error in (OperationalError, InterfaceError, PoolTimeoutError, ConnectionError):
        app.error_handler.add(store_error, _store_error)
    app.error_handler.add(Exception, _unexpected_error)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _what_is_wrong(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
    )


def _inlined_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's JSON schema with its references replaced, as OpenAPI finds no others."""
    schema = standard_json.loads(model.schema_json())
    definitions = schema.pop("definitions", {})

    def inline(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return inline(definitions[node["$ref"].rsplit("/", 1)[1]])
            return {key: inline(item) for key, item in node.items()}
        return [inline(item) for item in node] if isinstance(node, list) else node

    inlined: dict[str, Any] = inline(schema)
    return inlined


async def _begin(request: Request) -> None:
    offered = request.headers.get(TRACE_HEADER, "")
    trace_id.set(offered if _TRACE_PATTERN.fullmatch(offered) else uuid4().hex[:16])
    request.ctx.trace = trace_id.get()
    request.ctx.started = perf_counter()
    if _UNSTORABLE.search(unquote(request.url)):
        raise BadRequest("path: holds control characters")


async def _finish(request: Request, response: BaseHTTPResponse) -> None:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    # A request refused while it was being read (413, 400) never met `_begin`.
    response.headers[TRACE_HEADER] = getattr(request.ctx, "trace", None) or uuid4().hex[:16]
    kept = "no-store" if request.path.startswith("/api/") else "no-cache"
    response.headers.setdefault("cache-control", kept)
    started = getattr(request.ctx, "started", None)
    _log.info(
        "request",
        extra={
            "facts": {
                "method": request.method,
                "route": request.route.path if request.route else "-",
                "status": response.status,
                "ms": round((perf_counter() - started) * 1000, 1) if started else 0,
            }
        },
    )


def _answer(status: int, code: str, message: str, error_id: str) -> HTTPResponse:
    return json(
        {"error": {"code": code, "message": message, "id": error_id}}, status=status, dumps=dumps
    )


def _failure(
    error: BaseException,
    status: int,
    code: str,
    message: str,
    headers: dict[str, str] | None = None,
) -> HTTPResponse:
    """Log the error under a fresh id, with its traceback where it is ours, and answer with it."""
    error_id = uuid4().hex[:12]
    facts = {"id": error_id, "status": status, "code": code}
    if status >= 500:
        _log.error("failed: %s", message, exc_info=error, extra={"facts": facts})
    else:
        _log.info("refused: %s", message, extra={"facts": facts})
    response = _answer(status, code, message, error_id)
    response.headers.update(headers or {})
    return response


async def _backend_error(_request: Request, error: BackendError) -> HTTPResponse:
    return _failure(error, error.status, error.code, error.message)


async def _sanic_error(_request: Request, error: SanicException) -> HTTPResponse:
    status = getattr(error, "status_code", 500) or 500
    code = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    message = str(error) if status < 500 else "the request could not be answered"
    return _failure(error, status, code, message, getattr(error, "headers", None))


async def _store_error(_request: Request, error: Exception) -> HTTPResponse:
    return _failure(
        error, Unavailable.status, Unavailable.code, "the store does not answer; please try again"
    )


async def _unexpected_error(_request: Request, error: Exception) -> HTTPResponse:
    return _failure(error, 500, BackendError.code, "something went wrong here; the id finds it")
