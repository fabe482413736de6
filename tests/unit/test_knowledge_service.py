"""Knowledge answers: given, offered or withheld; from a store that may change."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from sqlalchemy import select

from zhitou.backends.database import Database
from zhitou.backends.demo import knowledge
from zhitou.backends.knowledge import service as service_module
from zhitou.backends.knowledge.index import Entry, Index, Match, normalised
from zhitou.backends.knowledge.models import KnowledgeEntry, KnowledgeVectors
from zhitou.backends.knowledge.ngrams import NgramIndex
from zhitou.backends.knowledge.repository import KnowledgeRepository
from zhitou.backends.knowledge.service import KnowledgeService, load_rules, parse_rules
from zhitou.clock import Clock
from zhitou.rulebook import RulesError, read


class Letters:
    """An encoder that knows only which characters a text has, and counts its work."""

    name = "letters-1"

    def __init__(self) -> None:
        self.encoded = 0

    async def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += len(texts)
        rows = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in normalised(text):
                row[zlib.crc32(character.encode()) % 512] = 1.0
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def entry(name: str, title: str, *questions: str) -> Entry:
    return Entry(name, "topic", title, questions, f"{title}的答案", "《办法》", date(2026, 1, 2))


ENTRIES = [
    entry("drawdown", "什么是最大回撤", "回撤怎么算", "what is max drawdown"),
    entry("nav", "基金净值是什么意思", "净值怎么来的"),
    entry("cutoff", "下午三点以后买算哪天", "15点前买按哪天"),
]


@pytest.fixture
def encoder() -> Letters:
    return Letters()


@pytest.fixture
async def stored(database: Database, clock: Clock) -> Database:
    async with database.transaction() as session:
        await KnowledgeRepository(session).put(ENTRIES, clock(), demo=True)
    return database


@pytest.fixture
def service(stored: Database, clock: Clock, encoder: Letters) -> KnowledgeService:
    return KnowledgeService(stored, clock, encoder)


async def test_a_known_question_is_answered_with_its_source(service: KnowledgeService) -> None:
    answer = await service.ask("什么是最大回撤？")
    assert answer["outcome"] == "ok"
    assert answer["data"]["answer"] == "什么是最大回撤的答案"
    assert answer["data"]["sources"] == [
        {"id": "drawdown", "title": "《办法》", "updated_at": "2026-01-02"}
    ]
    assert answer["data"]["confidence"] >= 0.99


async def test_full_width_letters_and_punctuation_do_not_matter(
    service: KnowledgeService,
) -> None:
    answer = await service.ask("  ＷＨＡＴ is  max drawdown!!! ")
    assert answer["data"]["title"] == "什么是最大回撤"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "🙂🙂🙂", "%%%", "zzzz"])
async def test_what_means_nothing_is_unknown(service: KnowledgeService, text: str) -> None:
    assert await service.ask(text) == {"outcome": "unknown", "data": {}}


async def test_ten_thousand_characters_are_cut(
    service: KnowledgeService,
) -> None:
    answer = await service.ask("基金净值是什么意思" + "啊" * 10_000)
    assert answer["outcome"] in {"ok", "unsure", "unknown"}


async def test_an_empty_store_knows_nothing(database: Database, clock: Clock) -> None:
    service = KnowledgeService(database, clock, Letters())
    assert (await service.ask("什么是最大回撤"))["outcome"] == "unknown"


async def test_an_edited_entry_is_noticed(
    service: KnowledgeService,
    stored: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await service.ask("什么是最大回撤")
    async with stored.transaction() as session:
        added = entry("etf", "ETF是什么东西呀")
        await KnowledgeRepository(session).put([*ENTRIES, added], clock(), demo=True)
    monkeypatch.setattr(service_module, "_LOOK_AGAIN_SECONDS", 0.0)
    assert (await service.ask("ETF是什么东西呀"))["data"]["title"] == "ETF是什么东西呀"


async def test_vectors_are_computed_once_and_again_only_for_what_changed(
    service: KnowledgeService, stored: Database, clock: Clock, encoder: Letters
) -> None:
    await service.prepare()
    texts = sum(len(item.texts) for item in ENTRIES)
    assert encoder.encoded == texts + 1
    again = Letters()
    await KnowledgeService(stored, clock, again).prepare()
    assert again.encoded == 1
    changed = entry("nav", "基金净值是什么意思", "净值几点出")
    async with stored.transaction() as session:
        await KnowledgeRepository(session).put([changed], clock(), demo=True)
    third = Letters()
    await KnowledgeService(stored, clock, third).prepare()
    assert third.encoded == 1 + len(changed.texts)


async def test_another_encoder_makes_its_own_vectors(
    service: KnowledgeService, stored: Database, clock: Clock
) -> None:
    await service.prepare()
    newer = Letters()
    newer.name = "letters-2"
    await KnowledgeService(stored, clock, newer).prepare()
    assert newer.encoded == 1 + sum(len(item.texts) for item in ENTRIES)


async def test_the_demo_is_seeded_once_and_refreshed_without_touching_a_banks_entries(
    database: Database, clock: Clock, encoder: Letters
) -> None:
    own = entry("own", "本行的产品手册在哪里看")
    async with database.transaction() as session:
        await KnowledgeRepository(session).put([own], clock(), demo=False)
        gone = entry("gone", "演示里已经没有的一条")
        await KnowledgeRepository(session).put([gone], clock(), demo=True)
    await knowledge.seed(database, clock, encoder)
    encoded = encoder.encoded
    await knowledge.seed(database, clock, encoder)
    assert encoder.encoded == encoded
    async with database.transaction() as session:
        rows = (await session.execute(select(KnowledgeEntry))).scalars().all()
        vectors = (await session.execute(select(KnowledgeVectors))).scalars().all()
    names = {row.id for row in rows}
    assert "own" in names
    assert "gone" not in names
    assert len(rows) == 1 + len(vectors)


def test_the_likeness_by_ngrams_is_that_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["什么是最大回撤", "回撤怎么算 怎么算", "what is max drawdown", "基金净值", "a"]
    asked = ["最大回撤是什么", "what is nav", "完全没见过", "", "怎么怎么怎么"]
    reference = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    expected = (reference.fit_transform(texts) @ reference.transform(asked).T).toarray().T
    index = NgramIndex(texts)
    for text, likeness in zip(asked, expected, strict=True):
        np.testing.assert_allclose(index.likeness(text), likeness, atol=1e-6)


def test_the_best_of_an_entrys_texts_counts_and_the_earlier_wins_a_draw() -> None:
    twins = [entry("a", "一样"), entry("b", "一样"), entry("c", "别的", "一样")]
    vectors = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], dtype=np.float32)
    found = Index(twins, vectors, 0.5).search("一样", np.array([1, 0], dtype=np.float32), 3)
    assert [match.entry.id for match in found] == ["a", "b", "c"]
    assert {round(match.score, 5) for match in found} == {1.0}


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        ([], "unknown"),
        ([0.41], "unknown"),
        ([0.42], "unsure"),
        ([0.57, 0.56], "unsure"),
        ([0.55, 0.45], "ok"),
        ([0.58, 0.58], "ok"),
        ([0.53, 0.1], "unsure"),
    ],
)
def test_the_outcome_depends_on_likeness_and_lead(scores: list[float], outcome: str) -> None:
    assert load_rules().outcome([Match(ENTRIES[0], score) for score in scores]) == outcome


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ok", 1.5, "ok: must be at most 1"),
        ("unsure", 0.9, "unsure: must be at most clear_from"),
        ("longest_question", 0, "longest_question: must be at least 10"),
        ("colour", 1, "unknown key 'colour'"),
    ],
)
def test_wrong_thresholds_are_refused(key: str, value: object, message: str) -> None:
    root = read("zhitou.backends.knowledge", "search.yml")
    root.value[key] = value
    with pytest.raises(RulesError, match=message):
        parse_rules(root)
