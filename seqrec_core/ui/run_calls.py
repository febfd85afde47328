"""What Train and Scorecard ask of stored runs, each answer kept by run, model and metric. A stored run never changes."""

from pathlib import Path

import streamlit as st

from seqrec_core.evaluation.compare import Comparison, compare_reports
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.report.entries import Entry
from seqrec_core.report.verdict import Verdict, judge
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunCard, RunStore
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


def verdict(card: RunCard) -> Verdict:
    """Say how a run's model stands beside its best baseline."""
    return judge(card, compare)


def comparable(card: RunCard) -> tuple[list[RunCard], int]:
    """Return the other runs on this data under the same protocol, the newest first, and how many have another one."""
    others = [other for other in loaders.runs().list(card.dataset) if other.id != card.id and other.metrics]
    same = [other for other in others if _rules(other) == _rules(card)]
    return same, len(others) - len(same)


def _rules(card: RunCard) -> tuple[object, ...]:
    line = card.protocol
    cuts = tuple(sorted(card.split_parameters.items()))
    held = None if line is None else (line.part, line.n_candidates, line.exclude_seen, line.n_users, line.k, line.left_out)
    return (card.fingerprint, card.split, cuts, held)
