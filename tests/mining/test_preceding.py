"""Rules before an event: cut at its first time, counted by definition."""

import numpy as np
import pytest
from hypothesis import given, settings

from seqrec_core import columns as c
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.engine import mine
from seqrec_core.mining.preceding import cut_before, preceding
from seqrec_core.mining.types import MiningTerms
from seqrec_core.stats.intervals import wilson_interval
from tests.mining.brute import LABELS, logs_of, made

A, B, C, D = (LABELS.index(label) for label in "abcd")


def test_what_comes_after_the_first_success_does_not_lead_to_it():
    log = made([[[A], [D], [B], [D]], [[B], [D]], [[A], [B]]])
    cut = cut_before(log, log, "d")
    assert [cut.sequences[at].tolist() for at in range(3)] == [[A], [B], [A, B]]
    assert cut.reached.tolist() == [True, True, False]
    found = {tuple(row["antecedent"]): row for row in preceding(cut, mine(cut.sequences, MiningTerms(1))).iter_rows(named=True)}
    assert found["b",]["support_count"] == 1
    assert found["b",]["confidence"] == pytest.approx(1 / 2)
    assert found["b",]["lift"] == pytest.approx((1 / 2) / (2 / 3))
    assert found["b",]["leverage"] == pytest.approx(1 / 3 - 2 / 3 * 2 / 3)
    assert (found["b",]["low"], found["b",]["high"]) == pytest.approx([float(end) for end in wilson_interval(1, 2)])
    assert found["a", "b"]["support_count"] == 0


@settings(max_examples=60, deadline=None)
@given(rows=logs_of(2))
def test_a_cut_is_the_steps_before_the_first_that_holds_the_event(rows):
    log = made(rows)
    if D not in log.values:
        return
    cut = cut_before(log, log, "d")
    for at, row in enumerate(rows):
        end = next((spot for spot, step in enumerate(row) if D in step), len(row))
        assert cut.sequences[at].tolist() == [code for step in row[:end] for code in step]
        assert cut.reached[at] == any(D in step for step in row)
    frame = preceding(cut, mine(cut.sequences, MiningTerms(1)))
    assert all("d" not in items for items in frame["antecedent"])
    assert (frame[c.SUPPORT_COUNT] <= cut.reached.sum()).all()


def test_readings_of_different_logs_and_unknown_events_are_refused():
    log = made([[[A], [B]]])
    with pytest.raises(BadInput, match="different readings"):
        cut_before(log, log.take(np.array([0, 0])), "a")
    with pytest.raises(NotFound):
        cut_before(log, log, "x")
