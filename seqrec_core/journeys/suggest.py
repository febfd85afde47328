"""Which steps a first funnel has, and which event is the goal: by the usual names of events, else by where they come."""

import re

import numpy as np

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.journeys.funnel import progress
from seqrec_core.journeys.paths import reach
from seqrec_core.journeys.reading import code_of

# The rungs of a shop and of a subscription, lowest first; a rung is the most frequent event whose name matches.
RUNGS = (
    r"(product|item|page|article|track)?[_ -]?(view|click|detail)s?|(view|click)[_ -].*|.*[_ -]view|play|read|open",
    r"add[_ -]?(to)?[_ -]?(cart|basket|bag).*|(to[_ -])?carts?|basket|bag|transaction[_ -]start",
    r"(begin[_ -]|start[_ -])?checkouts?([_ -]start)?|shipping.*|delivery.*|sign[_ -]?up.*|register.*|trial.*",
    r"payments?([_ -](details|info|method|start))?|add[_ -]payment.*|billing.*",
    r"purchases?d?|orders?|transactions?|buy|bought|paid|pay|checkout[_ -](complete|success)|subscribe.*|conversion|donate.*",
)
BASKET = r"(view[_ -])?(cart|basket|bag)|add[_ -]?(to)?[_ -]?(cart|basket|bag).*|carts|to[_ -]carts?"
FEWEST, MOST_BY_PLACE, MOST_LOST = 2, 4, 0.5


def goal(sequences: Sequences) -> str | None:
    """Return the event that stands for success, None where no name says so."""
    return _best(sequences, RUNGS[-1], [])


def basket(sequences: Sequences) -> str | None:
    """Return the event that stands for the cart: seeing it before adding to it; None where no name says so."""
    return _best(sequences, r"(view[_ -])?(cart|basket|bag)", []) or _best(sequences, BASKET, [])


def suggested_steps(sequences: Sequences) -> tuple[str, ...]:
    """Return steps for a first funnel, first to last.

    Args:
        sequences: sessions or users.

    Returns:
        One event for each rung that has one, if two or more have; a rung in the middle that would leave fewer than half of
        those who reach the last step is left out. Else the most reached events in the order of the median place of their
        first occurrence.
    """
    steps: list[str] = []
    for rung in RUNGS:
        best = _best(sequences, rung, steps)
        if best is not None:
            steps.append(best)
    if len(steps) >= FEWEST:
        return _passed(sequences, steps)
    names = reach(sequences)["event"].head(MOST_BY_PLACE).to_list()
    return tuple(sorted(names, key=lambda name: (_place(sequences, name), name)))


def _passed(sequences: Sequences, steps: list[str]) -> tuple[str, ...]:
    """Keep the steps that at least half of those who get to the last one go through, in this order."""
    everyone = int((progress(sequences, [steps[-1]]).depth == 1).sum())
    kept = [steps[0], steps[-1]]
    for step in steps[1:-1]:
        tried = [*kept[:-1], step, kept[-1]]
        if (progress(sequences, tried).depth == len(tried)).sum() >= MOST_LOST * everyone:
            kept = tried
    return tuple(kept)


def _best(sequences: Sequences, rung: str, taken: list[str]) -> str | None:
    """Return the most reached event type whose whole name matches, apart from those taken; an item's name says no step."""
    if sequences.of != "event":
        return None
    frame = reach(sequences).sort([c.COUNT, "event"], descending=[True, False])
    names = frame["event"].to_list()
    return next((name for name in names if name not in taken and re.fullmatch(rung, name.strip().lower())), None)


def _place(sequences: Sequences, label: str) -> float:
    """Return the median place at which sequences first have an event, as a share of their length."""
    spots = sequences.places(code_of(sequences, label))
    rows = sequences.rows[spots]
    is_first = np.diff(rows, prepend=-1) != 0
    spots, rows = spots[is_first], rows[is_first]
    return float(np.median((spots - sequences.offsets[:-1][rows]) / np.diff(sequences.offsets)[rows]))
