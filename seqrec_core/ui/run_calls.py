"""What Train and Scorecard ask of stored runs, each answer kept by run, model and metric. A stored run never changes."""

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import streamlit as st

from seqrec_core.evaluation import behaviour_metrics
from seqrec_core.evaluation.behaviour import WINDOW, Behaviour, behaviour_of, followed_by
from seqrec_core.evaluation.compare import Comparison, compare_reports, compare_with_all
from seqrec_core.evaluation.exposure import exposure_of
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.evaluation.slices import segment_users
from seqrec_core.evaluation.slices import slices as slices_of
from seqrec_core.report.entries import Entry
from seqrec_core.report.verdict import Verdict, judge
from seqrec_core.segments.types import Segment
from seqrec_core.serving import answer
from seqrec_core.store.home import Home
from seqrec_core.store.runs import Metrics, RunCard, RunStore
from seqrec_core.ui import loaders


def report(run: str, model: str) -> MetricReport:
    """Return the report of one model of a run.

    Raises:
        NotFound: nothing was measured.
    """
    return _report(loaders.home().path, run, model)


@st.cache_resource(max_entries=24, show_spinner=False)
def _report(home: Path, run: str, model: str) -> MetricReport:
    return RunStore(Home(home)).load_report(run, model)


def compare(a: Entry, b: Entry, metric: str) -> Comparison:
    """Compare b to a case by case.

    Raises:
        BadInput: they share no case or not this metric.
    """
    return _compare(loaders.home().path, (a.run, a.model), (b.run, b.model), metric)


@st.cache_data(max_entries=256, show_spinner=False)
def _compare(home: Path, a: tuple[str, str], b: tuple[str, str], metric: str) -> Comparison:
    return compare_reports(_report(home, *a), _report(home, *b), metric)


def with_all(model: Entry, others: list[Entry], metric: str) -> pl.DataFrame:
    """Compare a model with several others, p-values corrected for their number.

    Raises:
        BadInput: they share no case or not this metric.
    """
    named = tuple((entry.title, entry.run, entry.model) for entry in others)
    return _with_all(loaders.home().path, (model.run, model.model), named, metric)


@st.cache_resource(max_entries=64, show_spinner=False)
def _with_all(home: Path, model: tuple[str, str], others: tuple[tuple[str, str, str], ...], metric: str) -> pl.DataFrame:
    reports = {title: _report(home, run, name) for title, run, name in others}
    return compare_with_all(_report(home, *model), reports, metric)


@dataclass(frozen=True)
class Roles:
    """What counts in a replay, as a person set it.

    Args:
        clicks, conversions: event types; None = their names decide.
        window: seconds after a list; None = to the end of what is held out.
    """

    clicks: tuple[str, ...] | None = None
    conversions: tuple[str, ...] | None = None
    window: float | None = WINDOW


def behaviour(card: RunCard, roles: Roles) -> Behaviour:
    """Return what counts in the log of a run under these roles.

    Raises:
        NotFound: the run's dataset is gone.
    """
    return _behaviour(loaders.home().path, card.dataset, roles)


@st.cache_resource(max_entries=32, show_spinner=False)
def _behaviour(home: Path, dataset: str, roles: Roles) -> Behaviour:
    log = answer.dataset(Home(home), dataset).log
    usual = behaviour_of(log, exposure=exposure_of(log))
    chosen = {name: given for name in ("clicks", "conversions") if (given := getattr(roles, name)) is not None}
    return replace(usual, **chosen, is_guessed=not chosen, window=roles.window)


def event_types(card: RunCard) -> list[str]:
    """Return the event types of a run's log, the most frequent first.

    Raises:
        NotFound: the run's dataset is gone.
    """
    return list(answer.dataset(loaders.home(), card.dataset).arrays.event_names)


def replayed(entry: Entry, dataset: str, roles: Roles) -> Metrics:
    """Return the metrics of behaviour of a measured model under these roles.

    Raises:
        NotFound: the run's dataset is gone, or nothing was measured.
    """
    return _replayed(loaders.home().path, entry.run, entry.model, dataset, roles)


@st.cache_resource(max_entries=64, show_spinner=False)
def _replayed(home: Path, run: str, model: str, dataset: str, roles: Roles) -> Metrics:
    arrays = answer.dataset(Home(home), dataset).arrays
    means, intervals = behaviour_metrics.replayed(_report(home, run, model), arrays, _behaviour(home, dataset, roles))
    ends = {name: intervals.get(name, (None, None)) for name in means}
    return {name: {"mean": mean, "low": ends[name][0], "high": ends[name][1]} for name, mean in means.items()}


def followed(card: RunCard, roles: Roles) -> pl.DataFrame:
    """Return what followed the lists of a run, by event type, inside a window.

    Raises:
        NotFound: the run's dataset is gone, or nothing was measured.
    """
    return _followed(loaders.home().path, card.id, card.model, card.dataset, roles)


@st.cache_resource(max_entries=64, show_spinner=False)
def _followed(home: Path, run: str, model: str, dataset: str, roles: Roles) -> pl.DataFrame:
    loaded = answer.dataset(Home(home), dataset)
    return followed_by(_report(home, run, model), loaded.arrays, _behaviour(home, dataset, roles))


def slices(card: RunCard, metric: str) -> pl.DataFrame:
    """Return a metric of a run by slices, the saved segments of its log among them, the worst first.

    Raises:
        NotFound: the run's dataset is gone, or nothing was measured.
    """
    segments = tuple(segment.model_dump_json() for _, segment in sorted(loaders.saved_segments(card.dataset).items()))
    return _slices(loaders.home().path, card.id, card.model, card.dataset, metric, segments)


@st.cache_resource(max_entries=64, show_spinner=False)
def _slices(home: Path, run: str, model: str, dataset: str, metric: str, segments: tuple[str, ...]) -> pl.DataFrame:
    loaded = answer.dataset(Home(home), dataset)
    chosen = segment_users(loaded.log, loaded.arrays, [Segment.model_validate_json(text) for text in segments])
    return slices_of(_report(home, run, model), metric, chosen)


def verdict(card: RunCard) -> Verdict:
    """Say how a run's model stands beside its best baseline."""
    return judge(card, compare)


def comparable(card: RunCard) -> tuple[list[RunCard], int]:
    """Return the other runs on this data under the same protocol, the newest first, and how many have another one."""
    others = [other for other in loaders.runs().list(card.dataset) if other.id != card.id and other.metrics]
    same = [other for other in others if other.rules == card.rules]
    return same, len(others) - len(same)
