"""The product service on a small seeded store: what it answers, what it keeps, over HTTP too."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from sanic import Sanic
from sqlalchemy import select

from zhitou.backends.database import Database
from zhitou.backends.demo import customers
from zhitou.backends.demo import market as demo_market
from zhitou.backends.errors import BadRequest, NotFound, Unavailable
from zhitou.backends.http import dumps, install
from zhitou.backends.migrations import metadata
from zhitou.backends.product import shelves
from zhitou.backends.product.catalogue import Catalogue, load_catalogue
from zhitou.backends.product.models import ProductRow, RecommendationRow
from zhitou.backends.product.remote import RemoteProducts
from zhitou.backends.product.routes import blueprint
from zhitou.backends.product.service import ProductService
from zhitou.backends.risk_profile.service import RiskProfileService
from zhitou.clock import Clock, fixed_clock
from zhitou.rulebook import RulesError
from zhitou.settings import load_settings
from zhitou.wealth.wish import WishKind

CODES = ("988001", "988101", "988201", "988301", "988401", "988402", "988403", "988511", "988901")
"""A money, a short, a bond, a mixed bond fund, three mixed (two classes), a stock, a gold fund."""
OTHERS = ("ZTLC001", "ZTLC011", "ZTLC046", "ZTCD002", "ZTJG001", "ZTBX009", "ZTBX017", "ZTBX028")
AS_OF = "2026-01-02"
NOW = fixed_clock(datetime(2026, 1, 5, 2, 0, tzinfo=timezone.utc))
"""Monday, 5 January 2026, 10:00 in Shanghai: the last close is Friday's."""
NUMBERS = count()


def small_catalogue() -> Catalogue:
    whole = load_catalogue()
    chosen = tuple(one for one in whole.products if one.code in (*CODES, *OTHERS))
    managers = [
        replace(one, tenures=tuple(t for t in one.tenures if t.product_code in CODES))
        for one in whole.managers
    ]
    return Catalogue(chosen, tuple(one for one in managers if one.tenures), "small")


