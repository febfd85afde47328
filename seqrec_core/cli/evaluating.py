"""`evaluate`: measure a run again."""

from typing import Annotated, Any

import typer

from seqrec_core.cli.arguments import QueueOption, RunArgument, Seen, SeenOption, SplitName, listed
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

Ks = Annotated[str, typer.Option("--k", metavar="K[,K...]", help=say("cli.option.ks"))]
Clicks = Annotated[str, typer.Option("--clicks", metavar="TYPE[,TYPE...]", help=say("cli.option.clicks"))]
Conversions = Annotated[str, typer.Option("--conversions", metavar="TYPE[,TYPE...]", help=say("cli.option.conversions"))]
Window = Annotated[float, typer.Option("--window", metavar="SECONDS", help=say("cli.option.replay_window"))]
Exposed = Annotated[str | None, typer.Option("--exposure", metavar="COLUMN", help=say("cli.option.exposure"))]
SplitOption = Annotated[SplitName | None, typer.Option("--split", help=say("cli.option.split_of_run"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "evaluate")(evaluate_run)


def evaluate_run(
    call: Call,
    run: RunArgument,
    k: Ks = "10",
    split: SplitOption = None,
    seen: SeenOption = Seen.auto,
    clicks: Clicks = "",
    conversions: Conversions = "",
    window: Window = 604_800,
    exposure: Exposed = None,
    queue: QueueOption = False,
) -> Result:
    """Measure a run on held-out events that it was not trained on."""
    from seqrec_core.cli.working import ask, do
    from seqrec_core.jobs.requests import EvaluateRequest

    lengths = listed(k)
    if not lengths or not all(length.isdecimal() for length in lengths):
        raise BadInput("cli", "value", name="--k", found=k, why=say("cli.whole_numbers"))
    given: dict[str, Any] = {
        "run": run,
        "k": [int(length) for length in lengths],
        "split": split and split.value,
        "seen": seen.value,
    }
    given |= {"clicks": listed(clicks), "conversions": listed(conversions), "window": window or None, "exposure": exposure}
    return do(call, "evaluate", ask(EvaluateRequest, given), queue)
