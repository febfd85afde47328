"""`report`: a run as a document."""

from pathlib import Path
from typing import Annotated

import typer

from seqrec_core.cli.arguments import RunArgument
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

KINDS = (".html", ".md", ".tex", ".csv")
Document = Annotated[Path, typer.Option("--out", metavar="FILE", help=say("cli.option.document"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "report")(write_report)


def write_report(call: Call, run: RunArgument, out: Document) -> Result:
    """Write the scorecard of a run: one HTML page that needs no network, Markdown, a LaTeX table, or the metrics as CSV."""
    if out.suffix.lower() not in KINDS:
        raise BadInput("cli", "out_ending", found=out.name, known=", ".join(KINDS))
    if not out.absolute().parent.is_dir():
        raise BadInput("cli", "no_folder", path=out.absolute().parent)
    from seqrec_core.store.atomic import write_file
    from seqrec_core.store.runs import RunStore

    card = RunStore(call.home).find(run)
    content = _content(call, card.id, out.suffix.lower())
    write_file(out.absolute(), content)
    return {"run": card.id, "out": str(out), "bytes": len(content)}


def _content(call: Call, run: str, kind: str) -> bytes:
    from seqrec_core.data.safe_csv import to_csv
    from seqrec_core.evaluation.compare import Comparison, compare_reports
    from seqrec_core.report.entries import Entry, entries, metrics_table
    from seqrec_core.report.latex import latex
    from seqrec_core.report.markdown import markdown
    from seqrec_core.report.scorecard import scorecard_page
    from seqrec_core.report.verdict import judge
    from seqrec_core.store.runs import RunStore

    store = RunStore(call.home)
    card = store.find(run)

    def compare(a: Entry, b: Entry, metric: str) -> Comparison:
        return compare_reports(store.load_report(a.run, a.model), store.load_report(b.run, b.model), metric)

    if not card.metrics:
        raise BadInput("report", "not_measured", run=card.id)
    if kind == ".csv":
        return to_csv(metrics_table(entries(card)))
    if kind == ".tex":
        return latex(card, entries(card)).encode()
    if kind == ".md":
        return markdown(card, judge(card, compare), entries(card)).encode()
    return scorecard_page(card, store.load_report, compare).encode()
