"""What if some of a user's events had not happened, or others had: the list and the reasons under an edited history.

The candidates stay those of the history before the edit (and without the added items where seen items are left out), so
that only the model can move a rank.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.models.topk import places_of, top_k
from seqrec_core.serving.answer import ReadyRun

if TYPE_CHECKING:
    from seqrec_core.explain.types import Explanation

BEFORE = "before"
ADDED = -1


class Added(NamedTuple):
    """An event put after the newest one: external item id and event type."""

    item: str
    event: str


@dataclass(frozen=True)
class WhatIf:
    """What is changed in a history.

    Args:
        drop: positions taken out, oldest event = 0.
        add: events put after the newest one, in this order.
    """

    drop: tuple[int, ...] = ()
    add: tuple[Added, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.drop or self.add)


@dataclass(frozen=True)
class Edited:
    """A history after a what-if.

    Args:
        history: what the model sees now.
        seen: the events before the edit and the added ones: they decide the candidates.
        positions: where each event of `history` stood before the edit; ADDED for an added one.
    """

    history: History
    seen: History
    positions: tuple[int, ...]


def edit(dataset: SequenceDataset, history: History, what_if: WhatIf) -> Edited:
    """Apply a what-if; an added event happens at the time of the newest one.

    Raises:
        BadInput: a position that the history does not have.
        NotFound: an added item that is not known.
    """
    beyond = [position for position in what_if.drop if not 0 <= position < len(history)]
    if beyond:
        raise BadInput("serving", "no_position", position=beyond[0] + 1, n=len(history))
    dropped = set(what_if.drop)
    kept = tuple(position for position in range(len(history)) if position not in dropped)
    seen = _extended(dataset, history, what_if.add)
    added = range(len(history), len(seen))
    return Edited(seen.take([*kept, *added]), seen, (*kept, *(ADDED for _ in added)))


def _extended(dataset: SequenceDataset, history: History, add: tuple[Added, ...]) -> History:
    items = dataset.vocabulary.indices([added.item for added in add])
    codes = {name: code for code, name in enumerate(dataset.event_names)}
    types, times = history.event_types, history.times
    if types is not None:
        types = np.append(types, np.array([codes.get(added.event, 0) for added in add], types.dtype))
    if times is not None:
        times = np.append(times, np.repeat(times[-1:] if len(times) else np.zeros(1, times.dtype), len(add)))
    return History(np.append(history.items, items), types, times)


def ranked(ready: ReadyRun, edited: Edited, original: History, k: int = 10, also: tuple[int, ...] = ()) -> pl.DataFrame:
    """Return the best k items after an edit, and where each stood before it.

    Args:
        ready: the run that answers.
        edited: the history after the edit.
        original: the history before it.
        k: length of the list.
        also: further items (indices) to place below the list where they are not in it; one that is no candidate is left out.

    Returns:
        `rank, item_id, title, score, before`; the rank of a listed item is its place in the list.
    """
    scores = ready.model.score([edited.history, original])
    excluded, n_candidates = ready.card.exclude_seen, ready.n_candidates
    best = [int(item) for item in top_k(scores[:1], [edited.seen], k, excluded, n_candidates).items[0] if item > 0]
    items = [*best, *(item for item in dict.fromkeys(also) if item not in best)]
    places, before = (_places(ready, row, items, edited.seen) for row in scores)
    ids = ready.dataset.vocabulary.external(items)
    table = {
        c.RANK: places,
        c.ITEM: ids,
        c.TITLE: [ready.catalog.title(item) for item in ids],
        c.SCORE: [float(score) for score in scores[0, items]],
        BEFORE: before,
    }
    schema = {c.RANK: pl.Int64, c.ITEM: pl.String, c.TITLE: pl.String, c.SCORE: pl.Float64, BEFORE: pl.Int64}
    return pl.DataFrame(table, schema=schema).filter(pl.col(c.RANK) > 0)


def _places(
    ready: ReadyRun, scores: "np.ndarray[tuple[int], np.dtype[np.float32]]", items: list[int], seen: History
) -> list[int]:
    rows = np.repeat(scores[None, :], len(items), axis=0)
    places = places_of(rows, np.array(items, np.int64), [seen] * len(items), ready.card.exclude_seen, ready.n_candidates)
    return [int(place) for place in places]


def explain_edited(ready: ReadyRun, edited: Edited, target: int, k: int = 10, versus: int | None = None) -> "Explanation":
    """Explain the rank of an item (index) after an edit, or why it rather than `versus`.

    Raises:
        BadInput: the item is no candidate.
    """
    from seqrec_core.explain.explain import explain

    return explain(
        ready.model,
        edited.history,
        target,
        exclude_seen=ready.card.exclude_seen,
        n_candidates=ready.n_candidates,
        k=k,
        seen=edited.seen,
        versus=versus,
    )
