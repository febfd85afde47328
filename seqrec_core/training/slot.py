"""A place for one checkpoint, given by the caller of `fit`: a job keeps it on disk, a test in memory."""

from typing import Protocol

from seqrec_core.models.protocol import Arrays


class Checkpoint(Protocol):
    """Holds what a fit in progress needs to go on."""

    def load(self) -> Arrays | None:
        """Return what was saved last, or None."""
        ...

    def save(self, arrays: Arrays, meta: dict[str, float]) -> None:
        """Keep these arrays in place of the last; meta says epoch, step and seconds."""
        ...
