"""The time between two events agrees with the funnel, and its curve ends at all who arrive."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.journeys.duration import time_between
from seqrec_core.journeys.funnel import funnel
from tests.journeys.brute import LABELS, logs_of_words, made


@settings(max_examples=60, deadline=None)
@given(rows=logs_of_words, step=st.integers(1, 5_000), window=st.sampled_from([None, 60.0, 9_000.0]))
def test_it_agrees_with_the_funnel(rows, step, window):
    sequences = made(rows, [[step * place for place in range(len(row))] for row in rows])
    found = time_between(sequences, LABELS[0], LABELS[1], window)
    steps = funnel(sequences, LABELS[:2], False, window).steps
    assert [found.started, found.arrived] == steps["count"].to_list()
    if found.arrived:
        assert found.quantiles[0.5] == steps["median_seconds"][1]
        assert found.within["count"][-1] == found.arrived or found.within["seconds"][-1] == 90 * 86_400
    assert found.within["count"].to_list() == sorted(found.within["count"])


def test_each_row_says_how_many_arrive_within_it():
    sequences = made([["a", "b"], ["a", "b"], ["a", "c"]], [[0, 60], [0, 61], [0, 5]])
    found = time_between(sequences, "a", "b")
    assert found.within.rows() == [(60, 1, 1 / 3), (300, 2, 2 / 3)]


def test_nobody_arrives():
    found = time_between(made([["a", "c"]], [[0, 1]]), "a", "b")
    assert (found.started, found.arrived, found.quantiles) == (1, 0, {})


def test_a_log_without_times_is_refused():
    with pytest.raises(BadInput):
        time_between(made([["a", "b"]]), "a", "b")


def test_the_known_funnel_of_the_real_log(demo: SequenceDataset):
    found = time_between(demo.sequences("session", "event"), "cart", "shipping_details")
    assert (found.started, found.arrived) == (1022, 512)
