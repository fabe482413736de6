"""The risk-profile backend on a real database: assessments, limits, levels, its HTTP side."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import count

import httpx
import pytest
from sanic import Sanic
from sqlalchemy import select

from tests.servers import serving
from zhitou.backends.database import Base, Database
from zhitou.backends.demo import customers
from zhitou.backends.errors import Unavailable
from zhitou.backends.http import dumps, install
from zhitou.backends.risk_profile import service as service_module
from zhitou.backends.risk_profile.models import Answer, Assessment, Customer
from zhitou.backends.risk_profile.remote import RemoteRiskProfile
from zhitou.backends.risk_profile.routes import blueprint
from zhitou.backends.risk_profile.service import RiskProfileService
from zhitou.clock import SHANGHAI
from zhitou.rulebook import RulesError
from zhitou.wealth import suitability
from zhitou.wealth.assessment import LimitReached, limit_reached, months_later
from zhitou.wealth.suitability import Purchase
from zhitou.wealth.suitability_rules import AssessmentLimits

NUMBERS = count()
MIDDLE = dict.fromkeys(range(12), "第三个") | {0: "是"}
CAUTIOUS = dict.fromkeys(range(12), "B") | {0: "A"}


class Watch:
    """A clock that the test sets."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment.astimezone(timezone.utc)

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch(datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI))


@pytest.fixture
async def store(tmp_path, watch: Watch):
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/risk.db")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await customers.seed(database, watch)
    yield database
    await database.close()


@pytest.fixture
def risk(store: Database, watch: Watch) -> RiskProfileService:
    return RiskProfileService(store, watch)


async def take(risk: RiskProfileService, customer: str, said: dict[int, str] | str) -> dict:
    """Answer until the end; ``said`` is by position, or the same for all."""
    told = await risk.start(customer)
    while told["outcome"] == "question":
        position = told["data"]["index"] - 1
        told = await risk.answer(customer, said if isinstance(said, str) else said[position])
    return told


@pytest.mark.parametrize(
    ("customer", "age", "status", "level", "lowest_class"),
    [
        ("demo-1", 68, "valid", "C1", True),
        ("demo-2", 35, "valid", "C2", False),
        ("demo-3", 42, "valid", "C3", False),
        ("demo-4", 29, "valid", "C4", False),
        ("demo-5", 50, "valid", "C5", False),
        ("demo-6", 61, "expired", "C3", False),
        ("demo-7", 38, "valid", "C2", False),
        ("demo-8", 24, "none", None, False),
    ],
)
async def test_the_demo_customers_are_who_the_design_says(
    risk: RiskProfileService, customer, age, status, level, lowest_class
) -> None:
    profile = await risk.profile(customer)
    assert (profile.age, profile.status, profile.level) == (age, status, level)
    assert profile.lowest_class is lowest_class
    assert bool(profile.allows) is (status == "valid")


async def test_an_entrepreneur_is_a_vip(risk: RiskProfileService) -> None:
    assert (await risk.profile("demo-5")).value_tier == "vip"


@pytest.mark.parametrize("customer", [None, "", "nobody", "x" * 500])
async def test_who_is_not_known_has_to_say_who_it_is(risk: RiskProfileService, customer) -> None:
    assert (await risk.profile(customer)).status == "needs_identity"
    assert (await risk.describe(customer))["outcome"] == "needs_identity"


async def test_the_first_question_carries_all_a_card_needs(risk: RiskProfileService) -> None:
    told = await risk.start("demo-8")
    assert told["outcome"] == "question"
    data = told["data"]
    assert (data["index"], data["total"], data["resumed"]) == (1, 12, False)
    assert data["text"]
    assert [sorted(option) for option in data["options"]] == [["id", "text"]] * 2


async def test_an_assessment_ends_in_a_level_that_counts_for_twelve_months(
    risk: RiskProfileService,
) -> None:
    told = await take(risk, "demo-8", MIDDLE)
    assert told["outcome"] == "result"
    data = told["data"]
    assert data["level"] in ("C3", "C4")
    assert data["valid_until"] == "2027-11-22"
    assert data["needs_confirmation"] is False
    assert data["changed_from"] is None
    assert data["allows"] == data["allows_if_confirmed"]
    assert data["level"] in data["explanation"]
    profile = await risk.profile("demo-8")
    assert (profile.status, profile.level) == ("valid", data["level"])
    assert profile.valid_until == date(2027, 11, 22)


