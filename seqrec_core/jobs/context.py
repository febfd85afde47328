"""JobContext: what a handler may use of the job around it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from seqrec_core.jobs.checkpoint import CheckpointSlot
from seqrec_core.store.home import Home

PAUSE = 0.2  # seconds between two reports of progress that reach the table

Report = Callable[[int, int, dict[str, Any]], None]


@dataclass
class JobContext:
    """The job that a handler works for.

    Args:
        home: where data lives.
        job_id: the job.
        report: writes (step, total, values) to the table.
        should_stop: whether the handler has to stop; it then raises Stopped.
        set_device: records where the job computes.
    """

    home: Home
    job_id: str
    report: Report
    should_stop: Callable[[], bool]
    set_device: Callable[[str], object]
    _last: float = field(default=0.0, init=False)

    def progress(self, step: int, total: int, values: dict[str, Any] | None = None) -> None:
        """Report how far the work is; reports that follow too fast are dropped, the last one never."""
        now = time.monotonic()
        if step < total and now - self._last < PAUSE:
            return
        self._last = now
        self.report(step, total, values or {})

    def part(self, start: int, end: int, total: int, **fixed: float) -> Report:
        """Return a progress function whose own 0…1 is `start`…`end` of `total`; `fixed` is added to its values."""

        def report(step: int, of: int, values: dict[str, Any]) -> None:
            share = min(1.0, step / of) if of else 0.0
            self.progress(round(start + share * (end - start)), total, {**values, **fixed})

        return report

    def checkpoint(self, fingerprint: str) -> CheckpointSlot:
        """Return this job's slot for a checkpoint on the data of this fingerprint."""
        return CheckpointSlot(self.home.checkpoints / f"{self.job_id}.ckpt", fingerprint)
