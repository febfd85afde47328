"""Cumulative shares: how unevenly events or recommendations fall on items."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from seqrec_core.figures.theme import Theme

POINTS = 200


def concentration(counts: Sequence[int], *, rising: bool) -> tuple[list[float], list[float]]:
    """Return the cumulative share of the counts against the share of the items, from (0, 0) to (1, 1).

    Args:
        counts: one number an item, not negative.
        rising: the smallest first (Lorenz curve), else the largest first.

    Returns:
        At most about POINTS points; two empty lists where nothing was counted.

    Source: Lorenz, M. O. (1905), Methods of measuring the concentration of wealth.
    """
    ordered = sorted(counts, reverse=not rising)
    total = sum(ordered)
    if total == 0:
        return [], []
    sums = [0, *accumulate(ordered)]
    n = len(ordered)
    picked = sorted({round(place * n / POINTS) for place in range(POINTS + 1)}) if n > POINTS else list(range(n + 1))
    return [place / n for place in picked], [sums[place] / total for place in picked]


def diagonal(theme: Theme) -> dict[str, Any]:
    """Return the line at which every item would get the same."""
    return {
        "x": [0, 1],
        "y": [0, 1],
        "mode": "lines",
        "line": {"color": theme.muted, "width": 1, "dash": "dash"},
        "hoverinfo": "skip",
    }
