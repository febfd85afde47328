"""Explanation: what each event of a history adds to one item's score, and how far that can be trusted."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.errors import BadInput

Method = Literal["exact_shapley", "permutation_shapley"]
Verdict = Literal["holds", "weak", "fails", "too_short"]
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Attribution:
    """Share of one event (or of the group of older events) in the score, in logits.

    Args:
        position: index in the history, oldest = 0; −1 for the group of all older events.
        value: what it adds to the score of the target.
        standard_error: 0 where the value is exact.
    """

    position: int
    value: float
    standard_error: float = 0.0


@dataclass(frozen=True)
class RankWithout:
    """Rank of the target once the event at `position` is removed and the gap closed; the candidates stay the same."""

    position: int
    rank: int


@dataclass(frozen=True)
class Counterfactual:
    """Fewest removals found that push the target out of the top k.

    Args:
        remove: positions removed; empty where none was found within the bound.
        rank_before, rank_after: 1-based rank of the target.
        tried: sets of removals scored.
        minimal: True where every smaller set was tried.
    """

    remove: tuple[int, ...]
    rank_before: int
    rank_after: int
    tried: int
    minimal: bool


@dataclass(frozen=True)
class BringIn:
    """Smallest edit found after which a wanted item is in the top k.

    Args:
        kind: remove, add, replace, or none (it is in the list already, or nothing that was tried brings it in).
        remove: positions removed.
        add: item appended as the newest event, which then counts as seen; None without one.
        rank_before, rank_after: 1-based rank of the target.
        likelihood_rank: place of the added item among what the model expects next: 1 = the likeliest; None without one.
        tried: edits scored.
        minimal: True where no edit of fewer events could do it.
    """

    kind: Literal["remove", "add", "replace", "none"]
    remove: tuple[int, ...]
    add: int | None
    rank_before: int
    rank_after: int
    likelihood_rank: int | None
    tried: int
    minimal: bool


@dataclass(frozen=True)
class Faithfulness:
    """Deletion check: the share of what the history adds (score − base value) that is lost when events are removed.

    Args:
        top: after removing the m events with the largest attributions.
        random: mean after removing m random events; `random_low`, `random_high` its central 95 %.
        recent: after removing the last m events.
        m: how many events were removed.
        verdict: `fails` where top is not clearly above random (faithfulness.py says how clearly), else `weak` where recent
            takes away more than top, else `holds` (top equals recent where the last events are the top ones); `too_short`
            where there are fewer than 3 events of their own or the history adds next to nothing: then the shares are None.
    """

    top: float | None
    random: float | None
    random_low: float | None
    random_high: float | None
    recent: float | None
    m: int
    verdict: Verdict


@dataclass(frozen=True)
class Explanation:
    """Why a model scores one item as it does for one history. Σ attributions + base_value = score (TOLERANCE).

    Args:
        target: item index; `history` is what the model saw.
        score, base_value: logit with the whole history, and with an empty one.
        rank: 1-based rank of the target among the candidates (fixed by the full history).
        attributions: the group of older events first where there is one, then by position.
        players: how many events are players of their own; the older ones (n_grouped) are one more.
        versus: the item whose score is taken off the target's (score and base value are differences then), or None.
        absence: the rule by which an event is absent: always `remove_and_close`.
    """

    target: int
    history: History
    score: float
    base_value: float
    rank: int
    attributions: tuple[Attribution, ...]
    leave_one_out: tuple[RankWithout, ...]
    counterfactual: Counterfactual
    faithfulness: Faithfulness
    method: Method
    players: int
    n_grouped: int
    versus: int | None = None
    absence: str = "remove_and_close"

    def __post_init__(self) -> None:
        gap = abs(sum(a.value for a in self.attributions) + self.base_value - self.score)
        if not gap <= TOLERANCE * max(1.0, abs(self.score)):
            raise BadInput("explain", "does_not_add_up", gap=gap, score=self.score)

    @property
    def values(self) -> NDArray[np.float64]:
        """Attribution of each event by position, float64[n]; NaN for events inside the group of older ones."""
        values = np.full(len(self.history), np.nan)
        for attribution in self.attributions:
            if attribution.position >= 0:
                values[attribution.position] = attribution.value
        return values
