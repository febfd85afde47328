"""Alternative text of each figure: what it shows and its strongest mark, in a sentence, for people who do not see it.

Each function takes what its figure takes. Names stay as they are but for control characters: alternative text is plain text.
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from seqrec_core import columns as c
from seqrec_core.data.features.distribution import Distribution
from seqrec_core.explain.types import Faithfulness
from seqrec_core.figures.features import value_text
from seqrec_core.figures.flow import EVENT, KIND, Flow
from seqrec_core.figures.labels import clean
from seqrec_core.text import count, decimal, duration, integer, percent, say, signed

if TYPE_CHECKING:
    import polars as pl

MOST_NAMED = 3


def _short(name: str) -> str:
    """Return a name of at most 60 characters."""
    text = clean(name)
    return text if len(text) <= 60 else text[:59] + "…"


def _listed(pairs: Sequence[tuple[str, str]], most: int = MOST_NAMED) -> str:
    """Return 'a 31.8 %, b 25.2 %' for the first pairs."""
    return ", ".join(f"{_short(name)} {value}" for name, value in pairs[:most])


def _path(events: Sequence[str]) -> str:
    """Return 'a → b → c'."""
    return " → ".join(_short(event) for event in events)


def step_flow(flow: Flow, unit: str = "session") -> str:
    """Say how many steps a flow has and where most begin."""
    nodes = flow.nodes
    if flow.n == 0 or nodes.height == 0:
        return say("figures.alt.nothing")
    first = nodes.filter(nodes[c.STEP] == nodes[c.STEP].min()).sort([c.COUNT, EVENT], descending=[True, False])
    starts = [(event, percent(share)) for event, share, kind in first.select(EVENT, c.SHARE, KIND).iter_rows() if kind == "event"]
    steps = nodes[c.STEP].n_unique()
    return say("figures.alt.step_flow", steps=count(steps, "step"), n=count(flow.n, unit), starts=_listed(starts))


def funnel(steps: "pl.DataFrame", total: int, unit: str = "session") -> str:
    """Say the counts of a funnel."""
    rows = list(steps.select(EVENT, c.COUNT, c.RATE_OF_START).iter_rows())
    if not rows:
        return say("figures.alt.nothing")
    parts = _listed([(event, f"{integer(n)} ({percent(rate)})") for event, n, rate in rows], len(rows))
    return say("figures.alt.funnel", n=count(total, unit), parts=parts)


def matrix(frame: "pl.DataFrame") -> str:
    """Say the size of a matrix and its most frequent transition."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    first = frame.sort([c.COUNT, c.FROM, c.TO], descending=[True, False, False])
    source, target, n, rate = first.select(c.FROM, c.TO, c.COUNT, "rate").row(0)
    rows, columns = frame[c.FROM].n_unique(), frame[c.TO].n_unique()
    top = {"source": _short(source), "target": _short(target), "n": integer(n), "share": percent(rate)}
    return say("figures.alt.matrix", rows=rows, columns=columns, **top)


def around(before: "pl.DataFrame", after: "pl.DataFrame", label: str, n: int) -> str:
    """Say what most often comes before and after an event."""
    sides = []
    for frame in (before, after):
        rows = frame.select(EVENT, c.SHARE).iter_rows()
        sides.append(_listed([(event, percent(share)) for event, share in rows]) or "–")
    return say("figures.alt.around", event=_short(label), n=integer(n), before=sides[0], after=sides[1])


def paths(frame: "pl.DataFrame", unit: str = "session") -> str:
    """Say the most frequent path."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    events, n, share = frame.select(c.EVENTS, c.COUNT, c.SHARE).row(0)
    return say("figures.alt.paths", rows=frame.height, path=_path(events), n=count(n, unit), share=percent(share))


def differences(frame: "pl.DataFrame") -> str:
    """Say the first change."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    source, target, a, b, change = frame.select(c.FROM, c.TO, "rate_a", "rate_b", "difference").row(0)
    word = say("words.raises" if change >= 0 else "words.lowers")
    values = {"source": _short(source), "target": _short(target), "a": percent(a), "b": percent(b)}
    return say("figures.alt.differences", rows=frame.height, word=word, points=signed(100 * change, 1), **values)


