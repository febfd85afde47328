"""What people of one group do more often than those of another: patterns side by side, with what chance would give."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.insight.hiding import users_by_cell
from seqrec_core.mining.engine import mine
from seqrec_core.mining.holding import Holding, holding
from seqrec_core.mining.privacy import with_users
from seqrec_core.mining.suggest import sensible_min_count
from seqrec_core.mining.types import MiningTerms
from seqrec_core.stats.intervals import newcombe_interval

COUNT_A, COUNT_B, SUPPORT_A, SUPPORT_B = "count_a", "count_b", "support_a", "support_b"
DIFFERENCE, LOW, HIGH = "difference", "low", "high"
P_VALUE, P_CORRECTED = "p_value", "p_corrected"
DRAWS = 999
MOST_TESTED = 2_000
LONGEST = 4

Progress = Callable[[int, int, dict[str, float]], None]


@dataclass(frozen=True)
class Contrast:
    """Patterns in two groups.

    Args:
        frame: `items, count_a, count_b, support_a, support_b, difference, low, high, p_value, p_corrected`; the least
            p_corrected first, then the largest difference, then the shorter.
        n_a, n_b: sequences of each group. users_a, users_b: their distinct users.
        users_in_both: users with sequences in both groups.
        terms: how the patterns were found, in both groups together.
        draws: permutations.
        complete: False where a budget ended the search for patterns.
    """

    frame: pl.DataFrame
    n_a: int
    n_b: int
    users_a: int
    users_b: int
    users_in_both: int
    terms: MiningTerms
    draws: int
    complete: bool


def no_progress(step: int, total: int, values: dict[str, float]) -> None:
    """Say nothing."""


def contrast(
    a: Sequences,
    b: Sequences,
    terms: MiningTerms | None = None,
    floor: int = 1,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Contrast:
    """Compare how often patterns occur in two groups.

    Patterns are searched in both groups together, so that the choice of what is tested knows nothing of the groups. Users are
    what is drawn by chance, not their sessions: the groups of whole users are permuted, and of users with sequences in both
    groups the sequences are permuted among themselves. p_value is the share of permutations in which a pattern's studentised
    difference is at least as large; p_corrected is that of the largest of all patterns not yet ahead (Westfall and Young's
    step-down max-T), so that P(any false discovery) ≤ the level, however patterns depend on each other: they overlap so much
    that Bonferroni or Benjamini-Yekutieli would give most of the power away. The 95 % intervals are Newcombe's, with counts
    shrunk by the design effect of sessions that share users; they are of each pattern alone.

    Args:
        a: sequences of one group.
        b: sequences of the other, of the same dataset (labels and users); none is in both.
        terms: what to search; by default closed patterns of at most 4 events, with a least support that fits.
        floor: fewest distinct users of a group, of a pattern, and of a pattern in a group where anybody holds it there. What
            fewer hold in one group is tested with the others, so that what is tested knows nothing of the groups, and left out.
        draws: permutations, at least 19; the least p is 1 / (draws + 1).
        seed: of the permutations.
        progress: called with the permutations done and their number.

    Raises:
        BadInput: an empty group, one of fewer users than the floor, other labels, too few draws, terms that cannot be met.

    Source: Westfall & Young 1993, Resampling-Based Multiple Testing, algorithm 4.1; studentised as Janssen 1997.
    """
    _check(a, b, draws, floor)
    both, in_a = together(a, b)
    terms = terms or MiningTerms(sensible_min_count(both, None, LONGEST), "closed", max_length=LONGEST)
    result = mine(both, replace(terms, max_patterns=min(terms.max_patterns, 200_000)))
    result = with_users(result, both, floor)
    frame = result.frame.head(MOST_TESTED)
    held = holding(both, frame[c.ITEMS].to_list(), terms.max_gap)
    p_value, p_corrected = _p_values(held, both.owner.astype(np.int64), in_a, draws, seed, progress)
    table = _measured(frame, held, both.owner.astype(np.int64), in_a)
    table = table.with_columns(pl.Series(P_VALUE, p_value, pl.Float64), pl.Series(P_CORRECTED, p_corrected, pl.Float64))
    table = table.filter(pl.Series(_shown(held, both.owner.astype(np.int64), in_a, floor)))
    order = [pl.col(P_CORRECTED), -pl.col(DIFFERENCE).abs(), pl.col(c.ITEMS).list.len(), pl.col(c.ITEMS).list.join("\x1f")]
    owners = np.unique(a.owner), np.unique(b.owner)
    shared = len(np.intersect1d(*owners))
    users = len(owners[0]), len(owners[1]), shared
    is_whole = result.complete and frame.height == result.frame.height
    return Contrast(table.sort(order), len(a), len(b), *users, terms=terms, draws=draws, complete=is_whole)


def _check(a: Sequences, b: Sequences, draws: int, floor: int) -> None:
    for name, group in (("A", a), ("B", b)):
        if not len(group):
            raise BadInput("insight", "empty_group", group=name)
        users = len(np.unique(group.owner))
        if users < floor:
            raise BadInput("insight", "small_group", group=name, found=users, least=floor)
    if a.labels != b.labels:
        raise BadInput("insight", "other_labels")
    if draws < 19:
        raise BadInput("insight", "few_draws", found=draws)


def together(a: Sequences, b: Sequences) -> tuple[Sequences, NDArray[np.bool_]]:
    """Return both groups as one, sorted by user, and which sequences are of A."""
    times = None if a.times is None or b.times is None else np.concatenate([a.times, b.times])
    joined = Sequences(
        np.concatenate([a.values, b.values]),
        np.concatenate([a.offsets, b.offsets[1:] + a.offsets[-1]]),
        a.labels,
        times,
        np.concatenate([a.steps, b.steps]),
        np.concatenate([a.owner, b.owner]),
        a.unit,
        a.of,
    )
    order = np.argsort(joined.owner, kind="stable")
    return joined.take(order), order < len(a)


def _measured(frame: pl.DataFrame, held: Holding, owner: NDArray[np.int64], in_a: NDArray[np.bool_]) -> pl.DataFrame:
    """Return counts and shares of each pattern in A and in B, their difference and its interval."""
    pattern = np.repeat(np.arange(len(held)), held.counts)
    of_a = in_a[held.rows]
    n_a, n_b = int(in_a.sum()), int((~in_a).sum())
    count_a = np.bincount(pattern[of_a], minlength=len(held))
    count_b = held.counts - count_a
    effect_a = _design_effect(held.rows[of_a], pattern[of_a], count_a, owner, in_a)
    effect_b = _design_effect(held.rows[~of_a], pattern[~of_a], count_b, owner, ~in_a)
    low, high = newcombe_interval(count_b / effect_b, n_b / effect_b, count_a / effect_a, n_a / effect_a)
    return frame.select(c.ITEMS).with_columns(
        pl.Series(COUNT_A, count_a, pl.Int64),
        pl.Series(COUNT_B, count_b, pl.Int64),
        pl.Series(SUPPORT_A, count_a / n_a),
        pl.Series(SUPPORT_B, count_b / n_b),
        pl.Series(DIFFERENCE, count_a / n_a - count_b / n_b),
        pl.Series(LOW, low),
        pl.Series(HIGH, high),
    )


def _shown(held: Holding, owner: NDArray[np.int64], in_a: NDArray[np.bool_], floor: int) -> NDArray[np.bool_]:
    """Say which patterns no group of fewer users than the floor would be told by, bool[n_patterns]; nobody is no group."""
    pattern = np.repeat(np.arange(len(held)), held.counts)
    sides = (in_a[held.rows], ~in_a[held.rows])
    users = [users_by_cell(pattern[side], owner[held.rows[side]], len(held)) for side in sides]
    return np.all([(n == 0) | (n >= floor) for n in users], axis=0)


def _design_effect(
    rows: NDArray[np.int64],
    pattern: NDArray[np.int64],
    count: NDArray[np.int64],
    owner: NDArray[np.int64],
    is_in: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return by how much users with several sequences widen the variance of each share, at least 1, float64[n_patterns]."""
    sizes = np.bincount(owner[is_in], minlength=int(owner.max()) + 1).astype(np.float64)
    n, share = sizes.sum(), count / sizes.sum()
    pairs, times = np.unique(np.stack([pattern, owner[rows]]), axis=1, return_counts=True)
    squares = np.bincount(pairs[0], times.astype(np.float64) ** 2, minlength=len(count))
    cross = np.bincount(pairs[0], times * sizes[pairs[1]], minlength=len(count))
    by_users = squares - 2 * share * cross + share**2 * (sizes**2).sum()
    by_sequences = n * share * (1 - share)
    return np.maximum(1.0, np.divide(by_users, by_sequences, out=np.ones(len(count)), where=by_sequences > 0))


