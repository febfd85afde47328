"""How metrics are called, written and explained to people."""

from typing import Literal

from seqrec_core.text import say

Unit = Literal["number", "share", "bits", "lift", "worth"]
SHARES = {"hr", "coverage", "user_coverage", "diversity", "long_tail", "precision", "recall", "serendipity"}
SHARES |= {f"{name}{ending}" for name in ("ctr", "conversion") for ending in ("", "_possible", "_ips")}
UNITS: dict[str, Unit] = {"novelty": "bits", "popularity_lift": "lift", "value": "worth"}
LESS_IS_BETTER = {"gini", "calibration_error"}
NEITHER = {"popularity_lift", "ndcg_shuffled", "long_tail"}  # more is another trade, not a better model
GROUPS: dict[str, tuple[str, ...]] = {
    "accuracy": ("ndcg", "hr", "mrr", "recall", "precision", "map", "ndcg_debiased", "ndcg_shuffled", "calibration_error"),
    "behaviour": ("ctr", "ctr_possible", "ctr_ips", "conversion", "conversion_possible", "conversion_ips", "value"),
    "beyond": (
        "novelty",
        "diversity",
        "content_diversity",
        "serendipity",
        "coverage",
        "user_coverage",
        "long_tail",
        "popularity_lift",
        "gini",
    ),
}


def metric_title(metric: str) -> str:
    """Return the title of a metric: `ndcg@10` → `NDCG@10`."""
    name, _, k = metric.partition("@")
    return say(f"evaluation.metric.{name}", k=k)


def metric_about(metric: str) -> str:
    """Return one sentence that says what a metric measures."""
    return say(f"evaluation.about.{metric.partition('@')[0]}")


def metric_how(metric: str) -> str:
    """Return what a metric measures and how: its formula, range, unit and source."""
    name, _, k = metric.partition("@")
    return say("evaluation.about_and_how", about=metric_about(metric), how=say(f"evaluation.how.{name}", k=k))


def unit(metric: str) -> Unit:
    """Return how a metric's values are written in figures."""
    name = metric.partition("@")[0]
    return UNITS.get(name, "share" if name in SHARES else "number")


def in_order(metrics: list[str]) -> list[str]:
    """Order metrics for people: accuracy, behaviour, beyond accuracy; each k after the other."""
    names = [name for group in GROUPS.values() for name in group]
    return sorted(metrics, key=lambda metric: (names.index(metric.partition("@")[0]), int(metric.partition("@")[2] or 0)))
