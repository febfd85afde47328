"""`faithfulness`: how far the explanations of a run can be trusted."""

from typing import Annotated

import typer

from seqrec_core.cli.arguments import QueueOption, RunArgument
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.text import say

Users = Annotated[int, typer.Option("--users", min=1, help=say("cli.option.explained_users"))]
Model = Annotated[str | None, typer.Option("--model", metavar="NAME", help=say("cli.option.explained_model"))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("cli.option.seed"))]
K = Annotated[int, typer.Option("--k", min=1, help=say("cli.option.k"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "faithfulness")(faithfulness)


def faithfulness(
    call: Call,
    run: RunArgument,
    users: Users = 200,
    model: Model = None,
    k: K = 10,
    seed: Seed = 0,
    queue: QueueOption = False,
) -> Result:
    """Measure how far explanations can be trusted, over many users."""
    from seqrec_core.cli.working import ask, do
    from seqrec_core.jobs.requests import FaithfulnessRequest

    given = {"run": run, "users": users, "model": model, "k": k, "seed": seed}
    return do(call, "faithfulness", ask(FaithfulnessRequest, given), queue)
