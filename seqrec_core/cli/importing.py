"""`import`: a log becomes a dataset."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seqrec_core.cli.arguments import QueueOption, SessionsOption, pairs, sessions_told
from seqrec_core.cli.channels import mapping_of_channel, of_channel
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.mapping import Channel

SAMPLE = "sample:"

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help=say("cli.option.files"), show_default=False)]
Map = Annotated[list[str] | None, typer.Option("--map", metavar="[FILE:]ROLE=COLUMN,...", help=say("cli.option.map"))]
Items = Annotated[Path | None, typer.Option("--items", metavar="FILE", help=say("cli.option.items"))]
Source = Annotated[list[str] | None, typer.Option("--source", metavar="NAME", help=say("cli.option.source"))]
Name = Annotated[str | None, typer.Option("--name", help=say("cli.option.name"))]
Append = Annotated[str | None, typer.Option("--append", metavar="DATASET", help=say("cli.option.append"))]
Gap = Annotated[float | None, typer.Option("--session-gap", metavar="MINUTES", help=say("cli.option.session_gap"))]
Recipe = Annotated[Path | None, typer.Option("--recipe", metavar="FILE", help=say("cli.option.recipe"))]
Zone = Annotated[str | None, typer.Option("--time-zone", metavar="NAME", help=say("cli.option.time_zone"))]
Raw = Annotated[bool, typer.Option("--raw", help=say("cli.option.raw"))]
Without = Annotated[list[str] | None, typer.Option("--without", metavar="STEP", help=say("cli.option.without"))]
Answer = Annotated[list[str] | None, typer.Option("--answer", metavar="[FILE:]CODE=OPTION", help=say("cli.option.answer"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "import")(import_file)


def import_file(
    call: Call,
    files: Files,
    map: Map = None,
    items: Items = None,
    name: Name = None,
    source: Source = None,
    append: Append = None,
    session_gap: Gap = None,
    sessions: SessionsOption = None,
    recipe: Recipe = None,
    time_zone: Zone = None,
    raw: Raw = False,
    without: Without = None,
    answer: Answer = None,
    queue: QueueOption = False,
) -> Result:
    """Read, map, clean and store a log; a bundled sample is named `sample:shop`."""
    from seqrec_core.cli.working import ask, do
    from seqrec_core.data.channels import as_channels, found_files
    from seqrec_core.data.mapping import ImportRequest
    from seqrec_core.data.steps.types import known_step

    if len(files) == 1 and files[0].startswith(SAMPLE):
        return _import_sample(call, files[0])
    channels = as_channels(found_files(files), sources=source or (), named=append is not None)
    given: dict[str, Any] = _from_recipe(recipe, channels) if recipe is not None else _by_default(channels)
    given |= _told(given, map or [], answer or [], time_zone)
    options = {
        "items_path": items and _readable(items),
        "name": name,
        "append": append,
        "raw": raw or None,
        **_sessions(session_gap, sessions),
    }
    if without is not None:
        given["without"] = tuple(known_step(step) for step in without)
    given |= {option: value for option, value in options.items() if value is not None}
    return do(call, "import", ask(ImportRequest, given), queue)


def _by_default(channels: "tuple[Channel, ...]") -> dict[str, Any]:
    """Return the request for files of which nothing is known; a single one without a source needs no channels."""
    path = channels[0].paths[0]
    plain = len(channels) == 1 and len(channels[0].paths) == 1 and not channels[0].source
    return {"path": path} if plain else {"path": path, "channels": channels}


def _told(given: dict[str, Any], maps: list[str], answers: list[str], zone: str | None) -> dict[str, Any]:
    """Return what options say of the reading of each channel, over what is known."""
    from seqrec_core.cli.working import ask
    from seqrec_core.data.mapping import Channel, ImportRequest, ReadOptions

    request: ImportRequest = ask(ImportRequest, given)
    found = []
    for channel in request.each():
        spoken = {**request.answers, **channel.answers, **pairs("--answer", of_channel(answers, channel, request.each()))}
        told: dict[str, Any] = {"answers": spoken}
        if zone is not None:
            told["read"] = ask(ReadOptions, {**channel.read.model_dump(), "time_zone": zone})
        known: Channel = channel.model_copy(update=told)
        texts = of_channel(maps, channel, request.each())
        found.append(known.model_copy(update={"mapping": mapping_of_channel(texts, known, spoken)}) if texts else known)
    if request.channels:
        return {
            "channels": tuple(found),
            "answers": pairs("--answer", [text for text in answers if ":" not in text.partition("=")[0]]),
        }
    return {"mapping": found[0].mapping, "read": found[0].read, "answers": found[0].answers}


def _sessions(gap: float | None, how: str | None) -> dict[str, Any]:
    """Return what the options say of sessions."""
    if how is None:
        return {"session_gap_minutes": gap}
    if gap is not None:
        raise BadInput("cli", "two_sessions")
    return sessions_told(how)


def _readable(path: Path) -> Path:
    """Return an absolute path of a file that is there, so that a worker elsewhere finds it too."""
    if not path.is_file():
        raise NotFound("cli", "no_file", path=path)
    return path.absolute()


def _from_recipe(recipe: Path, channels: "tuple[Channel, ...]") -> dict[str, Any]:
    """Return the request that a recipe describes, on these files. A whole import result is taken for the recipe in it."""
    from seqrec_core.data.importing import request_from_recipe

    try:
        content = json.loads(_readable(recipe).read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput("cli", "no_recipe", path=recipe, why=str(error)) from None
    if isinstance(content, dict) and isinstance(content.get("recipe"), dict):
        content = content["recipe"]
    if not isinstance(content, dict):
        raise BadInput("cli", "no_recipe", path=recipe, why=type(content).__name__)
    plain = _by_default(channels)
    return dict(request_from_recipe(content, plain["path"], channels=plain.get("channels", ())).model_dump())


def _import_sample(call: Call, ref: str) -> Result:
    from seqrec_core.cli.lookup import dataset_info
    from seqrec_core.jobs.handlers.importing import import_result
    from seqrec_core.store.datasets import DatasetStore

    info = dataset_info(call, ref)
    return import_result(info, DatasetStore(call.home).report(info.id))
