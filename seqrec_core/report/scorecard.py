"""The scorecard of a run as one page: what to ship, the numbers, the trade, the rules, and how it was made."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from seqrec_core.errors import BadInput
from seqrec_core.evaluation import breakdown
from seqrec_core.evaluation.names import in_order, metric_how, metric_title, unit
from seqrec_core.evaluation.protocol import protocol_line, protocol_told
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.figures import alt, scorecard
from seqrec_core.report.card import rows_of_card
from seqrec_core.report.entries import ACCURACY, Entry, entries, interval, written
from seqrec_core.report.html import Block, Chart, Grid, Heading, Paragraph, page
from seqrec_core.report.verdict import COVERAGE, NOVELTY, Compare, decision, judge, numbers, otherwise, trade
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, decimal, percent, say

Load = Callable[[str, str], MetricReport]  # (run, model) → its report
WIDE = 860


def scorecard_page(card: RunCard, load: Load, compare: Compare) -> str:
    """Return the scorecard of a run as an HTML page that needs no network.

    Args:
        card: the run.
        load: its reports.
        compare: the paired test of two of its models.

    Raises:
        BadInput: nothing was held out, so there is nothing to report.
    """
    measured = entries(card)
    if not measured or card.protocol is None:
        raise BadInput("report", "not_measured", run=card.id)
    verdict = judge(card, compare)
    reports = {entry.title: load(entry.run, entry.model) for entry in measured}
    blocks: list[Block] = [Paragraph(line) for line in (trade(verdict), otherwise(verdict, compare)) if line]
    blocks += [Heading(say("report.metrics")), _metrics(card, measured)]
    blocks.append(Paragraph(say("report.metrics.about", users=count(card.protocol.n_users, "user")), small=True))
    if card.replay:
        blocks += [Heading(say("report.behaviour")), *(Paragraph(line) for line in card.replay)]
    blocks += [Heading(say("report.charts")), *_charts(card, measured, reports)]
    blocks += [Heading(say("report.rules")), Paragraph(protocol_line(card.protocol))]
    blocks += [Paragraph(line) for line in protocol_told(card.protocol)]
    blocks.append(Paragraph(say("report.limits")))
    blocks += [Heading(say("report.what")), _meanings(card)]
    blocks += [Heading(card.name), Grid([say("report.run.what"), say("report.run.value")], rows_of_card(card))]
    blocks.append(Paragraph(say("report.made", day=datetime.now(UTC).date().isoformat()), small=True))
    return page(decision(verdict), numbers(card, verdict), blocks)


def _metrics(card: RunCard, measured: list[Entry]) -> Grid:
    metrics = in_order(list(card.metrics))
    rows = [[metric_title(metric), *(_cell(entry, metric) for entry in measured)] for metric in metrics]
    names = [say("report.run.metric"), *(entry.title for entry in measured)]
    return Grid(names, rows, frozenset(range(1, len(names))))


def _cell(entry: Entry, metric: str) -> str:
    mean, ends = entry.mean(metric), interval(entry, metric)
    if mean is None:
        return "–"
    return (
        written(metric, mean)
        if ends is None
        else f"{written(metric, mean)} ({written(metric, ends[0])}–{written(metric, ends[1])})"
    )


def _meanings(card: RunCard) -> Grid:
    rows = [[metric_title(metric), metric_how(metric)] for metric in in_order(list(card.metrics))]
    return Grid([say("report.run.what"), say("report.run.value")], rows)


def _charts(card: RunCard, measured: list[Entry], reports: Mapping[str, MetricReport]) -> list[Block]:
    return [_bars(measured), _trade_off(measured), _lengths(card, reports), _lorenz(measured[0].title, reports)]


def _bars(measured: list[Entry]) -> Chart:
    known = sorted(
        (entry for entry in measured if entry.mean(ACCURACY) is not None), key=lambda entry: -(entry.mean(ACCURACY) or 0)
    )
    names, means = [entry.title for entry in known], [entry.mean(ACCURACY) or 0.0 for entry in known]
    ends = [interval(entry, ACCURACY) for entry in known]
    own = next((at for at, entry in enumerate(known) if entry.own), None)
    figure = scorecard.metric_bars(names, means, ends, highlight=own, write=unit(ACCURACY), width=WIDE)
    title = say("verdict.best", metric=metric_title(ACCURACY), value=written(ACCURACY, means[0]), model=names[0])
    return Chart(figure, title, alt.metric_bars(names, means, metric_title(ACCURACY)))


def _trade_off(measured: list[Entry]) -> Chart:
    known = [entry for entry in measured if entry.mean(ACCURACY) is not None and entry.mean(NOVELTY) is not None]
    names = [entry.title for entry in known]
    accuracy, novelty, coverage = ([entry.mean(metric) or 0.0 for entry in known] for metric in (ACCURACY, NOVELTY, COVERAGE))
    front = [names[at] for at in scorecard.pareto(novelty, accuracy)]
    key = "page_scorecard.trade_off.one" if len(front) == 1 else "page_scorecard.trade_off.some"
    title = say(key, name=front[-1], names=", ".join(front), n=len(front))
    figure = scorecard.trade_off(names, accuracy, novelty, coverage, highlight=0, width=WIDE)
    return Chart(figure, title, alt.trade_off(names, accuracy, novelty))


def _lengths(card: RunCard, reports: Mapping[str, MetricReport]) -> Chart:
    table = breakdown.by_history_length(reports, ACCURACY)
    own = next(iter(reports))
    buckets, series = table["bucket"].to_list(), {name: table[name].to_list() for name in reports}
    known = [(value, bucket) for value, bucket in zip(series[own], buckets, strict=True) if value is not None]
    title = say("page_scorecard.length.few")
    if len(known) > 1:
        best, worst = max(known), min(known)
        ends = {"high": decimal(best[0], 3), "low": decimal(worst[0], 3)}
        title = say("page_scorecard.length", model=own, best=best[1], worst=worst[1], **ends)
    figure = scorecard.by_history_length(buckets, table["n"].to_list(), series, highlight=own)
    return Chart(figure, title, alt.by_history_length(buckets, series))


def _lorenz(own: str, reports: Mapping[str, MetricReport]) -> Chart:
    counts = {name: breakdown.recommended_counts(report) for name, report in reports.items()}
    lists = {name: values.tolist() for name, values in counts.items()}
    title = say("page_scorecard.lorenz", model=own, share=percent(breakdown.share_of_least(counts[own])))
    return Chart(scorecard.lorenz(lists, highlight=own), title, alt.lorenz(lists))
