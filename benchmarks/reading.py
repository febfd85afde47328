"""Polluted logs whose clean rows are known: ours against polars as it comes, and polars told to be tolerant.

    python benchmarks/reading.py [--files 300] [--seed 0]

Prints one JSON line a reader. Exact: the rows are the clean ones and every damaged row is rejected; rejected more: clean rows
beside the damage were rejected too, by name; asked; refused; wrong: rows came in that are not the clean ones, or rows are
unaccounted for. The kinds of damage are those of the Pollock benchmark (Vitagliano et al., PVLDB 2023): dialect, header,
preamble and footer, record ends, field counts, quotes, several tables; beside them ids with blanks or invisible characters
around them, which are the same ids. The peers are told the delimiter and whether names
stand on top; ids count as they stand in the file (00012 is not 12).
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import BadInput, NeedsDecision

NAMES = ("user_id", "item_id", "event_type", "timestamp", "title")
TITLES = (
    "plain", "two words", "Größe {d} 10", "say {q}hi{q}", "a{d}b", "", "线上", "it's", "1,234.50", "€ 3,20", "12 %", "TRUE",
    "NULL", "a\tb", "\u00a0padded\u00a0", "1.5E+07", "2024-01-01", "=1+1",
)  # fmt: skip
IDS: dict[str, Callable[[int], str]] = {
    "plain": lambda n: f"{n:05}",
    "power": lambda n: f"{n}E+05",
    "date": lambda n: f"202401{n + 1:02}",
    "unix": lambda n: f"{1_700_000_000 + n}",
}
OUTCOMES = ("exact", "rejected more", "asked", "refused", "wrong")
Row = tuple[str, ...]
CHOICES: dict[str, tuple[str, ...]] = {
    "delimiter": (",", ";", "\t", "|", "::", "~"),
    "encoding": ("utf-8", "utf-8", "utf-8-sig", "utf-16", "gb18030"),
    "quote": ('"', '"', "'", "backslash"),
    "header": ("yes", "yes", "yes", "no", "twice"),
    "end": ("\n", "\n", "\r\n", "\r"),
    "time": ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "unix", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%a %b %d %H:%M:%S %Y"),
    "before": ("", "", "title", "comment", "blank"),
    "damage": (
        "", "", "short", "long", "unclosed", "nul", "footer", "two_tables", "other_table", "comment", "blank", "trailing", "cut",
        "mixed_ends", "header_inside", "totals", "units", "bom_inside",
    ),
    "ids": ("plain", "plain", "plain", "power", "date", "unix"),
    "padding": ("", "", "", " ", "   ", "\u00a0", "\t", "\u200b", "\ufeff \u3000"),
}  # fmt: skip


@dataclass(frozen=True)
class Polluted:
    """A file, what is wrong with it, its clean rows as they stand in it, and how many rows must be rejected (None: any)."""

    data: bytes
    kinds: dict[str, str]
    rows: list[Row]
    events: list[tuple[str, str, str, datetime]]
    rejected: int | None


def polluted(seed: int) -> Polluted:
    """Make the file of a seed."""
    rng = random.Random(seed)
    kinds = {name: rng.choice(values) for name, values in CHOICES.items()}
    start = datetime(2025, 12, 25, 8, tzinfo=UTC)
    events, rows = [], []
    for index in range(60):
        moment = start + timedelta(hours=7 * index)
        event = (f"u{rng.randrange(9):03}", IDS[kinds["ids"]](rng.randrange(20)), rng.choice(("view", "cart", "buy")), moment)
        written = str(int(moment.timestamp())) if kinds["time"] == "unix" else moment.strftime(kinds["time"])
        title = rng.choice(TITLES).format(d=kinds["delimiter"], q='"')
        events.append(event)
        rows.append((*(_padded(cell, kinds, rng) for cell in event[:3]), written, title))
    lines = [_line(row, kinds) for row in rows]
    lines, lost, rejected = _damaged(lines, kinds, rng)
    head = {"yes": [_line(NAMES, kinds)], "no": [], "twice": [_line(NAMES, kinds)] * 2}[kinds["header"]]
    before = {"": [], "title": ["Export of the shop", ""], "comment": ["# made by hand"], "blank": ["", ""]}[kinds["before"]]
    if rejected is not None:
        rejected += (kinds["header"] == "twice") + (kinds["damage"] == "units")
    if kinds["damage"] == "units":
        head.append(_line(("text", "text", "text", "date", "text"), kinds))
    text = kinds["end"].join([*before, *head, *lines, ""])
    if kinds["damage"] == "mixed_ends":
        text = "\n".join(line + "\r" * (n % 3 == 0) for n, line in enumerate(text.split(kinds["end"])))
    if kinds["damage"] == "cut":
        text = text.rstrip("\r\n")
    kept = [index for index in range(60) if index not in lost]
    data = text.encode(kinds["encoding"])
    return Polluted(data, kinds, [rows[index] for index in kept], [events[index] for index in kept], rejected)


def _padded(cell: str, kinds: dict[str, str], rng: random.Random) -> str:
    """Put what cannot be seen before or behind an id, now and then; never what would be a delimiter."""
    padding = kinds["padding"] if kinds["padding"] != kinds["delimiter"] else " "
    before, after = rng.choice((("", ""), ("", ""), ("", padding), (padding, ""), (padding, padding)))
    return before + cell + after


def _line(row: Row, kinds: dict[str, str]) -> str:
    return kinds["delimiter"].join(_field(cell, kinds) for cell in row)


def _field(cell: str, kinds: dict[str, str]) -> str:
    quote = '"' if kinds["quote"] == "backslash" else kinds["quote"]
    if quote not in cell and kinds["delimiter"] not in cell:
        return cell
    escaped = cell.replace(quote, "\\" + quote if kinds["quote"] == "backslash" else quote * 2)
    return f"{quote}{escaped}{quote}"


def _damaged(lines: list[str], kinds: dict[str, str], rng: random.Random) -> tuple[list[str], set[int], int | None]:
    """Return the lines after the damage, the rows it takes away, and how many rows have to be rejected."""
    at, delimiter, damage = rng.randrange(5, 55), kinds["delimiter"], kinds["damage"]
    one = {
        "short": lines[at].split(delimiter)[0] + delimiter + "x",
        "long": lines[at] + delimiter + "x" + delimiter + "y",
        "nul": lines[at][:2] + "\0" + lines[at][2:],
    }
    if damage in one:
        return [*lines[:at], one[damage], *lines[at + 1 :]], {at}, 1
    if damage == "unclosed":
        quote = '"' if kinds["quote"] == "backslash" else kinds["quote"]
        return (
            [*lines[:at], delimiter.join(("u1", "1", "view", lines[0].split(delimiter)[3], quote + "open")), *lines[at:]],
            set(),
            1,
        )
    below = {
        "footer": ["Total rows: 60"],
        "two_tables": ["", _line(NAMES, kinds), *lines[:5]],
        "other_table": ["", delimiter.join(("alpha", "beta", "gamma")), *[delimiter.join("123")] * 5],
    }
    if damage in below:
        return [*lines, *below[damage]], set(), 1 if damage == "footer" else None
    inside = {"header_inside": _line(NAMES, kinds), "totals": _line(("Total", "", "", "", "60"), kinds)}
    if damage in inside:
        place = len(lines) if damage == "totals" else at
        return [*lines[:place], inside[damage], *lines[place:]], set(), 1
    if damage in ("comment", "blank"):
        return [*lines[:at], "# a note" if damage == "comment" else "", *lines[at:]], set(), 0
    if damage == "bom_inside":
        lines = [*lines[:at], "\ufeff" + lines[at], *lines[at + 1 :]]
    return ([line + delimiter for line in lines] if damage == "trailing" else lines), set(), 0


def ours(path: Path, made: Polluted) -> str:
    try:
        done = import_log(ImportRequest(path=path, steps=()))
    except NeedsDecision:
        return "asked"
    except BadInput:
        return "refused"
    found = Counter(done.log.frame.select("user_id", "item_id", "event_type", "timestamp").rows())
    clean, rejected = Counter(made.events), done.report.rows_rejected
    if found == clean and made.rejected in (None, rejected):
        return "exact"
    accounted = made.rejected is not None and found.total() + rejected == clean.total() + made.rejected
    return "rejected more" if found < clean and accounted else "wrong"


def peer(path: Path, made: Polluted, **options: object) -> str:
    if len(made.kinds["delimiter"]) == 1:
        options["separator"] = made.kinds["delimiter"]  # it cannot find it out
    try:
        frame = pl.read_csv(path, has_header=made.kinds["header"] != "no", **options)  # type: ignore[arg-type]
    except (pl.exceptions.PolarsError, UnicodeError):
        return "refused"
    found = Counter(tuple("" if cell is None else str(cell) for cell in row) for row in frame.iter_rows())
    return "exact" if found == Counter(made.rows) else "wrong"


READERS: dict[str, Callable[[Path, Polluted], str]] = {
    "ours": ours,
    "polars": peer,
    "polars, tolerant": lambda path, made: peer(
        path, made, infer_schema=False, truncate_ragged_lines=True, ignore_errors=True, encoding="utf8-lossy"
    ),
}


def outcome(reader: str, seed: int, folder: Path) -> str:
    """Return what a reader makes of the file of a seed."""
    made, path = polluted(seed), folder / "log.csv"
    path.write_bytes(made.data)
    return READERS[reader](path, made)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        for reader in READERS:
            seeds = range(given.seed, given.seed + given.files)
            found = {seed: outcome(reader, seed, Path(folder)) for seed in seeds}
            counts = {name: list(found.values()).count(name) for name in OUTCOMES}
            wrong = [seed for seed, name in found.items() if name == "wrong"] if reader == "ours" else []
            print(json.dumps({"reader": reader, "files": given.files, **counts, "wrong_seeds": wrong}))


if __name__ == "__main__":
    main()
