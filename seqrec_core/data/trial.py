"""A trial: the beginning of a file imported under a mapping, to see what would be kept before all of it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.events import PLACE, check_mapping, extract
from seqrec_core.data.intake.account import Account
from seqrec_core.data.intake.decisions import Decisions
from seqrec_core.data.intake.run import text_of
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.intake.tables import WholeFile
from seqrec_core.data.mapping import ColumnMapping, ReadOptions
from seqrec_core.data.reading import read_table
from seqrec_core.data.steps.doing import duplicates

SHOWN = 50


@dataclass(frozen=True)
class Trial:
    """What the beginning of a file would become.

    Args:
        events: the first events, in the order of the file: `user_id, event_type, item_id, timestamp`.
        n_read: rows looked at; n_kept: those that would become events.
        rejected: reason in words → rows.
        rejects: the rejected rows: `line, reason, raw`; at most 10,000.
        whole: whether the file is no longer than what was looked at.
    """

    events: pl.DataFrame
    n_read: int
    n_kept: int
    rejected: dict[str, int]
    rejects: pl.DataFrame
    whole: bool


def trial(
    path: Path,
    mapping: ColumnMapping,
    read: ReadOptions | None = None,
    answers: Mapping[str, str] | None = None,
    raw: bool = False,
) -> Trial:
    """Import the beginning of a file (4 MB, or 50,000 rows of Parquet) without storing anything.

    Args:
        path: the file.
        mapping: the columns.
        read: what is known about how it is written.
        answers: answers to questions, by code. An open question about dates is taken as day first.
        raw: nothing is rejected that could be kept.

    Raises:
        NotFound, BadInput: the file or the mapping cannot be used.
        NeedsDecision: two encodings fit equally.
    """
    table = read_table(path, read, dict(answers or {}), head=True)
    check_mapping(table, mapping)
    known = answers or {}
    begun = extract(table, mapping, Decisions(), raw, known)
    part = extract(table, mapping, begun.evidence.decide(mapping, known)[0], raw, known)
    account, events = Account(), part.events
    account.add(part)
    if not raw:
        refused = Spill(None, 1)
        refused.add(0, part.refused)
        account.repeat_refused(refused)
        again = duplicates(events)
        account.leave_out(len(again), events[PLACE][again])
        events = events.filter(~pl.int_range(pl.len()).is_in(again.tolist()))
    rejects = account.rejects(text_of(WholeFile(table), account.missing()))
    return Trial(
        events=events.select(c.USER, c.EVENT, c.ITEM, c.TIME).head(SHOWN),
        n_read=table.rows_read,
        n_kept=events.height,
        rejected=account.counts(),
        rejects=rejects,
        whole=table.complete,
    )
