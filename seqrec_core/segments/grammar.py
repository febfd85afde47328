"""Rules as people write them, parsed by hand: nothing of a rule is ever run as code.

    rule    = and { "or" and }             and  = not { "and" not }
    not     = "not" not | "(" rule ")" | test
    test    = ("did" | "without") label | "contains" ["event" | "item" | "category"] label { "->" label } ["within" N "steps"]
            | name ("=" | "!=" | "<" | "<=" | ">" | ">=") value | name "in" "(" value { "," value } ")"

Labels, names and values are words, several in a row if need be, or stand in double quotes. Keywords may be in capitals.
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from seqrec_core.data.sequences import Of
from seqrec_core.errors import BadInput
from seqrec_core.text import say

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in"]
SPELLINGS = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
OPERATORS = {*get_args(Operator), *SPELLINGS} - {"in"}
KEYWORDS = {"and", "or", "not", "did", "without", "contains", "within", "in"}
ARROWS = {"->", "→"}
LONGEST = 2_000  # characters
DEEPEST = 30  # parentheses and nots inside one another
TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<sign>->|→|<=|>=|!=|<>|==|[=<>≤≥≠(),])|(?P<word>(?:(?!->)[^\s"=<>≤≥≠!(),→])+))"""
)


@dataclass(frozen=True)
class Token:
    """One piece of a rule.

    Args:
        kind: quoted, sign, word or end.
        text: as it counts: without quotes, keywords in lower case.
        start, stop: characters of the rule, from 0.
    """

    kind: str
    text: str
    start: int
    stop: int

    @property
    def keyword(self) -> str:
        """The keyword that it is, "" if it is none."""
        return self.text.lower() if self.kind == "word" and self.text.lower() in KEYWORDS else ""


@dataclass(frozen=True)
class Comparison:
    """`name operator values`; `at` and `value_at` count characters from 1."""

    name: str
    operator: Operator
    values: tuple[str, ...]
    at: int
    value_at: int


@dataclass(frozen=True)
class Holds:
    """These labels in this order, with anything between, or at most `max_gap` steps from one to the next."""

    labels: tuple[str, ...]
    of: Of | None
    max_gap: int | None
    at: tuple[int, ...]


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: "Rule"


@dataclass(frozen=True)
class All:
    """Every part."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class Either:
    """At least one part."""

    parts: tuple["Rule", ...]


Rule = Comparison | Holds | Not | All | Either


def parse(text: str) -> Rule:
    """Read a rule.

    Raises:
        BadInput: it does not follow the grammar (with the place), is too long or too deep.

    Example:
        >>> parse("did checkout and not device = mobile")
        All(parts=(Holds(labels=('checkout',), of=None, max_gap=None, at=(5,)), Not(part=Comparison(name='device', operator='=', \
values=('mobile',), at=22, value_at=31))))
    """
    if len(text) > LONGEST:
        raise BadInput("segments", "rule_too_long", found=len(text), limit=LONGEST)
    return _Parser(text).whole()


def quoted(text: str) -> str:
    """Write a label or a value so that it is read back as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def holding(labels: tuple[str, ...] | list[str], of: Of | None = None, max_gap: int | None = None) -> str:
    """Write the rule of a pattern or a path.

    Args:
        labels: first to last.
        of: what they are; None = the first of event, category and item that has them all.
        max_gap: most steps from one to the next; 1 = contiguous, None = any.

    Example:
        >>> holding(["cart", "purchase"], "event", 2)
        'contains event "cart" -> "purchase" within 2 steps'
    """
    gap = "" if max_gap is None else f" within {max_gap} steps"
    kind = "" if of is None else f"{of} "
    return f"contains {kind}{' -> '.join(quoted(label) for label in labels)}{gap}"


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            expected = say("segments.expected.quote") if text[start] == '"' else say("segments.expected.sign")
            raise _unexpected(text, Token("sign", text[start], start, start + 1), expected)
        kind = str(match.lastgroup)
        start, at = match.span(kind)
        raw = match[kind]
        found.append(Token(kind, re.sub(r"\\(.)", r"\1", raw[1:-1]) if kind == "quoted" else raw, start, at))
    return [*found, Token("end", "", len(text), len(text))]


