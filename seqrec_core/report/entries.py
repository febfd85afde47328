"""The measured models of a run: its own and its baselines."""

from dataclasses import dataclass

import polars as pl

from seqrec_core.evaluation.names import unit
from seqrec_core.models.registry import BASELINES, REGISTRY
from seqrec_core.store.runs import Metrics, RunCard
from seqrec_core.text import decimal, has_sentence, percent, say

ACCURACY = "ndcg@10"
METRICS = {"model": pl.String, "run": pl.String, "metric": pl.String, "mean": pl.Float64, "low": pl.Float64, "high": pl.Float64}


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


def model_title(name: str) -> str:
    """Return the name of a model for people; a model of another version keeps the name it was stored with."""
    key = f"models.{name}"
    return say(key) if has_sentence(key) else name


def entries(card: RunCard) -> list[Entry]:
    """Return the measured models of a run: its own first, then its baselines by accuracy."""
    if not card.metrics:
        return []
    own = Entry(card.id, card.model, model_title(card.model), card.metrics, True)
    beside = [Entry(card.id, name, model_title(name), metrics, False) for name, metrics in card.baselines.items()]
    return [own, *sorted(beside, key=lambda entry: -(entry.mean(ACCURACY) or 0.0))]


def is_counting(model: str) -> bool:
    """Whether a model only counts, so that it is the simpler one beside a network."""
    return model in BASELINES or (model in REGISTRY and REGISTRY[model].learns == "counts")


def interval(entry: Entry, metric: str) -> tuple[float, float] | None:
    """Return the 95 % interval of a metric, None where it has none."""
    low, high = (entry.metrics.get(metric, {}).get(end) for end in ("low", "high"))
    return None if low is None or high is None else (low, high)


def written(metric: str, value: float) -> str:
    """Write a value of a metric."""
    kind = unit(metric)
    if kind in ("bits", "worth"):
        return say("verdict.bits", n=decimal(value, 1)) if kind == "bits" else decimal(value, 2)
    return percent(value) if kind in ("share", "lift") else decimal(value, 3)


def metrics_table(entries: list[Entry]) -> pl.DataFrame:
    """Return every metric of every model with its interval, one row a model and metric."""
    rows = [
        (entry.title, entry.run, metric, values.get("mean"), values.get("low"), values.get("high"))
        for entry in entries
        for metric, values in entry.metrics.items()
    ]
    return pl.DataFrame(rows, schema=METRICS, orient="row")
