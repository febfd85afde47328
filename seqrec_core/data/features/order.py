"""Does the order of events matter in this log? Neighbouring events against the same events shuffled inside their sequences.

Shuffling keeps what each sequence holds and loses only the order. If the counts of neighbouring pairs hardly change by it,
a model that counts what people have is as good as one that reads sequences.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.features.source import Source
from seqrec_core.data.labels import default_of
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.text import percent, say

Verdict = Literal["matters", "a_little", "no_sign", "no_pairs"]
MOST_LABELS = 200  # rarer labels count as one, so that chance does not fill the table of pairs
MOST_EVENTS = 200_000  # of a larger log, so many events in randomly chosen sequences
BLOCKS = 50  # of users: in each, the pairs that the others say order favours are counted
FEWEST_SEQUENCES = 30
MATTERS = 0.05
CHECKS = 20  # shuffles that are judged as if they were the log, for the error of the interval
HALF = 0.5
LEVEL_Z = 1.959964
SHOWN = 10


@dataclass(frozen=True)
class Steps:
    """Neighbouring events of one sequence that lie in different steps (events of one basket have no order).

    Args:
        row: sequence of each pair, int64[n].
        first, second: label codes, int64[n].
        n_labels: number of labels.
    """

    row: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    n_labels: int

    def direction_bits(self) -> NDArray[np.float64]:
        """Return log2 (n(a → b) + ½) / (n(b → a) + ½) of each pair, float64[n], counted on all of them; 0 for a → a."""
        keys, place, count = np.unique(self.first * self.n_labels + self.second, return_inverse=True, return_counts=True)
        mirrored = keys % self.n_labels * self.n_labels + keys // self.n_labels
        at = np.minimum(np.searchsorted(keys, mirrored), max(0, len(keys) - 1))
        back = np.where(keys[at] == mirrored, count[at], 0) if len(keys) else count
        return np.log2((count + HALF) / (back + HALF))[place]


def neighbours(sequences: Sequences) -> NDArray[np.int64]:
    """Return the places of events that have a next one in a later step of their sequence, int64[n], rising."""
    rows = np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets))
    return np.flatnonzero((rows[1:] == rows[:-1]) & (sequences.steps[1:] != sequences.steps[:-1]))


def steps_of(source: Source) -> Steps:
    """Return the steps of all sessions, over what suits the log (event types, categories or items)."""
    sequences = source.dataset.sequences("session", default_of(source.dataset))
    at, values = neighbours(sequences), sequences.values.astype(np.int64)
    return Steps(source.sessions.of_row[at].astype(np.int64), values[at], values[at + 1], len(sequences.labels))


@dataclass(frozen=True)
class OrderEffect:
    """How much of the steps from one event to the next hangs on the order.

    Args:
        change: share of the steps that go elsewhere once the events of each sequence are shuffled: half the sum of
            |observed − mean of shuffled| over all pairs, divided by the steps; in [0, 1]. None without steps.
        by_chance: the same share that one shuffle alone differs from the others by; in [0, 1].
        excess: what order accounts for: ½ Σ sign · (observed − mean of shuffled) / steps, where the sign of each pair is that of
            the difference in the other 49 blocks of users. Its expectation without any order is 0, and it does not shrink as
            change − by_chance does where the log is small.
        low, high: 95 % interval of the excess: its error over blocks of users (ratio estimator) and that of shuffles judged as
            if they were the log, together; None below 30 sequences or for one block.
        p_value: share of shuffles that differ as much, (1 + hits) / (1 + draws).
        n_steps, n_sequences, n_events: what was counted.
        is_sample: whether a larger log was sampled.
        draws, seed: of the shuffles.
        unit, of: what one sequence is, and what is counted in it.
        pairs: the pairs that order moves most: `from, to, count, expected, difference`; expected is the mean over shuffles.
    """

    change: float | None
    by_chance: float | None
    excess: float | None
    low: float | None
    high: float | None
    p_value: float | None
    n_steps: int
    n_sequences: int
    n_events: int
    is_sample: bool
    draws: int
    seed: int
    unit: str
    of: str
    pairs: pl.DataFrame

    @property
    def verdict(self) -> Verdict:
        """What the numbers say, in one word."""
        if self.excess is None or self.p_value is None:
            return "no_pairs"
        low = self.excess if self.low is None else self.low
        if self.p_value > 0.05 or low <= 0:
            return "no_sign"
        return "matters" if low >= MATTERS else "a_little"

    @property
    def sentence(self) -> str:
        """The same in a sentence."""
        if self.excess is None:
            return say("features.order.no_pairs")
        interval = "" if self.low is None else say("features.order.interval", low=percent(self.low), high=percent(self.high))
        return say(
            f"features.order.{self.verdict}",
            change=percent(self.change),
            chance=percent(self.by_chance),
            excess=percent(self.excess),
            interval=interval,
            unit=self.unit,
        )


def order_effect(sequences: Sequences, seed: int = 0, draws: int = 99) -> OrderEffect:
    """Shuffle the events of each sequence and say how the counts of neighbouring pairs change.

    Args:
        sequences: sessions or users, over any labels; empty ones are left out.
        seed: of the sample and the shuffles.
        draws: number of shuffles; the smallest p-value is 1 / (1 + draws).

    Raises:
        BadInput: fewer than 2 draws.
    """
    if draws < 2:
        raise BadInput("features", "few_draws", found=draws)
    rng = np.random.default_rng(seed)
    chosen = _sampled(sequences, rng)
    at = neighbours(chosen)
    empty = _effect(chosen, at, len(chosen) < len(sequences), draws, seed)
    if not len(at):
        return empty
    names, codes = _merged(chosen)
    table = _Table(codes, np.repeat(np.arange(len(chosen)), np.diff(chosen.offsets)), at, _blocks(chosen, rng), len(names), seed)
    expected, totals = np.zeros((BLOCKS, len(names) ** 2)), np.empty((draws, len(names) ** 2))
    for draw in range(draws):
        counts = table.shuffled(draw)
        expected += counts / draws
        totals[draw] = counts.sum(axis=0)
    checks = [_cross_fitted(table.shuffled(draw) - expected)[0] for draw in range(min(CHECKS, draws))]
    by_luck = float(np.std(checks)) / table.n_steps
    return _judged(empty, table.observed(), expected, totals, by_luck, names)


@dataclass(frozen=True)
class _Table:
    """Counts of neighbouring pairs by block, of the log and of its shuffles.

    Args:
        codes: label of each event, int64[n_events].
        rows: sequence of each event, int64[n_events].
        at: places of events that have a next one.
        block: block of each event.
        n: number of labels.
        seed: shuffle number k always comes out the same.
    """

    codes: NDArray[np.int64]
    rows: NDArray[np.int64]
    at: NDArray[np.int64]
    block: NDArray[np.int64]
    n: int
    seed: int

    @property
    def n_steps(self) -> int:
        return len(self.at)

    def observed(self) -> NDArray[np.float64]:
        """Return the counts of the log, float64[BLOCKS, n · n]."""
        return self._counted(self.codes)

    def shuffled(self, draw: int) -> NDArray[np.float64]:
        """Return the counts after a shuffle inside each sequence."""
        keys = self.rows + np.random.default_rng([self.seed, draw]).random(len(self.rows))
        return self._counted(self.codes[np.argsort(keys)])

    def _counted(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        size = self.n * self.n
        keys = self.block[self.at] * size + codes[self.at] * self.n + codes[self.at + 1]
        return np.bincount(keys, minlength=BLOCKS * size).reshape(BLOCKS, size).astype(np.float64)


def _judged(
    empty: OrderEffect,
    observed: NDArray[np.float64],
    expected: NDArray[np.float64],
    totals: NDArray[np.float64],
    by_luck: float,
    names: list[str],
) -> OrderEffect:
    """Turn counts by block and pair into the statistic, its chance level, its interval and its p-value."""
    n_steps, draws = observed.sum(), len(totals)
    difference = observed - expected
    change = float(np.abs(difference.sum(axis=0)).sum() / 2 / n_steps)
    others = (totals.sum(axis=0) - totals) / (draws - 1)  # the mean of the other shuffles
    chance = np.abs(totals - others).sum(axis=1) / 2 / n_steps
    p = (1 + int((chance >= change - 1e-12).sum())) / (1 + draws)
    moved, blocks = _cross_fitted(difference)
    excess, error = float(moved / n_steps), _error(blocks, observed.sum(axis=1))
    low = high = None
    if empty.n_sequences >= FEWEST_SEQUENCES and error is not None:
        half = LEVEL_Z * float(np.hypot(error, by_luck))
        low, high = max(-1.0, excess - half), min(1.0, excess + half)
    return replace(
        empty,
        change=change,
        by_chance=float(chance.mean()),
        excess=excess,
        low=low,
        high=high,
        p_value=p,
        pairs=_moved(observed.sum(axis=0), expected.sum(axis=0), names),
    )


def _effect(sequences: Sequences, at: NDArray[np.int64], is_sample: bool, draws: int, seed: int) -> OrderEffect:
    """Return the effect with everything but the numbers that need steps."""
    nothing = _moved(np.zeros(0), np.zeros(0), [])
    counts = (len(at), len(sequences), len(sequences.values))
    return OrderEffect(
        None, None, None, None, None, None, *counts, is_sample, draws, seed, sequences.unit, sequences.of, nothing
    )  # fmt: skip


def _sampled(sequences: Sequences, rng: np.random.Generator) -> Sequences:
    """Return the sequences that have events; of many, randomly chosen ones with about MOST_EVENTS events."""
    lengths = np.diff(sequences.offsets)
    order = np.flatnonzero(lengths > 0)
    if lengths.sum() > MOST_EVENTS:
        order = rng.permutation(order)
        n = max(1, int(np.searchsorted(np.cumsum(lengths[order]), MOST_EVENTS, side="right")))
        order = np.sort(order[:n])
    return sequences.take(order)


def _merged(sequences: Sequences) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names of the most frequent labels, and the code of each event; the rarer labels share the last one."""
    counts = np.bincount(sequences.values, minlength=len(sequences.labels))
    ranked = np.argsort(-counts, kind="stable")
    kept = ranked[: min(MOST_LABELS, int((counts > 0).sum()))]
    codes = np.full(len(counts), len(kept), np.int64)
    codes[kept] = np.arange(len(kept))
    names = [sequences.labels[code] for code in kept]
    return [*names, say("words.other")], codes[sequences.values]


