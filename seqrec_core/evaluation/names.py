"""How metrics are called and explained to people."""

from seqrec_core.text import say


def metric_title(metric: str) -> str:
    """Return the title of a metric: `ndcg@10` → `NDCG@10`."""
    name, _, k = metric.partition("@")
    return say(f"evaluation.metric.{name}", k=k)


def metric_about(metric: str) -> str:
    """Return one sentence that says what a metric measures."""
    return say(f"evaluation.about.{metric.partition('@')[0]}")
