"""A run as a LaTeX table (booktabs), for a paper."""

from seqrec_core.evaluation.names import LESS_IS_BETTER, NEITHER, in_order, metric_title
from seqrec_core.evaluation.protocol import protocol_line
from seqrec_core.report.entries import Entry, model_title
from seqrec_core.store.runs import RunCard
from seqrec_core.text import say

MARKS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def latex(card: RunCard, entries: list[Entry]) -> str:
    """Write the metrics of a run and its baselines as a table; the best of each row is bold.

    Args:
        card: the run.
        entries: the models to list.
    """
    metrics = in_order(list(card.metrics))
    rules = "" if card.protocol is None else protocol_line(card.protocol)
    head = " & ".join([escaped(say("report.run.metric")), *(escaped(entry.title) for entry in entries)])
    rows = [" & ".join([escaped(metric_title(metric)), *_cells(metric, entries)]) for metric in metrics]
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escaped(say('report.caption', model=model_title(card.model), rules=rules))}}}",
            rf"\begin{{tabular}}{{l{'r' * len(entries)}}}",
            r"\toprule",
            head + r" \\",
            r"\midrule",
            *(row + r" \\" for row in rows),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def escaped(text: str) -> str:
    """Escape what LaTeX would interpret."""
    return "".join(MARKS.get(character, character) for character in text)


def _cells(metric: str, entries: list[Entry]) -> list[str]:
    means = [entry.mean(metric) for entry in entries]
    known = [mean for mean in means if mean is not None]
    name = metric.partition("@")[0]
    best = None if name in NEITHER or not known else min(known) if name in LESS_IS_BETTER else max(known)
    return ["--" if mean is None else rf"\textbf{{{mean:.4f}}}" if mean == best else f"{mean:.4f}" for mean in means]
