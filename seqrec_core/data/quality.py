"""Whether a log is usable: a list of things found in it, each with its count, its share and examples."""

from dataclasses import dataclass

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.steps.pace import PAUSE, is_bot, paces, usual_bots
from seqrec_core.data.steps.types import Bots
from seqrec_core.text import say

EXAMPLES = 5
LONG_ID = 200
LOOKS_MISSING = ("null", "none", "nan", "na", "n/a", "undefined", "unknown", "(not set)", "-", "\\n")


@dataclass(frozen=True)
class Check:
    """One thing looked for in a log.

    Args:
        key: its sentence in the catalogue is `data.check.<key>`.
        n: how many (of the unit that the sentence names); 0 = nothing found.
        share: n of all of that unit, in [0, 1].
        examples: up to five, as a person would look them up.
    """

    key: str
    n: int
    share: float
    examples: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What was looked for, in words."""
        return say(f"data.check.{self.key}")


def checks(log: EventLog) -> tuple[Check, ...]:
    """Look for duplicates, ties, empty attributes, bots, lone events and odd ids; in this order, nothing changed."""
    return (
        _duplicates(log),
        _ties(log),
        *_missing(log),
        _bots(log),
        _lone_users(log),
        _lone_sessions(log),
        _rare_items(log),
        _odd_ids(log),
    )


def _check(key: str, found: pl.Series, n: int, total: int) -> Check:
    return Check(key, n, n / max(1, total), tuple(str(value)[:80] for value in found.head(EXAMPLES)))


def _duplicates(log: EventLog) -> Check:
    """Events that equal an earlier one of the same user in every column."""
    repeated = ~log.frame.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    return _check("duplicates", log.frame[c.USER].filter(repeated).unique(maintain_order=True), int(repeated.sum()), log.n_events)


def _ties(log: EventLog) -> Check:
    """Events whose place beside another of the same user is only that of the file: same time, same order."""
    keys = [name for name in (c.USER, c.TIME, c.ORDER) if name in log.frame.columns]
    tied = log.frame.select(pl.struct(keys).is_duplicated()).to_series()
    return _check("ties", log.frame[c.USER].filter(tied).unique(maintain_order=True), int(tied.sum()), log.n_events)


def _missing(log: EventLog) -> list[Check]:
    """Attributes that are empty in some rows; the example is the column's name."""
    found = []
    for name in (*log.attributes, *((c.VALUE,) if c.VALUE in log.frame.columns else ())):
        n = log.frame[name].null_count()
        if n:
            found.append(Check("missing", n, n / log.n_events, (name,)))
    return found


def _bots(log: EventLog) -> Check:
    """Users that act as people do not; each example says the user, the events and the pace."""
    users = paces(log.frame, Bots().min_events)
    found = is_bot(usual_bots(users, log.frame[c.ITEM].n_unique()), users).sort([c.COUNT, c.USER], descending=[True, False])
    shown = found.select(c.USER, c.COUNT, PAUSE).head(EXAMPLES)
    said = pl.Series([_pace(*row) for row in shown.iter_rows()], dtype=pl.String)
    return _check("bots", said, found.height, users.height)


def _pace(user: str, n: int, gap: float | None) -> str:
    return f"{user}: {n:,} × {gap:.3g} s" if gap is not None else f"{user}: {n:,}"


def _lone_users(log: EventLog) -> Check:
    counted = log.frame.group_by(c.USER).len().filter(pl.col("len") == 1).sort(c.USER)
    return _check("lone_users", counted[c.USER], counted.height, log.n_users)


def _lone_sessions(log: EventLog) -> Check:
    counted = log.frame.group_by(c.SESSION).len().filter(pl.col("len") == 1).sort(c.SESSION)
    return _check("lone_sessions", counted[c.SESSION], counted.height, log.n_sessions)


def _rare_items(log: EventLog) -> Check:
    """Items with fewer than five events: no model can learn much about them."""
    counted = log.frame.group_by(c.ITEM).len().filter(pl.col("len") < 5).sort(c.ITEM)
    return _check("rare_items", counted[c.ITEM], counted.height, log.n_items)


def _odd_ids(log: EventLog) -> Check:
    """Item ids that are called like a missing value, have blanks around them, or are very long."""
    items = log.frame[c.ITEM].unique().sort()
    plain = items.str.strip_chars()
    odd = items.filter(plain.str.to_lowercase().is_in(list(LOOKS_MISSING)) | (plain != items) | (items.str.len_chars() > LONG_ID))
    return _check("odd_ids", odd, len(odd), len(items))
