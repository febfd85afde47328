"""From a file to a log: propose how it is to be read, and import it with a full account of what was done."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.attributes import Described, from_file, from_log
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.events import Events, check_mapping, extract, time_column
from seqrec_core.data.guess import Evidence, guess_roles
from seqrec_core.data.log import EventLog, frame_fingerprint
from seqrec_core.data.mapping import ColumnMapping, ImportRequest, ReadOptions
from seqrec_core.data.profile import ColumnProfile, profile_columns
from seqrec_core.data.questions import settle_columns, settle_date_order
from seqrec_core.data.reading import read_table
from seqrec_core.data.recipe import recipe_of, request_from_recipe
from seqrec_core.data.report import Fix, ImportReport
from seqrec_core.data.sessions import by_column, by_gap
from seqrec_core.data.table import Table
from seqrec_core.data.times import DateOrder
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.settings import settings
from seqrec_core.text import say

__all__ = ["Imported", "Proposal", "dataset_fingerprint", "import_log", "no_progress", "propose", "request_from_recipe"]

Progress = Callable[[int, int, dict[str, float]], None]
PREVIEW_ROWS = 100
STAGES = 5


def no_progress(stage: int, n_stages: int, values: dict[str, float]) -> None:
    """Report to nobody."""


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
        """csv, jsonl or parquet."""
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
        return _mapping({**proposed, **given}, self.preview.columns)


@dataclass(frozen=True)
class Imported:
    """A log with its items and the account of how they came to be."""

    log: EventLog
    catalog: ItemCatalog
    report: ImportReport


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
    try:
        table = read_table(path, read, known, head=True)
    except NeedsDecision as decision:
        questions += decision.questions
        first = {question.code: question.options[0][0] for question in decision.questions}
        table = read_table(path, read, {**known, **first}, head=True)
    profiles = profile_columns(table.frame)
    guess = guess_roles(table.frame, profiles, table.has_header is not False)
    roles, more = settle_columns(table, guess.roles, known)
    questions += more
    if "time" in roles:
        questions += settle_date_order(time_column(table, roles["time"]), known)[1]
    evidence = (*_layout_evidence(table), *guess.evidence)
    return Proposal(_options(table), profiles, roles, evidence, table.frame.head(PREVIEW_ROWS), table.n_rows, tuple(questions))


def import_log(request: ImportRequest, progress: Progress = no_progress) -> Imported:
    """Read, map, clean and sessionise a log, and describe its items.

    Args:
        request: everything that decides the import.
        progress: called with (stage, 5, numbers) as each stage ends.

    Raises:
        NotFound, BadInput: the file or the mapping cannot be used; the message says why, the hint what to do.
        NeedsDecision: a person has to decide; answers go into `request.answers`.
    """
    begun = time.perf_counter()
    table = read_table(request.path, request.read, request.answers)
    progress(1, STAGES, {"rows": table.rows_read})
    mapping, order = _settle(table, request)
    progress(2, STAGES, {"columns": len(mapping.roles())})
    events = extract(table, mapping, order, request.raw)
    if not events.frame.height:
        raise BadInput("data", "all_rejected", n=table.rows_read, reasons=_reasons(events))
    progress(3, STAGES, {"rows": events.frame.height, "rejected": table.rows_read - events.frame.height})
    log, gap = _sessionise(events, mapping, request)
    progress(4, STAGES, {"sessions": log.n_sessions, "users": log.n_users})
    described = _describe(log, request, mapping)
    events.fixes += described.fixes
    recipe = recipe_of(request, mapping, _options(table), gap)
    report = ImportReport(
        rows_read=table.rows_read,
        rows_kept=log.n_events,
        rejected=events.sieve.counts(),
        rejects=events.sieve.rejects(),
        fixes=tuple(events.fixes),
        mapping=mapping,
        recipe=recipe,
        seconds=time.perf_counter() - begun,
        peak_rss_mb=_peak_rss_mb(),
    )
    progress(5, STAGES, {"items": log.n_items})
    return Imported(log, described.catalog, report)


def dataset_fingerprint(log: EventLog, catalog: ItemCatalog) -> str:
    """Return a SHA-256 over a log, its catalogue and how its sessions were cut: equal datasets have equal fingerprints."""
    flags = f"{log.session_gap}|{log.has_items}|{log.has_event_types}"
    return sha256(f"{log.fingerprint}|{frame_fingerprint(catalog.frame)}|{flags}".encode()).hexdigest()


def _settle(table: Table, request: ImportRequest) -> tuple[ColumnMapping, DateOrder | None]:
    """Settle the mapping and the order of dates.

    Raises:
        NeedsDecision: with all open questions at once.
    """
    if request.mapping is None:
        roles = guess_roles(table.frame, profile_columns(table.frame), table.has_header is not False).roles
    else:
        roles = request.mapping.roles()
    roles, questions = settle_columns(table, roles, request.answers)
    mapping = _mapping(roles, table.frame.columns)
    check_mapping(table, mapping)
    order: DateOrder | None = None
    if mapping.time is not None:
        order, more = settle_date_order(time_column(table, mapping.time), request.answers)
        questions += more
    if questions:
        raise NeedsDecision(tuple(questions))
    return mapping, order


def _mapping(roles: Mapping[str, str], columns: list[str]) -> ColumnMapping:
    if "user" not in roles:
        raise BadInput("data", "no_user_column", found=", ".join(columns[:30]))
    return ColumnMapping(**roles)


def _options(table: Table) -> ReadOptions:
    return ReadOptions(format=table.format, encoding=table.encoding, delimiter=table.delimiter, has_header=table.has_header)


def _layout_evidence(table: Table) -> list[Evidence]:
    found = [Evidence("format", table.format, 1.0, say("data.guess.format", format=table.format))]
    if table.encoding and table.delimiter:
        shown = repr(table.delimiter).strip("'")
        found.append(Evidence("encoding", table.encoding, 0.9, say("data.guess.encoding", encoding=table.encoding)))
        found.append(Evidence("delimiter", table.delimiter, 0.9, say("data.guess.delimiter", delimiter=shown)))
        header = "data.guess.header" if table.has_header else "data.guess.no_header"
        found.append(Evidence("header", str(table.has_header), 0.9, say(header)))
    return found


def _sessionise(events: Events, mapping: ColumnMapping, request: ImportRequest) -> tuple[EventLog, float | None]:
    """Give every event its session: by the gap asked for, else by the column, else by the usual gap."""
    gap = request.session_gap_minutes
    if gap is None and events.sessions is not None:
        return _sessions_of_file(events, mapping), None
    frame = events.frame
    if events.sessions is not None and mapping.session != mapping.user:
        frame = frame.with_columns(events.sessions.alias(f"{mapping.session} (file)"))
    if mapping.time is None:
        if gap is not None:
            raise BadInput("data", "gap_without_times")
        events.fixes.append(Fix("data.fix.one_session_a_user", frame[c.USER].n_unique()))
        return _log(frame.with_columns(pl.col(c.USER).alias(c.SESSION)), mapping, None), None
    gap = gap or settings().session_gap_minutes
    sort = [name for name in (c.USER, c.TIME, c.ORDER) if name in frame.columns]
    frame = frame.sort(sort, maintain_order=True, nulls_last=True)
    log = _log(frame.with_columns(by_gap(frame, gap)), mapping, gap * 60)
    events.fixes.append(Fix("data.fix.sessions_by_gap", log.n_sessions, {"minutes": gap}))
    return log, gap


def _sessions_of_file(events: Events, mapping: ColumnMapping) -> EventLog:
    ids, prefixed = by_column(events.frame[c.USER], events.sessions)  # type: ignore[arg-type]
    if prefixed:
        events.fixes.append(Fix("data.fix.sessions_shared", ids.n_unique()))
    if mapping.session == mapping.user:
        events.fixes.append(Fix("data.fix.user_is_session", ids.n_unique()))
    return _log(events.frame.with_columns(ids), mapping, None)


def _log(frame: pl.DataFrame, mapping: ColumnMapping, session_gap: float | None) -> EventLog:
    roles = [name for name in (*c.LOG_REQUIRED, *c.LOG_OPTIONAL) if name in frame.columns]
    ordered = frame.select(*roles, pl.exclude(roles))
    return EventLog.from_frame(
        ordered, session_gap=session_gap, has_items=mapping.item is not None, has_event_types=mapping.event is not None
    )


def _describe(log: EventLog, request: ImportRequest, mapping: ColumnMapping) -> Described:
    described = from_log(log.frame, log.attributes) if log.has_items else Described(ItemCatalog.from_items(log.event_types))
    if request.items_path is None:
        return described
    table = read_table(request.items_path, None, request.answers)
    return from_file(table, log.frame[c.ITEM].unique().sort(), replace(described, fixes=()), mapping.item)


def _reasons(events: Events) -> str:
    return ", ".join(f"{reason}: {n:,}" for reason, n in events.sieve.counts().items())


def _peak_rss_mb() -> float:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)
