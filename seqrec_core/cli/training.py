"""`train` and `models`: fit a model, baselines beside it."""

from enum import StrEnum
from typing import Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, QueueOption, Seen, SeenOption, SplitName, pairs
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say


class Preset(StrEnum):
    """How much time a fit may take."""

    quick = "quick"
    balanced = "balanced"
    thorough = "thorough"


Model = Annotated[str | None, typer.Option("--model", metavar="NAME", help=say("cli.option.model"), show_default=False)]
PresetOption = Annotated[Preset, typer.Option("--preset", help=say("cli.option.preset"))]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=say("cli.option.set"))]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("cli.option.seed"))]
SplitOption = Annotated[SplitName, typer.Option("--split", help=say("cli.option.split"))]
Repeat = Annotated[str | None, typer.Option("--repeat", metavar="RUN", help=say("cli.option.repeat"))]
Budget = Annotated[float | None, typer.Option("--budget", metavar="SECONDS", help=say("cli.option.budget"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "train")(train_model)
    command(app, "models")(list_models)


def train_model(
    call: Call,
    dataset: DatasetArgument,
    model: Model = None,
    preset: PresetOption = Preset.balanced,
    set: Set = None,
    seed: Seed = 0,
    split: SplitOption = SplitName.leave_one_out,
    seen: SeenOption = Seen.auto,
    budget: Budget = None,
    repeat: Repeat = None,
    queue: QueueOption = False,
) -> Result:
    """Train a model and its baselines on a dataset and measure all of them under one protocol."""
    from seqrec_core.cli.working import ask, do
    from seqrec_core.jobs.requests import TrainRequest
    from seqrec_core.models.registry import model_spec

    if (model is None) == (repeat is None):
        raise BadInput("cli", "model_or_repeat")
    request = {
        "dataset": dataset,
        **({} if model is None else {"model": model_spec(model).name}),
        "repeat": repeat,
        "preset": preset.value,
        "set": pairs("--set", set or []),
        "split": split.value,
        "seen": seen.value,
        "seed": seed,
        "budget": budget,
    }
    return do(call, "train", ask(TrainRequest, request), queue)


def list_models(call: Call) -> Result:
    """List the models that can be trained."""
    from seqrec_core.models.registry import REGISTRY

    rows = [
        {
            "name": spec.name,
            "title": say(spec.title),
            "learns": spec.learns,
            "settings": {name: field.default for name, field in spec.config.model_fields.items() if name != "name"},
        }
        for spec in REGISTRY.values()
    ]
    return {"models": rows}