async def seed(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata().create_all)
    await customers.seed(database, NOW)
    await demo_market.seed(database, NOW, small_catalogue())
    await database.close()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded SQLite store that every test gets a copy of."""
    path = tmp_path_factory.mktemp("product") / "seeded.db"
    asyncio.run(seed(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
async def database(tmp_path: Path, seeded: Path) -> AsyncIterator[Database]:
    path = tmp_path / "zhitou.db"
    shutil.copy(seeded, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return NOW


@pytest.fixture
def risk(database: Database, clock: Clock) -> RiskProfileService:
    return RiskProfileService(database, clock)


@pytest.fixture
def service(database: Database, clock: Clock, risk: RiskProfileService) -> ProductService:
    settings = load_settings(deep_link_base="bank://trade")
    return ProductService(database, clock, settings=settings, risk_profile=risk)


async def stored(database: Database) -> list[RecommendationRow]:
    async with database.transaction() as session:
        query = select(RecommendationRow).order_by(RecommendationRow.created_at)
        return list((await session.execute(query)).scalars())


# --- looking up ----------------------------------------------------------------------------------


async def test_products_are_found_by_code_and_by_name(service: ProductService) -> None:
    assert (await service.find("988401")).products[0].name == "云杉蓝筹精选混合A"
    assert (await service.find("云杉蓝筹")).outcome == "found"
    assert (await service.find("没有这只基金")).outcome == "unknown"
    assert (await service.get("ZTBX009")) is not None
    assert (await service.get("000000")) is None
    assert len(await service.products()) == len(CODES) + len(OTHERS)
    assert {one.kind for one in await service.products("insurance")} == {"insurance"}


async def test_words_that_fit_several_are_ambiguous(service: ProductService) -> None:
    found = await service.resolve("蓝筹", None, 5)
    assert found["outcome"] == "ambiguous"
    assert {item["code"] for item in found["items"]} == {"988401", "988403"}
    assert found["data"]["items"] == found["items"]


async def test_a_manager_stands_for_the_funds_run(service: ProductService) -> None:
    name = (await service.get("988401")).managers[0]  # type: ignore[union-attr]
    found = await service.find(name)
    assert "988401" in {one.code for one in found.products}


async def test_a_product_is_told_in_full(service: ProductService) -> None:
    told = await service.detail("988401")
    assert {"code", "name", "kind", "type", "company", "managers", "risk_level", "terms"} <= set(
        told
    )
    assert (told["as_of"], told["simulated"]) == (AS_OF, True)
    assert told["managers"][0]["since"]
    assert told["nav"]["date"] == AS_OF
    with pytest.raises(NotFound):
        await service.detail("000000")


async def test_daily_values_come_with_drawdown_and_benchmark(service: ProductService) -> None:
    told = await service.nav("988401", 30)
    assert len(told["points"]) == len(told["drawdown"]) == len(told["benchmark"]["points"])
    assert told["points"][-1][0] == told["as_of"] == AS_OF
    assert told["benchmark"]["points"][0] == 1.0
    assert max(told["drawdown"]) <= 0
    nothing = await service.nav("ZTBX009", 30)
    assert (nothing["points"], nothing["benchmark"]) == ([], None)


async def test_a_total_return_is_a_series_of_the_days_asked_for(service: ProductService) -> None:
    series = await service.total_return("988401", date(2025, 12, 1), date(2025, 12, 31))
    assert (series.index[0].date(), series.index[-1].date()) == (
        date(2025, 12, 1),
        date(2025, 12, 31),
    )
    assert len(await service.total_return("ZTBX009")) == 0


async def test_a_change_of_the_data_is_noticed(
    service: ProductService, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await service.get("988401")).risk_level == "R3"  # type: ignore[union-attr]
    async with database.transaction() as session:
        row = await session.get(ProductRow, "988401")
        row.risk_level = "R5"
    assert (await service.get("988401")).risk_level == "R3"  # type: ignore[union-attr]
    monkeypatch.setattr(shelves, "CHECK_SECONDS", 0)
    monkeypatch.setattr(shelves, "RENEW_SECONDS", 0)
    assert (await service.get("988401")).risk_level == "R5"  # type: ignore[union-attr]


async def test_many_at_once_read_the_store_once(
    service: ProductService, monkeypatch: pytest.MonkeyPatch
) -> None:
    arranged = []
    real = shelves._arrange
    monkeypatch.setattr(shelves, "_arrange", lambda *a: arranged.append(1) or real(*a))
    await asyncio.gather(*(service.get("988401") for _ in range(20)))
    assert len(arranged) == 1


# --- suggesting ----------------------------------------------------------------------------------

LIST_KEYS = {"items", "criteria", "as_of", "disclosure", "recommendation_id", "level", "funnel"}
ITEM_KEYS = {"code", "name", "type", "risk_level", "reasons", "metrics", "figures", "as_of"}


@pytest.mark.parametrize(
    ("customer", "kind", "criteria"),
    [
        ("demo-3", "fund", {"horizon": "P3Y", "amount": 50000}),
        ("demo-3", "manager", {}),
        ("demo-3", "insurance", {"insured": "child"}),
        ("demo-2", "wealth", {"horizon": "P3M", "amount": 100000}),
        ("demo-5", "fund", {"risk_preference": "aggressive"}),
    ],
)
async def test_a_suggestion_has_every_key_of_its_message_and_is_stored(
    service: ProductService, database: Database, customer: str, kind: WishKind, criteria: Any
) -> None:
    answer = await service.select(customer, kind, criteria)
    data = answer["data"]
    assert answer["outcome"] == "ok"
    assert set(data) >= LIST_KEYS
    for item in data["items"]:
        assert set(item) >= ITEM_KEYS
        assert item["reasons"]
        assert item["risk_level"] <= f"R{data['level'][1]}"
    dumps(answer)
    row = (await stored(database))[0]
    assert (row.id, row.customer_id, row.kind) == (data["recommendation_id"], customer, kind)
    assert row.inputs["criteria"].keys() == criteria.keys()
    assert row.inputs["profile"]["level"] == data["level"]
    assert (row.data_date.isoformat(), bool(row.rule_version)) == (AS_OF, True)
    assert row.weights_version.count("/") == 1
    assert [one["code"] for one in row.output["items"]] == [one["code"] for one in data["items"]]


async def test_the_lowest_class_is_never_shown_more_than_r1(service: ProductService) -> None:
    answer = await service.select("demo-1", "fund", {"sector": "technology"})
    assert answer["outcome"] == "nothing_suitable"
    assert {one["risk_level"] for one in answer["data"]["closest"]} == {"R1"}
    assert "高于" in answer["data"]["reason"]


@pytest.mark.parametrize(
    ("customer", "outcome"),
    [
        (None, "needs_identity"),
        ("nobody", "needs_identity"),
        ("demo-8", "needs_assessment"),
        ("demo-6", "assessment_expired"),
    ],
)
async def test_without_a_valid_level_nothing_is_suggested(
    service: ProductService, database: Database, customer: str | None, outcome: str
) -> None:
    answer = await service.select(customer, "fund", {"horizon": "P1Y"})
    assert answer["outcome"] == outcome
    assert answer["data"]["criteria"] == {"horizon": "P1Y"}
    assert "items" not in answer["data"]
    assert await stored(database) == []


async def test_the_next_round_shows_others(service: ProductService) -> None:
    first = (await service.select("demo-3", "fund", {}, limit=2))["data"]["items"]
    shown = [item["code"] for item in first]
    second = (await service.select("demo-3", "fund", {}, exclude=shown, limit=2))["data"]["items"]
    assert not {item["code"] for item in second} & set(shown)


async def test_a_wish_that_means_nothing_is_refused(service: ProductService) -> None:
    with pytest.raises(BadRequest, match=r"criteria\.horizon"):
        await service.select("demo-3", "fund", {"horizon": "soon"})


async def test_rules_that_cannot_be_read_stop_every_suggestion(
    service: ProductService, risk: RiskProfileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risk, "profile", AsyncMock(side_effect=RulesError("suitability.yml: gone")))
    with pytest.raises(Unavailable):
        await service.select("demo-3", "fund", {})


# --- explaining ----------------------------------------------------------------------------------


async def test_a_suggestion_is_explained_from_its_stored_proof(service: ProductService) -> None:
    shown = (await service.select("demo-3", "fund", {"horizon": "P3Y"}))["data"]
    for ordinal, place in ((1, 0), (2, 1), (-1, -1)):
        answer = await service.explain("demo-3", shown["recommendation_id"], ordinal=ordinal)
        data, proof = answer["data"], answer["data"]["proof"]
        assert data["product"]["code"] == shown["items"][place]["code"]
        assert (proof["level"], proof["data_date"]) == ("C3", AS_OF)
        assert (proof["rule"], proof["product_level"]) == (
            "fund.within_level",
            shown["items"][place]["risk_level"],
        )
        assert proof["score"] == pytest.approx(
            sum(part["points"] for part in proof["parts"]), abs=0.05
        )
        assert "没有佣金" in data["answer"]
        assert set(data) >= {"answer", "sources", "confidence", "proof"}


async def test_the_newest_suggestion_is_explained_without_an_id(service: ProductService) -> None:
    await service.select("demo-3", "fund", {})
    shown = (await service.select("demo-3", "wealth", {"horizon": "P3M"}))["data"]
    await service.diagnose("demo-3", "988401")
    answer = (await service.explain("demo-3"))["data"]
    assert answer["proof"]["recommendation_id"] == shown["recommendation_id"]
    assert "得分依次是" in answer["answer"]


async def test_a_product_of_it_is_explained_by_name(service: ProductService) -> None:
    item = (await service.select("demo-3", "fund", {}))["data"]["items"][0]
    answer = await service.explain("demo-3", product=item["short_name"])
    assert answer["data"]["product"]["code"] == item["code"]


async def test_nobody_sees_the_suggestion_of_another(service: ProductService) -> None:
    shown = (await service.select("demo-3", "fund", {}))["data"]["recommendation_id"]
    nothing = {"outcome": "nothing_to_explain", "data": {}}
    assert await service.explain("demo-2", shown) == nothing
    assert await service.explain(None, shown) == nothing
    assert await service.explain("demo-2") == nothing


@pytest.mark.parametrize("asked", [{"ordinal": 9}, {"ordinal": 0}, {"product": "988511"}])
async def test_what_was_not_suggested_is_not_explained(
    service: ProductService, asked: dict[str, Any]
) -> None:
    await service.select("demo-2", "fund", {})
    assert (await service.explain("demo-2", **asked))["outcome"] == "nothing_to_explain"


# --- comparing, examining, answering -------------------------------------------------------------


async def test_products_managers_and_types_are_compared(service: ProductService) -> None:
    data = (await service.compare("demo-2", ["988401", "恒川蓝筹"]))["data"]
    assert set(data) >= {"items", "dimensions", "as_of", "verdict", "disclosure"}
    assert data["pairs"][0]["correlation"] <= 1
    assert data["customer_level"] == "C2"
    assert data["items"][0]["suitability"]["decision"] == "warn"
    assert all({"name", "values", "better"} <= set(one) for one in data["dimensions"])
    types = await service.compare(None, ["货基", "短债"])
    assert [one["kind"] for one in types["data"]["items"]] == ["category", "category"]
    names = [(await service.get(code)).managers[0] for code in ("988401", "988403")]  # type: ignore[union-attr]
    people = await service.compare(None, names)
    assert [one["kind"] for one in people["data"]["items"]] == ["manager", "manager"]


@pytest.mark.parametrize(
    ("products", "outcome"),
    [
        (["988401"], "too_few"),
        (["988401", " 988401 "], "too_few"),
        (["988401", "云杉蓝筹"], "too_few"),
        ([], "too_few"),
        ([f"98840{n}" for n in range(6)], "too_many"),
        (["988401", "蓝筹"], "ambiguous_product"),
        (["988401", "没有这只"], "unknown_product"),
    ],
)
async def test_what_cannot_be_compared_is_told(
    service: ProductService, products: list[str], outcome: str
) -> None:
    answer = await service.compare("demo-3", products)
    assert answer["outcome"] == outcome
    if outcome == "ambiguous_product":
        assert len(answer["data"]["items"]) == 2
        assert answer["data"]["query"] == "蓝筹"


async def test_a_diagnosis_is_complete_and_stored(
    service: ProductService, database: Database
) -> None:
    data = (await service.diagnose("demo-2", "988511"))["data"]
    assert set(data) >= {"score", "findings", "suggestions", "metrics", "as_of", "product"}
    assert data["findings"][0]["code"] == "level_mismatch"
    assert data["suitability"]["decision"] == "warn"
    lost = sum(finding["points"] for finding in data["findings"])
    assert data["score"] == max(0, 100 - lost)
    row = (await stored(database))[0]
    assert (row.id, row.kind) == (data["diagnosis_id"], "diagnosis")
    assert row.output["score"] == data["score"]


@pytest.mark.parametrize(
    ("product", "outcome"),
    [
        (None, "needs_product"),
        ("  ", "needs_product"),
        ("蓝筹", "ambiguous_product"),
        ("没有这只", "unknown_product"),
    ],
)
async def test_a_product_must_be_meant(
    service: ProductService, product: str | None, outcome: str
) -> None:
    assert (await service.diagnose("demo-3", product))["outcome"] == outcome
    assert (await service.trade("demo-3", product, "buy"))["outcome"] == outcome
    assert (await service.ask("demo-3", product, "嗯"))["outcome"] == outcome


async def test_visitors_may_ask_and_have_products_examined(service: ProductService) -> None:
    assert (await service.diagnose(None, "988401"))["data"]["suitability"] is None
    assert "不保本" in (await service.ask(None, "988401", "保本吗"))["data"]["answer"]


async def test_a_question_is_answered_with_its_source(service: ProductService) -> None:
    data = (await service.ask("demo-2", "988401", "这只保本吗"))["data"]
    assert set(data) >= {"answer", "sources", "confidence"}
    assert "高于您C2的等级" in data["answer"]
    assert data["sources"] == [
        {"id": "988401", "title": "云杉蓝筹精选产品资料（演示数据）", "updated_at": AS_OF}
    ]


async def test_the_product_may_stand_in_the_question(service: ProductService) -> None:
    answer = await service.ask(None, None, "988401的管理费是多少")
    assert (answer["data"]["product"]["code"], answer["data"]["topic"]) == ("988401", "fee")
    assert (await service.ask(None, None, "管理费是多少"))["outcome"] == "needs_product"


async def test_dividends_are_read_where_they_are_asked_for(service: ProductService) -> None:
    answer = await service.ask(None, "988201", "分红吗")
    assert answer["data"]["topic"] == "dividend"


# --- trades and the market -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "product", "side", "outcome", "link"),
    [
        ("demo-3", "988401", "buy", "ok", "bank://trade/fund/988401?side=buy&amount=5000"),
        ("demo-2", "988511", "buy", "warned", "bank://trade/fund/988511?side=buy&amount=5000"),
        ("demo-1", "988511", "buy", "blocked", None),
        ("demo-2", "ZTLC046", "buy", "blocked", None),
        ("demo-6", "988401", "buy", "assessment_expired", None),
        ("demo-8", "988401", "buy", "needs_assessment", None),
        (None, "988401", "buy", "needs_identity", None),
        (None, "988401", "redeem", "needs_identity", None),
        (
            "demo-6",
            "988511",
            "redeem",
            "ok",
            "bank://trade/fund/988511/redeem?side=redeem&amount=5000",
        ),
    ],
)
async def test_a_trade_is_judged_and_only_linked(
    service: ProductService, customer: str, product: str, side: Any, outcome: str, link: str
) -> None:
    answer = await service.trade(customer, product, side, Decimal(5000))
    data = answer["data"]
    assert (answer["outcome"], data["deep_link"]) == (outcome, link)
    assert set(data) >= {"decision", "rule", "customer_level", "product_level", "text", "side"}
    assert (data["side"], data["amount"]) == (side, "5000")
    dumps(answer)


async def test_the_market_is_told_as_simulated_and_never_forecast(service: ProductService) -> None:
    data = (await service.market())["data"]
    assert set(data) >= {"answer", "sources", "confidence", "indices", "as_of"}
    assert "模拟行情" in data["answer"]
    assert "我不预测涨跌" in data["answer"]
    assert {"1d", "1w", "1m", "6m"} == set(data["indices"][0]["returns"])
    sector = (await service.market("semiconductor"))["data"]
    assert {one["code"] for one in sector["indices"]} == {"semiconductor", "equity"}
    unknown = (await service.market("cheese"))["data"]
    assert unknown["answer"].startswith("没有这个方向的模拟指数")


async def test_an_empty_store_answers_truly(empty_database: Database, clock: Clock) -> None:
    database = empty_database
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata().create_all)
    await customers.seed(database, clock)
    empty = ProductService(
        database, clock, settings=load_settings(), risk_profile=RiskProfileService(database, clock)
    )
    assert (await empty.select("demo-3", "fund", {}))["outcome"] == "nothing_suitable"
    assert (await empty.diagnose("demo-3", "988401"))["outcome"] == "unknown_product"
    assert "暂时没有数据" in (await empty.market())["data"]["answer"]


# --- over HTTP -----------------------------------------------------------------------------------


@pytest.fixture
async def http(
    service: ProductService, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    # Sanic removes unused signals by rewriting its classes, which works once in a process.
    monkeypatch.setattr("sanic.app.TouchUp.run", lambda app: None)
    monkeypatch.setattr(Sanic, "dispatch", AsyncMock())
    app = Sanic(f"product-{next(NUMBERS)}", configure_logging=False, dumps=dumps)
    app.config.AUTO_EXTEND = False
    install(app)
    app.blueprint(blueprint)
    app.ctx.product = service
    await app._startup()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


BASE = "/api/products"


async def test_every_endpoint_answers_over_http(http: httpx.AsyncClient) -> None:
    who = {"customer_id": "demo-3"}
    bodies: dict[str, dict[str, Any]] = {
        "select": {**who, "kind": "fund", "criteria": {"amount": 50000, "horizon": None}},
        "compare": {**who, "products": ["988401", "988403"]},
        "diagnose": {**who, "product": "988401"},
        "ask": {**who, "product": "988401", "text": "保本吗"},
        "trade": {**who, "product": "988401", "side": "buy", "amount": 100.5},
        "explain": who,
    }
    for path, body in bodies.items():
        answer = (await http.post(f"{BASE}/{path}", json=body)).json()
        assert (path, answer["outcome"]) == (path, "ok")
    for path in (
        "",
        "?kind=fund",
        "/988401",
        "/988401/nav?days=9",
        "/resolve?text=蓝筹",
        "/market",
    ):
        assert (await http.get(BASE + path)).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("select", {"kind": "car"}, "kind"),
        ("select", {"kind": "fund", "criteria": {"amount": True}}, "criteria.amount"),
        ("select", {"kind": "fund", "criteria": {"amount": "NaN"}}, "criteria.amount"),
        ("select", {"kind": "fund", "criteria": {"amount": 0}}, "criteria.amount"),
        ("select", {"kind": "fund", "criteria": {"amount": 1e30}}, "criteria.amount"),
        ("select", {"kind": "fund", "criteria": {"sector": 5}}, "criteria.sector"),
        ("select", {"kind": "fund", "criteria": {"age": "40"}}, "criteria.age"),
        ("select", {"kind": "fund", "criteria": {"colour": "red"}}, "criteria.colour"),
        ("select", {"kind": "fund", "criteria": {"horizon": "soon"}}, "criteria.horizon"),
        ("select", {"kind": "fund", "limit": 99}, "limit"),
        ("select", {"kind": "fund", "exclude": [1]}, "exclude"),
        ("compare", {"products": "988401"}, "products"),
        ("compare", {}, "products"),
        ("diagnose", {"product": 5}, "product"),
        ("ask", {"product": "988401"}, "text"),
        ("trade", {"product": "988401", "side": "steal"}, "side"),
        ("trade", {"product": "988401", "amount": -5}, "amount"),
        ("explain", {"ordinal": "1"}, "ordinal"),
    ],
)
async def test_a_wrong_body_is_told_by_its_field(
    http: httpx.AsyncClient, path: str, body: dict[str, Any], field: str
) -> None:
    answer = await http.post(f"{BASE}/{path}", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/000000", 404, "000000"),
        ("/000000/nav", 404, "000000"),
        ("/988401/nav?days=0", 400, "days"),
        ("/988401/nav?days=many", 400, "days"),
        ("/resolve", 400, "text"),
        ("/resolve?text=a&limit=99", 400, "limit"),
        ("/resolve?text=a&kind=car", 400, "kind"),
    ],
)
async def test_a_wrong_address_is_told(
    http: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    answer = await http.get(BASE + path)
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


HOSTILE = (
    "'; DROP TABLE products; --",
    "<script>alert(1)</script>",
    "😀" * 500,
    "字" * 10_000,
    "\x00",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_are_only_words(http: httpx.AsyncClient, text: str) -> None:
    for path, body in (
        ("ask", {"product": text, "text": text}),
        ("compare", {"products": [text, "988401"]}),
        ("select", {"kind": "fund", "customer_id": "demo-3", "criteria": {"sector": text[:40]}}),
    ):
        answer = await http.post(f"{BASE}/{path}", json=body)
        assert (path, answer.status_code) == (path, 200)


# --- another server in its place -----------------------------------------------------------------


async def test_another_server_is_asked_the_same_way(
    http: httpx.AsyncClient, service: ProductService, clock: Clock
) -> None:
    remote = RemoteProducts("http://here", client=http, clock=clock)
    assert list(await remote.products("wealth")) == list(await service.products("wealth"))
    assert await remote.get("988401") == await service.get("988401")
    assert await remote.get("000000") is None
    assert (await remote.find("蓝筹")).products == (await service.find("蓝筹")).products
    assert (await remote.find("没有这只")).outcome == "unknown"
    start = date(2025, 12, 1)
    theirs, ours = (
        await remote.total_return("988401", start),
        await service.total_return("988401", start),
    )
    assert list(theirs.index) == list(ours.index)
    assert theirs.to_numpy() == pytest.approx(ours.to_numpy(), abs=1e-6)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, text="hello"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"code": "1", "kind": "fund", "type": "car"}),
    ],
)
async def test_a_server_that_answers_otherwise_is_unavailable(answer: httpx.Response) -> None:
    transport = httpx.MockTransport(lambda _request: answer)
    async with httpx.AsyncClient(transport=transport) as client:
        remote = RemoteProducts("http://there", client=client)
        with pytest.raises(Unavailable):
            await remote.get("988401")
        with pytest.raises(Unavailable):
            await remote.find("蓝筹")
