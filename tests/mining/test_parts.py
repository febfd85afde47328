"""A search in parts finds what the whole finds, whatever the parts are."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import Stopped
from seqrec_core.mining import parts
from seqrec_core.mining.engine import mine, table_of
from seqrec_core.mining.preparing import prepare
from seqrec_core.mining.search import Search
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import logs_of, made
from tests.mining.test_engine import RULED, terms_of

Lines = list[tuple[tuple[tuple[str, ...], ...], int]]


def lines_of(searches: list[Search], sequences: Sequences, terms: MiningTerms) -> Lines:
    found = parts.joined(searches)
    table, is_certain = table_of(found, prepare(sequences, terms), sequences, terms, lambda: True)
    assert is_certain
    table = table if terms.top_k is None else table.head(terms.top_k)
    return list(zip(table.steps(), table.counts.tolist(), strict=True))


def whole(sequences: Sequences, terms: MiningTerms) -> Lines:
    return [(pattern.steps, pattern.support_count) for pattern in mine(sequences, terms).patterns()]


@settings(max_examples=40, deadline=None)
@given(rows=logs_of(max_step=2, most=5), terms=terms_of(RULED), baskets=st.booleans(), data=st.data())
def test_any_split_finds_the_same(rows: list[list[list[int]]], terms: MiningTerms, baskets: bool, data: st.DataObject) -> None:
    sequences, terms = made(rows), replace(terms, baskets=baskets)
    prepared = prepare(sequences, terms)
    part_of = data.draw(st.lists(st.integers(0, 2), min_size=len(prepared.codes), max_size=len(prepared.codes)))
    searches = [
        parts.mine_part(prepared, sequences, terms, np.array(part_of, int) == number)
        for number in data.draw(st.permutations(range(3)))
    ]
    assert lines_of(searches, sequences, terms) == whole(sequences, terms)


@settings(max_examples=40, deadline=None)
@given(rows=logs_of(max_step=1, most=6), terms=terms_of(RULED), quota=st.integers(1, 40), n=st.integers(1, 3))
def test_a_search_hands_over_what_it_has_not_begun(rows: list[list[list[int]]], terms: MiningTerms, quota: int, n: int) -> None:
    sequences = made(rows)
    prepared = prepare(sequences, terms)
    begun = parts.start(prepared, sequences, terms)
    if not begun.is_done:
        begun.advance(quota)
    rest = parts.split_by_first_item(begun.leave_rest(), n)
    parts.run(begun, float("inf"))
    searches = [begun, *(parts.mine_part(prepared, sequences, terms, first) for first in rest)]
    assert lines_of(searches, sequences, terms) == whole(sequences, terms)


@pytest.fixture(scope="module")
def long_log() -> Sequences:
    random = np.random.default_rng(3)
    return made([[[int(code)] for code in random.integers(0, 4, 40)] for _ in range(400)])


@pytest.mark.parametrize("rules", [{}, {"kind": "closed"}, {"max_gap": 2}, {"top_k": 50}])
def test_threads_find_the_same(long_log: Sequences, rules: dict[str, object]) -> None:
    terms = replace(MiningTerms(380 if "max_gap" not in rules else 60), **rules)
    prepared = prepare(long_log, terms)

    def begin(first: parts.Bools) -> Search:
        return parts.start(prepared, long_log, terms, first)

    ran = parts.run_in_parts(begin(np.ones(4, bool)), begin, terms, float("inf"), threads=2, alone_seconds=0.0)
    assert ran.is_complete
    assert lines_of(ran.searches, long_log, terms) == whole(long_log, terms)


def test_threads_keep_to_the_budget(long_log: Sequences) -> None:
    terms = MiningTerms(2, max_patterns=3_000_000)
    prepared = prepare(long_log, terms)

    def begin(first: parts.Bools) -> Search:
        return parts.start(prepared, long_log, terms, first)

    def ran(deadline: float, **options: object) -> parts.Ran:
        return parts.run_in_parts(begin(np.ones(4, bool)), begin, terms, deadline, threads=2, alone_seconds=0.0, **options)

    over = ran(float("inf"))
    assert not over.is_complete
    assert len(parts.joined(over.searches, terms.max_patterns).nodes) <= terms.max_patterns
    assert not ran(time.perf_counter()).is_complete
    looks: list[int] = []
    with pytest.raises(Stopped):
        ran(float("inf"), progress=lambda step, total, values: looks.append(step), should_stop=lambda: len(looks) > 2)