async def test_words_that_are_no_answer_ask_the_same_again(risk: RiskProfileService) -> None:
    first = await risk.start("demo-8")
    told = await risk.answer("demo-8", "今天天气不错")
    assert told["outcome"] == "not_an_answer"
    assert told["data"]["id"] == first["data"]["id"]


async def test_an_interrupted_assessment_goes_on_where_it_stopped(
    risk: RiskProfileService, store: Database, watch: Watch
) -> None:
    await risk.start("demo-8")
    await risk.answer("demo-8", "是")
    await risk.answer("demo-8", "工资")
    assert (await risk.leave("demo-8")) == {"outcome": "cancelled", "data": {"answered": 2}}
    assert (await risk.answer("demo-8", "B"))["outcome"] == "no_assessment"
    watch.pass_by(days=3)
    told = await RiskProfileService(store, watch).start("demo-8")  # also after a restart
    assert (told["data"]["index"], told["data"]["resumed"]) == (3, True)


async def test_answers_of_long_ago_are_not_taken_up_again(
    risk: RiskProfileService, watch: Watch
) -> None:
    await risk.start("demo-8")
    await risk.answer("demo-8", "是")
    watch.pass_by(days=31)
    assert (await risk.start("demo-8"))["data"]["index"] == 1


async def test_starting_afresh_forgets_the_answers(risk: RiskProfileService) -> None:
    await risk.start("demo-8")
    await risk.answer("demo-8", "是")
    told = await risk.start("demo-8", restart=True)
    assert (told["data"]["index"], told["data"]["resumed"]) == (1, False)


async def test_the_customer_can_go_back_one_question(risk: RiskProfileService) -> None:
    await risk.start("demo-8")
    await risk.answer("demo-8", "是")
    told = await risk.answer("demo-8", "上一题")
    assert told["data"]["id"] == "capacity"
    assert (await risk.answer("demo-8", "上一题"))["outcome"] == "not_an_answer"


async def test_a_message_that_comes_twice_answers_once(risk: RiskProfileService) -> None:
    await risk.start("demo-8")
    await risk.answer("demo-8", "A", question_id="capacity")
    told = await risk.answer("demo-8", "A", question_id="capacity")
    assert (told["outcome"], told["data"]["index"]) == ("question", 2)


async def test_two_starts_in_the_same_moment_open_one(
    risk: RiskProfileService, store: Database
) -> None:
    told = await asyncio.gather(*(risk.start("demo-8") for _ in range(5)))
    assert {one["outcome"] for one in told} == {"question"}
    async with store.transaction() as session:
        rows = await session.execute(select(Assessment).where(Assessment.customer_id == "demo-8"))
        assert len(rows.scalars().all()) == 1


async def test_the_same_answer_twice_in_the_same_moment_counts_once_a_question(
    risk: RiskProfileService, store: Database
) -> None:
    await risk.start("demo-8")
    await asyncio.gather(*(risk.answer("demo-8", "A", "capacity") for _ in range(5)))
    async with store.transaction() as session:
        rows = await session.execute(select(Answer.question_id).where(Answer.said == "A"))
        assert rows.scalars().all() == ["capacity"]


async def test_the_customers_own_words_are_kept(risk: RiskProfileService, store: Database) -> None:
    await risk.start("demo-8")
    await risk.answer("demo-8", "嗯 有")
    async with store.transaction() as session:
        row = (await session.execute(select(Answer).where(Answer.said != ""))).scalars().one()
        assert (row.said, row.option_id) == ("嗯 有", "A")


async def test_at_most_two_a_day(risk: RiskProfileService, watch: Watch) -> None:
    await take(risk, "demo-8", MIDDLE)
    await take(risk, "demo-8", MIDDLE)
    told = await risk.start("demo-8")
    assert told["outcome"] == "limit_reached"
    assert told["data"] == {
        "limit": "day",
        "most": 2,
        "next_possible_at": "2026-11-23T00:00:00+08:00",
    }
    watch.moment = datetime(2026, 11, 22, 23, 59, tzinfo=SHANGHAI)
    assert (await risk.start("demo-8"))["outcome"] == "limit_reached"
    watch.pass_by(minutes=1)
    assert (await risk.start("demo-8"))["outcome"] == "question"


