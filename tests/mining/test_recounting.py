"""Rules of distance, and fewer events, are answered by a count of what is known exactly as a new search would, or not at all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.engine import mine
from seqrec_core.mining.holding import holding
from seqrec_core.mining.matching import supporting
from seqrec_core.mining.recounting import recounted
from seqrec_core.mining.repeats import is_new
from seqrec_core.mining.types import MiningResult, MiningTerms
from tests.mining.brute import logs_of, made
from tests.mining.test_engine import PLAIN, TIMED, terms_of

KINDS = st.sampled_from(["all", "closed", "maximal"])
Rows = list[list[list[int]]]


def lines(result: MiningResult) -> list[tuple[object, int]]:
    return [(pattern.steps, pattern.support_count) for pattern in result.patterns()]


def timed(rows: Rows) -> Sequences:
    return made(rows, times=[[3 * at + at % 2 for at in range(len(row))] for row in rows])


@settings(max_examples=200, deadline=None)
@given(rows=logs_of(max_step=2), least=st.integers(1, 3), then=terms_of(TIMED) | terms_of(PLAIN), kind=KINDS)
def test_a_count_under_rules_is_a_search_under_rules(rows: Rows, least: int, then: MiningTerms, kind: str):
    sequences = timed(rows)
    asked = replace(then, kind=kind, baskets=False, min_count=max(then.min_count, least))
    found = recounted(mine(sequences, MiningTerms(least)), sequences, asked)
    assert found is not None or asked.by == "user"
    assert found is None or lines(found) == lines(mine(sequences, asked))


@settings(max_examples=150, deadline=None)
@given(rows=logs_of(), then=terms_of(TIMED), mask=st.lists(st.booleans(), min_size=49, max_size=49), once=st.booleans())
def test_a_count_over_fewer_events_is_a_search_over_these(rows: Rows, then: MiningTerms, mask: list[bool], once: bool):
    sequences = timed(rows)
    some = sequences.only(np.array(mask[: len(sequences.values)], bool))
    some, whole = (each.only(is_new(each)) if once else each for each in (some, sequences))
    asked = replace(then, by="sequence", baskets=False)
    found = recounted(mine(whole, MiningTerms(1)), some, asked)
    assert found is not None
    assert lines(found) == lines(mine(some, asked))


def test_what_is_not_known_is_not_answered():
    sequences = timed([[[0], [1], [2]], [[0], [2], [1]], [[0], [1], [2]]])
    gap = MiningTerms(2, max_gap=1)
    for had in (
        MiningTerms(3),
        MiningTerms(2, max_gap=2),
        MiningTerms(2, max_length=1),
        MiningTerms(2, ends=("c",)),
        MiningTerms(2, by="user"),
        MiningTerms(2, max_patterns=1),
    ):
        assert recounted(mine(sequences, had), sequences, gap) is None, had
    known = mine(sequences, MiningTerms(2))
    assert recounted(known, sequences, replace(gap, by="user")) is None
    assert recounted(known, made([[[0]]]), gap) is None
    assert recounted(known, sequences, gap) is not None


def test_terms_that_cannot_be_met_are_refused():
    without = made([[[0], [1]], [[0], [1]]])
    known = mine(without, MiningTerms(1))
    with pytest.raises(BadInput):
        recounted(known, without, MiningTerms(1, max_gap_seconds=5))
    with pytest.raises(BadInput):
        recounted(known, without, MiningTerms(0))


@settings(max_examples=100, deadline=None)
@given(rows=logs_of(max_step=2), rules=terms_of(TIMED))
def test_who_holds_patterns_under_rules_is_who_holds_each(rows: Rows, rules: MiningTerms):
    sequences = timed(rows)
    rules = replace(rules, baskets=False, by="sequence")
    lists = [list(pattern.items) for pattern in mine(sequences, MiningTerms(1, max_length=3)).patterns(40)]
    found = holding(sequences, lists, rules)
    for at, items in enumerate(lists):
        rows_held = found.rows[found.bounds[at] : found.bounds[at + 1]]
        assert rows_held.tolist() == supporting(sequences, items, rules).tolist()
