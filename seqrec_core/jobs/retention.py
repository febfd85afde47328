"""What takes room on the disk, and what can go by age or by size: planned first, then carried out."""

import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from seqrec_core.jobs.requests import REQUESTS
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.atomic import ASIDE, remove
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore

DAY = 86_400
MB = 1 << 20

Thing = Literal["run", "dataset", "export"]
Why = Literal["age", "size"]
Ids = frozenset[str]


@dataclass(frozen=True)
class Room:
    """One room of a home.

    Args:
        name: `datasets`, `runs`, `exports`, `uploads`, `checkpoints`, `segments` or `rest` (job table, logs).
        things: what lies in it. bytes: of all its files.
    """

    name: str
    things: int
    bytes: int


@dataclass(frozen=True)
class Old:
    """Something that could go.

    Args:
        kind: what it is. id: its folder or file. name: as people call it.
        bytes: that it takes. last_used: when it was made, or what was made of it last; seconds since 1970.
        why: over the age, or to come under the size.
    """

    kind: Thing
    id: str
    name: str
    bytes: int
    last_used: float
    why: Why = "age"


Rooms = tuple[Room, ...]


@dataclass(frozen=True)
class Plan:
    """What would go, oldest first.

    Args:
        removals: each with its reason.
        bytes_before, bytes_after: of the whole home.
        in_use: ids that stay because a job under way names them.
    """

    removals: tuple[Old, ...]
    bytes_before: int
    bytes_after: int
    in_use: Ids


def disk_use(home: Home) -> Rooms:
    """Return how much each room of a home takes."""
    rooms = (home.datasets, home.runs, home.exports, home.uploads, home.checkpoints, home.segments)
    found = [Room(room.name, sum(1 for _ in _things(room)), _bytes(room)) for room in rooms]
    rest = _bytes(home.path) - sum(room.bytes for room in found)
    return (*found, Room("rest", 0, rest))


def plan(home: Home, days: float | None = None, max_mb: float | None = None, now: float | None = None) -> Plan:
    """Plan what goes; nothing is touched.

    What a queued or running job names stays, and so does a dataset while a run of it stays.

    Args:
        home: where.
        days: what was last used longer ago goes; None = no such limit.
        max_mb: the oldest go until the whole home is this small; None = no such limit.
        now: seconds since 1970; None = now.
    """
    at = time.time() if now is None else now
    used = _in_use(home)
    runs, datasets, exports = _runs(home), _datasets(home), _exports(home)
    before = _bytes(home.path)
    gone: dict[str, Old] = {}
    size = before
    for old in sorted((*runs, *exports, *datasets), key=lambda old: (old.last_used, old.kind == "dataset", old.id)):
        if old.id in used or (old.kind == "dataset" and _has_kept_run(home, old.id, gone)):
            continue
        if days is not None and at - old.last_used > days * DAY:
            gone[old.id] = old
        elif max_mb is not None and size > max_mb * MB:
            gone[old.id] = replace(old, why="size")
        size -= old.bytes if old.id in gone else 0
    return Plan(tuple(gone.values()), before, size, used)


def carry_out(home: Home, removals: Iterable[Old]) -> int:
    """Delete what was planned, save what a job has begun to use since; return how many bytes were freed."""
    used, freed = _in_use(home), 0
    for old in removals:
        path = {"run": home.runs, "dataset": home.datasets, "export": home.exports}[old.kind] / old.id
        if old.id in used or not path.exists():
            continue
        freed += _bytes(path)
        if path.is_dir():
            remove(path)
        else:
            path.unlink(missing_ok=True)
    return freed


def _runs(home: Home) -> list[Old]:
    return [Old("run", card.id, card.name, _bytes(home.runs / card.id), _seconds(card.created)) for card in RunStore(home).list()]


def _datasets(home: Home) -> list[Old]:
    """Datasets, each used last when it was made or when the newest of its runs was."""
    trained: dict[str, float] = {}
    for card in RunStore(home).list():
        trained[card.dataset] = max(trained.get(card.dataset, 0.0), _seconds(card.created))
    return [
        Old(
            "dataset", info.id, info.name, _bytes(home.datasets / info.id), max(_seconds(info.created), trained.get(info.id, 0.0))
        )
        for info in DatasetStore(home).list()
    ]


def _exports(home: Home) -> list[Old]:
    return [Old("export", path.name, path.name, _bytes(path), path.stat().st_mtime) for path in _things(home.exports)]


def _has_kept_run(home: Home, dataset: str, gone: dict[str, Old]) -> bool:
    return any(card.id not in gone for card in RunStore(home).list(dataset))


def _in_use(home: Home) -> Ids:
    """Ids that queued and running jobs name, and the datasets of the runs that they name."""
    table = JobTable(home.jobs_db)
    jobs = [job for status in ("queued", "running") for job in table.list(status=status, limit=100_000) if job.kind in REQUESTS]
    named = {str(job.request[field]) for job in jobs for field in ("dataset", "run", "append") if job.request.get(field)}
    named |= {card.dataset for card in RunStore(home).list() if card.id in named}
    return frozenset(named)


def _things(room: Path) -> Sequence[Path]:
    return sorted(path for path in room.iterdir() if not path.name.startswith(ASIDE))


def _bytes(path: Path) -> int:
    """Size of a file, or of all files below a folder; what disappears meanwhile counts as nothing."""
    total = 0
    for each in (path, *path.rglob("*")):
        try:
            if each.is_file() and not each.is_symlink():
                total += each.stat().st_size
        except OSError:
            continue
    return total


def free_mb(home: Home) -> int:
    """Return what is free on the disk of a home, MB."""
    return shutil.disk_usage(home.path).free // MB


def _seconds(created: str) -> float:
    return datetime.fromisoformat(created).timestamp()
