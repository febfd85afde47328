"""`report` and `compare`: a run as a document, and two models case by case."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import RunArgument
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.text import say

KINDS = (".html", ".md", ".tex", ".csv")
Document = Annotated[Path, typer.Option("--out", metavar="FILE", help=say("cli.option.document"), show_default=False)]

First = Annotated[str, typer.Argument(metavar="A", help=say("cli.option.compared"), show_default=False)]
Second = Annotated[str, typer.Argument(metavar="B", help=say("cli.option.compared"), show_default=False)]

if TYPE_CHECKING:
    from seqrec_core.store.runs import RunCard, RunStore


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "report")(write_report)
    command(app, "compare")(compare_models)


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


def compare_models(call: Call, a: First, b: Second) -> Result:
    """Compare two models case by case, with a paired test for each metric."""
    from seqrec_core.evaluation.compare import compare_by_metric
    from seqrec_core.evaluation.protocol import protocol_line
    from seqrec_core.store.runs import RunStore

    store = RunStore(call.home)
    (first, first_model), (second, second_model) = (_named(store, ref) for ref in (a, b))
    for card in (first, second):
        if not card.metrics:
            raise BadInput("report", "not_measured", run=card.id)
    if first.rules != second.rules:
        lines = [protocol_line(card.protocol) for card in (first, second) if card.protocol is not None]
        raise BadInput("report", "other_rules", first=lines[0], second=lines[1])
    table = compare_by_metric(store.load_report(first.id, first_model), store.load_report(second.id, second_model))
    models = {"a": {"run": first.id, "model": first_model}, "b": {"run": second.id, "model": second_model}}
    told = None if first.protocol is None else protocol_line(first.protocol)
    return {**models, "protocol": told, "metrics": table.to_dicts()}


def _named(store: "RunStore", ref: str) -> "tuple[RunCard, str]":
    """Return the run and the model that `RUN` or `RUN:MODEL` names; a run that is called so wins."""
    run, colon, model = ref.rpartition(":")
    try:
        card = store.find(ref)
        return card, card.model
    except NotFound:
        if not colon:
            raise
    return store.find(run), model


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
