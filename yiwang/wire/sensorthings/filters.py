"""`$filter` and `$orderby` read: text to expressions, bounded in length, depth and number of parts.

From loose to tight: or, and, not, comparison, add and sub, mul div mod. `not` takes the comparison behind it (`not a eq b`), as
nothing else could be meant. Geospatial functions are refused by name.
"""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from yiwang.wire.sensorthings.expressions import (
    ANY,
    BOOLEAN,
    COMPARISONS,
    FUNCTIONS,
    GEOSPATIAL,
    MOMENT,
    NUMBER,
    PRODUCTS,
    SUMS,
    WORDS,
    Called,
    Compared,
    Computed,
    Every,
    Expression,
    Literal,
    Not,
    Path,
    fits,
    kind_of,
    sum_kind,
)
from yiwang.wire.sensorthings.fields import Refused, length_of, number, text, time_of
from yiwang.wire.sensorthings.model import ANY as ANYTHING
from yiwang.wire.sensorthings.model import FORMS, ID, INTERVAL, OBJECT, TEXT, TIME
from yiwang.wire.sensorthings.model import MOMENT as A_MOMENT

LONGEST = 8_000
"""Characters of one expression."""
DEEPEST = 20
"""Brackets within brackets."""
MOST_PARTS = 100
"""Sums, functions and negations in one expression; conditions may be as many as fit."""
MOST_STEPS = 6
"""Steps of one path. Each may lead to many entities, so that what a path leads to multiplies."""
KINDS = {TEXT: WORDS, TIME: MOMENT, A_MOMENT: MOMENT, INTERVAL: MOMENT, OBJECT: ANY, ANYTHING: ANY}