def _blocks(sequences: Sequences, rng: np.random.Generator) -> NDArray[np.int64]:
    """Put each user with all their sequences into one of the blocks; return the block of each event."""
    of_user = rng.integers(0, BLOCKS, int(sequences.owner.max()) + 1)
    return np.repeat(of_user[sequences.owner], np.diff(sequences.offsets))


def _cross_fitted(difference: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return the steps that go where the other blocks say that order leads: in all, and of each block, float64[BLOCKS]."""
    total = difference.sum(axis=0)
    blocks = np.array([(np.sign(total - row) * row).sum() for row in difference]) / 2
    return float(blocks.sum()), blocks


def _error(moved: NDArray[np.float64], steps: NDArray[np.float64]) -> float | None:
    """Return the standard error of Σ moved / Σ steps over blocks; None for a single block."""
    n = int((steps > 0).sum())
    if n < 2:
        return None
    spread = ((moved - moved.sum() / steps.sum() * steps) ** 2).sum() * n / (n - 1)
    return float(np.sqrt(spread) / steps.sum())


def _moved(observed: NDArray[np.float64], expected: NDArray[np.float64], names: list[str]) -> pl.DataFrame:
    """Return the pairs that order moves most, either way."""
    n = len(names)
    best = np.argsort(-np.abs(observed - expected), kind="stable")[:SHOWN]
    best = best[np.abs(observed - expected)[best] > 0]
    labels = pl.Series(names, dtype=pl.String)
    counts = observed[best]
    return pl.DataFrame(
        {
            c.FROM: labels[(best // max(1, n)).tolist()],
            c.TO: labels[(best % max(1, n)).tolist()],
            c.COUNT: counts.astype(np.int64),
            "expected": expected[best],
            "difference": counts - expected[best],
        }
    )
