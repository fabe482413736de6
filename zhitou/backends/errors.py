"""Errors a backend answers with: a status, a code for programs, a sentence for people."""

from __future__ import annotations


class BackendError(Exception):
    """Base of the errors that become ``{"error": {"code", "message", "id"}}``."""

    status = 500
    code = "internal_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(BackendError):
    """The body or a parameter is wrong; the message names the field."""

    status = 400
    code = "bad_request"


class NotFound(BackendError):
    """Nothing has the id that was asked for."""

    status = 404
    code = "not_found"


class Conflict(BackendError):
    """The state has changed since it was read."""

    status = 409
    code = "conflict"


class Unavailable(BackendError):
    """A store or a service behind this one does not answer; trying again may help."""

    status = 503
    code = "unavailable"
