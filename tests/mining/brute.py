"""Brute-force oracles and small random logs."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences

LABELS = ("b", "a", "d", "c")


def made(rows: list[list[list[int]]], labels: tuple[str, ...] = LABELS, owner: list[int] | None = None) -> Sequences:
    """Build sequences from lists of steps, each a list of label codes."""
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
        None,
        np.array(steps, np.int64),
        owners.astype(np.int32),
        "session",
        "item",
    )


def logs_of(max_step: int = 1) -> st.SearchStrategy[list[list[list[int]]]]:
    step = st.lists(st.integers(0, 3), min_size=1, max_size=max_step)
    return st.lists(st.lists(step, max_size=7), min_size=1, max_size=7)


def holds(row: list[list[str]], pattern: tuple[str, ...], max_gap: int | None) -> bool:
    """Whether a sequence of steps holds a pattern: tried from every step, by definition."""

    def goes_on(at: int, rest: tuple[str, ...]) -> bool:
        if not rest:
            return True
        last = len(row) if max_gap is None else min(len(row), at + max_gap + 1)
        return any(rest[0] in row[to] and goes_on(to, rest[1:]) for to in range(at + 1, last))

    return any(pattern[0] in row[at] and goes_on(at, pattern[1:]) for at in range(len(row)))


def all_patterns(
    rows: list[list[list[int]]], min_count: int, max_gap: int | None, max_length: int | None
) -> dict[tuple[str, ...], int]:
    """Count every candidate of every length that some frequent shorter one leads to."""
    named = [[[LABELS[code] for code in step] for step in row] for row in rows]
    found: dict[tuple[str, ...], int] = {}
    level: list[tuple[str, ...]] = [()]
    length = 0
    while level and (max_length is None or length < max_length):
        length += 1
        candidates = [(*prefix, label) for prefix, label in product(level, LABELS)]
        counts = {pattern: sum(holds(row, pattern, max_gap) for row in named) for pattern in candidates}
        level = [pattern for pattern, count in counts.items() if count >= min_count]
        found |= {pattern: counts[pattern] for pattern in level}
    return found


def of_kind(found: dict[tuple[str, ...], int], kind: str, max_gap: int | None) -> dict[tuple[str, ...], int]:
    """Keep closed or maximal patterns, by definition: compare each with every longer one."""
    if kind == "all":
        return found

    def is_covered(pattern: tuple[str, ...]) -> bool:
        return any(
            len(other) > len(pattern)
            and (kind == "maximal" or found[other] == found[pattern])
            and holds([[label] for label in other], pattern, max_gap)
            for other in found
        )

    return {pattern: count for pattern, count in found.items() if not is_covered(pattern)}
