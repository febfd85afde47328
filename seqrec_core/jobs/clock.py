"""The clock of leases: it does not follow the wall clock, so that a corrected time or a summer change ends no lease."""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
WALL = "wall"


@dataclass(frozen=True)
class Instant:
    """A moment that processes of one machine share until it restarts.

    Args:
        boot: which start of the machine; instants of another one say nothing about now.
        at: seconds since then, counted on while the machine sleeps.
    """

    boot: str
    at: float


def instant() -> Instant:
    """Return this moment; where the system does not name its start, the wall clock has to do."""
    boot = _boot()
    return Instant(boot, time.time() if boot == WALL else time.clock_gettime(time.CLOCK_BOOTTIME))


@cache
def _boot() -> str:
    try:
        return BOOT_ID.read_text().strip() if hasattr(time, "CLOCK_BOOTTIME") else WALL
    except OSError:
        return WALL