_DAY, _CLOCK, _OFFSET = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?",
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})",
)
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<text>'(?:[^']|'')*')
    |(?P<typed>[A-Za-z]+'(?:[^']|'')*')
    |(?P<moment>{_DAY}T{_CLOCK}{_OFFSET}(?:/{_DAY}T{_CLOCK}{_OFFSET})?)
    |(?P<half_moment>{_DAY}T{_CLOCK})
    |(?P<date>{_DAY})
    |(?P<time>{_CLOCK})
    |(?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.])
    |(?P<word>[@\w][\w.]*(?:/[@\w][\w.@-]*)*)
    |(?P<mark>[(),-])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word, value or mark, and where it begins."""

    kind: str
    text: str
    at: int


def read_filter(written: str, entity: str, where: str = "$filter") -> Expression:
    """The condition that `written` sets on entities of a kind (a key of FORMS). Raises Refused with the place."""
    reader = _Reader(written, entity, where)
    found = reader.whole()
    if not fits(kind_of(found), BOOLEAN):
        raise Refused(f"gives a {kind_of(found)} and not true or false", where)
    return found


def read_expression(written: str, entity: str, where: str = "$orderby") -> Expression:
    """Any expression on entities of a kind, to order by. Raises Refused with the place."""
    return _Reader(written, entity, where).whole()


def _tokens(written: str, where: str) -> list[Token]:
    if len(written) > LONGEST:
        raise Refused(f"has {len(written)} characters; at most {LONGEST} are taken", where)
    found, at = [], 0
    while at < len(written):
        match = _TOKEN.match(written, at)
        if match is None:
            raise Refused(f"{written[at : at + 20]!r} cannot be read", f"{where}, character {at + 1}")
        if match.lastgroup == "half_moment":
            raise Refused(
                "a moment needs its offset: Z, or +08:00 with its + written %2B", f"{where}, character {at + 1}"
            )
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], at))
        at = match.end()
    return found


class _Reader:
    """One expression being read."""

    def __init__(self, written: str, entity: str, where: str) -> None:
        self.where, self.entity = where, entity
        self.tokens = _tokens(written, where)
        self.end = len(written)
        self.at = self.depth = self.parts = 0

    def whole(self) -> Expression:
        found = self.any_of()
        if self.at < len(self.tokens):
            raise self.refused(f"{self.tokens[self.at].text[:40]!r} is too much here", self.tokens[self.at])
        return found

    # --- the levels, from loose to tight

    def any_of(self) -> Expression:
        return self.conditions("or", self.all_of)

    def all_of(self) -> Expression:
        return self.conditions("and", self.opposite)

    def conditions(self, word: str, inner: Callable[[], Expression]) -> Expression:
        terms = [inner()]
        while self.takes(word):
            terms.append(inner())
        if len(terms) == 1:
            return terms[0]
        flat: list[Expression] = []
        for term in terms:
            self.wants(term, BOOLEAN, word)
            flat += term.terms if isinstance(term, Every) and term.word == word else [term]
        return Every(word, tuple(flat))

    def opposite(self) -> Expression:
        if not self.takes("not"):
            return self.comparison()
        self.counted()
        term = self.opposite()
        self.wants(term, BOOLEAN, "not")
        return Not(term)

    def comparison(self) -> Expression:
        left = self.computed(SUMS)
        word = self.takes(*COMPARISONS)
        if not word:
            return left
        right = self.computed(SUMS)
        if not fits(kind_of(left), kind_of(right)):
            raise self.refused(f"a {kind_of(left)} is never {word} a {kind_of(right)}")
        return Compared(word, left, right)

    def computed(self, words: tuple[str, ...]) -> Expression:
        left = self.computed(PRODUCTS) if words is SUMS else self.operand()
        while word := self.takes(*words):
            self.counted()
            right = self.computed(PRODUCTS) if words is SUMS else self.operand()
            if sum_kind(word, kind_of(left), kind_of(right)) is None:
                raise self.refused(f"{word} cannot compute a {kind_of(left)} and a {kind_of(right)}")
            left = Computed(word, left, right)
        return left

    def operand(self) -> Expression:
        token = self.next()
        if token.text == "(":
            return self.bracketed()
        if token.text == "-":
            return self.negative()
        if token.kind == "word":
            return self.named(token)
        if token.kind == "mark":
            raise self.refused(f"a value is expected and not {token.text!r}", token)
        try:
            return _literal(token)
        except Refused as fault:
            raise self.refused(fault.reason, token) from None

    def negative(self) -> Expression:
        self.counted()
        term = self.operand()
        self.wants(term, NUMBER, "-")
        return Computed("sub", Literal(Decimal(0)), term)

    def bracketed(self) -> Expression:
        self.deeper()
        found = self.any_of()
        self.expects(")")
        self.depth -= 1
        return found

    def named(self, token: Token) -> Expression:
        if self.peek() == "(":
            return self.called(token)
        if token.text in ("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[token.text])
        steps = tuple("id" if step == ID else step for step in token.text.split("/"))
        try:
            return Path(steps, kind_at(self.entity, steps))
        except Refused as fault:
            raise self.refused(fault.reason, token) from None

    def called(self, token: Token) -> Expression:
        known = FUNCTIONS.get(token.text)
        if known is None:
            spatial = token.text.startswith(GEOSPATIAL)
            told = "geospatial functions are not offered here" if spatial else "there is no such function"
            raise self.refused(f"{token.text[:40]}: {told}", token)
        self.counted()
        self.deeper()
        self.expects("(")
        given: list[Expression] = []
        while self.peek() != ")":
            if given:
                self.expects(",")
            given.append(self.any_of())
        self.expects(")")
        self.depth -= 1
        if not len(known.takes) - known.optional <= len(given) <= len(known.takes):
            raise self.refused(f"{token.text} takes {len(known.takes)} values and not {len(given)}", token)
        for one, wanted in zip(given, known.takes, strict=False):
            self.wants(one, wanted, token.text)
        return Called(token.text, tuple(given))

    # --- tokens

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def next(self) -> Token:
        if self.at >= len(self.tokens):
            raise self.refused("ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def takes(self, *words: str) -> str:
        """The next word where it is one of these, which is then behind us; empty otherwise."""
        if self.peek() not in words or not self.peek():
            return ""
        return self.next().text

    def expects(self, mark: str) -> None:
        token = self.next()
        if token.text != mark:
            raise self.refused(f"{mark!r} is expected and not {token.text[:40]!r}", token)

    # --- bounds and refusals

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refused(f"more than {DEEPEST} brackets within brackets")

    def counted(self) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise self.refused(f"more than {MOST_PARTS} sums, functions and negations")

    def wants(self, one: Expression, kind: str, by: str) -> None:
        if not fits(kind_of(one), kind):
            raise self.refused(f"{by} takes a {kind} and not a {kind_of(one)}")

    def refused(self, reason: str, token: Token | None = None) -> Refused:
        if token is None and self.at:
            token = self.tokens[self.at - 1]
        return Refused(reason, f"{self.where}, character {(token.at if token else self.end) + 1}")


def kind_at(entity: str, steps: tuple[str, ...]) -> str:
    """What stands at the end of a path from an entity. Raises Refused naming the step that leads nowhere."""
    if len(steps) > MOST_STEPS:
        raise Refused(f"a path of {len(steps)} steps; at most {MOST_STEPS} are taken")
    form = FORMS[entity]
    for place, step in enumerate(steps):
        last = place == len(steps) - 1
        if step in form.ways:
            form = FORMS[form.ways[step].target]
        elif step == "id" and last:
            return ANY
        elif step in form.properties:
            kind = form.properties[step].kind
            if not last and kind not in (OBJECT, ANYTHING):
                raise Refused(f"{step} of {form.name} has nothing below it")
            return KINDS[kind] if last else ANY
        else:
            raise Refused(f"{form.name} has no {step[:40]}")
    raise Refused(f"{'/'.join(steps)[:60]} is an entity; name one of its properties")


def _literal(token: Token) -> Literal:
    if token.kind == "text":
        return Literal(text(_unquoted(token.text)))
    if token.kind == "number":
        return Literal(number(token.text))
    if token.kind == "moment":
        return Literal(time_of(token.text))
    if token.kind == "typed":
        return _typed(token.text)
    try:
        return Literal((date if token.kind == "date" else time).fromisoformat(token.text))
    except ValueError:
        raise Refused(f"{token.text!r} is no {token.kind}") from None


def _typed(written: str) -> Literal:
    name, _, _ = written.partition("'")
    if name != "duration":
        geo = name in ("geography", "geometry")
        told = "geospatial values are not taken here" if geo else "no such kind of value"
        raise Refused(f"{name[:40]}: {told}")
    return Literal(length_of(_unquoted(written[len(name) :])))


def _unquoted(written: str) -> str:
    return written[1:-1].replace("''", "'")
