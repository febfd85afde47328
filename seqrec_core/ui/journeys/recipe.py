"""Recipe of a view of the Journeys page: a small JSON file that opens the same view again, here or on another log."""

import json
from dataclasses import dataclass

from pydantic import ValidationError

from seqrec_core.errors import BadInput, SeqrecError
from seqrec_core.segments.types import Segment
from seqrec_core.ui import context, loaders
from seqrec_core.ui.context import Context

FORMAT, VERSION = "journeys", 1
NAMES: tuple[str, ...] = (
    "unit",
    "seg",
    "from",
    "to",
    "view",
    "of",
    "sel",
    "steps",
    "top",
    "hide",
    "start",
    "end",
    "at",
    "funnel",
)
NAMES += ("strict", "once", "vs", "group", "window", "nth", "aim", "t0", "t1", "days", "back")
MOST_LENGTH = 20_000


@dataclass(frozen=True)
class Recipe:
    """A view that was read.

    Args:
        values: of the address; only names of this page.
        segment: the saved group that it looks at, None where there is none.
    """

    values: dict[str, str]
    segment: Segment | None


def written(now: Context) -> str:
    """Write the view that the address names."""
    values = {name: context.get(name) for name in NAMES if context.get(name)}
    found: dict[str, object] = {"format": FORMAT, "version": VERSION, "dataset": now.dataset.name, "view": values}
    if values.get("seg", "").startswith(context.SAVED):
        segment = loaders.segment(now.dataset.id, values["seg"].removeprefix(context.SAVED))
        found["segment"] = segment.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(found, ensure_ascii=False, indent=1)


def read(content: bytes) -> Recipe:
    """Read a recipe.

    Raises:
        BadInput: no JSON, not a recipe of this page, of a later version, or with values that are no text.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise BadInput("page_journeys", "recipe_json") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("view"), dict):
        raise BadInput("page_journeys", "recipe_other")
    if found.get("version") != VERSION:
        raise BadInput("page_journeys", "recipe_version", found=str(found.get("version"))[:20], known=VERSION)
    for name, value in found["view"].items():
        if name not in NAMES or not isinstance(value, str) or len(value) > MOST_LENGTH:
            raise BadInput("page_journeys", "recipe_value", name=str(name)[:40])
    return Recipe(dict(found["view"]), _segment(found.get("segment")))


def _segment(found: object) -> Segment | None:
    if found is None:
        return None
    try:
        return Segment.model_validate(found)
    except (ValidationError, SeqrecError):
        raise BadInput("page_journeys", "recipe_value", name="segment") from None