async def test_at_most_eight_in_twelve_months(risk: RiskProfileService, watch: Watch) -> None:
    for _ in range(8):
        assert (await take(risk, "demo-8", MIDDLE))["outcome"] == "result"
        watch.pass_by(days=10)
    told = await risk.start("demo-8")
    assert (told["outcome"], told["data"]["limit"]) == ("limit_reached", "year")
    assert told["data"]["next_possible_at"] == "2027-11-23T00:00:00+08:00"
    watch.moment = datetime(2027, 11, 23, 0, 0, tzinfo=SHANGHAI)
    assert (await risk.start("demo-8"))["outcome"] == "question"


def test_the_limits_are_counted_by_days() -> None:
    limits = AssessmentLimits(12, 2, 8, 30)
    day = date(2026, 11, 22)
    assert limit_reached([], day, limits) is None
    assert limit_reached([day], day, limits) is None
    assert limit_reached([day, day], day, limits) == LimitReached("day", 2, date(2026, 11, 23))
    eight = [day - timedelta(days=30 * n) for n in range(1, 9)]
    reached = limit_reached(eight, day, limits)
    assert reached == LimitReached("year", 8, date(2027, 3, 28))
    assert limit_reached([date(2025, 11, 21)] * 8, day, limits) is None
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2026, 1, 31), -2) == date(2025, 11, 30)


async def test_a_higher_level_counts_only_after_the_customers_yes(
    risk: RiskProfileService,
) -> None:
    told = await take(risk, "demo-2", dict.fromkeys(range(12), "最后一个") | {0: "是"})
    data = told["data"]
    assert (data["level"], data["changed_from"], data["needs_confirmation"]) == ("C5", "C2", True)
    assert data["allows"] == ["R1", "R2"]
    assert data["allows_if_confirmed"] == ["R1", "R2", "R3", "R4", "R5"]
    assert "需要您确认" in data["explanation"]
    assert (await risk.profile("demo-2")).level == "C2"
    told = await risk.confirm("demo-2", accept=True)
    assert told["outcome"] == "confirmed"
    assert (await risk.profile("demo-2")).level == "C5"
    assert (await risk.confirm("demo-2", accept=True))["outcome"] == "nothing_to_confirm"


async def test_a_lower_level_counts_at_once_and_a_no_does_not_lift_it(
    risk: RiskProfileService,
) -> None:
    told = await take(risk, "demo-5", CAUTIOUS)
    level = told["data"]["level"]
    assert level < "C5"
    assert (await risk.profile("demo-5")).level == level
    told = await risk.confirm("demo-5", accept=False)
    assert told["outcome"] == "declined"
    assert "没有确认" in told["data"]["explanation"]
    assert (await risk.profile("demo-5")).level == level


async def test_the_same_level_again_needs_no_confirmation(risk: RiskProfileService) -> None:
    told = await take(risk, "demo-2", CAUTIOUS)
    assert (told["data"]["level"], told["data"]["needs_confirmation"]) == ("C2", False)


async def test_leaving_the_lowest_class_needs_the_customers_yes(risk: RiskProfileService) -> None:
    told = await take(risk, "demo-1", dict.fromkeys(range(12), "最后一个") | {0: "是"})
    assert told["data"]["needs_confirmation"] is True
    profile = await risk.profile("demo-1")
    assert (profile.level, profile.lowest_class, profile.allows) == ("C1", True, ("R1",))


async def test_without_full_capacity_it_ends_in_the_lowest_class(risk: RiskProfileService) -> None:
    told = await take(risk, "demo-8", dict.fromkeys(range(12), "最后一个"))
    assert (told["data"]["level"], told["data"]["lowest_class"]) == ("C1", True)
    assert told["data"]["allows"] == ["R1"]


