"""Home: the one folder where datasets, runs, jobs and exports live."""

import os
from dataclasses import dataclass
from pathlib import Path

from seqrec_core.errors import BadInput
from seqrec_core.settings import settings

PRIVATE = 0o700


@dataclass(frozen=True)
class Home:
    """A folder that this process may write to; its rooms are made when it is opened, readable by their owner alone.

    Args:
        path: where it is; made if it is not there.

    Raises:
        BadInput: the folder cannot be made or written to.
    """

    path: Path

    def __post_init__(self) -> None:
        path = Path(self.path).expanduser().absolute()
        object.__setattr__(self, "path", path)
        try:
            for folder in (path, *self._rooms()):
                folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput("store", "home_not_usable", path=path, reason=error.strerror or str(error)) from error
        if not os.access(path, os.W_OK | os.X_OK):
            raise BadInput("store", "home_not_usable", path=path, reason=os.strerror(13))

    @classmethod
    def default(cls) -> "Home":
        """Return the home that the settings name."""
        return cls(settings().home)

    def _rooms(self) -> tuple[Path, ...]:
        return (self.datasets, self.runs, self.segments, self.locks, self.exports, self.uploads, self.checkpoints)

    @property
    def datasets(self) -> Path:
        """One folder a dataset."""
        return self.path / "datasets"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.path / "runs"

    @property
    def segments(self) -> Path:
        """Saved segments, one folder a dataset."""
        return self.path / "segments"

    @property
    def jobs_db(self) -> Path:
        """The job table."""
        return self.path / "jobs.db"

    @property
    def locks(self) -> Path:
        """Lock files: held by a living process, free otherwise."""
        return self.path / "locks"

    @property
    def exports(self) -> Path:
        """Files written for people to take away."""
        return self.path / "exports"

    @property
    def uploads(self) -> Path:
        """Files that a browser sent, before they are imported."""
        return self.path / "uploads"

    @property
    def checkpoints(self) -> Path:
        """Where a training job can go on after it was stopped, one file a job."""
        return self.path / "checkpoints"

    @property
    def worker_log(self) -> Path:
        """What the worker and its children say."""
        return self.path / "worker.log"
