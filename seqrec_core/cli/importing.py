"""`import`: a log becomes a dataset."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seqrec_core.cli.arguments import QueueOption, listed, pairs
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.mapping import ColumnMapping

NEEDED = (("user",), ("item", "event"), ("time", "order"))
SAMPLE = "sample:"

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help=say("cli.option.files"), show_default=False)]
Map = Annotated[str | None, typer.Option("--map", metavar="ROLE=COLUMN,...", help=say("cli.option.map"))]
Items = Annotated[Path | None, typer.Option("--items", metavar="FILE", help=say("cli.option.items"))]
Name = Annotated[str | None, typer.Option("--name", help=say("cli.option.name"))]
Gap = Annotated[float | None, typer.Option("--session-gap", metavar="MINUTES", help=say("cli.option.session_gap"))]
Recipe = Annotated[Path | None, typer.Option("--recipe", metavar="FILE", help=say("cli.option.recipe"))]
Zone = Annotated[str | None, typer.Option("--time-zone", metavar="NAME", help=say("cli.option.time_zone"))]
Raw = Annotated[bool, typer.Option("--raw", help=say("cli.option.raw"))]
Without = Annotated[list[str] | None, typer.Option("--without", metavar="STEP", help=say("cli.option.without"))]
Answer = Annotated[list[str] | None, typer.Option("--answer", metavar="CODE=OPTION", help=say("cli.option.answer"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "import")(import_file)


def import_file(
    call: Call,
    files: Files,
    map: Map = None,
    items: Items = None,
    name: Name = None,
    session_gap: Gap = None,
    recipe: Recipe = None,
    time_zone: Zone = None,
    raw: Raw = False,
    without: Without = None,
    answer: Answer = None,
    queue: QueueOption = False,
) -> Result:
    """Read, map, clean and store a log; a bundled sample is named `sample:shop`."""
    from seqrec_core.cli.working import ask, do
    from seqrec_core.data.mapping import ImportRequest, ReadOptions

    if len(files) != 1:
        raise BadInput("cli", "one_file", n=len(files))
    if files[0].startswith(SAMPLE):
        return _import_sample(call, files[0])
    path = _readable(Path(files[0]))
    given: dict[str, Any] = {} if recipe is None else _from_recipe(recipe, path)
    if time_zone is not None:
        given["read"] = ask(ReadOptions, {**given.get("read", {}), "time_zone": time_zone})
    answers = {**given.get("answers", {}), **pairs("--answer", answer or [])}
    given |= {"path": path, "answers": answers}
    if map is not None:
        given["mapping"] = _mapping(map, path, answers)
    options = {"items_path": items and _readable(items), "name": name, "session_gap_minutes": session_gap, "raw": raw or None}
    if without is not None:
        given["without"] = tuple(_step(step) for step in without)
    given |= {option: value for option, value in options.items() if value is not None}
    return do(call, "import", ask(ImportRequest, given), queue)


def _step(name: str) -> str:
    """Return the name of a step of cleaning, if it is one."""
    from seqrec_core.data.steps.types import NAMES

    if name not in NAMES:
        raise BadInput("steps", "unknown", found=name, known=", ".join(NAMES))
    return name


def _readable(path: Path) -> Path:
    """Return an absolute path of a file that is there, so that a worker elsewhere finds it too."""
    if not path.is_file():
        raise NotFound("cli", "no_file", path=path)
    return path.absolute()


def _from_recipe(recipe: Path, path: Path) -> dict[str, Any]:
    """Return the request that a recipe describes, on this file. A whole import result is taken for the recipe in it."""
    from seqrec_core.data.importing import request_from_recipe

    try:
        content = json.loads(_readable(recipe).read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput("cli", "no_recipe", path=recipe, why=str(error)) from None
    if isinstance(content, dict) and isinstance(content.get("recipe"), dict):
        content = content["recipe"]
    if not isinstance(content, dict):
        raise BadInput("cli", "no_recipe", path=recipe, why=type(content).__name__)
    return dict(request_from_recipe(content, path).model_dump())


def _mapping(text: str, path: Path, answers: dict[str, str]) -> "ColumnMapping":
    r"""Read `user=COL,item=COL,…`: as given where it names all that a log needs; else it corrects the proposal.

    A comma inside a name is written `\,`.
    """
    from seqrec_core.cli.working import ask
    from seqrec_core.data.mapping import ColumnMapping

    roles = pairs("--map", listed(text))
    if not all(any(role in roles for role in either) for either in NEEDED):
        from seqrec_core.data.importing import propose

        return propose(path, answers=answers).mapping_with(roles)
    unknown = [role for role in roles if role not in ColumnMapping.model_fields]
    if unknown:
        raise BadInput("data", "unknown_role", found=unknown[0], known=", ".join(ColumnMapping.model_fields))
    mapping: ColumnMapping = ask(ColumnMapping, roles)
    return mapping


def _import_sample(call: Call, ref: str) -> Result:
    from seqrec_core.cli.lookup import dataset_info
    from seqrec_core.jobs.handlers.importing import import_result
    from seqrec_core.store.datasets import DatasetStore

    info = dataset_info(call, ref)
    return import_result(info, DatasetStore(call.home).report(info.id))
