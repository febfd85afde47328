"""Shapley values of a game: exact up to 12 players, above from antithetic orders of arrival.

Source: Shapley 1953, A value for n-person games; sampling by orders after Castro et al. 2009, in antithetic pairs after
Mitchell et al. 2022, Sampling Permutations for Shapley Value Estimation (JMLR); the older events as one player follows the
pruning of Bento et al. 2021, TimeSHAP (KDD).
"""

from math import factorial

import numpy as np
from numpy.typing import NDArray

from seqrec_core.explain.game import Game, coalitions
from seqrec_core.explain.types import Attribution, Method

FIRST_PAIRS = 8
MAX_WORTHS = 4_096  # coalitions scored at most where they are sampled
TOP = 3

Shares = tuple[NDArray[np.float64], NDArray[np.float64]]


def attributions(game: Game, seed: int = 0) -> tuple[Attribution, ...]:
    """Return the share of each player: the group of older events first where there is one, then by position.

    Args:
        game: from `play`.
        seed: of the orders that are drawn; the exact method draws nothing.
    """
    values, errors = _exact(game.table) if game.table is not None else sampled(game, seed)
    shares = zip(game.positions, values, errors, strict=True)
    return tuple(Attribution(position, float(value), float(error)) for position, value, error in shares)


def method_of(game: Game) -> Method:
    """Return how `attributions` works on this game."""
    return "exact_shapley" if game.table is not None else "permutation_shapley"


def _exact(table: NDArray[np.float64]) -> Shares:
    values = shapley_values(table)
    return values, np.zeros_like(values)


def shapley_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each player's Shapley value, float64[p], in the unit of `values`.

    φ_i = Σ_S |S|! (p − |S| − 1)! / p! · (v(S ∪ i) − v(S)), over all coalitions S without i; Σ φ = v(all) − v(∅).

    Args:
        values: worth of each coalition, float64[2^p], numbered as in `coalitions`.
    """
    p = len(values).bit_length() - 1
    if p == 0:
        return np.zeros(0)
    present = coalitions(p)
    size = present.sum(axis=1)
    weight = np.array([factorial(s) * factorial(p - s - 1) / factorial(p) for s in range(p)])
    joined = np.append(0.0, weight)[size] * values  # a coalition of size s counts as S ∪ i with |S| = s − 1
    left = np.append(weight, 0.0)[size] * values
    return np.where(present, joined[:, None], -left[:, None]).sum(axis=0)


def sampled(game: Game, seed: int, max_worths: int = MAX_WORTHS) -> Shares:
    """Estimate Shapley values from orders of arrival and their reversals; all prefixes of a round are one batch.

    The number of orders doubles until the three largest shares (by size) keep their order from one round to the next and are
    larger than the others by twice the standard error of the difference, or until the next round would score more than
    `max_worths` coalitions. Shares of every order add up to the whole, so that the means do.

    Args:
        game: of any number of players ≥ 2.
        seed: equal seeds give equal shares.
        max_worths: coalitions scored at most; the first round is made whatever it costs.

    Returns:
        Values and standard errors (over the pairs of orders), float64[p] each.
    """
    rng = np.random.default_rng(seed)
    pairs = _round(game, rng, FIRST_PAIRS)
    cost = 2 * (game.n_players - 1)
    leaders = _leaders(pairs)
    while 2 * len(pairs) * cost <= max_worths:
        pairs = np.vstack([pairs, _round(game, rng, len(pairs))])
        before, leaders = leaders, _leaders(pairs)
        if np.array_equal(before, leaders) and _apart(pairs, leaders):
            break
    return pairs.mean(axis=0), _errors(pairs)


def _round(game: Game, rng: np.random.Generator, n_pairs: int) -> NDArray[np.float64]:
    """Return the shares by n pairs of an order and its reversal, float64[n, p]."""
    p = game.n_players
    forward = rng.permuted(np.tile(np.arange(p), (n_pairs, 1)), axis=1)
    orders = np.concatenate([forward, forward[:, ::-1]])
    arrival = np.argsort(orders, axis=1)
    present = arrival[:, None, :] <= np.arange(p - 1)[None, :, None]  # [order, prefix of 1…p−1 players, player]
    inner = game.worth(present.reshape(-1, p)).reshape(len(orders), p - 1)
    ends = np.ones((len(orders), 1))
    added = np.diff(np.hstack([ends * game.base_value, inner, ends * game.score]), axis=1)
    by_player = np.take_along_axis(added, arrival, axis=1)
    halves: NDArray[np.float64] = (by_player[:n_pairs] + by_player[n_pairs:]) / 2
    return halves


def _leaders(pairs: NDArray[np.float64]) -> NDArray[np.int64]:
    order: NDArray[np.int64] = np.argsort(-np.abs(pairs.mean(axis=0)), kind="stable")
    return order[:TOP]


def _apart(pairs: NDArray[np.float64], leaders: NDArray[np.int64]) -> bool:
    """Whether the least of the leaders is larger than every other by twice the standard error of their difference."""
    signs = np.sign(pairs.mean(axis=0))
    sizes = pairs * signs
    others = np.setdiff1d(np.arange(pairs.shape[1]), leaders)
    ahead = sizes[:, leaders[-1:]] - sizes[:, others]
    return bool((ahead.mean(axis=0) >= 2 * _errors(ahead)).all())


def _errors(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    errors: NDArray[np.float64] = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    return errors
