"""The shelf is complete, made up, and wrong rows are refused with their place."""

import csv
import io
from collections import Counter
from decimal import Decimal

import pytest

from tests.market_data import market_data
from zhitou.backends.product.catalogue import LEXICON, CatalogueError, load_catalogue
from zhitou.wealth.product import RISK_LEVELS, TYPE_NAMES, types_meant_by


@pytest.fixture(scope="module")
def shelf():
    return load_catalogue()


def test_the_shelf_holds_what_the_demo_promises(shelf):
    kinds = Counter(item.kind for item in shelf.products)
    assert kinds == {"fund": 300, "wealth": 60, "insurance": 40}
    assert len(shelf.managers) == 60
    types = Counter(item.type for item in shelf.products if item.kind == "fund")
    assert types == {
        "money_fund": 20,
        "short_bond_fund": 20,
        "bond_fund": 60,
        "mixed_bond_fund": 40,
        "mixed_fund": 60,
        "stock_fund": 30,
        "index_fund": 40,
        "qdii": 15,
        "fof": 10,
        "gold": 5,
    }


def test_every_type_and_every_risk_level_is_on_the_shelf(shelf):
    assert {item.type for item in shelf.products} == {
        name for types in TYPE_NAMES.values() for name in types
    }
    assert {item.risk_level for item in shelf.products if item.kind == "wealth"} == set(RISK_LEVELS)


def test_the_level_shown_is_never_below_the_issuers(shelf):
    assert all(item.risk_level >= item.terms["issuer_risk_level"] for item in shelf.products)


def test_nothing_but_a_deposit_keeps_its_principal(shelf):
    kept = {item.type for item in shelf.products if item.terms["principal_guaranteed"]}
    assert kept == {"certificate_of_deposit", "structured_deposit"}


def test_each_manager_runs_something_and_began_before_it(shelf):
    for manager in shelf.managers:
        assert manager.current
        assert all(tenure.since >= manager.career_start for tenure in manager.tenures)


def test_every_fund_has_the_terms_that_are_documented(shelf):
    for item in shelf.products:
        if item.kind == "fund":
            assert {
                "benchmark",
                "benchmark_index",
                "share_class",
                "family",
                "lock_up_days",
                "confirm_days",
                "arrival_days",
                "subscription",
                "auto_invest",
            } <= set(item.terms)
            assert {"management", "custody", "subscription", "redemption"} <= set(item.fees)
        assert Decimal(item.terms["min_amount"]) > 0


def test_no_name_and_no_code_is_a_real_one(shelf):
    real = market_data("all_fund_2021-01-15.json").read_text()
    assert not [item for item in shelf.products if f'"{item.name}"' in real]
    assert not [item for item in shelf.products if f'["{item.code}"' in real]


def test_no_alias_is_shared_by_two_products(shelf):
    names = Counter(
        words for item in shelf.products for words in {item.name, item.short_name, *item.aliases}
    )
    assert [words for words, count in names.items() if count > 1] == []


def test_a_word_of_customers_stands_for_its_types():
    assert types_meant_by("bond_fund") == {"bond_fund", "short_bond_fund"}
    assert types_meant_by("gold") == {"gold"}
    assert "certificate_of_deposit" not in types_meant_by("wealth_product")
    assert types_meant_by("motor") == frozenset()


@pytest.fixture
def broken(tmp_path):
    """Writes a copy of the files with one cell of the first product changed."""

    def write(column, value):
        for name in ("products.csv", "managers.csv"):
            rows = list(csv.DictReader(io.StringIO((LEXICON / name).read_text())))
            if column in rows[0] and name == "products.csv":
                rows[0][column] = value
            with (tmp_path / name).open("w", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("kind", "bond", "line 2, kind: 'bond' is not one of"),
        ("type", "annuity", "line 2, type: 'annuity' is not one of"),
        ("risk_level", "R6", "line 2, risk_level"),
        ("terms", "{", "line 2, terms: is not JSON"),
        ("terms", "[]", "line 2, terms: must be a JSON object"),
        ("terms", "{}", "line 2, terms: lacks min_amount"),
        ("size", "much", "line 2, size"),
        ("inception", "soon", "line 2, inception"),
        ("managers", "范北辰@yesterday", "line 2, managers"),
        ("managers", "无名氏@2020-01-01", "managers not in managers.csv"),
        ("name", "", "line 2, name: must not be empty"),
        ("code", "988002", "used twice: 988002"),
    ],
)
def test_a_wrong_cell_is_refused_with_file_line_and_column(broken, column, value, said):
    with pytest.raises(CatalogueError, match=r"products\.csv") as error:
        load_catalogue(broken(column, value))
    assert said in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CatalogueError, match=r"products\.csv is missing"):
        load_catalogue(tmp_path)


def test_a_former_manager_does_not_run_the_product_now(shelf):
    products = {item.code: item for item in shelf.products}
    ended = [
        (manager, tenure)
        for manager in shelf.managers
        for tenure in manager.tenures
        if tenure.until is not None
    ]
    assert len(ended) > 20
    for manager, tenure in ended:
        assert manager.name not in products[tenure.product_code].managers
        assert tenure.product_code not in manager.current
