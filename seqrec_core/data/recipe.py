"""The recipe of an import: everything that decides it, as JSON; replaying it on the same file gives the same fingerprint."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from seqrec_core.data.mapping import ColumnMapping, ImportRequest, ReadOptions
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
    if steps is not None:
        recipe["steps"] = [step.model_dump(mode="json") for step in steps]
    elif request.without:
        recipe["without"] = list(request.without)
    return recipe


def options_of(table: Table) -> ReadOptions:
    """Return how a table was read."""
    found = {"format": table.format, "encoding": table.encoding, "delimiter": table.delimiter, "has_header": table.has_header}
    return table.read.model_copy(update=found)


def request_from_recipe(
    recipe: Mapping[str, object], path: Path, items_path: Path | None = None, name: str | None = None
) -> ImportRequest:
    """Return the request that replays a recipe on a file.

    Raises:
        BadInput: this is no recipe.
    """
    if recipe.get("version") != VERSION:
        raise BadInput("data", "not_a_recipe", found=str(recipe.get("version")))
    known = {key: value for key, value in recipe.items() if key in ImportRequest.model_fields}
    try:
        return ImportRequest.model_validate({**known, "path": path, "items_path": items_path, "name": name})
    except ValidationError as error:
        raise BadInput("data", "not_a_recipe", found=str(error.errors()[0]["loc"])) from error
