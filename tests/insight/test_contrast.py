"""Contrast: planted differences are found, labels by chance give none, users who repeat do not count as many."""

import numpy as np
import pytest

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.insight.contrast import DIFFERENCE, HIGH, LOW, P_CORRECTED, P_VALUE, contrast, permuted
from seqrec_core.mining.holding import holding
from seqrec_core.mining.matching import supporting
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import LABELS, made

TERMS = MiningTerms(5, "closed", max_length=3)


def a_log(rng: np.random.Generator, n: int, planted: float, per_user: int = 1) -> Sequences:
    """Draw sequences of chance labels; a share `planted` of the users has a → c → a put in front of all of theirs."""
    rows: list[list[list[int]]] = []
    for _ in range(n):
        habit = [[1], [3], [1]] if rng.random() < planted else []
        rows += [[*habit, *([int(code)] for code in rng.choice(4, 3, p=(0.4, 0.2, 0.3, 0.1)))] for _ in range(per_user)]
    return made(rows, owner=[row // per_user for row in range(len(rows))])


def of_users(sequences: Sequences, users: np.ndarray) -> Sequences:
    return sequences.take(np.flatnonzero(np.isin(sequences.owner, users)))


def split(sequences: Sequences, rng: np.random.Generator) -> tuple[Sequences, Sequences]:
    users = rng.permutation(np.unique(sequences.owner))
    return of_users(sequences, users[: len(users) // 3]), of_users(sequences, users[len(users) // 3 :])


def test_a_planted_difference_is_first_and_its_interval_holds_it():
    rng = np.random.default_rng(1)
    log = a_log(rng, 400, 0.05)
    few, many = of_users(log, np.arange(200)), a_log(rng, 200, 0.5)
    many = Sequences(many.values, many.offsets, LABELS, None, many.steps, many.owner + 200, "session", "item")
    found = contrast(many, few, TERMS, draws=199)
    first = found.frame.row(0, named=True)
    assert first[P_CORRECTED] == pytest.approx(1 / 200)
    rows = {tuple(row[c.ITEMS]): row for row in found.frame.iter_rows(named=True)}
    row = rows["a", "c", "a"]
    assert row[P_CORRECTED] == pytest.approx(1 / 200)
    assert row[LOW] < row[DIFFERENCE] < row[HIGH]
    assert row[LOW] > 0.2
    assert (found.frame[P_CORRECTED] >= found.frame[P_VALUE]).all()


def test_supports_are_those_of_the_groups():
    rng = np.random.default_rng(2)
    a, b = split(a_log(rng, 120, 0.3), rng)
    found = contrast(a, b, TERMS, draws=19)
    for row in found.frame.iter_rows(named=True):
        assert row["count_a"] == len(supporting(a, row[c.ITEMS]))
        assert row["support_b"] == pytest.approx(len(supporting(b, row[c.ITEMS])) / len(b))


def false_discoveries(repeats: int, n: int, draws: int, level: float) -> int:
    rng, wrong = np.random.default_rng(7), 0
    for repeat in range(repeats):
        a, b = split(a_log(rng, n, 0.3, per_user=4), rng)
        found = contrast(a, b, TERMS, draws=draws, seed=repeat)
        wrong += bool((found.frame[P_CORRECTED] <= level).any())
    return wrong


def test_chance_groups_of_users_with_habits_seldom_differ():
    # 20 logs at 5 %: 4 or more happen with probability 0.016.
    assert false_discoveries(20, 60, 99, 0.05) <= 4


@pytest.mark.slow
def test_false_discoveries_stay_at_the_level_over_100_repeats():
    # 100 logs at 5 %: 11 or more happen with probability 0.011.
    assert false_discoveries(100, 90, 199, 0.05) <= 11


def test_a_user_in_both_groups_keeps_how_many_sequences_are_in_each():
    owner = np.array([0, 0, 0, 1, 2, 2, 3])
    in_a = np.array([True, False, False, True, False, False, False])
    rng, whole = np.random.default_rng(0), set()
    for _ in range(50):
        drawn = permuted(owner, in_a, rng)
        assert drawn[:3].sum() == 1
        assert drawn[4] == drawn[5]
        assert drawn[[3, 4, 6]].sum() == 1
        whole.add(tuple(drawn))
    assert len(whole) == 9


def test_holding_is_the_rule_of_the_search():
    rng = np.random.default_rng(3)
    log = a_log(rng, 40, 0.4)
    patterns = [["a"], ["a", "c"], ["a", "c", "a"], ["b", "b"]]
    for gap in (None, 1, 2):
        held = holding(log, patterns, gap)
        for at, items in enumerate(patterns):
            assert held.rows[held.bounds[at] : held.bounds[at + 1]].tolist() == supporting(log, items, gap).tolist()


def test_groups_that_cannot_be_compared_are_refused():
    log = a_log(np.random.default_rng(0), 10, 0)
    with pytest.raises(BadInput, match="Group B"):
        contrast(log, log.take(np.array([], np.int64)))
    with pytest.raises(BadInput, match="19 or more"):
        contrast(log, log, draws=3)
