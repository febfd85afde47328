"""CheckpointSlot: where a fit saves how far it came, so that its job can go on after a kill.

One file a job: a line of JSON (hash, data fingerprint, what the writer noted), then the arrays as safetensors.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.jobs.plain import plain
from seqrec_core.store.atomic import write_file
from seqrec_core.text import say

Arrays = dict[str, NDArray[Any]]


class CheckpointSlot:
    """The checkpoint of one job on one dataset. One that is damaged or of other data is ignored, with a note.

    Args:
        path: the file; it need not exist.
        fingerprint: of the dataset that is trained on.
    """

    def __init__(self, path: Path, fingerprint: str) -> None:
        self.path, self.fingerprint = path, fingerprint
        self.meta: dict[str, Any] = {}
        self.notes: list[str] = []

    def save(self, arrays: Arrays, meta: dict[str, Any] | None = None) -> None:
        """Write the arrays in place of what was there.

        Raises:
            Failed: the disk is full; the checkpoint that was there stays.
        """
        from safetensors.numpy import save

        shapes = {name: list(np.shape(array)) for name, array in arrays.items()}
        body = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
        head = {
            "sha256": hashlib.sha256(body).hexdigest(),
            "fingerprint": self.fingerprint,
            "shapes": shapes,
            "meta": plain(meta or {}),
        }
        write_file(self.path, json.dumps(head).encode() + b"\n" + body)

    def load(self) -> Arrays | None:
        """Return the arrays of the last save, None where there is none that fits."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        head, body = _parts(content)
        if head is None:
            self.notes.append(say("jobs.checkpoint.damaged"))
            return None
        if head["fingerprint"] != self.fingerprint:
            self.notes.append(say("jobs.checkpoint.other_data"))
            return None
        from safetensors.numpy import load

        arrays = load(body)
        self.meta = head["meta"]
        return {name: arrays[name].reshape(shape) for name, shape in head["shapes"].items()}

    def clear(self) -> None:
        """Forget the checkpoint."""
        self.path.unlink(missing_ok=True)


def is_sound(path: Path) -> bool:
    """Whether a checkpoint holds what was written; one that is gone meanwhile does."""
    try:
        return _parts(path.read_bytes())[0] is not None
    except OSError:
        return True


def _parts(content: bytes) -> tuple[dict[str, Any] | None, bytes]:
    """Return head and body of a checkpoint; no head where the body is not the one that it was written for."""
    line, _, body = content.partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        whole = head["sha256"] == hashlib.sha256(body).hexdigest()
    except (ValueError, KeyError, TypeError):
        return None, body
    return (head if whole else None), body
