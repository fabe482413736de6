"""``zhitou nav analyse`` prints every figure by the conventions, or one line on what is wrong."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.market_data import market_data
from zhitou.wealth.commands.nav import command

FIGURES = {
    "annual_return",
    "cagr",
    "annual_volatility",
    "sharpe",
    "sortino",
    "downside_deviation",
    "max_drawdown",
    "drawdown_peak",
    "drawdown_trough",
    "drawdown_recovered",
    "calmar",
    "var_95",
    "cvar_95",
    "total_return",
    "beta",
    "correlation",
    "alpha",
    "tracking_error",
    "information_ratio",
    "calendar_years",
}
EXPECTED = {
    "annual_return": "ann_return_252_by_n",
    "cagr": "cagr_365.25_calendar",
    "annual_volatility": "ann_vol_252_ddof1",
    "sharpe": "sharpe_rf0",
    "sortino": "sortino_mar0",
    "downside_deviation": "downside_dev_252_mar0",
    "max_drawdown": "max_drawdown",
    "drawdown_peak": "mdd_peak",
    "drawdown_trough": "mdd_trough",
    "drawdown_recovered": "mdd_recovered",
    "calmar": "calmar_252",
    "var_95": "var95_hist_daily",
    "cvar_95": "cvar95_hist_daily",
    "total_return": "total_return",
    "beta": "beta",
    "correlation": "correlation",
    "alpha": "alpha_capm_rf0_compounded_252",
    "tracking_error": "tracking_error_252",
    "information_ratio": "information_ratio_252",
    "calendar_years": "calendar_year_returns",
    "benchmark_total_return": "bench_total_return",
    "values": "n_prices",
    "from": "first",
    "to": "last",
}
FUND = "date,nav\n2024-01-02,1.0\n2024-01-03,1.2\n2024-01-04,0.9\n2024-01-05,1.3\n2024-01-08,1.4\n"
INDEX = "date,close\n2024-01-02,10\n2024-01-03,11\n2024-01-05,10\n2024-01-08,12\n2024-01-09,13\n"


def run(*arguments):
    return CliRunner().invoke(command, ["analyse", *map(str, arguments)])


def analyse(*arguments):
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    assert not result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def fund(tmp_path):
    return write(tmp_path / "fund.csv", FUND)


@pytest.fixture
def index(tmp_path):
    return write(tmp_path / "index.csv", INDEX)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def assert_worked_case(found):
    expected = json.loads(market_data("V1_expected.json").read_text())
    for ours, theirs in EXPECTED.items():
        value = expected[theirs]
        if isinstance(value, str):
            assert found[ours] == value, ours
        else:
            assert found[ours] == pytest.approx(value, abs=1e-8), ours


def test_the_worked_case_agrees_to_eight_places():
    file = market_data("V1_110022_vs_csi300.csv")
    assert_worked_case(analyse(file))
    assert_worked_case(analyse(file, "--benchmark", file))
    rate = analyse(file, "--risk-free", "0.015")
    assert rate["sharpe"] == pytest.approx(1.0563772664, abs=1e-8)


def test_the_worked_case_agrees_when_its_columns_are_files_of_their_own(tmp_path):
    lines = market_data("V1_110022_vs_csi300.csv").read_text().splitlines()
    cells = [line.split(",") for line in lines]
    own = write(tmp_path / "own.csv", "\n".join(f"{day},{nav}" for day, nav, _ in cells))
    other = write(tmp_path / "other.csv", "\n".join(f"{day},{level}" for day, _, level in cells))
    assert_worked_case(analyse(own, "--benchmark", other))


def test_the_worked_case_comes_from_what_was_published():
    found = analyse(
        market_data("nav/110022.csv"),
        *("--from", "2014-01-02", "--to", "2021-01-15"),
        *("--benchmark", market_data("csi300_000300.csv")),
    )
    expected = json.loads(market_data("V1_expected.json").read_text())
    for key in ("beta", "correlation", "alpha", "tracking_error", "information_ratio"):
        assert found[key] == pytest.approx(expected[EXPECTED[key]], abs=1e-8)
    assert found["common_days"] == expected["n_prices"]
    assert found["total_return"] == pytest.approx(expected["total_return"], abs=1e-8)


def test_dividends_of_a_real_fund_are_reinvested():
    found = analyse(market_data("nav/110011.csv"), "--from", "2015-01-01", "--to", "2020-12-31")
    assert found["total_return"] == pytest.approx(3.9847, abs=5e-5)
    assert found["distributions"] == 2
    assert found["notes"] == []
    assert analyse(market_data("nav/110011.csv"), "--from", "2019-11-22")["distributions"] == 0


def test_every_figure_is_printed_even_without_a_benchmark(fund):
    found = analyse(fund)
    assert set(found) >= FIGURES
    assert found["total_return"] == pytest.approx(0.4)
    assert found["drawdown_recovered"] == "2024-01-05"
    assert found["calendar_years"] == {"2024": pytest.approx(0.4)}
    assert found["beta"] is found["alpha"] is found["benchmark"] is None


def test_the_benchmark_counts_on_common_days_only(fund, index):
    found = analyse(fund, "--benchmark", index)
    assert found["common_days"] == 4
    assert found["benchmark_total_return"] == pytest.approx(0.2)
    assert found["benchmark"] == "index.csv, close"


def test_any_column_can_be_named(tmp_path):
    file = write(tmp_path / "many.csv", "day,a,b\n2024-01-02,1,1\n2024-01-03,2,1\n2024-01-04,3,2\n")
    found = analyse(file, "--column", "a", "--benchmark-column", "b")
    assert found["total_return"] == pytest.approx(2)
    assert found["benchmark_total_return"] == pytest.approx(1)


def test_both_ends_of_a_period_are_included(fund):
    found = analyse(fund, "--from", "2024-01-03", "--to", "2024-01-05")
    assert (found["from"], found["to"], found["values"]) == ("2024-01-03", "2024-01-05", 3)
    assert found["total_return"] == pytest.approx(1.3 / 1.2 - 1)


@pytest.mark.filterwarnings("error")
def test_a_figure_that_is_not_defined_is_null(tmp_path):
    found = analyse(write(tmp_path / "two.csv", "date,nav\n2024-01-02,1\n2024-01-03,1\n"))
    assert found["total_return"] == found["max_drawdown"] == 0
    for key in ("annual_volatility", "sharpe", "sortino", "calmar", "drawdown_peak"):
        assert found[key] is None, key


def test_what_a_reader_must_know_is_noted(tmp_path):
    days = "\n".join(f"2024-{month:02}-01,{month}" for month in range(1, 6))
    monthly = write(tmp_path / "monthly.csv", f"净值日期,单位净值\n{days}\n")
    distributions, spacing = analyse(monthly)["notes"]
    assert "分红送配" in distributions
    assert "not daily" in spacing


def test_a_person_reads_a_table(fund, index):
    result = run(fund, "--benchmark", index)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "nav, 2024-01-02 to 2024-01-08, 5 values"
    assert "  total return                    40.00%" in result.stdout
    assert "against index.csv, close, 4 common days" in result.stdout


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("date,nav\n2024-01-02,1\n", "line 2: the only value"),
        ("date,nav\n2024-01-02,1\n2024-01-03,10\n", "line 3: 10 is 10 times"),
        ("date,nav\n2024-01-02,1\n2024-01-02,2\n2999-01-01,3\n", "line 3: 2024-01-02 stands"),
        ("", "the file is empty"),
    ],
)
def test_a_bad_file_ends_with_one_line_and_nothing_else(tmp_path, fund, text, complaint):
    bad = write(tmp_path / "bad.csv", text)
    for arguments in ([bad, "--json"], [bad], [fund, "--benchmark", bad, "--json"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert result.stderr.startswith(f"Error: {bad}: {complaint}")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--from", "2025-01-01"], "0 days of values between --from and --to"),
        (["--to", "2024-01-02"], "1 days of values between --from and --to"),
        (["--from", "2024-01-08", "--to", "2024-01-02"], "--from lies after --to"),
        (["--from", "yesterday"], "'yesterday'"),
        (["--risk-free", "nan"], "such as 0.015"),
        (["--risk-free", "1.5"], "such as 0.015"),
        (["--column", "size"], "there is no one column size"),
        (["--benchmark", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(fund, arguments, complaint):
    result = run(fund, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert complaint in result.stderr


def test_a_benchmark_of_another_time_is_refused(fund, tmp_path):
    old = write(tmp_path / "old.csv", "date,close\n2010-01-04,1\n2010-01-05,2\n")
    result = run(fund, "--benchmark", old)
    assert result.exit_code == 2
    assert f"{old}: 0 days in common" in result.stderr


def test_the_command_starts_without_the_numeric_libraries():
    program = "import sys, zhitou.wealth.commands.nav; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
