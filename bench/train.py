"""Trains one model for the bench: `python -m bench.train CONFIG DATA MODEL`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from zhitou.conversation.server import QUIET
from zhitou.settings import PROJECT_ROOT


def main() -> None:
    """Train with Rasa's own entry point and its own cache switched off."""
    os.environ.update(QUIET)
    config, data, model = (Path(argument) for argument in sys.argv[1:4])
    import rasa.model_training

    rasa.model_training.train(
        domain=str(PROJECT_ROOT / "domain.yml"),
        config=str(config),
        training_files=str(data),
        output=str(model.parent),
        fixed_model_name=model.name.removesuffix(".tar.gz"),
        force_training=True,
    )


if __name__ == "__main__":
    main()