def pattern_differences(frame: "pl.DataFrame") -> str:
    """Say the first pattern of a comparison."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    items, a, b, change = frame.select(c.ITEMS, "support_a", "support_b", "difference").row(0)
    values = {"a": percent(a), "b": percent(b), "points": signed(100 * change, 1)}
    return say("figures.alt.pattern_differences", n=count(frame.height, "pattern"), path=_path(items), **values)


def bubbles(frame: "pl.DataFrame") -> str:
    """Say how many patterns are drawn and the one with the highest lift."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    first = frame.sort("lift", descending=True, nulls_last=True)
    items, support, lift = first.select(c.ITEMS, c.SUPPORT, "lift").row(0)
    values = {"share": percent(support), "lift": decimal(lift or 0.0, 1)}
    return say("figures.alt.bubbles", n=count(frame.height, "pattern"), path=_path(items), **values)


def ranked(frame: "pl.DataFrame") -> str:
    """Say the first pattern of a ranking."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    items, n, share = frame.select(c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT).row(0)
    return say("figures.alt.ranked", n=count(frame.height, "pattern"), path=_path(items), share=percent(share), count=integer(n))


def gaps(seconds: Sequence[float]) -> str:
    """Say the median time between."""
    known = sorted(value for value in seconds if value is not None and value >= 0)
    if not known:
        return say("figures.alt.nothing")
    return say("figures.alt.gaps", n=integer(len(known)), median=duration(statistics.median(known)))


def events_per_day(frame: "pl.DataFrame") -> str:
    """Say the span and the busiest day."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    days, counts = frame["day"].to_list(), frame[c.COUNT].to_list()
    top = max(range(len(counts)), key=lambda at: counts[at])
    span = {"first": str(days[0])[:10], "last": str(days[-1])[:10]}
    return say("figures.alt.events_per_day", top=str(days[top])[:10], n=integer(counts[top]), **span)


def histogram(frame: "pl.DataFrame", noun: str = "user") -> str:
    """Say how many there are and the range of their events."""
    values = frame[c.COUNT].to_list()
    if not values:
        return say("figures.alt.nothing")
    return say("figures.alt.histogram", n=count(len(values), noun), low=integer(min(values)), high=integer(max(values)))


def top_items(frame: "pl.DataFrame") -> str:
    """Say the first items."""
    pairs = [(title, integer(n)) for title, n in frame.select(c.TITLE, c.COUNT).iter_rows()]
    return say("figures.alt.top_items", parts=_listed(pairs)) if pairs else say("figures.alt.nothing")


def event_mix(frame: "pl.DataFrame") -> str:
    """Say the share of each event type."""
    pairs = [(event, percent(share)) for event, share in frame.select(c.EVENT, c.SHARE).iter_rows()]
    return say("figures.alt.event_mix", parts=_listed(pairs, 8)) if pairs else say("figures.alt.nothing")


def long_tail(frame: "pl.DataFrame", top: float = 0.1) -> str:
    """Say what the most frequent items take."""
    counts = sorted(frame[c.COUNT].to_list(), reverse=True)
    if not sum(counts):
        return say("figures.alt.nothing")
    first = counts[: max(round(len(counts) * top), 1)]
    return say("figures.alt.long_tail", items=percent(len(first) / len(counts), 0), share=percent(sum(first) / sum(counts), 0))


def events_per_source(frame: "pl.DataFrame") -> str:
    """Say how many events each channel has."""
    if frame.height == 0:
        return say("figures.alt.nothing")
    totals: dict[str, int] = {}
    for source, n in frame.select(c.SOURCE, c.COUNT).iter_rows():
        totals[source] = totals.get(source, 0) + n
    return say("figures.alt.sources", parts=_listed([(source, integer(n)) for source, n in totals.items()]))


def distribution(found: Distribution, unit: str, noun: str) -> str:
    """Say the median and the ends of a feature, or its most frequent values."""
    if not found.n:
        return say("figures.alt.nothing")
    n = count(found.n, noun)
    if found.kind == "text" or found.middle is None or found.least is None or found.most is None:
        pairs = [(label, percent(times / found.n)) for label, times in found.bins.iter_rows()]
        return say("figures.alt.feature_texts", n=n, parts=_listed(pairs))
    middle, low, high = (value_text(value, unit) for value in (found.middle, found.least, found.most))
    return say("figures.alt.feature", n=n, middle=middle, low=low, high=high)


def group_differences(frame: "pl.DataFrame") -> str:
    """Say the features that differ most."""
    rows = frame.drop_nulls(["standardised", "difference", "low", "high"]).select("title", "standardised").iter_rows()
    pairs = [(title, signed(size)) for title, size in rows]
    return say("figures.alt.group", parts=_listed(pairs)) if pairs else say("figures.alt.nothing")


