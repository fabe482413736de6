"""Find products and fund managers of the catalogue, and names that look like a product's.

A product's value is its code where one product (or one fund's main share class) is meant,
otherwise the wording; a manager's value is the name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from zhitou.nlu.entities.found import Found
from zhitou.nlu.entities.names import NameIndex, by_sound, initials, one_typo, spelled, unique
from zhitou.nlu.lexicon import Lexicon, ProductName
from zhitou.nlu.normalise import fold
from zhitou.nlu.phrases import Phrases, inside_word

_SHORTEST_PART = 4
"""Characters of a name that can stand for it when they stand in few names only."""
_SHORTEST_TELLING = 2
"""Characters of such a part that are no common words of the field."""
_SHORTEST_SOUND = 4
_SHORTEST_TYPO = 5
_SHORTEST_INITIALS = 4
_MOST_ENDINGS = 40
_MOST_FAMILIES = 3
_LATIN = re.compile(r"[a-z]{4,30}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SIX_DIGITS = re.compile(r"(?<![\d.,])\d{6}(?![\d.,%]|\s?[元块万亿份股点年月日天]|\s?yuan|\s?rmb)")
_MONTH = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])")
_NAME_CHARACTER = r"[\u3400-\u9fff0-9a-z()]"
_SPEECH = (
    "的了吗呢吧啊呀嘛怎么样还能可以是有没在和跟与或买卖赎亏赚涨跌这那哪我你他它就都也很不要想只支个"
    "被把给到为什如何值得最现今昨刚旗目直几多少上下去来说看问"
)
"""Characters of ordinary speech that a name does not go over."""
_STOP = rf"$|[^\u3400-\u9fff]|[{_SPEECH}]"


class ProductFinder:
    """Finds products and managers in a message."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._codes = {fold(product.code): product.code for product in lexicon.products}
        names: dict[str, list[ProductName]] = defaultdict(list)
        for product in lexicon.products:
            for name in product.names:
                names[fold(name)].append(product)
        self._products = list(names.values())
        self._exact = Phrases(
            [(code, code) for code in lexicon_codes(lexicon.products)]
            + [(name, _value(owners) or name) for name, owners in names.items()],
            shortest=3,
        )
        self._managers = Phrases((name, name) for name in lexicon.managers)
        self._names = NameIndex(list(names))
        self._sounds = NameIndex([by_sound(name) for name in names])
        self._latin = _latin(names)
        vocabulary = lexicon.vocabulary["product_names"]
        self._common = Phrases(
            (word, True) for word in (*(t.text for t in lexicon.terms), *vocabulary["generic"])
        )
        self._known = Phrases((name, name) for name in vocabulary["well_known"])
        self._looks = _name_pattern(vocabulary)
        self._not_codes_after = tuple(fold(word) for word in vocabulary["not_codes_after"])

    def find(self, text: str) -> list[Found]:
        """Products and managers in ``text``; overlapping ones are for the resolver."""
        folded = fold(text)
        found = [Found("product", value, a, b) for a, b, value in self._exact.find(folded)]
        found += [Found("fund_manager", name, a, b) for a, b, name in self._managers.find(folded)]
        certain = [(item.start, item.end) for item in found]
        found += self._code_like(text, folded)
        found += self._by_letters(folded)
        for part in (*self._parts(text, folded), *self._alike(folded)):
            if not any(part.start < end and start < part.end for start, end in certain):
                found.append(part)
        found += [Found("product", text[a:b], a, b) for a, b, _ in self._known.find(folded)]
        found += [
            Found("product", text[match.start() : match.end()], match.start(), match.end())
            for match in self._looks.finditer(folded)
        ]
        return found

    def _code_like(self, text: str, folded: str) -> Iterator[Found]:
        for match in _SIX_DIGITS.finditer(folded):
            code = match.group()
            before = folded[: match.start()].rstrip(" :是为")
            if code in self._codes or not (
                code.endswith("000")
                or _MONTH.fullmatch(code)
                or before.endswith(self._not_codes_after)
            ):
                yield Found("product", self._codes.get(code, code), *match.span())

    def _by_letters(self, folded: str) -> Iterator[Found]:
        for match in _LATIN.finditer(folded):
            value = self._latin.get(match.group())
            if value is not None:
                yield Found("product", value, *match.span())

    def _parts(self, text: str, folded: str) -> Iterator[Found]:
        """Pieces of names that are long enough and stand in few products."""
        words = [(start, end) for start, end, _ in self._common.find(folded)]
        position = 0
        while position < len(folded):
            if any(start < position < end for start, end in words):
                position += 1
                continue
            run = self._names.run(folded, position, _SHORTEST_PART, _MOST_ENDINGS)
            end = position + (run.length if run else 0)
            if run is None or inside_word(folded, position) or inside_word(folded, end):
                position += 1
                continue
            piece = folded[position:end]
            owners = [product for i in run.names for product in self._products[i]]
            families = {product.family for product in owners}
            if len(families) <= _MOST_FAMILIES and self._telling(piece):
                value = _value(owners) or text[position:end]
                yield Found("product", value, position, end)
                position = end
            else:
                position += 1

    def _telling(self, piece: str) -> bool:
        """Whether a piece of a name is more than words that everybody uses."""
        common = sum(
            len(_HAN.findall(piece[start:end])) for start, end, _ in self._common.find(piece)
        )
        return len(_HAN.findall(piece)) - common >= _SHORTEST_TELLING

    def _alike(self, folded: str) -> Iterator[Found]:
        """Whole names written with other characters of the same sound, or with one typo."""
        sounds = by_sound(folded)
        for position in range(len(folded)):
            run = self._sounds.run(sounds, position, _SHORTEST_SOUND, _MOST_ENDINGS)
            if run and run.whole:
                owners = [product for i in run.whole for product in self._products[i]]
                end = position + run.length
                yield Found("product", _value(owners) or folded[position:end], position, end)
        for position in range(len(folded) - _SHORTEST_TYPO + 1):
            yield from self._with_typo(folded, position)

    def _with_typo(self, folded: str, position: int) -> Iterator[Found]:
        for size in (4, 3):
            prefix = folded[position : position + size]
            for name in self._names.beginning(prefix, _MOST_ENDINGS):
                for length in (len(name), len(name) - 1, len(name) + 1):
                    end = position + length
                    if (
                        len(name) >= _SHORTEST_TYPO
                        and end <= len(folded)
                        and folded[end - 1] == name[-1]
                        and one_typo(folded[position:end], name)
                    ):
                        value = self._exact.at(name, 0)
                        yield Found("product", value[2] if value else name, position, end)
                        return


