"""A connection to the job table that a thread keeps: closing the last one of a file costs a checkpoint and a flush each time."""

import os
import sqlite3
import threading
from pathlib import Path

from seqrec_core.jobs.schema import BUSY_SECONDS

Place = tuple[int, int, int]


class Held(threading.local):
    """The connection of this thread; made anew after a fork, and where the file has been moved away."""

    def __init__(self) -> None:
        self.open: sqlite3.Connection | None = None
        self.place: Place | None = None

    def connection(self, path: Path) -> sqlite3.Connection:
        """Return the connection to this file, made if the file is not there.

        Raises:
            sqlite3.DatabaseError: it cannot be opened.
        """
        if self.open is None or self.place != _place(path):
            self.drop()
            made = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            made.row_factory = sqlite3.Row
            self.open, self.place = made, _place(path)
            made.execute("pragma synchronous = normal")
        return self.open

    def drop(self) -> None:
        """Close the connection, or only forget it where it was a parent's: closing would let go of the parent's locks."""
        if self.open is not None and self.place is not None and self.place[0] == os.getpid():
            self.open.close()
        self.open = self.place = None


def _place(path: Path) -> Place | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return os.getpid(), found.st_dev, found.st_ino
