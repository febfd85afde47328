"""Evidence: who holds a pattern, also where nobody does or the log has no times."""

from seqrec_core.insight.evidence import evidence
from tests.mining.brute import LABELS, made

A, B, C = (LABELS.index(label) for label in "abc")


def test_examples_are_spread_over_all_who_hold_it_and_users_count_once():
    found = evidence(made([[[A], [C], [B]]] * 9 + [[[B], [A]]], owner=[0, 0, 1, 1, 2, 2, 3, 3, 4, 5]), ("a", "b"), n_examples=3)
    assert (len(found.rows), found.users) == (9, 5)
    assert [match.sequence for match in found.examples] == [0, 4, 8]
    assert found.examples[0].positions == (0, 2)
    assert found.between.gaps[0].median_steps == 2
    assert found.trend.height == 0


def test_a_pattern_that_nobody_holds_has_no_examples():
    found = evidence(made([[[A]], [[B]]]), ("a", "b"))
    assert (len(found.rows), found.users, found.examples) == (0, 0, ())
