"""The Scorecard: which model to ship, what is traded, and the four charts that say why."""

from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from seqrec_core.evaluation import breakdown
from seqrec_core.evaluation.names import in_order, metric_how, metric_title, unit
from seqrec_core.evaluation.protocol import protocol_line, protocol_told
from seqrec_core.figures import alt, scorecard
from seqrec_core.report.entries import ACCURACY, Entry, entries, written
from seqrec_core.report.verdict import COVERAGE, NOVELTY, SURE, Verdict, decision, numbers, otherwise, p_value, trade
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, decimal, percent, say
from seqrec_core.ui import chart, context, run_calls
from seqrec_core.ui.errors import plain
from seqrec_core.ui.train.view import bars

CARDS = (ACCURACY, "ctr@10", "conversion@10", COVERAGE, NOVELTY)
MOST_OTHERS = 12  # other runs drawn beside this one, the most accurate first


@dataclass(frozen=True)
class Field:
    """Everything that the page compares.

    Args:
        card: the run looked at.
        verdict: how it stands beside its best baseline.
        entries: its model and baselines, then the other runs under the same protocol.
        hidden: further runs under the same protocol that are not drawn.
        other_rules: runs under another protocol, which cannot be compared.
    """

    card: RunCard
    verdict: Verdict
    entries: list[Entry]
    hidden: int
    other_rules: int

    @property
    def own(self) -> list[Entry]:
        """The run's model and its baselines."""
        return [entry for entry in self.entries if entry.run == self.card.id]

    def entry(self, key: str) -> Entry | None:
        """Return the entry of this key."""
        return next((entry for entry in self.entries if entry.key == key), None)


def field(card: RunCard) -> Field:
    """Gather what can be compared with a run."""
    same, other_rules = run_calls.comparable(card)
    ranked = sorted(same, key=lambda other: -(other.metrics.get(ACCURACY, {}).get("mean") or 0.0))
    names = [card.name for card in ranked]
    others = [
        Entry(other.id, other.model, other.name if names.count(other.name) == 1 else _apart(other), other.metrics, True)
        for other in ranked[:MOST_OTHERS]
    ]
    return Field(card, run_calls.verdict(card), [*entries(card), *others], len(ranked) - len(others), other_rules)


def _apart(card: RunCard) -> str:
    return say("page_scorecard.named_apart", name=card.name, id=card.id)


def heading(found: Field) -> None:
    """Decide in one sentence; the numbers, the trade and a better run stand under it."""
    chart.finding(decision(found.verdict), numbers(found.card, found.verdict), page=True)
    for line in (trade(found.verdict), otherwise(found.verdict, run_calls.compare), _better(found)):
        if line:
            st.markdown(plain(line))


def _better(found: Field) -> str:
    """Name another run under the same protocol that is surely better than what is recommended."""
    verdict = found.verdict
    best = verdict.model if verdict.rival is None or verdict.kind == "beats" else verdict.rival
    others = [entry for entry in found.entries if entry.run != found.card.id and entry.mean(ACCURACY) is not None]
    if not others or best.mean(ACCURACY) is None:
        return ""
    top = max(others, key=lambda entry: entry.mean(ACCURACY) or 0.0)
    test = run_calls.compare(best, top, ACCURACY)
    if test.difference <= 0 or test.p_value >= SURE:
        return ""
    values = {"name": top.title, "value": decimal(top.mean(ACCURACY) or 0.0, 3), "p": p_value(test.p_value)}
    return say("page_scorecard.better", **values)


def protocol(found: Field) -> None:
    """Say under which rules all numbers hold."""
    line = found.card.protocol
    with st.container(border=True, gap="xsmall"):
        st.markdown(":material/rule: " + plain(say("page_scorecard.protocol", line=_line(found.card))))
        if line is not None:
            st.caption(plain(" ".join(protocol_told(line))))
        if found.other_rules:
            st.caption(say("page_scorecard.other_rules", n=count(found.other_rules, "run")))


def _line(card: RunCard) -> str:
    return say("page_scorecard.no_protocol") if card.protocol is None else protocol_line(card.protocol)


def short_rules(card: RunCard) -> str:
    """Write the protocol as short as a subtitle needs it."""
    line = card.protocol
    if line is None:
        return ""
    split = say(f"evaluation.split.{line.split}")
    return say("page_scorecard.rules", users=count(line.n_users, "user"), split=split, items=count(line.n_candidates, "item"))


def cards(found: Field) -> None:
    """Show the model's numbers, each beside the best baseline's."""
    verdict = found.verdict
    known = [(metric, mean) for metric in CARDS if (mean := verdict.model.mean(metric)) is not None]
    for column, (metric, mean) in zip(st.columns(len(known)), known, strict=True):
        delta = None
        other = None if verdict.rival is None else verdict.rival.mean(metric)
        if verdict.rival is not None and other is not None:
            delta = say("page_scorecard.card.beside", value=written(metric, other))
        column.metric(
            metric_title(metric).partition("@")[0],
            written(metric, mean),
            delta,
            delta_color="off",
            delta_arrow="off",
            help=say("page_scorecard.card.help", about=metric_how(metric), rival=_rival(verdict)),
            border=True,
        )


