"""How log and catalogue fit each other: what has no row, what has no event, and where a log says several things of an item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

EXAMPLES = 5


@dataclass(frozen=True)
class Conflict:
    """A column of the log of which some items have several values; the most frequent stands in the catalogue.

    Args:
        column: its name.
        items: how many; `examples`: some of them with their values, the most frequent first.
    """

    column: str
    items: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class CatalogAccount:
    """The account of a catalogue.

    Args:
        columns: part (item, title, category, …) → column of the file, or of the log.
        items: of the log.
        without_row: items of the log that the item file has not, and some of them; 0 where there was no file.
        without_events: rows of the item file of which the log has no event, and some of them.
        conflicts: in the log.
    """

    columns: dict[str, str] = field(default_factory=dict)
    items: int = 0
    without_row: int = 0
    without_row_examples: tuple[str, ...] = ()
    without_events: int = 0
    without_events_examples: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "CatalogAccount":
        """Return it from what `dataclasses.asdict` made of it."""
        conflicts = tuple(Conflict(one["column"], one["items"], tuple(one["examples"])) for one in told["conflicts"])
        lists = {name: tuple(told[name]) for name in ("without_row_examples", "without_events_examples")}
        return cls(**{**told, **lists, "conflicts": conflicts})


def conflict(counts: pl.DataFrame, item: str, column: str) -> Conflict | None:
    """Return the conflict in a column, if there is one.

    Args:
        counts: `item, column, len`, the most frequent value of an item first.
        item: name of the column of items.
        column: of the values.
    """
    several = counts.filter(pl.col(item).is_duplicated())
    if not several.height:
        return None
    named = several.group_by(item, maintain_order=True).agg(pl.col(column).cast(pl.String).head(3), pl.col("len").sum())
    shown = named.sort(["len", item], descending=[True, False]).head(EXAMPLES)
    return Conflict(column, named.height, tuple(f"{row[0]}: {' / '.join(row[1])}" for row in shown.iter_rows()))


def compared(logged: pl.Series, ids: pl.Series) -> CatalogAccount:
    """Hold the items of a log against the ids of an item file.

    Args:
        logged: the distinct items of the log.
        ids: the distinct ids of the file.
    """
    missing, idle = logged.filter(~logged.is_in(ids.implode())), ids.filter(~ids.is_in(logged.implode()))
    return CatalogAccount(
        items=len(logged),
        without_row=len(missing),
        without_row_examples=tuple(missing.sort().head(EXAMPLES)),
        without_events=len(idle),
        without_events_examples=tuple(idle.head(EXAMPLES)),
    )