def lexicon_codes(products: Iterable[ProductName]) -> list[str]:
    """The codes that hold letters, which ordinary text does not."""
    return [product.code for product in products if not product.code.isdigit()]


def _value(owners: Iterable[ProductName]) -> str | None:
    """The code that names with these owners stand for: of one product, or of one family."""
    owners = list(owners)
    code = unique(product.code for product in owners)
    if code is None:
        family = unique(product.family for product in owners)
        code = family if family in {product.code for product in owners} else None
    return code


def _latin(names: dict[str, list[ProductName]]) -> dict[str, str]:
    """Initials and spellings that stand for one product only."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for name, owners in names.items():
        value = _value(owners)
        for key in (initials(name), spelled(name)):
            if value and key.isascii() and key.isalpha() and len(key) >= _SHORTEST_INITIALS:
                meanings[key].add(value)
    return {key: value for key, values in meanings.items() if (value := unique(values))}


def _name_pattern(vocabulary: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Real-world style names: company and theme, theme and ending, company and two characters."""
    firm, theme, ending, never = (
        "|".join(re.escape(word) for word in sorted(map(fold, vocabulary[key]), key=len)[::-1])
        for key in ("companies", "themes", "endings", "not_names_after")
    )
    plain = rf"(?![{_SPEECH}]){_NAME_CHARACTER}"
    han = rf"(?![{_SPEECH}])[\u3400-\u9fff]"
    tail = r"(?:\(?(?:lof|qdii|fof|etf)\)?)?(?:[a-e](?![a-z0-9]))?"
    return re.compile(
        rf"(?:{firm})(?!{never})(?:{plain}){{0,8}}?(?:{theme})(?:(?:{plain}){{0,4}}?(?:{theme}))*{tail}"
        rf"|(?:{theme}){{2,5}}(?:{ending}){tail}"
        rf"|(?:{firm})(?!{never})(?:(?!{never}){han}){{2,3}}(?={_STOP})"
    )
