"""What an import takes of the disk, and what it says where the disk is full."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seqrec_core.data.intake.channels import Channels
from seqrec_core.errors import Failed, SeqrecError
from seqrec_core.text import integer

MB = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT)
BESIDE = 40  # bytes a row that are put aside beside its cells, and what the log itself takes


def is_full(error: Exception) -> bool:
    """Whether an error says that a disk is full; polars and pyarrow raise their own types for it."""
    return getattr(error, "errno", None) in FULL or "No space left" in str(error)


def bytes_needed(channels: Channels) -> int:
    """Estimate what is put aside while the channels are imported, and the log that is made of it; 0 for a small file."""
    if channels.whole:
        return 0
    heads = [one.tables.head for one in channels.opened]
    return sum(round(head.n_rows * (head.frame.estimated_size() / max(1, head.frame.height) + BESIDE)) for head in heads)


def check_space(folder: Path, needed: int) -> None:
    """Refuse to begin what cannot end.

    Raises:
        Failed: less is free than half of what is needed by the estimate.
    """
    if shutil.disk_usage(folder).free < needed / 2:
        raise _full(folder, needed)


@contextmanager
def disk_space(folder: Path, needed: list[int]) -> Iterator[None]:
    """Say how much space an import needs where it finds the disk full.

    Args:
        folder: in which it writes.
        needed: bytes, once they are known.

    Raises:
        Failed: the disk is full.
    """
    try:
        yield
    except SeqrecError:
        raise
    except Exception as error:
        if is_full(error):
            raise _full(folder, sum(needed)) from error
        raise


def _full(folder: Path, needed: int) -> Failed:
    free = shutil.disk_usage(folder).free
    code = "import_disk_full" if needed else "import_disk_full_small"
    return Failed("data", code, path=folder.parent, free=integer(free // MB), needed=integer(-(-needed // MB)))
