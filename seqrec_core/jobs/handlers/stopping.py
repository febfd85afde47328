"""A progress function that also stops: for work that reports but does not ask."""

from collections.abc import Callable
from typing import Any

from seqrec_core.errors import Stopped
from seqrec_core.jobs.context import Report


def stopping(progress: Report, should_stop: Callable[[], bool]) -> Report:
    """Return a progress function that raises Stopped once a stop is asked for."""

    def report(step: int, total: int, values: dict[str, Any]) -> None:
        check(should_stop)
        progress(step, total, values)

    return report


def check(should_stop: Callable[[], bool]) -> None:
    """Stop here if a stop is asked for.

    Raises:
        Stopped: it is.
    """
    if should_stop():
        raise Stopped("jobs", "stopped")
