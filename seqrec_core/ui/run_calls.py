"""What Train and Scorecard ask of stored runs, each answer kept by run, model and metric. A stored run never changes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from seqrec_core.evaluation.compare import Comparison, compare_reports
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.models.registry import BASELINES
from seqrec_core.store.home import Home
from seqrec_core.store.runs import Metrics, RunCard, RunStore
from seqrec_core.text import has_sentence, say
from seqrec_core.ui import loaders

ACCURACY = "ndcg@10"
SURE = 0.05  # p-value below which a difference counts as one
Kind = Literal["beats", "ties", "loses", "alone", "unmeasured"]


@dataclass(frozen=True)
class Entry:
    """One measured model: a run's own, or one of its baselines.

    Args:
        run: whose it is. model: its name in the registry.
        title: for people, unique among the entries shown together.
        metrics: metric → mean, low, high.
        own: whether it is the model that the run was trained for.
    """

    run: str
    model: str
    title: str
    metrics: Metrics
    own: bool

    @property
    def key(self) -> str:
        """Name it in the address."""
        return self.run if self.own else f"{self.run}:{self.model}"

    def mean(self, metric: str) -> float | None:
        """Return the mean of a metric, None where it was not measured."""
        return self.metrics.get(metric, {}).get("mean")


@dataclass(frozen=True)
class Verdict:
    """How a run's model stands beside its best baseline.

    Args:
        kind: `beats` and `loses` only where a paired test says so; `ties` else.
        model, rival: the two entries; the rival is None where no baseline was measured.
        gain: relative difference of the means, such as 0.12; None where the rival has 0.
        comparison: case by case, rival to model.
    """

    kind: Kind
    model: Entry
    rival: Entry | None = None
    gain: float | None = None
    comparison: Comparison | None = None


def model_title(name: str) -> str:
    """Return the name of a model for people; a model of another version keeps the name it was stored with."""
    key = f"models.{name}"
    return say(key) if has_sentence(key) else name


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


def entries(card: RunCard) -> list[Entry]:
    """Return the measured models of a run: its own first, then its baselines by accuracy."""
    if not card.metrics:
        return []
    own = Entry(card.id, card.model, model_title(card.model), card.metrics, True)
    beside = [Entry(card.id, name, model_title(name), metrics, False) for name, metrics in card.baselines.items()]
    return [own, *sorted(beside, key=lambda entry: -(entry.mean(ACCURACY) or 0.0))]


def is_counting(model: str) -> bool:
    """Whether a model only counts, so that it is the simpler one beside a network."""
    from seqrec_core.models.registry import REGISTRY

    return model in BASELINES or (model in REGISTRY and REGISTRY[model].learns == "counts")


def verdict(card: RunCard) -> Verdict:
    """Say how a run's model stands beside its best baseline."""
    measured = entries(card)
    if not measured:
        return Verdict("unmeasured", Entry(card.id, card.model, model_title(card.model), {}, True))
    model, rivals = measured[0], measured[1:]
    if not rivals or model.mean(ACCURACY) is None:
        return Verdict("alone", model)
    rival = rivals[0]
    found = compare(rival, model, ACCURACY)
    before = rival.mean(ACCURACY) or 0.0
    gain = ((model.mean(ACCURACY) or 0.0) - before) / before if before else None
    sure = found.p_value < SURE and found.difference != 0
    kind: Kind = "ties" if not sure else "beats" if found.difference > 0 else "loses"
    return Verdict(kind, model, rival, gain, found)


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
