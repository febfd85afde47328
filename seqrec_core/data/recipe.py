"""The recipe of an import: everything that decides it, as JSON; replaying it on the same file gives the same fingerprint."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from seqrec_core.data.mapping import Channel, ColumnMapping, ImportRequest, ReadOptions
from seqrec_core.data.steps.types import Step
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput

VERSION = 1


def recipe_of(
    request: ImportRequest,
    mapping: ColumnMapping,
    read: ReadOptions,
    gap_minutes: float | None,
    steps: tuple[Step, ...] | None = None,
) -> dict[str, object]:
    """Return the recipe of an import.

    Args:
        request: what was asked.
        mapping: the columns used, proposed or given.
        read: how the file was read, proposed or given.
        gap_minutes: the gap used; None where sessions came with the log.
        steps: of cleaning; None where the log is still to suggest them.
    """
    recipe: dict[str, object] = {
        "version": VERSION,
        "mapping": mapping.roles(),
        "read": read.model_dump(exclude_none=True),
        "session_gap_minutes": gap_minutes,
        "raw": request.raw,
        "answers": dict(request.answers),
    }
    if request.whole_history:
        recipe["whole_history"] = True
    if request.channels:
        recipe["channels"] = [_channel(channel) for channel in request.channels]
    if steps is not None:
        recipe["steps"] = [step.model_dump(mode="json") for step in steps]
    elif request.without:
        recipe["without"] = list(request.without)
    return recipe


def _channel(channel: Channel) -> dict[str, object]:
    """Return what a recipe says of a channel: not where its files lie."""
    told = channel.model_dump(mode="json", exclude={"paths", "files"}, exclude_none=True)
    return {**told, "files": list(channel.names())}


def options_of(table: Table) -> ReadOptions:
    """Return how a table was read."""
    found = {"format": table.format, "encoding": table.encoding, "delimiter": table.delimiter, "has_header": table.has_header}
    return table.read.model_copy(update=found)


def request_from_recipe(
    recipe: Mapping[str, object],
    path: Path,
    items_path: Path | None = None,
    name: str | None = None,
    channels: tuple[Channel, ...] = (),
) -> ImportRequest:
    """Return the request that replays a recipe on a file, or on the files of several channels.

    Args:
        recipe: as `recipe_of` gives it.
        path: the file, or the first of them.
        items_path: of the items.
        name: of the dataset.
        channels: all files, by channel; what the recipe says of each is filled in.

    Raises:
        BadInput: this is no recipe, or it is one for another number of channels.
    """
    if recipe.get("version") != VERSION:
        raise BadInput("data", "not_a_recipe", found=str(recipe.get("version")))
    known = {key: value for key, value in recipe.items() if key in ImportRequest.model_fields and key != "channels"}
    known |= {"path": path, "items_path": items_path, "name": name, "channels": _told(recipe, channels or _alone(recipe, path))}
    try:
        return ImportRequest.model_validate(known)
    except ValidationError as error:
        raise BadInput("data", "not_a_recipe", found=str(error.errors()[0]["loc"])) from error


def _alone(recipe: Mapping[str, object], path: Path) -> tuple[Channel, ...]:
    """Return a file as the only channel, where the recipe speaks of channels."""
    return (Channel(paths=(path,)),) if recipe.get("channels") else ()


def _told(recipe: Mapping[str, object], channels: tuple[Channel, ...]) -> list[dict[str, object]]:
    """Return channels with what a recipe says of each: those of the same source first, the others in their order."""
    said = recipe.get("channels")
    if not isinstance(said, list) or not said or not all(isinstance(one, dict) for one in said):
        told = {key: recipe[key] for key in ("mapping", "read") if key in recipe}
        return [{**told, **channel.model_dump(exclude_defaults=True)} for channel in channels]
    if len(said) != len(channels):
        sources = ", ".join(str(one.get("source", "")) for one in said)
        raise BadInput("channels", "recipe_of_others", n=len(said), sources=sources, found=len(channels))
    left = list(channels)
    chosen = [next((one for one in left if one.source == spoken.get("source")), None) for spoken in said]
    left = [channel for channel in left if channel not in chosen]
    found = []
    for spoken, same in zip(said, chosen, strict=True):
        channel = left.pop(0) if same is None else same
        found.append({**spoken, "paths": channel.paths, "files": channel.files})
    return found
