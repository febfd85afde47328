"""ImportReport: what was read, kept, fixed and rejected. rows_read = rows_kept + rows_rejected, always."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.described import CatalogAccount
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.steps.types import Effect, Proposed, Step, steps_of
from seqrec_core.errors import BadInput
from seqrec_core.text import has_sentence, say

# Fixes that tell of rejected rows under another name; a step of cleaning and its reason share theirs.
SPEAKS_OF = {"data.fix.duplicates": "duplicate", "data.fix.unread_times": "time_unread"}


@dataclass(frozen=True)
class Fix:
    """Something that was changed or noticed, with how many rows it touched. `key` is a sentence of the catalogue."""

    key: str
    n: int
    values: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was done, in words; where it was done once and the catalogue has a sentence for that, in the singular."""
        one = f"{self.key}.one"
        return say(one if self.n == 1 and has_sentence(one) else self.key, n=self.n, **self.values)


def unsaid(fixes: Sequence[Fix], rejected: Mapping[str, int]) -> dict[str, int]:
    """Return the rejected rows, by reason in words, of which no fix speaks: each is told once."""
    spoken = {SPEAKS_OF.get(fix.key, fix.key.rpartition(".")[2]) for fix in fixes if fix.n}
    told = {say(key) for key in (f"data.reason.{reason}" for reason in spoken) if has_sentence(key)}
    return {reason: n for reason, n in rejected.items() if reason not in told}


@dataclass(frozen=True)
class SourceAccount:
    """What one source of a log gave.

    Args:
        source: its name; `files`: what people call its files.
        rows_read, rows_kept: of its files, and of them in the log after the steps.
        users, items: distinct ones in the log.
        first, last: times of its first and last event, ISO 8601, UTC; None without times.
    """

    source: str
    files: tuple[str, ...]
    rows_read: int
    rows_kept: int
    users: int
    items: int
    first: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Overlap:
    """Events of a source that equal one of an earlier source in user, item, type and time, before any step."""

    first: str
    source: str
    events: int


@dataclass(frozen=True)
class Meeting:
    """What the sources of a log have in common.

    Args:
        users, items: how many have events of several sources.
        overlap: events that several sources hold.
        examples: source → some users that only it has.
    """

    users: int
    items: int
    overlap: tuple[Overlap, ...] = ()
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Channels:
    """The account of a log of several sources."""

    sources: tuple[SourceAccount, ...]
    meeting: Meeting

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Channels":
        """Return it from what `dataclasses.asdict` made of it."""
        sources = tuple(SourceAccount(**{**one, "files": tuple(one["files"])}) for one in told["sources"])
        meeting = told["meeting"]
        overlap = tuple(Overlap(**one) for one in meeting["overlap"])
        examples = {source: tuple(ids) for source, ids in meeting["examples"].items()}
        return cls(sources, Meeting(meeting["users"], meeting["items"], overlap, examples))


@dataclass(frozen=True)
class ImportReport:
    """The account of one import.

    Args:
        rows_read: data rows of the file (header, blank and comment lines are not rows).
        rejected: reason → rows.
        rejects: the rejected rows: `line` (1-based line of the file), `reason`, `raw` (first 500 characters);
            at most 10,000 rows are kept here. Of several files also `file`: what people call the one of the row.
        fixes: what was done, in order.
        mapping: the columns used, whether proposed or given.
        recipe: JSON-ready; replaying it on the same file gives the same fingerprint.
        effects: what each step of cleaning did, in order.
        proposed: the steps that the log suggests; empty where they were given.
        channels: what each source gave and what they have in common; None where the log has no sources.
        catalog: how log and catalogue fit each other; None where the log has no items.
        seconds, peak_rss_mb: what it cost.
    """

    rows_read: int
    rows_kept: int
    rejected: dict[str, int]
    rejects: pl.DataFrame
    fixes: tuple[Fix, ...]
    mapping: ColumnMapping
    recipe: dict[str, object]
    effects: tuple[Effect, ...] = ()
    proposed: tuple[Proposed, ...] = ()
    channels: Channels | None = None
    catalog: CatalogAccount | None = None
    seconds: float = 0.0
    peak_rss_mb: float = 0.0

    def __post_init__(self) -> None:
        if self.rows_read != self.rows_kept + self.rows_rejected:
            raise BadInput("data", "rows_do_not_add_up", read=self.rows_read, kept=self.rows_kept, rejected=self.rows_rejected)
        if {name: dtype for name, dtype in self.rejects.schema.items() if name != c.FILE} != c.REJECTED:
            raise BadInput("data", "log_column_dtype", column="rejects", expected=str(c.REJECTED), found=str(self.rejects.schema))

    @property
    def rows_rejected(self) -> int:
        """Rows that were not kept."""
        return sum(self.rejected.values())

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of cleaning that were done.

        Raises:
            BadInput: the recipe has steps that are not known.
        """
        said = self.recipe.get("steps")
        return steps_of(said if isinstance(said, list | tuple) else ())
