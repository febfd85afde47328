"""Write rules: tests that read back as what was meant, and rules joined to larger ones."""

from collections.abc import Sequence
from typing import Literal, get_args

from seqrec_core.data.sequences import Of
from seqrec_core.segments.grammar import KEYWORDS, TOKEN, Either, Not, Operator, parse, quoted

Joint = Literal["and", "or"]


def word(text: str) -> str:
    """Write a name, a label or a value: as it is where it is one word, else in quotes.

    Example:
        >>> word("purchase"), word("add to cart"), word("in")
        ('purchase', '"add to cart"', '"in"')
    """
    match = TOKEN.fullmatch(text)
    is_plain = match is not None and match.lastgroup == "word" and match["word"] == text
    special = text.lower() in KEYWORDS or text in get_args(Of)
    return text if is_plain and not special else quoted(text)


def compared(name: str, operator: Operator, values: Sequence[str]) -> str:
    """Write a comparison; several values are any of them.

    Args:
        name: of a feature, an event type, a column, or `event`, `item`, `category`.
        operator: `in` for several values.
        values: at least one.

    Example:
        >>> compared("device", "=", ["mobile"]), compared("country", "in", ["DE", "New Zealand"])
        ('device = mobile', 'country in (DE, "New Zealand")')
    """
    written = name if name in get_args(Of) else word(name)
    if operator == "in":
        return f"{written} in ({', '.join(word(value) for value in values)})"
    return f"{written} {operator} {word(values[0])}"


def inverted(rule: str) -> str:
    """Write the opposite of a rule.

    Raises:
        BadInput: the rule cannot be read.

    Example:
        >>> inverted("purchases >= 2"), inverted("did cart or did wishlist")
        ('not purchases >= 2', 'not (did cart or did wishlist)')
    """
    found = parse(rule)
    return f"not ({rule.strip()})" if not _is_one(found) else f"not {rule.strip()}"


def joined(first: str, joint: Joint, second: str) -> str:
    """Join two rules so that each keeps its meaning; an empty one adds nothing.

    Raises:
        BadInput: a rule cannot be read.

    Example:
        >>> joined("did cart or did wishlist", "and", "without purchase")
        '(did cart or did wishlist) and without purchase'
    """
    rules = [rule.strip() for rule in (first, second) if rule.strip()]
    if joint == "and":
        rules = [f"({rule})" if len(rules) > 1 and isinstance(parse(rule), Either) else rule for rule in rules]
    return f" {joint} ".join(rules)


def _is_one(rule: object) -> bool:
    """Whether a rule is one test."""
    return not hasattr(rule, "parts") and not isinstance(rule, Not)