def _rival(verdict: Verdict) -> str:
    return "–" if verdict.rival is None else verdict.rival.title


def trade_off(found: Field) -> None:
    """Draw accuracy against novelty; a click compares that model with this run's."""
    known = [entry for entry in found.entries if entry.mean(ACCURACY) is not None and entry.mean(NOVELTY) is not None]
    names = [entry.title for entry in known]
    accuracy, novelty = [entry.mean(ACCURACY) or 0.0 for entry in known], [entry.mean(NOVELTY) or 0.0 for entry in known]
    coverage = [entry.mean(COVERAGE) or 0.0 for entry in known]
    front = [names[at] for at in scorecard.pareto(novelty, accuracy)]
    key = "page_scorecard.trade_off.one" if len(front) == 1 else "page_scorecard.trade_off.some"
    title = say(key, name=front[-1], names=", ".join(front[:3]) + (" …" if len(front) > 3 else ""), n=len(front))
    chart.finding(title, short_rules(found.card))
    columns: dict[str, list[Any]] = {say("report.run.model"): names}
    columns |= {metric_title(name): values for name, values in ((ACCURACY, accuracy), (NOVELTY, novelty), (COVERAGE, coverage))}
    figure = scorecard.trade_off(
        names, accuracy, novelty, coverage, chart.is_dark(), keys=[entry.key for entry in known], highlight=0, width=440
    )
    picked = chart.chart(
        figure,
        key="scorecard_trade_off",
        alt=alt.trade_off(names, accuracy, novelty),
        table=pl.DataFrame(columns),
        how=say("page_scorecard.trade_off.how"),
        clickable=True,
        once=True,
    )
    if found.hidden:
        st.caption(say("page_scorecard.hidden", n=count(found.hidden, "run"), shown=MOST_OTHERS))
    if picked is not None:
        chosen = known[picked[1]].key if picked[0] == "row" else str(picked[0])
        context.put(cmp=None if chosen == found.verdict.model.key else chosen)
        st.rerun()


def metric_bars(found: Field) -> None:
    """Draw one metric of the run's model and its baselines."""
    known = in_order([metric for metric in found.card.metrics if unit(metric) != "lift"])
    chosen = context.get("by") if context.get("by") in known else known[0]
    st.selectbox(
        say("page_scorecard.metric"),
        known,
        index=known.index(chosen),
        format_func=metric_title,
        key=f"scorecard_by_{chosen}",
        on_change=context.put_from,
        args=(f"scorecard_by_{chosen}", "by", ACCURACY),
        label_visibility="collapsed",
    )
    bars(found.card, chosen, found.own, key="scorecard_bars")


def lorenz(found: Field) -> None:
    """Draw how recommendations fall on items."""
    counts = {entry.title: breakdown.recommended_counts(run_calls.report(entry.run, entry.model)) for entry in found.own}
    own = found.verdict.model.title
    least = {name: breakdown.share_of_least(values) for name, values in counts.items()}
    chart.finding(say("page_scorecard.lorenz", model=own, share=percent(least[own])), short_rules(found.card))
    lists = {name: values.tolist() for name, values in counts.items()}
    rows = [{"model": name, "least_half_gets": least[name], "items_shown": int((counts[name] > 0).sum())} for name in counts]
    chart.chart(
        scorecard.lorenz(lists, chart.is_dark(), highlight=own),
        key="scorecard_lorenz",
        alt=alt.lorenz(lists),
        table=pl.DataFrame(rows),
        how=say("page_scorecard.lorenz.how"),
    )


def by_length(found: Field) -> None:
    """Draw quality against the length of the history."""
    reports = {entry.title: run_calls.report(entry.run, entry.model) for entry in found.own}
    table = breakdown.by_history_length(reports, ACCURACY)
    own = found.verdict.model.title
    buckets, series = table["bucket"].to_list(), {name: table[name].to_list() for name in reports}
    known = [(value, bucket) for value, bucket in zip(series[own], buckets, strict=True) if value is not None]
    title = say("page_scorecard.length.few")
    if len(known) > 1:
        best, worst = max(known), min(known)
        numbers = {"high": decimal(best[0], 3), "low": decimal(worst[0], 3)}
        title = say("page_scorecard.length", model=own, best=best[1], worst=worst[1], **numbers)
    chart.finding(title, say("page_scorecard.length.subtitle", rules=short_rules(found.card), fewest=breakdown.FEWEST))
    chart.chart(
        scorecard.by_history_length(buckets, table["n"].to_list(), series, chart.is_dark(), highlight=own),
        key="scorecard_length",
        alt=alt.by_history_length(buckets, series),
        table=table,
        how=say("page_scorecard.length.how"),
    )


def scope(now: context.Context) -> None:
    """Say that a group chosen in the bar changes nothing here."""
    if now.segment is not None:
        st.caption(say("page_scorecard.everyone_asked"))