async def test_a_level_expires_after_its_last_day(risk: RiskProfileService, watch: Watch) -> None:
    await take(risk, "demo-8", MIDDLE)
    watch.moment = datetime(2027, 11, 22, 23, 59, tzinfo=SHANGHAI)
    assert (await risk.profile("demo-8")).status == "valid"
    watch.pass_by(minutes=1)
    profile = await risk.profile("demo-8")
    assert (profile.status, profile.allows) == ("expired", ())


@pytest.mark.parametrize(
    ("customer", "level", "kind", "by", "outcome"),
    [
        ("demo-3", "R3", "fund", "bank", "ok"),
        ("demo-3", "R4", "fund", "customer", "warned"),
        ("demo-3", "R4", "fund", "bank", "blocked"),
        ("demo-3", "R4", "wealth", "customer", "blocked"),
        ("demo-1", "R2", "fund", "customer", "blocked"),
        ("demo-6", "R1", "fund", "customer", "assessment_expired"),
        ("demo-8", "R1", "fund", "customer", "needs_assessment"),
        (None, "R1", "fund", "customer", "needs_identity"),
    ],
)
async def test_suitability_of_a_product(
    risk: RiskProfileService, customer, level, kind, by, outcome
) -> None:
    told = await risk.suitability(customer, level, kind, by)
    assert told["outcome"] == outcome
    assert told["data"]["decision"] == {"ok": "allow", "warned": "warn"}.get(outcome, "block")
    assert told["data"].keys() >= {"rule", "customer_level", "product_level", "text", "source"}


async def test_without_rules_everything_is_blocked(
    risk: RiskProfileService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RulesError("suitability.yml: rules: must be a list")

    monkeypatch.setattr(service_module, "load_rules", broken)
    monkeypatch.setattr(suitability, "load_rules", broken)
    told = await risk.suitability("demo-5", "R1", "fund", "customer")
    assert (told["outcome"], told["data"]["rule"]) == ("blocked", "rules_unavailable")


async def test_the_profile_says_why_and_hides_the_name(risk: RiskProfileService) -> None:
    told = await risk.describe("demo-3")
    data = told["data"]
    assert told["outcome"] == "valid"
    assert data["level"] == "C3"
    assert "C3平衡型" in data["explanation"]
    assert data["name_masked"] == "王**"
    assert data["simulated"] is True
    assert "annual_income" not in data


async def test_seeding_again_changes_nothing(store: Database, watch: Watch) -> None:
    async def rows() -> list[tuple]:
        async with store.transaction() as session:
            found = []
            for table in (Customer, Assessment, Answer):
                result = await session.execute(select(table.__table__))
                found += sorted(map(tuple, result.all()), key=str)
            return found

    before = await rows()
    await customers.seed(store, watch)
    assert await rows() == before


async def test_seeding_years_later_keeps_ages_and_states(
    risk: RiskProfileService, store: Database, watch: Watch
) -> None:
    watch.pass_by(days=800)
    assert (await risk.profile("demo-3")).status == "expired"
    await customers.seed(store, watch)
    profile = await risk.profile("demo-3")
    assert (profile.status, profile.age) == ("valid", 42)
    assert (await risk.profile("demo-6")).status == "expired"
    assert (await risk.profile("demo-8")).status == "none"


@pytest.mark.parametrize("day", [(2028, 2, 29), (2026, 1, 1), (2026, 6, 8), (2027, 12, 31)])
async def test_ages_are_right_on_any_day(store: Database, watch: Watch, day) -> None:
    watch.moment = datetime(*day, 0, 5, tzinfo=SHANGHAI)
    await customers.seed(store, watch)
    risk = RiskProfileService(store, watch)
    ages = [(await risk.profile(f"demo-{number}")).age for number in range(1, 9)]
    assert ages == [68, 35, 42, 29, 50, 61, 38, 24]


async def test_seeding_never_takes_away_what_a_person_did(
    risk: RiskProfileService, store: Database, watch: Watch
) -> None:
    await take(risk, "demo-8", MIDDLE)
    await take(risk, "demo-3", CAUTIOUS)
    await risk.confirm("demo-3", accept=True)
    await risk.start("demo-2")
    await risk.answer("demo-2", "是")
    levels = [(await risk.profile(who)).level for who in ("demo-8", "demo-3")]
    for _ in range(2):
        watch.pass_by(days=14)
        await customers.seed(store, watch)
    assert [(await risk.profile(who)).level for who in ("demo-8", "demo-3")] == levels
    assert (await risk.start("demo-2"))["data"]["index"] == 2


# --- over HTTP ---------------------------------------------------------------------------------


@pytest.fixture
async def http(risk: RiskProfileService):
    app = Sanic(f"risk-profile-{next(NUMBERS)}", configure_logging=False, dumps=dumps)
    app.config.AUTO_EXTEND = False
    install(app)
    app.blueprint(blueprint)
    app.ctx.risk_profile = risk
    async with serving(app) as client:
        yield client


BASE = "/api/risk-profile"


async def test_a_whole_assessment_over_http(http: httpx.AsyncClient) -> None:
    told = (await http.post(f"{BASE}/demo-8/assessment", json={})).json()
    while told["outcome"] == "question":
        answer = await http.post(f"{BASE}/demo-8/assessment/answer", json={"text": "A"})
        told = answer.json()
    assert told["outcome"] == "result"
    assert told["data"]["level"] == "C1"
    profile = (await http.get(f"{BASE}/demo-8")).json()
    assert (profile["outcome"], profile["data"]["lowest_class"]) == ("valid", True)
    confirmed = await http.post(f"{BASE}/demo-8/assessment/confirm", json={"accept": True})
    assert confirmed.json()["outcome"] == "nothing_to_confirm"
    left = await http.delete(f"{BASE}/demo-8/assessment")
    assert left.json()["outcome"] == "no_assessment"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("demo-8/assessment", {"restart": "yes"}, "restart"),
        ("demo-8/assessment/answer", {}, "text"),
        ("demo-8/assessment/answer", {"text": 5}, "text"),
        ("demo-8/assessment/answer", {"text": "A", "mood": 1}, "mood"),
        ("demo-8/assessment/confirm", {"accept": "ja"}, "accept"),
        ("demo-8/suitability", {"product_kind": "car", "product_level": "R1"}, "product_kind"),
        ("demo-8/suitability", {"product_level": "R1"}, "product_kind"),
        ("demo-8/suitability", {"product_kind": "fund", "product_level": "R0"}, "product_level"),
        (
            "demo-8/suitability",
            {"product_kind": "fund", "product_level": "R1", "purchase": {"amount": "-1"}},
            "purchase.amount",
        ),
        (f"{'x' * 65}/assessment", {}, "customer_id"),
    ],
)
async def test_a_wrong_body_is_told_by_its_field(
    http: httpx.AsyncClient, path, body, field
) -> None:
    answer = await http.post(f"{BASE}/{path}", json=body)
    assert answer.status_code == 400
    assert field in answer.json()["error"]["message"]


