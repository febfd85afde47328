"""What the Data page asks the core, each answer kept by file or dataset and its parameters."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data import summary
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.container import MB, RATIO_FLOOR, open_stream
from seqrec_core.data.importing import Proposal, propose
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ColumnMapping, ReadOptions
from seqrec_core.data.quality import Check, checks
from seqrec_core.data.report import Channels, ImportReport
from seqrec_core.data.sessions import count_sessions
from seqrec_core.data.trial import Trial, trial
from seqrec_core.serving.answer import LoadedArrays
from seqrec_core.store.dataset_files import read_report
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.ui import loaders
from seqrec_core.ui.context import Context

Answers = tuple[tuple[str, str], ...]
TOP_ITEMS = 10
CHANNEL_COLUMNS = ("source", "files", "rows_read", "rows_kept", "users", "items", "first", "last")
SMALL_MB, SMALL_ROWS, SMALL_CELLS = 50, 2_000_000, 20_000_000
TRAINABLE = 3


@dataclass(frozen=True)
class Contents:
    """What is in a log: the tables of the charts, and how many users have enough events to be trained and tested on."""

    n_events: int
    per_day: pl.DataFrame
    per_user: pl.DataFrame
    per_session: pl.DataFrame
    top: pl.DataFrame
    mix: pl.DataFrame
    tail: pl.DataFrame
    trainable: int


def proposal(path: Path, read: ReadOptions, answers: dict[str, str]) -> Proposal:
    """Return how a file would be read; one that expands without end is refused first."""
    _expanded(path, stamp(path))
    return _proposal(path, stamp(path), read.model_dump_json(), tuple(sorted(answers.items())))


def is_small(path: Path, n_rows: int, width: int) -> bool:
    """Whether all of a file can be counted while a person waits.

    Args:
        path: the file.
        n_rows: as far as known from its beginning.
        width: columns.
    """
    expanded = _expanded(path, stamp(path))
    return expanded <= SMALL_MB * MB and n_rows <= SMALL_ROWS and n_rows * width <= SMALL_CELLS


@st.cache_resource(max_entries=64, show_spinner=False)
def _expanded(path: Path, stamp: tuple[int, int]) -> int:
    """Return the expanded bytes of a file, counted only as far as a bomb needs to be known for one."""
    with open_stream(path) as stream:
        if stream.wrapping.kind in ("plain", "xlsx"):
            return stream.wrapping.declared or stream.stored
        while stream.expanded <= RATIO_FLOOR + MB and stream.read(MB):
            pass
        return stream.expanded


@st.cache_resource(max_entries=12, show_spinner=False)
def _proposal(path: Path, stamp: tuple[int, int], read_json: str, answers: Answers) -> Proposal:
    return propose(path, ReadOptions.model_validate_json(read_json), dict(answers))


def tried(path: Path, mapping: ColumnMapping, read: ReadOptions, answers: dict[str, str], raw: bool) -> Trial:
    """Return what the beginning of a file would become."""
    key = tuple(sorted(answers.items()))
    return _tried(path, stamp(path), mapping.model_dump_json(), read.model_dump_json(), key, raw)


@st.cache_resource(max_entries=12, show_spinner=False)
def _tried(path: Path, stamp: tuple[int, int], mapping_json: str, read_json: str, answers: Answers, raw: bool) -> Trial:
    mapping = ColumnMapping.model_validate_json(mapping_json)
    return trial(path, mapping, ReadOptions.model_validate_json(read_json), dict(answers), raw)


def stamp(path: Path) -> tuple[int, int]:
    """Tell apart two states of one file."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def report(dataset: DatasetInfo) -> ImportReport:
    """Return the account of an import."""
    return _report(loaders.datasets().folder(dataset.id))


@st.cache_resource(max_entries=12, show_spinner=False)
def _report(folder: Path) -> ImportReport:
    return read_report(folder)


def quality(dataset: DatasetInfo) -> tuple[Check, ...]:
    """Return what was found in a log."""
    return _quality(dataset.id, loaders.arrays(dataset).log)


@st.cache_resource(max_entries=12, show_spinner=False)
def _quality(dataset_id: str, _log: EventLog) -> tuple[Check, ...]:
    return checks(_log)


def sessions_at(dataset: DatasetInfo, gap_minutes: float) -> int:
    """Return how many sessions a gap gives."""
    return _sessions_at(dataset.id, gap_minutes, loaders.arrays(dataset).log)


@st.cache_data(max_entries=200, show_spinner=False)
def _sessions_at(dataset_id: str, gap_minutes: float, _log: EventLog) -> int:
    return count_sessions(_log, gap_minutes)


def whole(dataset: DatasetInfo) -> Contents:
    """Return what is in a log."""
    return _whole(dataset.id, loaders.arrays(dataset))


@st.cache_resource(max_entries=12, show_spinner=False)
def _whole(dataset_id: str, _loaded: LoadedArrays) -> Contents:
    return _counted(_loaded.log, _loaded.catalog)


def by_source(dataset: DatasetInfo) -> pl.DataFrame:
    """Return the events of each channel by day."""
    return _by_source(dataset.id, loaders.arrays(dataset).log)


@st.cache_resource(max_entries=12, show_spinner=False)
def _by_source(dataset_id: str, _log: EventLog) -> pl.DataFrame:
    return summary.events_per_source(_log)


def channel_table(told: Channels) -> pl.DataFrame:
    """Return what each channel gave, one row a channel."""
    rows = [
        {name: getattr(one, name) for name in CHANNEL_COLUMNS}
        | {"files": ", ".join(one.files), "first": _minute(one.first), "last": _minute(one.last)}
        for one in told.sources
    ]
    return pl.DataFrame(rows)


def _minute(moment: str | None) -> str | None:
    """Write a moment to the minute, in UTC: '2024-06-01 09:30'."""
    return None if moment is None else moment[:16].replace("T", " ")


def contents(now: Context) -> Contents | None:
    """Return what is in a log, or in the part of it that belongs to the chosen group; None where nobody does."""
    if now.segment is None:
        return whole(now.dataset)
    if not len(loaders.members(now.dataset, now.unit, now.segment)):
        return None
    return _contents(now.dataset.id, now.unit, now.segment.model_dump_json(), now)


@st.cache_resource(max_entries=16, show_spinner=False)
def _contents(dataset_id: str, unit: str, segment_json: str, _now: Context) -> Contents:
    return _counted(_part(_now), loaders.arrays(_now.dataset).catalog)


def _part(now: Context) -> EventLog:
    """Return the events of the sessions (or users) of the chosen group."""
    loaded = loaders.arrays(now.dataset)
    ids, name = (loaded.arrays.session_ids, c.SESSION) if now.unit == "session" else (loaded.arrays.user_ids, c.USER)
    chosen = [ids[index] for index in loaders.members(now.dataset, now.unit, now.segment)]
    log = loaded.log
    return EventLog.from_frame(
        log.frame.filter(pl.col(name).is_in(chosen)),
        session_gap=log.session_gap,
        has_items=log.has_items,
        has_event_types=log.has_event_types,
    )


def _counted(log: EventLog, catalog: ItemCatalog) -> Contents:
    per_user = summary.events_per_user(log)
    return Contents(
        n_events=log.n_events,
        per_day=summary.events_per_day(log),
        per_user=per_user,
        per_session=summary.events_per_session(log),
        top=summary.top_items(log, catalog, TOP_ITEMS),
        mix=summary.event_mix(log),
        tail=summary.long_tail(log),
        trainable=per_user.filter(pl.col(c.COUNT) >= TRAINABLE).height,
    )
