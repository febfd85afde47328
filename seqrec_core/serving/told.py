"""What is said beside a list: that items are new, a history is short, or something in it is not known; and its sources."""

from collections.abc import Sequence

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.history import History
from seqrec_core.models.protocol import Fired, HasParts, PartShare, ReadsText
from seqrec_core.serving.answer import ReadyRun
from seqrec_core.text import say

SHOWN = 5  # unknown items that are named


def told(history: History, found: pl.DataFrame, unknown: Sequence[str] = ()) -> list[str]:
    """Return the sentences that belong to a list of `ReadyRun.recommend`; none where there is nothing unusual.

    Args:
        history: what the list answers.
        found: the list.
        unknown: external ids of the history that were left out.
    """
    lines = []
    if unknown:
        rest = ["…"] if len(unknown) > SHOWN else []
        lines.append(say("serving.told.unknown", items=", ".join([*unknown[:SHOWN], *rest])))
    if len(history) < 2:
        lines.append(say("serving.told.one_event" if len(history) else "serving.told.no_event"))
    if n_new := int(found[c.IS_NEW].sum()):
        lines.append(say("serving.told.new", n=n_new, k=found.height))
    return lines


def part_title(name: str) -> str:
    """Return how a part of a mix is named for people."""
    return say(f"models.part.{name}")


def parts_of(ready: ReadyRun, history: History, target: int) -> tuple[PartShare, ...] | None:
    """Return what each part of a mix adds to the score of an item (index); None for a model of one part."""
    return ready.model.parts(history, target) if isinstance(ready.model, HasParts) else None


def words_of(ready: ReadyRun, history: History, target: int, n: int = 8) -> list[Fired] | None:
    """Return the words of an item (index) that make it like or unlike a history; None for a model that reads no text."""
    model = ready.model
    return model.content_words(target, history, n) if isinstance(model, ReadsText) and model.knows_new_items else None
