"""Click-through and conversion, replayed: what people did after the moment of a list, and whether the list held it.

A replay counts what people did anyway, without the list. `docs/metrics.md` says what it can and cannot tell.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.exposure import Exposure
from seqrec_core.evaluation.later import Later, later_events, previous_rows
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.evaluation.resample import ratio_intervals
from seqrec_core.models.topk import TopK

Values = NDArray[np.float64]
WINDOW = 7 * 86_400.0  # seconds after the question in which an event counts
CONVERSIONS = "purchase buy bought order transaction subscribe subscription convert conversion sale sold paid booking booked"
CLICKS = "click view pageview read play open watch listen visit tap"
OPPOSITES = "remove cancel refund return skip dislike decline delete unsubscribe chargeback impression exposure fail hide shown"
CELLS = 20_000_000  # comparisons of later events with list items held at once


@dataclass(frozen=True)
class Behaviour:
    """What counts as a click and as a conversion in one log, and for how long.

    Args:
        clicks, conversions: event types.
        is_guessed: whether names decided, so that it has to be said.
        window: seconds after the question; None = all that the split holds out.
        values: worth of each event as the log has it, float64[n_events], NaN where it has none; None without such a column.
        exposure: how likely each event's item was to be seen at its place, where the log tells.
    """

    clicks: tuple[str, ...]
    conversions: tuple[str, ...]
    is_guessed: bool = True
    window: float | None = WINDOW
    values: Values | None = None
    exposure: Exposure | None = None


def behaviour_of(
    log: EventLog,
    clicks: Sequence[str] = (),
    conversions: Sequence[str] = (),
    window: float | None = WINDOW,
    exposure: Exposure | None = None,
) -> Behaviour:
    """Say what counts as a click and as a conversion in a log: what is given, else what the names of event types say.

    Without a type that is named like a click, every type counts that is neither a conversion nor named like its opposite
    (`skip`, `refund`, `remove_from_cart`, an impression).

    Args:
        log: the log.
        clicks: event types, where a person decides.
        conversions: the same.
        window: seconds.
        exposure: from `exposure_of`.

    Raises:
        BadInput: the log has no such event type, or the window is not positive.
    """
    unknown = [name for name in (*clicks, *conversions) if name not in log.event_types]
    if unknown:
        raise BadInput("evaluation", "unknown_event", found=", ".join(unknown), known=", ".join(log.event_types))
    if window is not None and not window > 0:
        raise BadInput("evaluation", "bad_window", found=window)
    wanted = [name for name in log.event_types if not _is_named(name, OPPOSITES)]
    bought = tuple(conversions) or tuple(name for name in wanted if _is_named(name, CONVERSIONS))
    rest = tuple(name for name in wanted if name not in bought)
    named = tuple(name for name in rest if _is_named(name, CLICKS))
    values = log.frame[c.VALUE].to_numpy().astype(np.float64) if c.VALUE in log.frame.columns else None
    chosen = tuple(clicks) or named or rest or tuple(wanted) or log.event_types
    return Behaviour(chosen, bought, not (clicks and conversions), window, values, exposure)


def _is_named(event: str, words: str) -> bool:
    """Whether a word of an event's name is one of these, in any case, plural or past: `ViewContent`, `page_views`."""
    parts = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", event).lower())
    known = set(words.split())
    return any({part, part.removesuffix("s"), part.removesuffix("ed"), part.removesuffix("d")} & known for part in parts)


