"""A run as a Markdown document."""

from seqrec_core.evaluation.names import in_order, metric_title
from seqrec_core.evaluation.protocol import protocol_line, protocol_told
from seqrec_core.report.card import rows_of_card
from seqrec_core.report.entries import Entry
from seqrec_core.report.verdict import Verdict, headline, numbers
from seqrec_core.store.runs import RunCard
from seqrec_core.text import say
from seqrec_core.text.markup import plain


def markdown(card: RunCard, verdict: Verdict, entries: list[Entry]) -> str:
    """Write the scorecard of a run.

    Args:
        card: the run.
        verdict: how it stands beside its best baseline.
        entries: the models to list, this run's first.
    """
    metrics = in_order(list(card.metrics))
    lines = [f"# {plain(headline(verdict))}", "", plain(numbers(card, verdict)), ""]
    if card.protocol is not None:
        lines += [plain(protocol_line(card.protocol)), ""]
        lines += [plain(" ".join(protocol_told(card.protocol))), ""]
    lines += [_row([say("report.run.metric"), *(plain(entry.title) for entry in entries)])]
    lines += [_row(["---"] * (len(entries) + 1))]
    lines += [_row([metric_title(metric), *(_cell(entry, metric) for entry in entries)]) for metric in metrics]
    lines += ["", *(plain(line) for line in card.replay)]
    lines += ["", *(f"- {what}: {plain(value)}" for what, value in rows_of_card(card)), ""]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(entry: Entry, metric: str) -> str:
    values = entry.metrics.get(metric, {})
    mean, low, high = (values.get(end) for end in ("mean", "low", "high"))
    if mean is None:
        return "–"
    return f"{mean:.4f}" if low is None or high is None else f"{mean:.4f} ({low:.4f}–{high:.4f})"
