"""The account of an import, kept while its pieces come by: every row is either an event or has one reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.cleaning import DUPLICATE, REASONS
from seqrec_core.data.events import EXAMPLES, HASH, PLACE, SHOWN, Part
from seqrec_core.data.intake.decisions import Evidence
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.report import Fix
from seqrec_core.data.table import MAX_REJECTS
from seqrec_core.text import say

TIMES_SEEN = 1_000
FILE = "\x1ffile"  # number of a file
SHOWN_OF_FILES = {**SHOWN, FILE: pl.Int32}
LEFT_OUT = {PLACE: pl.Int64, c.REASON: pl.String}


@dataclass
class Account:
    """What the pieces of a file gave, added up.

    Args:
        rows_read: data rows, kept or not.
        rejected: reason → rows.
        shown: the first 10,000 rejected rows, as in `Part`, with the number of their file.
        left_out: the places of the first 10,000 rows that a step left out, and why: `PLACE, reason`.
        evidence: what bears on decisions about the whole file.
        shapes: how many times had which shape.
        times: the first times as they stand in the file.
        fixes: what reading did, in order; fixes of the same kind are one.
        unread_times: the first values that could not be read as times.
    """

    rows_read: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    shown: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SHOWN_OF_FILES))
    left_out: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LEFT_OUT))
    evidence: Evidence = field(default_factory=Evidence)
    shapes: dict[str, int] = field(default_factory=dict)
    times: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))
    fixes: list[Fix] = field(default_factory=list)
    unread_times: tuple[str, ...] = ()

    @property
    def rows_rejected(self) -> int:
        """Rows with a reason so far."""
        return sum(self.rejected.values())

    def add(self, part: Part, file: int = 0) -> None:
        """Take in a piece of a file; pieces come in the order of the files."""
        self.rows_read += part.rows_read
        _add_up(self.rejected, part.unread)
        counts = part.refused[c.REASON].value_counts()
        _add_up(self.rejected, {REASONS[code]: n for code, n in counts.iter_rows()})
        if self.shown.height < MAX_REJECTS and part.shown.height:
            shown = part.shown.with_columns(pl.lit(file, pl.Int32).alias(FILE))
            self.shown = pl.concat([self.shown, shown]).head(MAX_REJECTS)
        self.evidence.add(part.evidence)
        _add_up(self.shapes, part.shapes)
        if len(self.times) < TIMES_SEEN:
            self.times = pl.concat([self.times, part.times]).head(TIMES_SEEN)
        self.unread_times = tuple(dict.fromkeys((*self.unread_times, *part.unread_times)))[:EXAMPLES]
        for fix in part.fixes:
            self._merge(fix)

    def _merge(self, fix: Fix) -> None:
        for place, known in enumerate(self.fixes):
            if (known.key, known.values) == (fix.key, fix.values):
                self.fixes[place] = Fix(fix.key, known.n + fix.n, fix.values)
                return
        self.fixes.append(fix)

    def leave_out(self, n: int, places: pl.Series, reason: str = DUPLICATE, before: str | None = None) -> None:
        """Count rows that a step leaves out.

        Args:
            n: how many.
            places: of the first 10,000 of them.
            reason: why.
            before: the reason under which they were counted until now, if they were.
        """
        if n:
            _add_up(self.rejected, {reason: n} | ({before: -n} if before else {}))
            more = pl.DataFrame({PLACE: places, c.REASON: [reason] * len(places)}, schema=LEFT_OUT)
            self.left_out = pl.concat([self.left_out, more]).sort(PLACE).head(MAX_REJECTS)

    def repeat_refused(self, refused: Spill) -> None:
        """Count rows that were rejected and equal an earlier one as what they are first of all: duplicates."""
        for bucket in range(refused.n_buckets):
            rows = refused.read(bucket)
            if not rows.height or rows[HASH].n_unique() == rows.height:
                continue
            again = rows.filter(~pl.col(HASH).is_first_distinct())
            for code, n in again[c.REASON].value_counts().iter_rows():
                places = again.filter(pl.col(c.REASON) == code)[PLACE].head(MAX_REJECTS)
                self.leave_out(n, places, before=REASONS[code])

    def counts(self) -> dict[str, int]:
        """Rows by reason, in words, the most frequent first."""
        found = {say(f"data.reason.{reason}"): n for reason, n in self.rejected.items() if n}
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    def in_words(self) -> str:
        """The reasons and their counts in a line."""
        return ", ".join(f"{reason}: {n:,}" for reason, n in self.counts().items())

    def missing(self) -> pl.DataFrame:
        """Return the places and reasons among the first 10,000 rejected rows whose text is not known yet."""
        known = self.shown[PLACE].drop_nulls()
        missing = self.left_out.filter(~pl.col(PLACE).is_in(known.implode()))
        return missing.filter(pl.col(PLACE) < known.max()) if self.shown.height >= MAX_REJECTS and len(known) else missing

    def rejects(self, more: list[pl.DataFrame], files: Sequence[str] = ()) -> pl.DataFrame:
        """Return the first 10,000 rejected rows: `line, reason, raw`, the reasons in words; of several files also `file`.

        Args:
            more: the rows that were `missing`, as `text_of` gives them.
            files: what people call each file.
        """
        again = pl.col(PLACE).is_in(self.left_out[PLACE].implode()).fill_null(False)
        reason = pl.when(again).then(pl.lit(DUPLICATE)).otherwise(c.REASON).alias(c.REASON)
        shown = self.shown.select(c.LINE, reason, c.RAW, FILE)
        rows = pl.concat([shown, *more]).sort(FILE, c.LINE, maintain_order=True).head(MAX_REJECTS)
        words = {reason: say(f"data.reason.{reason}") for reason in rows[c.REASON].unique()}
        rows = rows.with_columns(pl.col(c.REASON).replace(words)) if words else rows
        if len(files) < 2:
            return rows.drop(FILE)
        return rows.with_columns(pl.Series(c.FILE, list(files), dtype=pl.String).gather(rows[FILE])).drop(FILE)


def joined(accounts: list[Account]) -> Account:
    """Return what the channels of a log add up to."""
    if len(accounts) == 1:
        return accounts[0]
    whole = Account()
    for account in accounts:
        whole.rows_read += account.rows_read
        _add_up(whole.rejected, account.rejected)
        _add_up(whole.shapes, account.shapes)
        whole.shown = pl.concat([whole.shown, account.shown]).head(MAX_REJECTS)
        whole.times = pl.concat([whole.times, account.times]).head(TIMES_SEEN)
        whole.unread_times = tuple(dict.fromkeys((*whole.unread_times, *account.unread_times)))[:EXAMPLES]
        for fix in account.fixes:
            whole._merge(fix)
    return whole


def _add_up(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, n in more.items():
        counts[name] = counts.get(name, 0) + n