async def test_suitability_over_http(http: httpx.AsyncClient) -> None:
    body = {"product_kind": "fund", "product_level": "R4", "initiated_by": "customer"}
    answer = await http.post(f"{BASE}/demo-3/suitability", json=body)
    assert answer.json()["outcome"] == "warned"


async def test_another_server_is_asked_the_same_way(
    http: httpx.AsyncClient, risk: RiskProfileService
) -> None:
    remote = RemoteRiskProfile(str(http.base_url), client=http)
    for customer in ("demo-1", "demo-5", "demo-6", "demo-8", "nobody", None):
        assert await remote.profile(customer) == await risk.profile(customer)
    purchase = Purchase(amount=Decimal(10**9))
    for arguments in (("demo-3", "R2", "wealth", "customer", "R3", purchase), (None, "R1", "fund")):
        assert await remote.suitability(*arguments) == await risk.suitability(*arguments)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, text="hello"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"outcome": "valid", "data": {"level": "C7"}}),
        httpx.Response(200, json={"outcome": "valid", "data": {"level": "C3", "allows": ["R7"]}}),
        httpx.Response(200, json={"outcome": "rich", "data": {}}),
    ],
)
async def test_a_server_that_answers_otherwise_is_unavailable(answer: httpx.Response) -> None:
    transport = httpx.MockTransport(lambda _request: answer)
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(Unavailable):
            await RemoteRiskProfile("http://there", client=client).profile("demo-1")
