"""Products and managers named in a message: whole names, aliases, codes, parts and near misses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from zhitou.nlu.entities.found import Found
from zhitou.nlu.normalise import fold
from zhitou.wealth.naming import NameIndex
from zhitou.wealth.product import Product

SHORTEST_NAME = 3
"""Characters; a shorter alias is too often an ordinary word."""

LONGEST_TAIL = 14
"""Characters that may follow a company's name."""

_CODE = re.compile(
    r"(?<![\d.])\d{6}(?![\d.]|\s*(?:元|块|万|份|yuan))|(?<![a-z])zt[a-z]{2}\d{3}(?!\d)"
)
_TAIL = re.compile(rf"[\u3400-\u9fffa-z0-9()（）+]{{2,{LONGEST_TAIL}}}")
_STOP = re.compile(
    r"[吗呢吧啊呀嘛啦和跟与或]|这[个只款]|那[个只款]|怎么|咋|如何|可以|能不能|能|还|要不要|要|现在|最近|今年|去年|为什么|为啥|"
    r"亏|涨|跌|赎|买|卖|加仓|减仓|持有|定投|是不是|是|有|值得|好不好|好吗|哪|比|保本|多少|什么|净值|费|谁|的|了|我|你|给|被|在|到|拿|行不|vs|or|and"
)
_KIND_WORD = re.compile(
    r"混合|债|货币|指数|股票|联接|etf|lof|qdii|fof|精选|成长|优选|回报|红利|增强|收益|纯债|白酒|医疗|医药|蓝筹|科技|消费|"
    r"新能源|半导体|纳斯达克|标普|恒生|价值|主题|行业|龙头|平衡|灵活|现金|宝|添|盈|一年|三年|持有|产业|互联|中证|沪深|创新"
)
"""What a fund's name holds beside its company's; without one of these it is no product."""


class ProductMatcher:
    """Finds products of the shelf, and products of others by their company's name.

    Args:
        products: the shelf.
        managers: names of fund managers.
        issuers: how the names of other companies begin.

    """

    def __init__(
        self, products: Sequence[Product], managers: Iterable[str], issuers: Iterable[str]
    ) -> None:
        self.index = NameIndex(products)
        self._names = _Words(
            name
            for product in products
            for name in (product.name, product.short_name, *product.aliases)
            if len(name) >= SHORTEST_NAME
        )
        self._managers = _Words(managers)
        own = {product.company[:2] for product in products}
        listed = sorted({fold(each) for each in issuers} | own, key=len, reverse=True)
        self._issuers = re.compile("|".join(map(re.escape, listed)) or r"(?!)")
        self._own = own

    def find(self, folded: str) -> Iterator[Found]:
        """Find products and managers in a folded message; a better kind of match weighs more."""
        for match in _CODE.finditer(folded):
            yield self._product(match.group(), match.start(), match.end(), weight=9)
        for start, end in self._names.spans(folded):
            yield self._product(folded[start:end], start, end, weight=8)
        for start, end in self._managers.spans(folded):
            yield Found("fund_manager", folded[start:end], start, end, weight=8)
        yield from self._by_issuer(folded)

    def _by_issuer(self, folded: str) -> Iterator[Found]:
        for match in self._issuers.finditer(folded):
            tail = _TAIL.match(folded, match.end())
            if not tail:
                continue
            stop = _STOP.search(tail.group())
            rest = tail.group()[: stop.start()] if stop else tail.group()
            if len(rest) < 2 or not _KIND_WORD.search(rest):
                continue
            end = match.end() + len(rest)
            yield self._product(folded[match.start() : end], match.start(), end, weight=6)

    def _product(self, words: str, start: int, end: int, weight: int) -> Found:
        resolution = self.index.find(words)
        one = resolution.outcome == "found"
        value = resolution.products[0].code if one else words
        return Found("product", value, start, end, weight)


class _Words:
    """A set of words that is looked up at every place of a text, the longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = {fold(word) for word in words if word}
        self._lengths: dict[str, list[int]] = {}
        for word in self._words:
            lengths = self._lengths.setdefault(word[:2], [])
            if len(word) not in lengths:
                lengths.append(len(word))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The places of the words, left to right, without overlaps."""
        position = 0
        while position < len(text) - 1:
            for length in self._lengths.get(text[position : position + 2], ()):
                if text[position : position + length] in self._words:
                    yield position, position + length
                    position += length
                    break
            else:
                position += 1