def _unexpected(text: str, token: Token, expected: str) -> BadInput:
    found = say("segments.found.end") if token.kind == "end" else say("segments.found.text", text=text[token.start : token.stop])
    return BadInput("segments", "rule_syntax", at=token.start + 1, found=found, expected=expected)


class _Parser:
    """Descends through the grammar; `self.at` is the next token."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at, self.depth = text, _tokens(text), 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def fail(self, expected: str) -> BadInput:
        return _unexpected(self.text, self.next, say(f"segments.expected.{expected}"))

    def whole(self) -> Rule:
        found = self.either()
        if self.next.kind != "end":
            raise self.fail("joint")
        return found

    def either(self) -> Rule:
        parts = [self.all()]
        while self.next.keyword == "or":
            self.take()
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self) -> Rule:
        parts = [self.inverted()]
        while self.next.keyword == "and":
            self.take()
            parts.append(self.inverted())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def inverted(self) -> Rule:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadInput("segments", "rule_too_deep", limit=DEEPEST, at=self.next.start + 1)
        try:
            if self.next.keyword == "not":
                self.take()
                return Not(self.inverted())
            if self.next.text == "(" and self.next.kind == "sign":
                self.take()
                found = self.either()
                self.sign(")", "close")
                return found
            return self.test()
        finally:
            self.depth -= 1

    def test(self) -> Rule:
        keyword = self.next.keyword
        if keyword in ("did", "without"):
            self.take()
            at = self.next.start + 1
            held = Holds((self.phrase("label"),), None, None, (at,))
            return Not(held) if keyword == "without" else held
        return self.path() if keyword == "contains" else self.comparison()

    def path(self) -> Rule:
        self.take()
        of: Of | None = None
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.next.kind == "word" and self.next.text in get_args(Of) and following.kind in ("word", "quoted"):
            word = self.take().text
            of = next(one for one in get_args(Of) if one == word)
        places, labels = [self.next.start + 1], [self.phrase("label")]
        while self.next.text in ARROWS and self.next.kind == "sign":
            self.take()
            places.append(self.next.start + 1)
            labels.append(self.phrase("label"))
        return Holds(tuple(labels), of, self.gap(), tuple(places))

    def gap(self) -> int | None:
        if self.next.keyword != "within":
            return None
        self.take()
        if not (self.next.kind == "word" and self.next.text.isdecimal() and 0 < int(self.next.text[:9]) < 1_000_000):
            raise self.fail("steps")
        found = int(self.take().text)
        if self.next.kind != "word" or self.next.text.lower() not in ("step", "steps"):
            raise self.fail("steps")
        self.take()
        return found

    def comparison(self) -> Rule:
        at = self.next.start + 1
        name = self.phrase("test")
        token = self.next
        if token.keyword == "in":
            self.take()
            return self.listed(name, at)
        if not (token.kind == "sign" and token.text in OPERATORS):
            raise self.fail("operator")
        self.take()
        value_at = self.next.start + 1
        sign = SPELLINGS.get(token.text, token.text)
        operator: Operator = next(one for one in get_args(Operator) if one == sign)
        return Comparison(name, operator, (self.phrase("value"),), at, value_at)

    def listed(self, name: str, at: int) -> Rule:
        self.sign("(", "open")
        value_at = self.next.start + 1
        values = [self.phrase("value")]
        while self.next.text == "," and self.next.kind == "sign":
            self.take()
            values.append(self.phrase("value"))
        self.sign(")", "close")
        return Comparison(name, "in", tuple(values), at, value_at)

    def sign(self, text: str, expected: str) -> None:
        if self.next.kind != "sign" or self.next.text != text:
            raise self.fail(expected)
        self.take()

    def phrase(self, expected: str) -> str:
        """Return what stands in quotes, or the words up to the next keyword or sign."""
        if self.next.kind == "quoted":
            return self.take().text
        if self.next.kind != "word" or self.next.keyword:
            raise self.fail(expected)
        first = last = self.take()
        while self.next.kind == "word" and not self.next.keyword:
            last = self.take()
        return self.text[first.start : last.stop]
