"""Folding: what stays is closed, and each folded pattern is held by the same sequences as the one it is under."""

from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.insight.folding import folded
from seqrec_core.mining.engine import mine
from seqrec_core.mining.matching import supporting
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import logs_of, made


@settings(max_examples=60, deadline=None)
@given(rows=logs_of(2), gap=st.sampled_from([None, 1, 2]))
def test_a_folded_pattern_has_the_holders_of_the_longer_one(rows, gap):
    log = made(rows)
    result = mine(log, MiningTerms(1, max_gap=gap, max_length=4))
    lists, counts = result.frame[c.ITEMS].to_list(), result.frame[c.SUPPORT_COUNT].to_list()
    under = folded(lists, counts, gap)
    for at, top in enumerate(under.tolist()):
        assert under[top] == top
        if top != at:
            assert len(lists[top]) > len(lists[at])
            assert supporting(log, lists[at], gap).tolist() == supporting(log, lists[top], gap).tolist()


@settings(max_examples=60, deadline=None)
@given(rows=logs_of(1))
def test_without_a_limit_on_gaps_what_stays_is_what_is_closed(rows):
    log = made(rows)
    everything, closed = (mine(log, MiningTerms(1, kind=kind, max_length=4)) for kind in ("all", "closed"))
    lists = everything.frame[c.ITEMS].to_list()
    under = folded(lists, everything.frame[c.SUPPORT_COUNT].to_list())
    kept = {tuple(lists[at]) for at in set(under.tolist())}
    assert kept == {tuple(items) for items in closed.frame[c.ITEMS].to_list()}