def _p_values(
    held: Holding, owner: NDArray[np.int64], in_a: NDArray[np.bool_], draws: int, seed: int, progress: Progress
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each pattern's p alone and corrected for all, by permutation."""
    if not len(held):
        return np.zeros(0), np.zeros(0)
    observed = np.abs(_statistic(held, owner, in_a))
    order = np.argsort(-observed, kind="stable")
    alone, together = np.ones(len(held)), np.ones(len(held))
    reached = observed - 1e-9 * (1 + observed)  # equal up to rounding counts as reached
    rng = np.random.default_rng(seed)
    for draw in range(draws):
        t = np.abs(_statistic(held, owner, permuted(owner, in_a, rng)))
        largest = np.maximum.accumulate(t[order][::-1])[::-1]
        alone += t >= reached
        together[order] += largest >= reached[order]
        progress(draw + 1, draws, {})
    stepped = np.empty(len(held))
    stepped[order] = np.maximum.accumulate(together[order])
    return alone / (draws + 1), stepped / (draws + 1)


def _statistic(held: Holding, owner: NDArray[np.int64], in_a: NDArray[np.bool_]) -> NDArray[np.float64]:
    from seqrec_core.insight.contrast_kernels import studentised

    n_a = int(in_a.sum())
    n_b = len(in_a) - n_a
    weight = np.bincount(owner, np.where(in_a, 1.0 / n_a, -1.0 / n_b))
    return np.asarray(studentised(held.bounds, held.rows, owner, in_a, weight, n_a, n_b))


def permuted(owner: NDArray[np.int64], in_a: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the groups as chance could have made them.

    Users who are wholly in one group exchange their groups; a user in both keeps how many sequences are in each.

    Args:
        owner: user of each sequence, rising, int64[n].
        in_a: whether each sequence is in A, bool[n].
        rng: source of chance.
    """
    users, first, index, sizes = np.unique(owner, return_index=True, return_inverse=True, return_counts=True)
    inside = np.bincount(index, in_a, minlength=len(users))
    is_mixed = (inside > 0) & (inside < sizes)
    group = in_a[first].copy()
    group[~is_mixed] = rng.permutation(group[~is_mixed])
    drawn = group[index]
    mixed = np.flatnonzero(is_mixed[index])
    drawn[mixed] = in_a[mixed][np.lexsort((rng.random(len(mixed)), owner[mixed]))]
    return drawn
