"""Files of dated values are read as people write them, or refused with the line that is wrong."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.market_data import market_data
from zhitou.wealth import nav_file
from zhitou.wealth.price_table import BadPrices, parse_prices
from zhitou.wealth.total_return import Distribution

TODAY = date(2026, 5, 20)
HEADER = "净值日期,单位净值,累计净值,日增长率,申购状态,赎回状态,分红送配"


def row(day, nav, note="nan", growth="0.00%"):
    return f"{day},{nav},{nav},{growth},开放申购,开放赎回,{note}"


def fund(*rows):
    return "\n".join((HEADER, *rows))


def read(text, column=None, encoding="utf-8"):
    table = nav_file.read_table(text if isinstance(text, bytes) else text.encode(encoding))
    return nav_file.read_series(table, column or nav_file.value_column(table), TODAY)


def values(series):
    return [round(float(value), 10) for value in series.total_return]


def test_rows_are_put_in_the_order_of_their_days():
    found = read(fund(row("2026-05-19", 1.2), row("2026-05-15", 1.0), row("2026-05-18", 1.1)))
    assert values(found) == [1.0, 1.1, 1.2]
    assert found.total_return.index.is_monotonic_increasing
    assert found.column == "单位净值"


def test_a_dividend_in_words_is_reinvested():
    found = read(
        fund(
            row("2026-05-19", 1.2),
            row("2026-05-18", 1.0, "每份派现金0.1000元"),
            row("2026-05-15", 1.1),
        )
    )
    assert found.distributions == (Distribution(date(2026, 5, 18), "dividend", 0.1),)
    assert values(found) == [1.0, 1.0, 1.2]


def test_a_split_in_words_is_undone_and_is_no_jump():
    found = read(fund(row("2026-05-15", 10.0), row("2026-05-18", 1.0, "每份分拆10份")))
    assert values(found) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("每份派现金0.0500元", [("dividend", 0.05)]),
        ("每10份派发红利2.00元", [("dividend", 0.2)]),
        ("每份派发现金红利0.3元", [("dividend", 0.3)]),
        ("每份分红0.3元", [("dividend", 0.3)]),
        ("每份分拆1.5份", [("split", 1.5)]),
        ("每份拆分为2份", [("split", 2.0)]),
        ("每份基金份额折算1.1106808610000001份", [("split", 1.110680861)]),
        ("每份基金份额分拆2.5份", [("split", 2.5)]),
        ("每份派现金0.05元；每份分拆1.5份", [("dividend", 0.05), ("split", 1.5)]),
        *((nothing, []) for nothing in ("", "nan", "NaN", "None", "--", "暂无")),
    ],
)
def test_the_words_of_a_distribution_are_understood(words, said):
    found = nav_file.read_distributions(words, TODAY)
    assert [(each.kind, pytest.approx(each.value, abs=1e-9)) for each in found] == said


@pytest.mark.parametrize(
    "words",
    ["分红", "每份派现金元", "每份派现金0元", "每0份分拆2份", "每份派现金0.1元左右", "1.2.3"],
)
def test_words_that_are_not_understood_are_not_guessed(words):
    with pytest.raises(ValueError, match="no dividend or split"):
        nav_file.read_distributions(words, TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_and_byte_order_marks_make_no_difference(encoding):
    text = fund(row("2026-05-15", 1.0), row("2026-05-18", 1.1, "每份派现金0.1000元"))
    assert values(read(text, encoding=encoding)) == [1.0, 1.2]


def test_full_width_digits_and_signs_are_plain_ones():
    text = fund(
        row("２０２６－０５－１５", "１．０"), row("2026年5月18日", "１．１", "每份派现金０．１元")
    )
    assert values(read(text)) == [1.0, 1.2]


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(break_):
    text = fund(row("2026-05-15", 1.0), "", row("2026-05-18", 1.1)).replace("\n", break_)
    assert values(read(text)) == [1.0, 1.1]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("date,nav\n20260515,1\n20260518,2\n", "nav"),
        ("Date,Open,Close,Adj Close\n2026/5/15,7,8,1\n2026/5/18,7,8,2\n", "Adj Close"),
        ("日期;收盘价(元)\n2026-05-15;1\n2026-05-18;2\n", "收盘价(元)"),
        ("\t净值日期\t单位净值\n0\t2026-05-15\t1\n1\t2026-05-18\t2\n", "单位净值"),
        ('"day","fund 1"\n"2026-05-15 00:00:00","1"\n"2026-05-18T00:00","2"\n', "fund 1"),
    ],
)
def test_the_columns_are_found_by_their_names_or_because_there_are_no_others(text, column):
    found = read(text)
    assert (found.column, values(found)) == (column, [1.0, 2.0])


def test_among_several_unknown_columns_one_must_be_named():
    text = "date,a,b\n2026-05-15,1,3\n2026-05-18,2,3\n"
    with pytest.raises(BadPrices, match=r"line 1: no column is known .* a, b"):
        read(text)
    assert values(read(text, "a")) == [1.0, 2.0]
    with pytest.raises(BadPrices, match="line 1: there is no one column c"):
        read(text, "c")


def test_cumulative_value_alone_is_not_taken_for_what_was_earned():
    with pytest.raises(BadPrices, match="累计净值"):
        read("净值日期,累计净值\n2026-05-15,1\n2026-05-18,2\n")


def test_a_benchmark_is_a_third_column_named_like_an_index():
    def beside(header):
        return nav_file.benchmark_column(nav_file.read_table(f"{header}\n".encode()))

    assert beside("date,nav,csi300") == "csi300"
    assert beside("日期,单位净值,沪深300") == "沪深300"
    assert beside("date,nav,size") is None
    assert beside("date,nav,size,csi300") is None
    assert beside("index,date,nav") is None


def test_unit_values_without_a_column_of_distributions_are_known_to_be_incomplete():
    assert not read("净值日期,单位净值\n2026-05-15,1\n2026-05-18,2\n").complete
    assert read("date,close\n2026-05-15,1\n2026-05-18,2\n").complete
    assert read(fund(row("2026-05-15", 1.0), row("2026-05-18", 1.1))).complete


def test_missing_days_are_no_fault_and_a_row_may_stand_twice():
    again = row("2026-05-18", 1.1)
    assert values(read(fund(row("2025-01-06", 1.0), again, again))) == [1.0, 1.1]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([row("2026-05-18", 1.2)], "line 4: 2026-05-18 stands in line 3 with another value"),
        (
            [row("2026-05-18", 1.1, "每份派现金0.1元")],
            "line 4: 2026-05-18 stands in line 3 with another value",
        ),
        ([row("2026-05-19", 0)], "line 4, column 单位净值: '0' is not a value above zero"),
        ([row("2026-05-19", -1.1)], "line 4, column 单位净值: '-1.1' is not"),
        ([row("2026-05-19", "nan")], "line 4, column 单位净值: 'nan' is not"),
        ([row("2026-05-19", "")], "line 4, column 单位净值: '' is not"),
        ([row("2026-05-19", "inf")], "line 4, column 单位净值: 'inf' is not"),
        ([row("2026-05-19", "1_1")], "line 4, column 单位净值: '1_1' is not"),
        ([row("2026-05-21", 1.1)], "line 4: 2026-05-21 lies in the future"),
        ([row("2026-02-30", 1.1)], "line 4: '2026-02-30' is not a date"),
        ([row("0001-01-01", 1.1)], "line 4: '0001-01-01' is not a date"),
        (["", row("", 1.1)], "line 5: '' is not a date"),
        (["2026-05-19,1.1"], "line 4: has 2 cells instead of 7"),
        ([row("2026-05-19", 1.1, "分红")], "line 4, column 分红送配: '分红' names no dividend"),
        (
            [row("2026-05-19", 11)],
            r"line 4: 11 is 10 times the value of 2026-05-18 \(line 3\); a split is missing",
        ),
        (
            [row("2026-05-19", 0.11)],
            r"line 4: 0.11 is 0.1 times the value of 2026-05-18 \(line 3\); a split is missing",
        ),
        (
            [row("2026-05-19", 0.55, growth="0.30%")],
            r"line 4: 0.55 is 0.5 times .* but 日增长率 says 0.30%; 分红送配 lacks",
        ),
        (['2026-05-19,"1.1'], "line 4: cannot be read as a row"),
        (["2026-05-19,\0"], "line 4: cannot be read as a row"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(rows, complaint):
    with pytest.raises(BadPrices, match=complaint):
        read(fund(row("2026-05-15", 1.0), row("2026-05-18", 1.1), *rows))


def test_a_fall_over_missing_days_is_not_mistaken_for_a_missing_split():
    found = read(fund(row("2026-04-15", 1.0), row("2026-05-18", 0.6, growth="-1.00%")))
    assert values(found) == [1.0, 0.6]


def test_all_faults_are_counted_and_the_first_are_told():
    with pytest.raises(BadPrices) as caught:
        read(fund(*(row("2026-05-15", "x") for _ in range(8))))
    assert str(caught.value).splitlines()[0].startswith("line 2")
    assert str(caught.value).splitlines()[-1] == "and 3 more"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\xff\xff\xff", "neither Unicode nor GB18030"),
        (b"2026-05-15,1\n2026-05-18,2\n", "line 1: is a row of values; the header is missing"),
        (b"date\n2026-05-15\n", "line 1: the header must name"),
        (b"date,nav\n", "there is no value; at least 2 days are needed"),
        (b"date,nav\n2026-05-15,1\n", "line 2: the only value; at least 2 days are needed"),
        (b"\ndate,nav,nav\n2026-05-15,1,1\n", "line 2: there is no one column nav"),
    ],
)
def test_a_file_that_holds_no_series_is_refused(data, complaint):
    with pytest.raises(BadPrices, match=complaint):
        read(data)


@given(st.binary(max_size=200))
def test_no_file_brings_anything_but_a_complaint(data):
    for head in (b"", b"date,nav\n", f"{HEADER}\n2026-05-15,".encode()):
        with contextlib.suppress(BadPrices):
            read(head + data)


def test_tables_of_prices_are_read_by_the_same_rules():
    text = "日期\ta\n2026-05-19\t1,000\n2026-05-15\t８００\n2026-05-18\t900\n"
    table = parse_prices(text.encode("utf-16"), TODAY)
    assert table.assets == ("a",)
    assert table.prices[:, 0].tolist() == [800, 900, 1000]


@pytest.mark.parametrize(
    ("last", "complaint"),
    [
        ("2026-05-19,x", "line 4, column a: 'x' is not a price above zero"),
        ("2026-05-18,2", "line 4: 2026-05-18 stands already in line 3"),
        ("2026-05-19,20", "line 4, column a: moves 10.00-fold"),
        ("2026-05-21,2", "line 4: 2026-05-21 lies in the future"),
        ("", "2 days of prices are too few"),
    ],
)
def test_tables_of_prices_are_refused_with_their_line(last, complaint):
    with pytest.raises(BadPrices, match=complaint):
        parse_prices(f"date,a\n2026-05-15,1\n2026-05-18,2\n{last}\n".encode(), TODAY)


@pytest.mark.parametrize(
    ("name", "column", "count"),
    [
        ("nav/159919.csv", "单位净值", 2),
        ("nav/001938.csv", "单位净值", 14),
        ("csi300_000300.csv", "收盘价", 0),
        ("gov_bond_index_000012.csv", "收盘价", 0),
        ("cn10y_yield.csv", "收盘", 0),
        ("V1_110022_vs_csi300.csv", "nav", 0),
    ],
)
def test_real_files_are_read(name, column, count):
    found = read(market_data(name).read_bytes())
    assert found.column == column
    assert len(found.distributions) == count
    assert found.total_return.index.is_unique
