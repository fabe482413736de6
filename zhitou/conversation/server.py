"""The Rasa server of the assistant: the trained model behind the channels, and little else.

Rasa's own HTTP API can replace the model and read every conversation, so it stays closed unless
``ZHITOU_RASA_TOKEN`` is set; ``GET /status`` answers either way.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from functools import partial
from pathlib import Path

import structlog
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from zhitou import logs
from zhitou.guard.compliance import load_rules
from zhitou.nlu.lean import leave_out_tensorflow
from zhitou.settings import PROJECT_ROOT, Settings, SettingsError, load_settings

logger = logging.getLogger(__name__)

MODEL = PROJECT_ROOT / "models" / "zhitou.tar.gz"
"""Where ``zhitou train`` leaves the model that is served."""

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "COMPRESS_ACTION_SERVER_REQUEST": "true",
    "SANIC_AUTO_EXTEND": "false",
}
"""Environment of every process that imports Rasa: no telemetry, no TensorFlow noise, no pages."""


def create_app(settings: Settings, model: Path = MODEL) -> Sanic:
    """Build the Sanic application that serves ``model`` through the configured channels."""
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    endpoints = AvailableEndpoints.read_endpoints(str(PROJECT_ROOT / "endpoints.yml"))
    channels = rasa.core.run.create_http_input_channels(None, str(PROJECT_ROOT / "credentials.yml"))
    app: Sanic = rasa.core.run.configure_app(
        channels,
        enable_api=bool(settings.rasa_token),
        auth_token=settings.rasa_token or None,
        endpoints=endpoints,
        port=settings.rasa_port,
    )
    if not settings.rasa_token:
        app.add_route(_status, "/status", methods=["GET"])
    app.config.REQUEST_MAX_SIZE = 64 * 1024
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.register_listener(
        partial(rasa.core.run.load_agent_on_start, str(model), endpoints, None),
        "before_server_start",
    )
    app.register_listener(_warm_up, "before_server_start")
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    return app


async def _warm_up(app: Sanic, _loop: object) -> None:
    """Load what the first message would have to wait for: encoder, lexicon, guard."""
    load_rules()
    if app.ctx.agent.is_ready():
        await app.ctx.agent.parse_message("你好")


async def _status(request: Request) -> HTTPResponse:
    """Tell which model answers, in the shape of Rasa's own ``/status``."""
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return response.json({"status": "failure", "reason": "no model is loaded"}, status=409)
    return response.json(
        {
            "model_file": Path(agent.processor.model_filename).name,
            "model_id": agent.model_id,
            "num_active_training_jobs": 0,
        }
    )


def main() -> int:
    """Serve the model of the first argument, else the trained one, until stopped.

    The exit code is 2 when the start is impossible.
    """
    os.environ.update(QUIET)
    warnings.filterwarnings("ignore", module="rasa|pkg_resources|matplotlib")
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL
    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if not model.is_file():
        print(f"no trained model at {model}: run `make train`", file=sys.stderr)
        return 2
    leave_out_tensorflow(model)
    os.environ["ZHITOU_HOME"] = str(settings.home)
    os.environ["ZHITOU_ACTIONS_URL"] = settings.actions_url
    logs.configure(settings, "rasa")
    # Rasa's structured log would print what customers say, unmasked, on every turn.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    create_app(settings, model).run(
        host=settings.host, port=settings.rasa_port, workers=1, access_log=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
