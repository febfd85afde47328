"""Saved segments of a dataset: one small JSON file each."""

import hashlib

from pydantic import ValidationError

from seqrec_core.errors import BadInput, NotFound
from seqrec_core.segments.types import Segment
from seqrec_core.store.atomic import write_file
from seqrec_core.store.home import Home


class SegmentStore:
    """The saved segments of a home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def save(self, dataset: str, segment: Segment) -> Segment:
        """Save a segment of a dataset (its id); one of the same name is replaced."""
        folder = self.home.segments / dataset
        folder.mkdir(mode=0o700, exist_ok=True)
        write_file(folder / _file_name(segment.name), segment.model_dump_json(indent=1).encode())
        return segment

    def list(self, dataset: str) -> list[Segment]:
        """Return the segments of a dataset by name; a file that cannot be read is left out."""
        found = []
        for path in (self.home.segments / dataset).glob("*.json"):
            if path.name.startswith("."):
                continue
            try:
                found.append(Segment.model_validate_json(path.read_bytes()))
            except (OSError, ValidationError, BadInput):
                continue
        return sorted(found, key=lambda segment: segment.name)

    def find(self, dataset: str, name: str) -> Segment:
        """Return a segment by its name.

        Raises:
            NotFound: no such segment.
        """
        segments = self.list(dataset)
        for segment in segments:
            if segment.name == name:
                return segment
        known = ", ".join(f"“{segment.name}”" for segment in segments) or "–"
        raise NotFound("store", "unknown_segment", name=name, known=known)

    def rename(self, dataset: str, name: str, new: str) -> Segment:
        """Give a segment another name.

        Raises:
            NotFound: no such segment.
            BadInput: the name is empty, or another segment has it.
        """
        segment, new = self.find(dataset, name), new.strip()
        if new == name:
            return segment
        if not new:
            raise BadInput("store", "empty_name")
        if any(other.name == new for other in self.list(dataset)):
            raise BadInput("store", "segment_name_taken", name=new)
        renamed = self.save(dataset, segment.model_copy(update={"name": new}))
        self.delete(dataset, name)
        return renamed

    def delete(self, dataset: str, name: str) -> None:
        """Remove a segment.

        Raises:
            NotFound: no such segment.
        """
        self.find(dataset, name)
        (self.home.segments / dataset / _file_name(name)).unlink(missing_ok=True)


def _file_name(name: str) -> str:
    """A name may hold any characters; its hash is a safe file name."""
    return f"{hashlib.sha256(name.encode()).hexdigest()[:20]}.json"
