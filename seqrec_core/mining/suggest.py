"""Which min_count to ask for: one that gives a readable number of patterns, one that fits a budget."""

import math
import time
from dataclasses import replace

import numpy as np

from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.parts import run, start
from seqrec_core.mining.preparing import label_counts, prepare
from seqrec_core.mining.types import MiningTerms

WANTED, MOST = 500, 2_000
LOOKED_AT, FEWEST_LOOKED_AT = 500_000, 100  # events, sequences
SHARE_OF_BUDGET = 0.25


def sensible_min_count(sequences: Sequences, max_gap: int | None = None, max_length: int = 5) -> int:
    """Return a min_count that gives about 200 to 2,000 patterns.

    Searches with a falling min_count, each stopped at 2,000 patterns, and then halves the interval that is left, until
    one gives 500 to 2,000. Where no min_count does (small or scattered logs), the one that gives the most without
    exceeding 2,000; where even the shared whole is more (equal sequences), the number of sequences. Of a large log, every
    k-th sequence is looked at (together half a million events) and the count found is multiplied by k.

    Args:
        sequences: what will be searched.
        max_gap: as in `MiningTerms`.
        max_length: longest pattern that counts, in events.

    Returns:
        An absolute count, at least 2.
    """
    every = -(-len(sequences.values) // LOOKED_AT)
    if every > 1 and len(sequences) >= every * FEWEST_LOOKED_AT:
        sample = sequences.take(np.arange(0, len(sequences), every))
        return min(every * sensible_min_count(sample, max_gap, max_length), len(sequences))
    terms = MiningTerms(2, max_gap=max_gap, max_length=max_length, max_patterns=MOST)
    good, bad = len(sequences) + 1, 1
    guess = int(label_counts(sequences).max(initial=2)) // 2
    while good - bad > 1:
        guess = max(bad + 1, min(guess, good - 1))
        n = patterns_at(sequences, replace(terms, min_count=guess), seconds=math.inf)
        if n is None:
            bad = guess
        else:
            good = guess
            if n >= WANTED:
                break
        guess = good // 2 if bad == 1 else int((good * bad) ** 0.5)
    return max(2, min(good, len(sequences)))


def fitting_min_count(sequences: Sequences, terms: MiningTerms) -> int:
    """Return the least min_count found to fit the budget of these terms.

    Each candidate was searched to its end, with at most `max_patterns` patterns and within `max_seconds`. Looking for it
    takes a quarter of `max_seconds`, at least a second; the labels that most sequences hold are the answer of last resort.
    """
    deadline = time.perf_counter() + max(1.0, SHARE_OF_BUDGET * terms.max_seconds)
    good, bad = int(label_counts(sequences).max(initial=1)), terms.min_count
    guess = good // 2
    while good - bad > max(1, bad // 20) and time.perf_counter() < deadline:
        guess = max(bad + 1, min(guess, good - 1))
        left = min(terms.max_seconds, deadline - time.perf_counter())
        if patterns_at(sequences, replace(terms, min_count=guess), left) is None:
            bad = guess
        else:
            good = guess
        guess = max(good // 2, int((good * bad) ** 0.5))
    return good


def patterns_at(sequences: Sequences, terms: MiningTerms, seconds: float) -> int | None:
    """Return the number of patterns of any kind, or None where the budget does not suffice.

    Args:
        sequences: what to search.
        terms: as for `mine`; kind and top_k do not matter.
        seconds: most time to spend.
    """
    terms = replace(terms, kind="all", top_k=None)
    search = start(prepare(sequences, terms), sequences, terms)
    is_done = run(search, time.perf_counter() + seconds, terms.max_bytes)
    return len(search) if is_done and not search.is_full else None
