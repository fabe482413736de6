"""Where tests find real market data, which is no part of the project and may be absent."""

import os
from pathlib import Path

import pytest

from zhitou.settings import PROJECT_ROOT


def market_data(name: str) -> Path:
    """The file ``name`` of the folder ``ZHITOU_MARKET_DATA``; the test skips where it is absent."""
    default = PROJECT_ROOT.parent / "shared" / "market"
    path = Path(os.environ.get("ZHITOU_MARKET_DATA") or default) / name
    if not path.is_file():
        pytest.skip(f"no real market data here: {name} not found; set ZHITOU_MARKET_DATA")
    return path