def codes_of(dataset: SequenceDataset, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which event codes have these names, bool[n_types]."""
    return np.array([name in names for name in dataset.event_names], dtype=bool)


def is_hit(dataset: SequenceDataset, settled: NDArray[np.int32], later: Later) -> NDArray[np.bool_]:
    """Return which later events are of an item of their case's list, bool[m].

    Args:
        dataset: the log as arrays.
        settled: from `settled_items`, int32[n, k].
        later: events after each case.
    """
    found = np.zeros(len(later.row), dtype=bool)
    step = max(1, CELLS // max(1, settled.shape[1]))
    for start in range(0, len(found), step):
        part = slice(start, start + step)
        found[part] = (settled[later.case[part]] == dataset.items[later.row[part]][:, None]).any(axis=1)
    return found


def settled_items(lists: TopK, k: int) -> NDArray[np.int32]:
    """Return the first k items of each list with 0 for those that are tied with an item outside them, int32[n, k].

    Items of equal score share the last place of them, as in ranks. The lists are one more than k wide, so that it is seen.
    """
    items = lists.items[:, :k]
    if lists.items.shape[1] <= k:
        return items
    is_open = (lists.items[:, k] > 0)[:, None] & (lists.scores[:, :k] == lists.scores[:, k : k + 1])
    return np.where(is_open | np.isnan(lists.scores[:, :k]), 0, items).astype(np.int32)


@dataclass(frozen=True)
class Replay:
    """One row a case: what came after its list, among events of some types.

    Args:
        found: whether the list held the item of at least one such event, 0 or 1, float64[n].
        possible: whether at least one such event was of a candidate, so that a list could have held it, 0 or 1.
        worth: sum of the values of such events whose items the list held; NaN where the log has no values.
    """

    found: Values
    possible: Values
    worth: Values


def replay(
    dataset: SequenceDataset, later: Later, hit: NDArray[np.bool_], open_: NDArray[np.bool_], values: Values | None
) -> Replay:
    """Count what followed each list.

    Args:
        dataset: the log as arrays.
        later: events of the types in question, inside the window.
        hit: from `is_hit`, of these events.
        open_: whether the item of the event was a candidate when its list was made.
        values: worth of each event of the log.
    """
    found = np.bincount(later.case[hit], minlength=later.n) > 0
    possible = np.bincount(later.case[open_], minlength=later.n) > 0
    worth = np.full(later.n, np.nan)
    if values is not None:
        worth = np.bincount(later.case[hit], np.nan_to_num(values[later.row[hit]]), minlength=later.n)
    return Replay(found.astype(np.float64), possible.astype(np.float64), worth)


def followed_by(report: MetricReport, dataset: SequenceDataset, behaviour: Behaviour) -> pl.DataFrame:
    """Return how many of a report's longest lists held what followed, for each event type, the most frequent type first.

    Args:
        report: of the test part.
        dataset: the log that it was measured on.
        behaviour: how long it counts.

    Returns:
        `event_type, lists` (asked), `possible` (lists after which a candidate followed by such an event), `found`, `rate`
        (found / lists) with its 95 % interval `low, high`, and `rate_of_possible` (null where nothing was possible).
    """
    cases = report.cases(dataset)
    later = later_events(dataset, cases, window=behaviour.window)
    exclude = report.protocol.exclude_seen
    open_ = candidates_before(cases, later, previous_rows(dataset) if exclude else later.row, exclude)
    hit, codes = is_hit(dataset, report.settled_lists(), later), dataset.event_types[later.row]
    rows = []
    for code, name in enumerate(dataset.event_names):
        one = codes == code
        told = replay(dataset, later.only(one), hit[one], open_[one], None)
        rates, ends = ratio_intervals(told.found[:, None], np.ones((later.n, 1)), cases.users, report.protocol.seed)
        found, possible = int(told.found.sum()), int(told.possible.sum())
        share = found / possible if possible else None
        rows.append((name, later.n, possible, found, float(rates[0]), float(ends[0, 0]), float(ends[0, 1]), share))
    return pl.DataFrame(rows, schema=BY_EVENT, orient="row")


BY_EVENT = {
    c.EVENT: pl.String,
    "lists": pl.Int64,
    "possible": pl.Int64,
    "found": pl.Int64,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "rate_of_possible": pl.Float64,
}


def candidates_before(cases: Cases, later: Later, before: NDArray[np.int64], exclude_seen: bool) -> NDArray[np.bool_]:
    """Return whether the item of each later event was a candidate when its list was made, bool[m].

    Args:
        cases: the questions.
        later: events after them.
        before: from `later.previous_rows`, of the whole log.
        exclude_seen: items of the history are no candidates.
    """
    if not exclude_seen:
        return np.ones(len(later.row), dtype=bool)
    # the item was in the history if, going back over its own later events, the first of them repeats an older one
    first = before[later.row]
    while True:
        inside = first >= cases.targets[later.case]
        if not inside.any():
            return first < 0
        first = np.where(inside, before[np.maximum(first, 0)], first)
