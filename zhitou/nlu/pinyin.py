"""Sounds of Chinese characters, without tones, one character at a time."""

from __future__ import annotations

import os
from functools import lru_cache


@lru_cache(maxsize=20_000)
def syllable(character: str) -> str:
    """How ``character`` is most often read; what is no Chinese character is itself."""
    # Imported here: its tables take a moment that whoever needs no sounds should not wait for.
    # Those of phrases, 45 MB, are never asked, since characters are read one at a time.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return lazy_pinyin(character)[0] if "\u3400" <= character <= "\u9fff" else character


def syllables(text: str) -> list[str]:
    """The sounds of ``text``, as many as it has characters."""
    return [syllable(character) for character in text]
