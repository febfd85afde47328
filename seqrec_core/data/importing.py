"""From a file to a log: propose how it is to be read, and import it with a full account of what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import polars as pl

from seqrec_core.data.before import scan_parts, write_part
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.events import mapping_of, time_column
from seqrec_core.data.facts import LogFacts, dataset_fingerprint
from seqrec_core.data.guess import Evidence, guess_table
from seqrec_core.data.intake.onto import Onto
from seqrec_core.data.intake.space import bytes_needed, check_space, disk_space
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.intake.work import Import, Progress, no_progress
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ColumnMapping, ImportRequest, ReadOptions
from seqrec_core.data.profile import ColumnProfile, profile_columns
from seqrec_core.data.questions import settle_columns, settle_date_order
from seqrec_core.data.reading import read_table
from seqrec_core.data.recipe import options_of, request_from_recipe
from seqrec_core.data.report import ImportReport
from seqrec_core.data.table import Table
from seqrec_core.data.times import parse_times
from seqrec_core.data.zones import UTC
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.text import percent, say

__all__ = [
    "Imported",
    "Proposal",
    "Stored",
    "dataset_fingerprint",
    "import_into",
    "import_log",
    "no_progress",
    "propose",
    "request_from_recipe",
]

PREVIEW_ROWS = 100
ASIDE = "aside"


@dataclass(frozen=True)
class Proposal:
    """How a file would be read.

    Args:
        read: format, encoding, delimiter and header.
        profiles: one a column.
        roles: role → column, as far as found.
        evidence: why.
        preview: the first 100 rows.
        n_rows: rows of the file, an estimate for a large text file.
        questions: what only a person can decide.
    """

    read: ReadOptions
    profiles: tuple[ColumnProfile, ...]
    roles: dict[str, str]
    evidence: tuple[Evidence, ...]
    preview: pl.DataFrame
    n_rows: int
    questions: tuple[Question, ...] = ()

    @property
    def format(self) -> str:
        """Its name: csv, jsonl, parquet, arrow, xlsx, recbole, spmf, sequences or item_sequences."""
        return self.read.format or "csv"

    @property
    def encoding(self) -> str | None:
        """Encoding of a text file."""
        return self.read.encoding

    @property
    def delimiter(self) -> str | None:
        """What separates the fields of a line."""
        return self.read.delimiter

    @property
    def has_header(self) -> bool | None:
        """Whether the first row names the columns."""
        return self.read.has_header

    @property
    def mapping(self) -> ColumnMapping | None:
        """The roles as a mapping; None where no column could be the user."""
        return ColumnMapping(**self.roles) if "user" in self.roles else None

    def mapping_with(self, given: Mapping[str, str]) -> ColumnMapping:
        """Return the proposed mapping with some roles given; a column that is given to a role leaves its proposed one.

        Raises:
            BadInput: an unknown role, or still no user.
        """
        for role in given:
            if role not in ColumnMapping.model_fields:
                raise BadInput("data", "unknown_role", found=role, known=", ".join(ColumnMapping.model_fields))
        taken = set(given.values())
        proposed = {role: column for role, column in self.roles.items() if role not in given and column not in taken}
        for one, other in (("user", "session"), ("session", "user")):  # these two may be one column
            if one in given and self.roles.get(other) == given[one]:
                proposed.setdefault(other, given[one])
        return mapping_of({**proposed, **given}, self.preview.columns)


@dataclass(frozen=True)
class Imported:
    """A log with its items and the account of how they came to be."""

    log: EventLog
    catalog: ItemCatalog
    report: ImportReport


@dataclass(frozen=True)
class Stored:
    """A log whose events are in a folder, with its items and the account of how they came to be; `item_rows` of its item file."""

    facts: LogFacts
    catalog: ItemCatalog
    report: ImportReport
    item_rows: pl.DataFrame | None = None


def propose(path: Path, read: ReadOptions | None = None, answers: Mapping[str, str] | None = None) -> Proposal:
    """Propose how a file is read and what its columns mean, from its head.

    Args:
        path: the file.
        read: what is known about it.
        answers: answers to questions, by code.

    Raises:
        NotFound, BadInput: the file cannot be read at all.
    """
    known = dict(answers or {})
    questions: list[Question] = []
    table, open_questions = _read_head(path, read, known)
    questions += open_questions
    profiles = profile_columns(table.frame)
    guess = guess_table(table, profiles, known)
    roles, more = settle_columns(table, guess.roles, known)
    questions += [*guess.questions, *more]
    if "time" in roles:
        questions += settle_date_order(time_column(table, roles["time"]), known)[1]
    evidence = (*_layout_evidence(table), *guess.evidence, *_zone_evidence(table, roles.get("time")))
    return Proposal(options_of(table), profiles, roles, evidence, table.frame.head(PREVIEW_ROWS), table.n_rows, tuple(questions))


def _read_head(path: Path, read: ReadOptions | None, answers: Mapping[str, str]) -> tuple[Table, list[Question]]:
    """Read the head of a file as if the first option of each open question had been chosen."""
    known, questions = dict(answers), list[Question]()
    while True:
        try:
            return read_table(path, read, known, head=True), questions
        except NeedsDecision as decision:
            new = {question.code: question.options[0][0] for question in decision.questions}
            if new.keys() <= known.keys():
                raise
            questions += decision.questions
            known |= new


def import_log(request: ImportRequest, progress: Progress = no_progress, sizes: Sizes | None = None) -> Imported:
    """Read, map, clean and sessionise a log, and describe its items; the events are held in memory.

    Args:
        request: everything that decides the import.
        progress: called with (percent, 100, numbers) as the work goes on; what it raises ends the import.
        sizes: how much is read at once.

    Raises:
        NotFound, BadInput: the file or the mapping cannot be used; the message says why, the hint what to do.
        NeedsDecision: a person has to decide; answers go into `request.answers`.
    """
    frames: dict[int, pl.DataFrame] = {}
    with TemporaryDirectory() as folder:
        work = Import(request, Path(folder), progress, sizes or Sizes())
        facts = work.order(lambda number, made: frames.__setitem__(number, made.frame))
        frame = pl.concat([frames.pop(number) for number in sorted(frames)])
        log = EventLog.from_sorted(
            frame, session_gap=facts.session_gap, has_items=facts.has_items, has_event_types=facts.has_event_types
        )
        return Imported(log, work.describe(frame.lazy()), work.report())


def import_into(
    folder: Path,
    request: ImportRequest,
    progress: Progress = no_progress,
    sizes: Sizes | None = None,
    onto: Onto | None = None,
) -> Stored:
    """Import a log as `import_log` does and write its events into a folder, never holding more than a part of them.

    Args:
        folder: gets `events-00000.parquet` and so on, in the order of the log, beside them `left-00000.parquet` and so on with
            what the steps left out or changed; also holds what is put aside on the way.
        request: everything that decides the import.
        progress: as in `import_log`.
        sizes: how much is held in memory at once.
        onto: a stored log that the files are added to, as further channels.

    Raises:
        as `import_log`; Failed: the disk is full, or will be before the import ends.
    """
    aside = folder / ASIDE
    aside.mkdir(mode=0o700)
    needed: list[int] = []
    try:
        with disk_space(folder, needed):
            work = Import(request, aside, progress, sizes or Sizes(), onto)
            needed.append(bytes_needed(work.channels))
            check_space(folder, needed[0])
            facts = work.order(partial(write_part, folder))
            catalog = work.describe(scan_parts(folder))
            return Stored(facts, catalog, work.report(), work.described.rows)
    finally:
        rmtree(aside, ignore_errors=True)


def _zone_evidence(table: Table, name: str | None) -> list[Evidence]:
    """Say in which zone times without an offset are read, where there are any."""
    if name is None:
        return []
    times = parse_times(time_column(table.take(PREVIEW_ROWS), name), "dmy")
    share = float(times.naive.sum() or 0) / max(1, times.values.count())
    zone, given = table.read.time_zone or UTC, table.read.time_zone is not None
    reason = say("data.guess.naive", column=name, share=percent(share))
    return [Evidence("time_zone", zone, 1.0 if given else 0.5, reason)] if share else []


def _layout_evidence(table: Table) -> list[Evidence]:
    found = [Evidence("format", table.format, 1.0, table.recognised)]
    if table.encoding:
        found.append(Evidence("encoding", table.encoding, 0.9, say("data.guess.encoding", encoding=table.encoding)))
    return [*found, *table.evidence]
