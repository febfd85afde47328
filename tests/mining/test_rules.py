"""Confidence and lift are the arithmetic of their definition."""

import pytest

from seqrec_core.errors import BadInput
from seqrec_core.mining.engine import mine
from seqrec_core.mining.rules import rules
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import made

# a→b in 3 of the 4 that hold a; b in 4 of 6; the last row holds neither.
ROWS = [[[1], [0]], [[1], [0]], [[1], [3], [0]], [[1]], [[0]], [[2]]]


def test_confidence_and_lift() -> None:
    found = {(tuple(r["antecedent"]), r["consequent"]): r for r in rules(mine(made(ROWS), MiningTerms(1))).iter_rows(named=True)}
    rule = found[(("a",), "b")]
    assert rule["support_count"] == 3
    assert rule["support"] == pytest.approx(3 / 6)
    assert rule["confidence"] == pytest.approx(3 / 4)
    assert rule["lift"] == pytest.approx((3 / 4) / (4 / 6))
    assert found[(("a", "c"), "b")]["confidence"] == 1.0
    assert set(found) == {(("a",), "b"), (("a",), "c"), (("c",), "b"), (("a", "c"), "b")}


def test_the_gap_of_the_search_is_the_gap_of_the_rule() -> None:
    found = {
        (tuple(a), b): n
        for a, b, n in rules(mine(made(ROWS), MiningTerms(1, max_gap=1)))
        .select("antecedent", "consequent", "support_count")
        .iter_rows()
    }
    assert found[(("a",), "b")] == 2


def test_the_most_confident_come_first_and_top_k_keeps_the_prefixes() -> None:
    whole = rules(mine(made(ROWS), MiningTerms(1)))
    assert whole["confidence"].to_list() == sorted(whole["confidence"], reverse=True)
    assert rules(mine(made(ROWS), MiningTerms(1, top_k=4))).height == 1


def test_rules_of_nothing_and_rules_without_prefixes() -> None:
    assert rules(mine(made(ROWS), MiningTerms(6))).height == 0
    for terms in (MiningTerms(1, kind="closed"), MiningTerms(1, min_length=2)):
        with pytest.raises(BadInput):
            rules(mine(made(ROWS), terms))
