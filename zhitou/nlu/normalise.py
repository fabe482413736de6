"""Make text comparable: width, case, traditional writing, repetition, fillers. Pure functions.

:func:`fold` and :func:`simplify` keep every character's position, so that offsets found on the
result hold on the original; :func:`normalise` does not and is for classifiers only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

RULES_FILE = Path(__file__).with_suffix(".yml")

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_HAN = r"\u3400-\u9fff"
_SPACE_AT_HAN = re.compile(rf"(?<=[{_HAN}，。！？、]) | (?=[{_HAN}，。！？、])")
_REPEATED_SIGN = re.compile(r"([^\w\s])\1+")
_REPEATED_LETTER = re.compile(r"([^\W\d])\1{2,}")


class RulesError(ValueError):
    """``normalise.yml`` cannot be used; the message names the file and the key."""


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))
    old, new = ("".join(rules["fold"][key]) for key in ("traditional", "simplified"))
    if len(old) != len(new):
        raise RulesError(
            f"{RULES_FILE.name}: fold.traditional has {len(old)} characters, "
            f"fold.simplified {len(new)}"
        )
    return {
        "simplify": str.maketrans(old, new),
        "fillers": [re.compile(pattern) for pattern in rules["classify"]["fillers"]],
        "half": int(rules["classify"]["longest_half"]),
    }


_WIDTH_AND_CASE = {
    **{0xFF01 + i: 0x21 + i for i in range(0x5E)},
    **{0xFF21 + i: 0x61 + i for i in range(26)},
    **{0x41 + i: 0x61 + i for i in range(26)},
    0x3000: 0x20,
    0xA0: 0x20,
    0xFFE5: 0xA5,
}


def simplify(text: str) -> str:
    """Traditional characters become simplified ones; length and positions stay."""
    return text.translate(_rules()["simplify"])


def fold(text: str) -> str:
    """Half-width, lower-case, simplified; length and positions stay."""
    return simplify(text).translate(_WIDTH_AND_CASE)


def clip(text: str) -> str:
    """``text`` without what no encoder can read, and without the middle of very long messages."""
    half = _rules()["half"]
    clean = _SURROGATE.sub("", _INVISIBLE.sub("", text))
    return clean if len(clean) <= 2 * half else f"{clean[:half]} {clean[-half:]}"


def normalise(text: str) -> str:
    """What a classifier reads instead of ``text``.

    Folded, without characters nobody sees, without fillers and needless spaces, with
    repetitions shortened, and with the middle of very long messages left out.
    """
    clean = _SPACE.sub(" ", fold(clip(text))).strip()
    for filler in _rules()["fillers"]:
        clean = filler.sub("", clean) or clean
    clean = _REPEATED_LETTER.sub(r"\1\1", _REPEATED_SIGN.sub(r"\1", clean))
    return _SPACE_AT_HAN.sub("", clean).strip()
