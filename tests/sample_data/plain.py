"""Read a sample with nothing but the csv module, so that its truths are counted by other code than made them."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from seqrec_core.data.samples import sample


def time_of(text: str) -> datetime | None:
    """Return the moment a cell names, None if it names none."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True)
class Plain:
    """One sample: `rows` are (1-based line, cells by column)."""

    name: str

    @cached_property
    def rows(self) -> list[tuple[int, dict[str, str]]]:
        with sample(self.name).events.open(encoding="utf-8", newline="") as file:
            return list(enumerate(csv.DictReader(file), start=2))

    @cached_property
    def items(self) -> list[dict[str, str]]:
        with sample(self.name).items.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def truths(self) -> dict:
        return json.loads(sample(self.name).truths.read_text(encoding="utf-8"))

    @cached_property
    def clean(self) -> list[dict[str, str]]:
        """The rows that can be kept, each once, in the order of the file (which is time order)."""
        kept = [row for _, row in self.rows if row["user_id"] and row["item_id"] and time_of(row["timestamp"])]
        return [dict(cells) for cells in dict.fromkeys(tuple(row.items()) for row in kept)]

    def by(self, column: str) -> dict[str, list[dict[str, str]]]:
        """The clean rows of each session or user."""
        groups: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in self.clean:
            groups[row[column]].append(row)
        return groups
