"""Write a folder or a file aside and rename it into place, so that a reader finds the whole or nothing.

Every folder carries a manifest with size and SHA-256 of each of its files.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seqrec_core.data.intake.space import is_full
from seqrec_core.errors import Damaged, Failed, SeqrecError

ASIDE = ".tmp-"
MANIFEST = "manifest.json"
DAY, MINUTE = 86_400, 60
BLOCK = 1 << 20
TOO_BIG = os.strerror(errno.EFBIG)  # a limit of the process or the file system, as polars and safetensors pass it on


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Yield a folder aside to fill; afterwards it gets its manifest, is flushed and renamed to `folder`.

    A folder that is already there wins: it was written whole by somebody else under the same name.

    Raises:
        Failed: the disk is full or cannot be written to; nothing is left behind.
    """
    with filling(folder.parent) as aside:
        yield aside
        put(aside, folder)


@contextmanager
def filling(parent: Path) -> Iterator[Path]:
    """Yield a folder aside to fill, which `put` gives its name; without that it is removed.

    It is locked while this process lives, so that `sweep` knows what a dead one left behind.

    Raises:
        Failed: the disk is full or cannot be written to; nothing is left behind.
    """
    aside = parent / f"{ASIDE}{uuid.uuid4().hex}"
    lock: int | None = None
    try:
        with disk_errors(parent):
            aside.mkdir(mode=0o700)
            lock = os.open(aside, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def put(aside: Path, folder: Path) -> None:
    """Give a folder that was filled aside its manifest, flush it and rename it; one that is already there wins."""
    _seal(aside)
    _rename(aside, folder)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file aside to write; afterwards it is flushed and takes the place of `path`.

    Raises:
        Failed: the disk is full or cannot be written to; the file that was there stays as it was.
    """
    aside = path.parent / f"{ASIDE}{uuid.uuid4().hex}{path.suffix}"
    try:
        with disk_errors(path.parent):
            yield aside
            _flush(aside)
            aside.replace(path)
            _flush(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file aside and put it in place."""
    with replacing(path) as aside:
        aside.write_bytes(content)


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn what a disk refuses into a sentence: full, or not to be written to.

    Raises:
        Failed: the disk is full or refuses to be written to.
    """
    try:
        yield
    except SeqrecError:
        raise
    except Exception as error:  # polars and safetensors raise their own types for a full disk
        if is_full(error):
            raise Failed("store", "disk_full", path=folder, free_mb=_free_mb(folder)) from error
        if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.EFBIG):
            raise Failed("store", "cannot_write", path=folder, reason=error.strerror or str(error)) from error
        if TOO_BIG in str(error):
            raise Failed("store", "cannot_write", path=folder, reason=TOO_BIG) from error
        raise


def _free_mb(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free // 2**20
    except OSError:
        return 0


def _seal(folder: Path) -> None:
    """Write the manifest of all files and flush files and folders."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    entries = {str(path.relative_to(folder)): {"size": path.stat().st_size, "sha256": file_hash(path)} for path in files}
    (folder / MANIFEST).write_text(json.dumps({"files": entries}, indent=1))
    for path in (*files, folder / MANIFEST):
        _flush(path)
    for path in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        _flush(path)


def _rename(aside: Path, folder: Path) -> None:
    try:
        aside.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    _flush(folder.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def is_whole(folder: Path) -> bool:
    """Whether a folder has its manifest and every file of it in its full size."""
    try:
        check(folder)
    except Damaged:
        return False
    return True


def check(folder: Path, *, hashes: bool = False) -> int:
    """Compare a folder with its manifest and return its size in bytes.

    Args:
        folder: what was written by `writing`.
        hashes: compare contents too, not only sizes.

    Raises:
        Damaged: a file is missing, has another size or another content.
    """
    files = _manifest(folder)
    for name, entry in files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError:
            raise Damaged("store", "file_missing", file=name, folder=folder.name) from None
        if size != entry["size"] or (hashes and file_hash(path) != entry["sha256"]):
            raise Damaged("store", "file_changed", file=name, folder=folder.name)
    return sum(int(entry["size"]) for entry in files.values())


def _manifest(folder: Path) -> dict[str, dict[str, int | str]]:
    try:
        files: dict[str, dict[str, int | str]] = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged("store", "no_manifest", folder=folder.name) from None
    return files


def remove(folder: Path) -> None:
    """Delete a folder: it is gone from every list at once, however long the deletion takes."""
    aside = folder.parent / f"{ASIDE}{uuid.uuid4().hex}"
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def sweep(parent: Path) -> int:
    """Remove what interrupted writers left aside, at once where they are known to be dead; return how many."""
    left = [path for path in parent.glob(f"{ASIDE}*") if (_is_abandoned(path) if path.is_dir() else _age(path) > DAY)]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def _is_abandoned(folder: Path) -> bool:
    """Whether no living process holds a folder aside; one that is a minute old at most may be about to be locked."""
    if _age(folder) <= MINUTE:
        return False
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
