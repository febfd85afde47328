"""Whether seen items stay candidates: left out by default, kept where the log repeats items often."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.errors import BadInput

SeenChoice = Literal["auto", "exclude", "include"]
OFTEN = 0.1  # share of targets already in the history above which a log counts as repeating (a shop of 217 models: 0.14)


class SeenRule(NamedTuple):
    """Whether seen items are left out, why (a key of the catalogue), and the share of targets already in the history."""

    exclude_seen: bool
    reason: str
    share: float


def resolve_seen(choice: str, dataset: SequenceDataset, split: Split) -> SeenRule:
    """Decide about seen items.

    Args:
        choice: `exclude`, `include`, or `auto` (exclude unless more than OFTEN of the targets are already in the history).
        dataset: the log as arrays.
        split: its cases are looked at; the last training event of each user where it has none.

    Raises:
        BadInput: another choice.
    """
    if choice not in ("auto", "exclude", "include"):
        raise BadInput("evaluation", "unknown_seen", found=choice)
    share = repeat_share(dataset, split)
    if choice != "auto":
        return SeenRule(choice == "exclude", "evaluation.seen.asked", share)
    often = share > OFTEN
    return SeenRule(not often, "evaluation.seen.repeats" if often else "evaluation.seen.new", share)


def repeat_share(dataset: SequenceDataset, split: Split) -> float:
    """Share of targets that the history before them already holds, in [0, 1]; 0 without targets."""
    targets = np.concatenate([split.valid.targets, split.test.targets])
    if not len(targets):
        some = np.flatnonzero(np.diff(dataset.user_offsets) > 1)
        targets = dataset.user_offsets[some + 1] - 1
    return float((first_rows(dataset)[targets] < targets).mean()) if len(targets) else 0.0


def first_rows(dataset: SequenceDataset) -> NDArray[np.int64]:
    """For each event, the row where its user first had its item, int64[n_events]."""
    users = np.repeat(np.arange(dataset.n_users, dtype=np.int64), np.diff(dataset.user_offsets))
    _, first, group = np.unique(users * dataset.vocabulary.size + dataset.items, return_index=True, return_inverse=True)
    return first[group]
