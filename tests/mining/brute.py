"""Brute-force oracles and small random logs."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.types import MiningTerms

LABELS = ("b", "a", "d", "c")  # their codes are not in alphabetical order


def made(
    rows: list[list[list[int]]],
    labels: tuple[str, ...] = LABELS,
    owner: list[int] | None = None,
    times: list[list[int]] | None = None,
) -> Sequences:
    """Build sequences from lists of steps, each a list of label codes; times in seconds, one a step."""
    seconds = (
        []
        if times is None
        else [at for row, line in zip(rows, times, strict=True) for s, at in zip(row, line, strict=True) for _ in s]
    )
    values = [code for row in rows for step in row for code in step]
    steps, number = [], 0
    for row in rows:
        for step in row:
            steps += [number] * len(step)
            number += 2  # holes between steps must not matter
    lengths = [sum(map(len, row)) for row in rows]
    owners = np.arange(len(rows)) if owner is None else np.array(owner)
    return Sequences(
        np.array(values, np.int32),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        labels,
        None if times is None else np.array(seconds, np.int64) * 1_000_000,
        np.array(steps, np.int64),
        owners.astype(np.int32),
        "session",
        "item",
    )


def logs_of(max_step: int = 1, most: int = 7) -> st.SearchStrategy[list[list[list[int]]]]:
    step = st.lists(st.integers(0, 3), min_size=1, max_size=max_step)
    return st.lists(st.lists(step, max_size=most), min_size=1, max_size=most)


Step = tuple[str, ...]
Steps = tuple[Step, ...]


def holds(row: list[list[str]], pattern: Steps, terms: MiningTerms, times: list[int] | None = None) -> bool:
    """Whether a sequence of steps holds a pattern: tried from every step, by definition. Times in seconds, one a step."""

    def may_follow(first: int, at: int, to: int) -> bool:
        if not terms.min_gap <= to - at <= (terms.max_gap or len(row)):
            return False
        if times is None:
            return True
        far, span = times[to] - times[at], times[to] - times[first]
        least, most = terms.min_gap_seconds or 0, terms.max_gap_seconds
        longest = terms.max_span_seconds
        return far >= least and (most is None or far <= most) and (longest is None or span <= longest)

    def goes_on(first: int, at: int, rest: Steps) -> bool:
        if not rest:
            return True
        later = range(at + 1, len(row))
        return any(set(rest[0]) <= set(row[to]) and may_follow(first, at, to) and goes_on(first, to, rest[1:]) for to in later)

    return any(set(pattern[0]) <= set(row[at]) and goes_on(at, at, pattern[1:]) for at in range(len(row)))


def singles(items: tuple[str, ...] | list[str]) -> Steps:
    """Return a pattern of steps of one event each."""
    return tuple((item,) for item in items)


def all_patterns(
    rows: list[list[list[int]]], terms: MiningTerms, times: list[list[int]] | None = None, owner: list[int] | None = None
) -> dict[Steps, int]:
    """Count every candidate of every length that some frequent shorter one leads to; events asked for are not looked at."""
    named = [[[LABELS[code] for code in step] for step in row] for row in rows]
    owner = list(range(len(rows))) if owner is None else owner
    labels = [label for label in LABELS if label not in terms.excludes and (not terms.over or label in terms.over)]
    found: dict[Steps, int] = {}
    level: list[Steps] = [()]
    length = 0
    while level and (terms.max_length is None or length < terms.max_length):
        length += 1
        candidates = [(*prefix, (label,)) for prefix, label in product(level, labels)]
        if terms.baskets:
            joined = ((prefix, label) for prefix, label in product(level, LABELS) if prefix and label in labels)
            candidates += [(*p[:-1], (*p[-1], x)) for p, x in joined if LABELS.index(x) > LABELS.index(p[-1][-1])]
        counts = {}
        for pattern in candidates:
            holders = [i for i, row in enumerate(named) if holds(row, pattern, terms, times and times[i])]
            counts[pattern] = len({owner[i] for i in holders})
        level = [pattern for pattern, count in counts.items() if count >= terms.min_count]
        found |= {pattern: counts[pattern] for pattern in level}
    return found


def answer(found: dict[Steps, int], terms: MiningTerms) -> dict[Steps, int]:
    """Keep what was asked for; of it closed or maximal patterns, by definition: compare each with every longer one."""

    def is_asked(pattern: Steps) -> bool:
        flat = {label for step in pattern for label in step}
        begins = not terms.starts or bool(set(terms.starts) & set(pattern[0]))
        return flat >= set(terms.contains) and begins and (not terms.ends or bool(set(terms.ends) & set(pattern[-1])))

    def is_covered(pattern: Steps) -> bool:
        return any(
            n_events(other) > n_events(pattern)
            and (terms.kind == "maximal" or asked[other] == asked[pattern])
            and holds([list(step) for step in other], pattern, inside)
            for other in asked
        )

    inside = MiningTerms(1, max_gap=1 if terms.max_gap_seconds is not None else terms.max_gap)
    asked = {pattern: count for pattern, count in found.items() if is_asked(pattern)}
    if terms.kind != "all":
        asked = {pattern: count for pattern, count in asked.items() if not is_covered(pattern)}
    right = {pattern: count for pattern, count in asked.items() if n_events(pattern) >= terms.min_length}
    return dict(sorted(right.items(), key=lambda entry: place(*entry))[: terms.top_k])


def n_events(pattern: Steps) -> int:
    return sum(map(len, pattern))


def place(pattern: Steps, count: int) -> tuple[int, int, list[tuple[bool, str]]]:
    """Support, then length, then labels, those that begin a step before those that join one."""
    return -count, n_events(pattern), [(at > 0, label) for step in pattern for at, label in enumerate(step)]
