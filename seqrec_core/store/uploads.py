"""Files that a browser sends, before they are imported: where they lie, who may send one, and how old ones go.

An upload has a random id, which is its folder; its file has a random name too. What the sender calls the file is kept
beside it and is never a path. A ticket lets its bearer send one file into one upload for an hour: it is signed with a key
that lies in the home, so that it is good in every process of this home and nowhere else.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from seqrec_core.errors import BadInput, Failed
from seqrec_core.store.atomic import disk_errors
from seqrec_core.store.home import Home
from seqrec_core.text import decimal

Room = Literal["log", "items"]
ROOMS: tuple[Room, ...] = ("log", "items")
TICKET_SECONDS = 3600
KEPT_SECONDS = 2 * 86_400
KEY_BYTES = 32
SPARE_MB = 512  # what an upload leaves free on the disk
MB = 1 << 20
LONGEST_NAME, LONGEST_ENDING = 120, 20
ID = re.compile(r"[0-9a-f]{32}")
# Characters that are no part of a name: control, separators of folders, marks of direction.
UNFIT = re.compile("[\x00-\x1f\x7f-\x9f/\\\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
NAME, PART = ".name", ".part"


@dataclass(frozen=True)
class Sent:
    """A file that was sent whole: where it lies, and what its sender calls it."""

    path: Path
    name: str


@dataclass(frozen=True)
class Uploads:
    """The uploads of a home."""

    home: Home

    def new(self) -> str:
        """Return a fresh id; its folder comes into being with its first file."""
        return secrets.token_hex(16)

    def ticket(self, upload: str, room: Room = "log", seconds: int = TICKET_SECONDS) -> str:
        """Return what lets its bearer send one file into an upload, for so many seconds."""
        head = f"{_id(upload)}.{room}.{int(time.time()) + seconds}"
        return f"{head}.{self._sign(head)}"

    def redeem(self, ticket: str) -> tuple[str, Room]:
        """Return the upload and the room that a ticket is for.

        Raises:
            BadInput: it was not made here, or its time is over.
        """
        head, _, signature = ticket.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(head).encode()):
            raise BadInput("upload", "ticket_unknown")
        upload, room, until = head.split(".")
        if time.time() > int(until):
            raise BadInput("upload", "ticket_over")
        return upload, "items" if room == "items" else "log"

    @contextmanager
    def receiving(self, upload: str, room: Room, name: str) -> Iterator[IO[bytes]]:
        """Yield a file to write what arrives; it is there once all of it has arrived, and nothing of it otherwise.

        Raises:
            BadInput: another file is arriving there, or has arrived.
            Failed: the disk is full.
        """
        folder = self.home.uploads / _id(upload) / room
        with disk_errors(self.home.uploads):
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if self.find(upload, room) is not None:
            raise BadInput("upload", "there_already")
        try:
            handle = os.open(folder / PART, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError as error:
            raise BadInput("upload", "under_way") from error
        try:
            with disk_errors(self.home.uploads), os.fdopen(handle, "wb") as stream:
                yield stream
            (folder / NAME).write_text(cleaned(name), encoding="utf-8")
            (folder / PART).rename(folder / secrets.token_hex(8))
        finally:
            (folder / PART).unlink(missing_ok=True)
            if self.find(upload, room) is None:
                shutil.rmtree(folder, ignore_errors=True)

    def keep(self, upload: str, room: Room, name: str, chunks: Iterable[bytes]) -> Sent:
        """Write a file that is here already, in the place of an earlier one.

        Raises:
            Failed: the disk is full.
        """
        shutil.rmtree(self.home.uploads / _id(upload) / room, ignore_errors=True)
        with self.receiving(upload, room, name) as stream:
            for chunk in chunks:
                stream.write(chunk)
        found = self.find(upload, room)
        if found is None:
            raise Failed("upload", "gone")
        return found

    def find(self, upload: str, room: Room = "log") -> Sent | None:
        """Return the file of an upload; None before all of it has arrived."""
        folder = self.home.uploads / _id(upload) / room
        for path in folder.glob("[!.]*"):
            return Sent(path, (folder / NAME).read_text(encoding="utf-8"))
        return None

    def check_room(self, n_bytes: int) -> None:
        """Check that so many bytes fit on the disk, with some to spare.

        Raises:
            Failed: they do not.
        """
        free = shutil.disk_usage(self.home.uploads).free
        if n_bytes + SPARE_MB * MB > free:
            needed = decimal((n_bytes + SPARE_MB * MB) / MB, 0)
            raise Failed("upload", "disk_full", needed=needed, free=decimal(free / MB, 0))

    def of(self, path: Path) -> str:
        """Return the upload that a file belongs to; empty where it lies elsewhere."""
        inside = path.is_relative_to(self.home.uploads)
        return path.relative_to(self.home.uploads).parts[0] if inside else ""

    def discard(self, upload: str) -> None:
        """Delete an upload."""
        shutil.rmtree(self.home.uploads / _id(upload), ignore_errors=True)

    def sweep(self, keep: Iterable[Path] = ()) -> int:
        """Delete uploads that were left lying for two days; return how many.

        Args:
            keep: files that somebody still waits for.
        """
        kept = {self.of(path) for path in keep}
        old = [
            folder
            for folder in self.home.uploads.iterdir()
            if folder.is_dir() and folder.name not in kept and time.time() - _touched(folder) > KEPT_SECONDS
        ]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    def _sign(self, text: str) -> str:
        digest = hmac.new(self._key(), text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _key(self) -> bytes:
        """Return the key of this home, made when it is first needed; the first of several processes wins."""
        path = self.home.path / "upload.key"
        if not path.exists():
            aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
            handle = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_bytes(KEY_BYTES))
            with suppress(FileExistsError):
                os.link(aside, path)
            aside.unlink()
        return path.read_bytes()


def cleaned(name: str) -> str:
    """Return what a sender calls a file, without folders, control characters and marks of direction, 120 bytes at most."""
    bare = UNFIT.sub("_", name).strip(". ")
    stem, dot, end = bare.rpartition(".")
    short = _cut(stem) if dot else ""
    return f"{short}.{_cut(end, LONGEST_ENDING)}" if short else _cut(bare) or "log"


def _cut(text: str, most: int = LONGEST_NAME) -> str:
    return text.encode(errors="ignore")[:most].decode(errors="ignore")


def _id(upload: str) -> str:
    if ID.fullmatch(upload) is None:
        raise BadInput("upload", "ticket_unknown")
    return upload


def _touched(folder: Path) -> float:
    """Return when anything in a folder last changed, in seconds since 1970."""
    times = [path.stat().st_mtime for path in (folder, *folder.rglob("*")) if path.exists()]
    return max(times, default=0.0)
