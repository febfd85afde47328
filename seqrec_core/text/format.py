"""How numbers, shares, durations and counts are written in a sentence, a label or a table."""

import math

from seqrec_core.text.catalogue import sentences

MOST_DIGITS = 4  # a percentage below 0.0001 is the noise of a computation


def integer(value: float) -> str:
    """Write a whole number with thousands separators: 12345 → '12,345'."""
    return f"{value:,.0f}"


def decimal(value: float, digits: int = 2) -> str:
    """Write a number with a fixed count of decimals and a real minus sign."""
    return f"{value:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign, always: '+0.94', '−0.38'."""
    return f"{value:+,.{digits}f}".replace("-", "−")


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share in [0, 1] as a percentage: 0.1234 → '12.3 %'; None → '–'.

    A small share keeps its first digit, so that what is there never reads as nothing: 0.0004 → '0.04 %'.
    """
    if share is None:
        return "–"
    if share and abs(100 * share) < 0.5 * 10**-digits:
        first = -math.floor(math.log10(abs(100 * share)))
        digits = first if first <= MOST_DIGITS else digits
    return f"{100 * share:,.{digits}f} %"


def duration(seconds: float | None) -> str:
    """Write a time span in its two largest units: 186 → '3 min 6 s'; None → '–'."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    whole = round(seconds)
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[str] = []
    for name, size in units:
        amount, whole = divmod(whole, size)
        if amount or parts:
            parts.append(f"{amount} {name}" if amount else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part)


def count(n: int, noun: str) -> str:
    """Write a count with its noun in the right number: (1, 'session') → '1 session'.

    Raises:
        KeyError: the noun is not in `text/<language>/nouns.py`.
    """
    one, many = sentences("nouns")[noun].split("|")
    return f"{n:,} {one if n == 1 else many}"
