"""A run as a LaTeX table (booktabs), for a paper."""

from seqrec_core.evaluation.names import metric_title
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
    """Write the metrics of a run and its baselines as a table; the best of each column is bold.

    Args:
        card: the run.
        entries: the models to list.
    """
    metrics = list(card.metrics)
    rules = "" if card.protocol is None else protocol_line(card.protocol)
    best = {metric: max((entry.mean(metric) or 0.0 for entry in entries), default=0.0) for metric in metrics}
    head = " & ".join([escaped(say("report.run.model")), *(escaped(metric_title(metric)) for metric in metrics)])
    rows = [" & ".join([escaped(entry.title), *(_cell(entry.mean(m), best[m]) for m in metrics)]) for entry in entries]
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{escaped(say('report.caption', model=model_title(card.model), rules=rules))}}}",
            rf"\begin{{tabular}}{{l{'r' * len(metrics)}}}",
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


def _cell(mean: float | None, best: float) -> str:
    if mean is None:
        return "--"
    return rf"\textbf{{{mean:.4f}}}" if mean == best else f"{mean:.4f}"
