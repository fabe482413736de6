"""Which product a customer's words name: code, name, short name, alias, part, pinyin, near miss.

Pure: :class:`NameIndex` is built once from the shelf and asked many times. The steps are tried in
order and the first that matches decides, so that a better kind of match never competes with a
weaker one. Within a step every product counts the same: two that match are ambiguous. Share
classes of one fund count as one product, of which the A class is taken and said, unless the
customer named a class.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from zhitou.wealth.product import Product, Resolution
from zhitou.wealth.spelling import (
    Lines,
    distance,
    loosen,
    pair_index,
    pairs_of,
    syllables,
)

TOO_MANY = 8
"""A part of a name that more products share names a kind of product, not a product."""
LONG_NAME = 8
"""Characters from which a name may be two slips away instead of one."""
CANDIDATES = 12
"""How many names that share character pairs with the words are compared letter by letter."""
LEAST_COVERAGE = 0.6
"""Share of the words that a name inside them must make up."""

_NOISE = re.compile(r"[\s·・,，.。!！?？、:：;；'\"“”‘’《》<>【】\[\]()（）_\-—/|~]+")
_CLASS = re.compile(r"(?<![a-z])([a-e])(?:类|份额|级|款)")
_FILLER = re.compile(
    r"^(?:请问|请|我|那个|这个|那只|这只|那款|这款|帮我|看看|看下|看一下|查查|查一下"
    r"|查|买了|买点|买|卖|持有|定投|赎回|加仓|我有|有|的|嗯|你们|关于|还有)+"
    r"|(?:这只|这个|这款|怎么样|怎样|咋样|如何|好不好|还能拿|能不能|可以买|能买|吗|呢|吧|啊|的|基金|产品"
    r"|理财产品|保险产品|净值|多少|了)+$"
)
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)|(?<![a-z])zt[a-z]{2}\d{3}(?!\d)")

Hits = dict[int, float]
"""Position of a product in the shelf → score."""


class NameIndex:
    """The names of a shelf, arranged for search.

    Args:
        products: the shelf; its order breaks ties in the lists.
    """

    def __init__(self, products: Iterable[Product]) -> None:
        self.products: tuple[Product, ...] = tuple(products)
        self._codes = {_plain(item.code): place for place, item in enumerate(self.products)}
        self._families: dict[str, list[int]] = defaultdict(list)
        self._owners: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, item in enumerate(self.products):
            self._families[_family(item)].append(place)
            for words, score in _names(item):
                key = _plain(words)
                if key and all(owner != place for owner, _ in self._owners[key]):
                    self._owners[key].append((place, score))
        self._keys = list(self._owners)
        self._companies = _company_pattern(self.products)
        self._longest = max((len(key) for key in self._keys), default=0)
        self._text = Lines(self._keys)
        sounds = [syllables(key) for key in self._keys]
        self._sounds = Lines(["|" + "|".join(map(loosen, parts)) + "|" for parts in sounds])
        self._spelled = Lines([loosen("".join(parts)) for parts in sounds])
        self._initials = Lines(
            ["^" + "".join(p[0] if p.isalpha() else p for p in parts) for parts in sounds]
        )
        self._pairs, self._pair_counts = pair_index(self._keys)
        self._lengths = np.array([len(key) for key in self._keys])

    def find(self, text: str, kind: str | None = None, limit: int = 5) -> Resolution:
        """Say which product ``text`` names.

        Args:
            text: a code, a name or a short phrase around one.
            kind: only products of this kind, where the caller knows it.
            limit: at most so many candidates when ambiguous.
        """
        words = self._companies.sub(r"\1", _plain(text[:200]))
        bare = _bare(words)
        steps: tuple[Callable[[], Hits], ...] = (
            lambda: self._exact(words),
            lambda: self._exact(bare),
            lambda: self._named_inside(bare),
            lambda: self._part_of_name(bare),
            lambda: self._by_sound(bare),
            lambda: self._by_letters(bare),
            lambda: self._near_miss(bare),
        )
        hits = self._by_code(words)
        if hits is None:
            for step in steps:
                hits = self._of_kind(step(), kind)
                if hits:
                    break
        return self._resolve(self._of_kind(hits or {}, kind), words, limit)

    def _of_kind(self, hits: Hits, kind: str | None) -> Hits:
        if kind is None:
            return hits
        return {place: score for place, score in hits.items() if self.products[place].kind == kind}

    def _by_code(self, words: str) -> Hits | None:
        """The product of a code in the words; a code that nobody has matches nothing else."""
        codes = _CODE.findall(words)
        if not codes:
            return None
        return {self._codes[code]: 1.0 for code in codes if code in self._codes}

    def _exact(self, words: str) -> Hits:
        return dict(self._owners.get(words, ()))

    def _named_inside(self, words: str) -> Hits:
        """The longest name that stands inside the words and makes up most of them.

        A name without its company must begin them: words before it may be another company's.
        """
        for length in range(min(self._longest, len(words) - 1), 1, -1):
            if length < LEAST_COVERAGE * len(words):
                break
            for start in range(len(words) - length + 1):
                name = words[start : start + length]
                owners = self._owners.get(name, ())
                hits = {
                    place: 0.9 * score
                    for place, score in owners
                    if start == 0 or name.startswith(self.products[place].company[:2])
                }
                if hits:
                    return hits
        return {}

    def _part_of_name(self, words: str) -> Hits:
        return self._owners_of(self._text.containing(words), 0.8) if len(words) >= 2 else {}

    def _by_sound(self, words: str) -> Hits:
        """Names that sound the same: homophones, traditional characters, pinyin written out."""
        parts = syllables(words)
        if len(parts) < 3 or not any(part.isalpha() for part in parts):
            return {}
        return self._owners_of(
            self._sounds.containing("|" + "|".join(map(loosen, parts)) + "|"), 0.75
        )

    def _by_letters(self, words: str) -> Hits:
        """Names by the initials of their pinyin, or by pinyin written in one piece."""
        if not re.fullmatch(r"[a-z][a-z0-9]{2,}", words):
            return {}
        initials = self._owners_of(self._initials.containing("^" + words), 0.7)
        if initials or len(words) < 6:
            return initials
        return self._owners_of(self._spelled.containing(loosen(words)), 0.7)

    def _near_miss(self, words: str) -> Hits:
        """Names of the same beginning that differ by one character, long ones by two."""
        pairs = pairs_of(words)
        found = [self._pairs[pair] for pair in pairs if pair in self._pairs]
        if len(pairs) < 2 or not found:
            return {}
        common = np.bincount(np.concatenate(found), minlength=len(self._keys))
        likeness = 2.0 * common / (self._pair_counts + len(pairs))
        likeness[np.abs(self._lengths - len(words)) > 1] = 0.0
        allowed = 1 if len(words) < LONG_NAME else 2
        best = np.argpartition(-likeness, min(CANDIDATES, len(likeness) - 1))[:CANDIDATES]
        near = [
            (distance(self._keys[key], words), int(key))
            for key in best
            if likeness[key] > 0 and set(self._keys[key][:2]) & set(words[:2])
        ]
        least = min(near, default=(allowed + 1, 0))[0]
        if least > allowed:
            return {}
        return self._owners_of([key for steps, key in near if steps == least], 0.6)

    def _owners_of(self, keys: Iterable[int], score: float) -> Hits:
        return {place: score for key in keys for place, _ in self._owners[self._keys[key]]}

    def _resolve(self, hits: Hits, words: str, limit: int) -> Resolution:
        best = max(hits.values(), default=0.0)
        families: dict[str, list[int]] = {}
        for place in sorted(hits, key=lambda place: (-hits[place], place)):
            if hits[place] >= best - 0.1:
                families.setdefault(_family(self.products[place]), []).append(place)
        if not families or len(families) > TOO_MANY:
            return Resolution("unknown")
        chosen = [self._class_meant(members, words) for members in families.values()]
        scores = tuple(hits[members[0]] for members in families.values())
        if len(chosen) > 1:
            return Resolution(
                "ambiguous", tuple(self.products[p] for p in chosen[:limit]), scores[:limit]
            )
        note = self._note(chosen[0], words)
        return Resolution("found", (self.products[chosen[0]],), scores, note)

    def _class_meant(self, members: Sequence[int], words: str) -> int:
        """The class that the words end with or whose code they are, else the A class."""
        named = [place for place in members if _names_class(words, self._class(place))]
        if named or _CODE.search(words):
            return (named or list(members))[0]
        family = self._families[_family(self.products[members[0]])]
        return min(family, key=lambda place: (self._class(place) or "A", place))

    def _class(self, place: int) -> str:
        return str(self.products[place].terms.get("share_class") or "")

    def _note(self, place: int, words: str) -> str:
        product, own = self.products[place], self._class(place)
        classes = sorted(map(self._class, self._families[_family(product)]))
        if len(classes) < 2 or _names_class(words, own) or _CODE.search(words):
            return ""
        return f"{product.short_name}有{'、'.join(classes)}类份额，这里按{own}类查询"


def _names(product: Product) -> Iterable[tuple[str, float]]:
    """What a product is called, with how surely the words mean it."""
    yield product.name, 1.0
    yield product.short_name, 1.0
    share_class = str(product.terms.get("share_class", ""))
    if share_class and product.name.endswith(share_class):
        yield product.name[: -len(share_class)], 0.97
    for alias in product.aliases:
        yield alias, 0.97


def _family(product: Product) -> str:
    return str(product.terms.get("family") or product.code)


def _names_class(words: str, share_class: str) -> bool:
    """Whether the words end with the letter of a class after Chinese ones (pinyin does not)."""
    return bool(share_class) and words.endswith(share_class.lower()) and not words.isascii()


def _plain(words: str) -> str:
    """Half-width, lower case, without spaces and punctuation, share classes as their letter."""
    return _CLASS.sub(r"\1", _NOISE.sub("", unicodedata.normalize("NFKC", words).lower()))


def _bare(words: str) -> str:
    """The words without what people say around a name; unchanged if nothing would be left."""
    stripped = _FILLER.sub("", words)
    return stripped if len(stripped) >= 2 else words


def _company_pattern(products: Iterable[Product]) -> re.Pattern[str]:
    """Finds 云杉基金(的) before a name, where names begin with 云杉 alone."""
    companies = {item.company[:-2] for item in products if item.company.endswith("基金")}
    names = "|".join(sorted(map(re.escape, companies)))
    return re.compile(f"({names})基金的?(?=.)" if names else r"(?!)()")
