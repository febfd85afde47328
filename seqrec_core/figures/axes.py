"""Numeric axes: ranges with room, and ticks that read well on a linear or a logarithmic scale."""

import math
from collections.abc import Sequence

from seqrec_core.text import integer


def padded(values: Sequence[float], share: float = 0.08, floor: float | None = None) -> tuple[float, float]:
    """Return a range around the values with room at both ends, not below `floor`."""
    low, high = min(values), max(values)
    room = (high - low) * share or abs(high) * share or 0.5
    return (low - room if floor is None else max(low - room, floor), high + room)


def log_padded(values: Sequence[float], share: float = 0.1) -> tuple[float, float]:
    """Return a range of log10 around positive values with room at both ends."""
    logs = [math.log10(value) for value in values if value > 0] or [0.0]
    return padded(logs, share)


def log_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers between 10**low and 10**high: 1, 2, 5 of each decade, or whole decades where these are many."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        ticks = [tick for tick in ticks if low - 1e-9 <= math.log10(tick) <= high + 1e-9]
        if len(ticks) <= most:
            return ticks
    return ticks[:: math.ceil(len(ticks) / most)]


def share_text(share: float) -> str:
    """Write a share on an axis with as few decimals as it needs: 0.2 → '20 %', 0.005 → '0.5 %'."""
    text = f"{100 * share:.6f}".rstrip("0").rstrip(".")
    return f"{text} %"


def number_text(value: float) -> str:
    """Write a number on an axis without needless decimals."""
    return integer(value) if float(value).is_integer() or abs(value) >= 100 else f"{value:.3g}"