def loss(epochs: Sequence[float], values: Sequence[float | None]) -> str:
    """Say the first and the last loss."""
    known = [value for value in values if value is not None]
    if not known:
        return say("figures.alt.nothing")
    return say("figures.alt.loss", epochs=f"{epochs[-1]:g}", first=decimal(known[0], 3), last=decimal(known[-1], 3))


def ndcg(epochs: Sequence[float], values: Sequence[float | None]) -> str:
    """Say the best quality so far and its epoch."""
    known = [(value, epoch) for epoch, value in zip(epochs, values, strict=True) if value is not None]
    if not known:
        return say("figures.alt.nothing")
    best = max(known, key=lambda point: (point[0], -point[1]))
    return say("figures.alt.ndcg", best=decimal(best[0], 4), epoch=f"{best[1]:g}", last=decimal(known[-1][0], 4))


def contributions(labels: Sequence[str], values: Sequence[float]) -> str:
    """Say the largest contributions."""
    order = sorted(range(len(values)), key=lambda at: -abs(values[at]))
    pairs = [(labels[at], signed(values[at])) for at in order]
    if not pairs:
        return say("figures.alt.nothing")
    return say("figures.alt.contributions", n=count(len(values), "event"), parts=_listed(pairs))


def looking(labels: Sequence[str], shares: Sequence[float]) -> str:
    """Say the events looked at most."""
    pairs = [(label, percent(share)) for label, share in zip(labels, shares, strict=True)]
    return say("figures.alt.looking", parts=_listed(pairs)) if pairs else say("figures.alt.nothing")


def rank_without(labels: Sequence[str], ranks: Sequence[int], current: int) -> str:
    """Say today's rank and the removal that changes it most."""
    if not labels:
        return say("figures.alt.nothing")
    most = max(range(len(ranks)), key=lambda at: abs(ranks[at] - current))
    return say("figures.alt.rank_without", current=current, event=_short(labels[most]), rank=integer(ranks[most]))


def deletion(check: Faithfulness) -> str:
    """Say the three shares of the deletion check."""
    if check.top is None or check.random is None or check.recent is None:
        return say("figures.nothing.short")
    shares = {"top": percent(check.top), "random": percent(check.random), "recent": percent(check.recent)}
    return say("figures.alt.deletion", events=count(check.m, "event"), **shares)


def trade_off(names: Sequence[str], accuracy: Sequence[float], novelty: Sequence[float], metric: str = "NDCG@10") -> str:
    """Say the most accurate and the most novel model."""
    if not names:
        return say("figures.alt.nothing")
    best, new = max(range(len(names)), key=lambda at: accuracy[at]), max(range(len(names)), key=lambda at: novelty[at])
    values = {"accuracy": decimal(accuracy[best], 3), "novelty": decimal(novelty[new], 1)}
    return say("figures.alt.trade_off", n=len(names), metric=metric, best=_short(names[best]), new=_short(names[new]), **values)


def reliability(confidence: Sequence[float], right: Sequence[float]) -> str:
    """Say what the highest chances promise and hold."""
    if not confidence:
        return say("figures.alt.nothing")
    return say("figures.alt.reliability", chance=percent(confidence[-1]), share=percent(right[-1]))


def metric_bars(names: Sequence[str], means: Sequence[float], metric: str = "NDCG@10", *, write: str = "number") -> str:
    """Say the value of each model."""
    pairs = [(name, percent(mean) if write == "share" else decimal(mean, 3)) for name, mean in zip(names, means, strict=True)]
    return say("figures.alt.metric_bars", metric=metric, parts=_listed(pairs, 10)) if pairs else say("figures.alt.nothing")


def by_history_length(buckets: Sequence[str], series: Mapping[str, Sequence[float | None]], metric: str = "NDCG@10") -> str:
    """Say which lengths and models are drawn."""
    if not buckets or not series:
        return say("figures.alt.nothing")
    models = ", ".join(_short(name) for name in series)
    return say("figures.alt.by_history_length", metric=metric, first=buckets[0], last=buckets[-1], models=models)


def lorenz(counts: Mapping[str, Sequence[int]]) -> str:
    """Say what the least recommended half of the items gets, by model."""
    pairs = []
    for name, values in counts.items():
        if sum(values):
            pairs.append((name, percent(sum(sorted(values)[: len(values) // 2]) / sum(values))))
    return say("figures.alt.lorenz", parts=_listed(pairs, 6)) if pairs else say("figures.alt.nothing")
