"""Text is folded, normalised and cut the way customers write it, and never loses its places."""

import time
from itertools import pairwise

import pytest
import yaml
from pypinyin import Style, pinyin

from zhitou.nlu import lexicon
from zhitou.nlu.normalise import RULES_FILE, clip, fold, normalise
from zhitou.nlu.phrases import Phrases, expand
from zhitou.nlu.segmentation.prune import agreement, prune
from zhitou.nlu.segmentation.segmenter import Segmenter, Weights

AWKWARD = [
    "",
    " ",
    "😂👨‍👩‍👧",
    "a\x00b\u200b\ud800",
    "\n\t ",
    "基" * 10_000,
    "a" * 10_000,
    "，。！",
    "<b>'; drop",
]


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter(dictionary=lexicon.read("data/lexicon").words())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("转人工", ["转人工"]),
        ("C3能买R4吗", ["C3", "能", "买", "R4", "吗"]),
        ("定投沪深300", ["定投", "沪深300"]),
        ("易方达蓝筹", ["易方达", "蓝筹"]),
        ("买ETF 5万", ["买", "ETF", "5", "万"]),
        ("買基金", ["買", "基金"]),
        ("投2,000元", ["投", "2,000", "元"]),
    ],
)
def test_words_of_the_field_stay_whole_and_scripts_are_told_apart(segmenter, text, words):
    assert segmenter.words(text) == words


@pytest.mark.parametrize("text", AWKWARD, ids=[repr(text[:8]) for text in AWKWARD])
def test_words_stand_in_order_and_leave_out_nothing_but_blanks(segmenter, text):
    spans = segmenter.spans(text)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = {i for start, end in spans for i in range(start, end)}
    assert all(
        not text[i].isprintable() or text[i].isspace() for i in set(range(len(text))) - covered
    )


def test_ten_thousand_characters_are_cut_in_seconds(segmenter):
    started = time.process_time()
    segmenter.spans("基金亏了怎么办啊" * 1250)
    assert time.process_time() - started < 3


def test_a_dictionary_word_is_not_found_inside_a_latin_word_or_a_number():
    words = Segmenter(dictionary=["app", "300"])
    assert words.words("happy") == ["happy"]
    assert words.words("3001") == ["3001"]


def test_pruning_keeps_the_bias_and_the_strongest_features_with_their_words():
    import numpy as np

    full = Weights(
        features=["$$", "c.买", "w1.基金", "w1.理财", "ww.l.买*基金"],
        words=["买", "基金", "理财"],
        tags=["B", "I"],
        node=np.array([[0.0, 0.0], [0.1, 0.0], [2.0, 1.0], [0.2, 0.1], [3.0, 0.0]]),
        edge=np.zeros(4),
    )
    small = prune(full, keep=3)
    assert list(small.features) == ["$$", "w1.基金", "ww.l.买*基金"]
    assert list(small.words) == ["买", "基金"]


def test_agreement_of_two_segmentations_is_the_f1_of_their_words():
    assert agreement([[(0, 2), (2, 3)]], [[(0, 2), (2, 3)]]) == 1
    assert agreement([[(0, 2)]], [[(0, 1), (1, 2)]]) == 0


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("我想買基金！！！！", "我想买基金!"),
        ("ＥＴＦ　怎麼樣", "etf怎么样"),
        ("嗯，那个，基金亏了", "基金亏了"),
        ("哈哈哈哈哈", "哈哈"),
        ("投 100000 元", "投100000元"),
        ("buy   ETF  now", "buy etf now"),
        ("那个基金怎么样", "那个基金怎么样"),
    ],
)
def test_what_does_not_matter_is_made_the_same(text, normal):
    assert normalise(text) == normal


@pytest.mark.parametrize("text", AWKWARD, ids=[repr(text[:8]) for text in AWKWARD])
def test_folding_keeps_every_place_and_clipping_what_can_be_encoded(text):
    assert len(fold(text)) == len(text)
    clip(text).encode()
    assert len(normalise(text)) < 200


def test_a_traditional_character_sounds_like_its_simplified_one():
    rules = yaml.safe_load(RULES_FILE.read_text(encoding="utf-8"))["fold"]
    cantonese = "嘅咗冇喺啲唔佢"
    for old, new in zip("".join(rules["traditional"]), "".join(rules["simplified"]), strict=True):
        sounds = [set(pinyin(c, style=Style.NORMAL, heteronym=True)[0]) for c in (old, new)]
        assert old in cantonese or sounds[0] & sounds[1], (old, new)


def test_phrases_are_found_longest_first_and_alternatives_are_written_out():
    phrases = Phrases([("基金", 1), ("基金经理", 2), ("ETF", 3)])
    assert phrases.find("買基金經理的etf") == [(1, 5, 2), (6, 9, 3)]
    assert expand("稳{健|妥}{|型}") == ["稳健", "稳健型", "稳妥", "稳妥型"]


def test_a_wrong_lexicon_is_refused_with_file_and_place(tmp_path):
    for name in lexicon.FILES:
        source = lexicon.folder("data/lexicon") / name
        (tmp_path / name).write_bytes(source.read_bytes())
    (tmp_path / "products.csv").write_text("code,name\n988001,\n", encoding="utf-8")
    with pytest.raises(lexicon.LexiconError, match=r"products\.csv line 2: name"):
        lexicon.read(tmp_path)
    (tmp_path / "products.csv").write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(lexicon.LexiconError, match="column code"):
        lexicon.read(tmp_path)
