"""Other terms are answered from what is known exactly as a new search would, and only where they can be."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.errors import BadInput
from seqrec_core.mining import remining
from seqrec_core.mining.engine import mine
from seqrec_core.mining.privacy import with_users
from seqrec_core.mining.remining import FIXED, narrowed, remine
from seqrec_core.mining.types import MiningResult, MiningTerms
from tests.mining.brute import logs_of, made
from tests.mining.test_engine import PLAIN, TIMED, owners, terms_of

WIDE = MiningTerms(2)


def lines(result: MiningResult) -> list[tuple[Any, int]]:
    return [(pattern.steps, pattern.support_count) for pattern in result.patterns()]


def same_search(first: MiningTerms, then: MiningTerms) -> MiningTerms:
    """Give the second terms the rules of the first that can never be changed without a search."""
    return replace(then, **{name: getattr(first, name) for name in FIXED})


@settings(max_examples=150, deadline=None)
@given(rows=logs_of(most=6), first=terms_of(PLAIN), then=terms_of(PLAIN), last=terms_of(PLAIN))
def test_an_answer_from_what_is_known_is_that_of_a_search(
    rows: list[list[list[int]]], first: MiningTerms, then: MiningTerms, last: MiningTerms
) -> None:
    check_chain(rows, first, then, last)


@settings(max_examples=80, deadline=None)
@given(rows=logs_of(max_step=2, most=4), first=terms_of(TIMED), then=terms_of(TIMED), owner=owners, baskets=st.booleans())
def test_an_answer_under_rules_is_that_of_a_search(
    rows: list[list[list[int]]], first: MiningTerms, then: MiningTerms, owner: list[int], baskets: bool
) -> None:
    times = [[3 * at for at in range(len(row))] for row in rows]
    check_chain(rows, replace(first, baskets=baskets), same_search(replace(first, baskets=baskets), then), first, owner, times)


def check_chain(rows: list[list[list[int]]], first: MiningTerms, *others: MiningTerms | list[Any]) -> None:
    terms = [each for each in others if isinstance(each, MiningTerms)]
    owner, times = [each for each in others if not isinstance(each, MiningTerms)] or (None, None)
    sequences = made(rows, owner=None if owner is None else owner[: len(rows)], times=times)
    result = mine(sequences, first)
    for asked in terms:
        right = lines(mine(sequences, asked))
        found = narrowed(result, asked)
        assert found is None or lines(found) == right
        result = remine(result, sequences, asked)
        assert lines(result) == right
        assert found is None or result.answered_from == "found"
        assert result.terms == asked


CHANGES = [
    {"min_count": 3},
    {"min_length": 2},
    {"max_length": 2},
    {"contains": ("a",)},
    {"starts": ("a", "b")},
    {"ends": ("c",)},
    {"excludes": ("d",)},
    {"over": ("a", "b", "c")},
    {"top_k": 4},
    {"kind": "closed"},
    {"kind": "maximal", "min_count": 3},
]
ROWS = [[[int(code)] for code in row] for row in np.random.default_rng(5).integers(0, 4, (12, 6))]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("rules", [{}, {"max_gap": 2}, {"by": "user"}])
def test_these_changes_need_no_search_and_go_back_as_well(change: dict[str, Any], rules: dict[str, Any]) -> None:
    sequences, terms = made(ROWS, owner=[at // 2 for at in range(12)]), replace(WIDE, **rules)
    whole = mine(sequences, terms)
    part = narrowed(whole, replace(terms, **change))
    assert part is not None
    assert lines(part) == lines(mine(sequences, replace(terms, **change)))
    again = narrowed(part, terms)
    assert again is not None
    assert lines(again) == lines(whole)


@pytest.mark.parametrize("change", [{"min_count": 1}, {"max_gap": 1}, {"by": "user"}, {"baskets": True}, {"min_gap": 2}])
def test_these_changes_need_a_search(change: dict[str, Any]) -> None:
    sequences = made(ROWS)
    assert narrowed(mine(sequences, WIDE), replace(WIDE, **change)) is None
    assert remine(mine(sequences, WIDE), sequences, replace(WIDE, **change)).answered_from == "search"


def test_a_lower_support_is_known_down_to_half() -> None:
    sequences = made(ROWS)
    result = remine(None, sequences, MiningTerms(8))
    assert result.answered_from == "search"
    for least, source in ((4, "found"), (7, "found"), (3, "search"), (2, "found")):
        result = remine(result, sequences, MiningTerms(least))
        assert result.answered_from == source
        assert lines(result) == lines(mine(sequences, MiningTerms(least)))


def test_where_looking_ahead_finds_too_much_the_search_is_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remining, "AHEAD_PATTERNS", 30)
    sequences = made(ROWS)
    result = remine(None, sequences, MiningTerms(4))
    assert lines(result) == lines(mine(sequences, MiningTerms(4)))
    assert remine(result, sequences, MiningTerms(3)).answered_from == "search"


def test_the_best_of_fewer_are_known_and_the_best_of_more_are_not() -> None:
    sequences = made(ROWS)
    best = mine(sequences, MiningTerms(2, top_k=8))
    assert narrowed(best, MiningTerms(2, top_k=40)) is None
    assert narrowed(best, MiningTerms(2)) is None
    assert lines(narrowed(best, MiningTerms(2, top_k=3)) or best) == lines(best)[:3]
    least = lines(best)[-1][1]
    above = narrowed(best, MiningTerms(least))
    assert above is not None
    assert lines(above) == lines(mine(sequences, MiningTerms(least)))


def test_a_search_that_a_budget_stopped_answers_nothing() -> None:
    stopped = mine(made(ROWS), MiningTerms(2, max_patterns=5))
    assert not stopped.complete
    assert narrowed(stopped, MiningTerms(3)) is None


def test_another_log_is_searched_anew_and_what_a_floor_left_out_comes_back() -> None:
    sequences = made(ROWS, owner=[0] * 12)
    result = with_users(mine(sequences, WIDE), sequences, 2)
    assert len(result) == 0
    assert len(remine(result, sequences, WIDE)) == len(mine(sequences, WIDE))
    assert remine(result, made(ROWS), WIDE).answered_from == "search"
    assert remine(None, sequences, WIDE).answered_from == "search"


def test_terms_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(BadInput):
        narrowed(mine(made(ROWS), WIDE), MiningTerms(0))
