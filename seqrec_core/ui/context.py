"""What the reader is looking at: dataset, unit, segment, dates, run, user, item. It lives in the address.

The session keeps the state and the address mirrors it: a pasted link fills a fresh session, and moving to another page
(which empties the address) writes it back. An unknown id is never dropped silently: `Missing` says what is gone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from seqrec_core.data.sequences import Unit
from seqrec_core.errors import NotFound, SeqrecError
from seqrec_core.segments.types import Segment
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.store.runs import RunCard
from seqrec_core.ui import loaders

STATE = "context"
NAMES: tuple[str, ...] = ("ds", "unit", "seg", "from", "to", "run", "u", "i", "drop", "add", "view", "of", "sel", "job")
# How Journeys is set: columns, events a column, hidden events, first and last event, the event in the middle, steps of the
# funnel, whether they follow directly, repeats counted as one, the event whose doers are compared with the rest; events counted
# as one, the funnel's window, which occurrence is in the middle, the goal of paths, the two events that time is taken between,
# days of a cohort and the event that counts as coming back.
NAMES += ("steps", "top", "hide", "start", "end", "at", "funnel", "strict", "once", "vs")
NAMES += ("group", "window", "nth", "aim", "t0", "t1", "days", "back")
# How Patterns is set: question, view, least support (percent), lengths, largest gap in steps and in time, longest
# time, kind, most patterns,
# repeats kept, labels that a pattern holds, starts and ends with, the event types read, the chosen pattern; the event that
# others precede; the two groups compared and with how many permutations; the chosen sequence.
NAMES += ("tab", "show", "sup", "len", "gap", "wait", "span", "kind", "most", "rep", "has", "first", "last", "types", "pat")
NAMES += ("goal", "a", "b", "draws", "row")
# A saved group is named `seg=saved:<name>`, a value of a column `seg=<column>=<value>`.
SAVED = "saved:"
# How Scorecard is set: the two models compared, the metric of the bars; event types that count as clicks and as conversions,
# and for how long after a list.
NAMES += ("cmp", "cmp2", "by", "clicks", "buys", "within")
# Which part of the Data page is open.
NAMES += ("part",)


@dataclass(frozen=True)
class Context:
    """The resolved view.

    Args:
        dataset: what is looked at.
        unit: `session` or `user`.
        segment: the group looked at, dates included; None = everyone, always.
        run: the chosen run on this dataset (the newest by default), None where there is none.
        missing: set where the address names a dataset, run or saved group that is gone.
    """

    dataset: DatasetInfo
    unit: Unit
    segment: Segment | None
    run: RunCard | None
    missing: SeqrecError | None = None


def read() -> None:
    """Take over what the address says; what it does not say stays as the session has it."""
    state = st.session_state.setdefault(STATE, {})
    named = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if "ds" in named and named["ds"] != state.get("ds"):
        state.clear()
    state.update(named)


def write() -> None:
    """Make the address say what the session has."""
    state = st.session_state.get(STATE, {})
    if st.query_params.to_dict() != state:
        st.query_params.from_dict(state)


def get(name: str, default: str = "") -> str:
    """Return one value of the address."""
    return st.session_state.get(STATE, {}).get(name, default)


def put(**values: str | None) -> None:
    """Set values of the address; None or "" removes one. Changing the dataset forgets what belonged to the old one."""
    state = st.session_state.setdefault(STATE, {})
    if "ds" in values and values["ds"] != state.get("ds"):
        for name in set(state) - {"unit"}:
            del state[name]
    for name, value in values.items():
        if value:
            state[name] = value
        else:
            state.pop(name, None)
    write()


def put_from(key: str, name: str, default: str = "") -> None:
    """Set a value of the address from a widget (for `on_change`); the default keeps the address short."""
    value = st.session_state[key]
    put(**{name: None if value in (None, default) else str(value)})


def current() -> Context:
    """Resolve the address against what is on disk."""
    missing: SeqrecError | None = None
    dataset = None
    if get("ds"):
        try:
            dataset = loaders.datasets().find(get("ds"))
        except NotFound as error:
            missing = error
    dataset = dataset or _of_run() or loaders.default_dataset()
    run, run_missing = _run(dataset.id)
    unit: Unit = "user" if get("unit") == "user" else "session"
    try:
        group = segment(dataset.id)
    except NotFound as error:
        group, missing = None, missing or error
    return Context(dataset, unit, group, run, missing or run_missing)


def _of_run() -> DatasetInfo | None:
    """Return the dataset of the run that the address names, where it names no dataset."""
    if get("ds") or not get("run"):
        return None
    try:
        return loaders.datasets().find(loaders.runs().find(get("run")).dataset)
    except SeqrecError:
        return None  # said by `_run`


def _run(dataset: str) -> tuple[RunCard | None, SeqrecError | None]:
    runs = loaders.runs().list(dataset)
    newest = runs[0] if runs else None
    if not get("run"):
        return newest, None
    try:
        found = loaders.runs().find(get("run"))
    except SeqrecError as error:
        return newest, error
    if found.dataset != dataset:
        return newest, NotFound("ui", "run_elsewhere", run=found.name, dataset=found.dataset_name)
    return found, None


def segment(dataset: str) -> Segment | None:
    """Return the group that the address names, within its dates; None for everyone at any time.

    Args:
        dataset: id of the dataset that a saved group belongs to.

    Raises:
        NotFound: the address names a saved group that is gone.
    """
    found, start, end = group(dataset), day("from"), day("to")
    if found is None and start is None and end is None:
        return None
    inside = during(found, start, end)
    return inside if get("seg").startswith(SAVED) else inside.model_copy(update={"name": segment_label()})


def group(dataset: str) -> Segment | None:
    """Return the group that the address names whatever its dates say; None for everyone.

    Args:
        dataset: id of the dataset that a saved group belongs to.

    Raises:
        NotFound: the address names a saved group that is gone.
    """
    if get("seg").startswith(SAVED):
        return loaders.segment(dataset, get("seg").removeprefix(SAVED))
    column, _, value = get("seg").partition("=")
    return Segment(name=get("seg"), where={column: value}) if column else None


def during(found: Segment | None, start: datetime | None, end: datetime | None) -> Segment:
    """Return a group (None = everyone) within [start, end); a group that has a period of its own keeps to it too."""
    found = found or Segment(name="-")
    starts = [time for time in (start, found.start) if time is not None]
    ends = [time for time in (end, found.end) if time is not None]
    return found.model_copy(update={"start": max(starts, default=None), "end": min(ends, default=None)})


def day(name: str) -> datetime | None:
    """Return a date of the address (`to` is excluded); None where there is none or it cannot be read."""
    try:
        return datetime.fromisoformat(get(name)).replace(tzinfo=UTC) if get(name) else None
    except ValueError:
        return None


def segment_label() -> str:
    """Name the group for people: 'device = mobile · 2026-07-01 to 2026-07-14'."""
    chosen = get("seg")
    parts = [chosen.removeprefix(SAVED) if chosen.startswith(SAVED) else chosen.replace("=", " = ", 1)] if chosen else []
    start, end = day("from"), day("to")
    if start or end:
        last = (end - timedelta(days=1)).date().isoformat() if end else "…"
        parts.append(f"{start.date().isoformat() if start else '…'} – {last}")
    return " · ".join(parts)
