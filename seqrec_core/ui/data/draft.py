"""A log on its way in: the uploaded file and what a person said about it. The file lies on disk; the session keeps this note."""

import re
import shutil
import time
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from seqrec_core.data.mapping import ReadOptions
from seqrec_core.settings import settings
from seqrec_core.ui import loaders

STATE = "data_draft"
UPLOADER = "data_uploader"
KEPT_SECONDS = 2 * 86_400
LONGEST_NAME = 120
NO_COLUMN = ""


@dataclass(frozen=True)
class Draft:
    """One file that may be imported.

    Args:
        id: of the upload, also its folder.
        file: the log; items: a file that describes its items.
        read: what a person said about how it is written; the rest is found.
        roles: role → column, where a person chose; `NO_COLUMN` = none.
        answers: by the code of the question.
        name: what the dataset will be called; empty = after the file.
        gap: minutes; None = the usual gap.
        raw: nothing is removed that could be kept.
        job: of the import, once it is asked for.
    """

    id: str
    file: Path
    items: Path | None = None
    read: ReadOptions = field(default_factory=ReadOptions)
    roles: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    gap: float | None = None
    raw: bool = False
    job: str = ""


def current() -> Draft | None:
    """Return the draft of this session; None where there is none, or its file is gone."""
    draft: Draft | None = st.session_state.get(STATE)
    if draft is not None and not draft.job and not draft.file.is_file():
        st.session_state.pop(STATE)
        return None
    return draft


def change(**values: Any) -> None:
    """Change the draft."""
    st.session_state[STATE] = replace(st.session_state[STATE], **values)


def begin(name: str, content: bytes) -> None:
    """Keep an uploaded log on disk, and forget the copy that the browser widget holds."""
    sweep()
    ref = uuid.uuid4().hex
    st.session_state[STATE] = Draft(ref, _write(ref, "log", name, content))
    st.session_state[UPLOADER] = st.session_state.get(UPLOADER, 0) + 1


def begin_at(path: Path) -> None:
    """Begin with a file that is on this machine already."""
    st.session_state[STATE] = Draft(uuid.uuid4().hex, path)


def add_items(name: str, content: bytes) -> None:
    """Keep an uploaded item file beside the log."""
    draft: Draft = st.session_state[STATE]
    change(items=_write(draft.id, "items", name, content))
    st.session_state[UPLOADER] = st.session_state.get(UPLOADER, 0) + 1


def discard() -> None:
    """Forget the draft and delete what was uploaded for it."""
    draft: Draft | None = st.session_state.pop(STATE, None)
    if draft is not None:
        shutil.rmtree(loaders.home().uploads / draft.id, ignore_errors=True)


def sweep() -> None:
    """Delete uploads that were left lying for two days."""
    for folder in loaders.home().uploads.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def local_files() -> tuple[Path, ...]:
    """Return the files of the folder from which this machine allows imports; none without such a folder."""
    folder = settings().import_dir
    if folder is None or not folder.is_dir():
        return ()
    inside = folder.resolve()
    found = (path for path in folder.iterdir() if path.is_file() and path.resolve().is_relative_to(inside))
    return tuple(sorted(path for path in found if not path.name.startswith(".")))


def _write(ref: str, room: str, name: str, content: bytes) -> Path:
    folder = loaders.home().uploads / ref / room
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    path = folder / plain_file_name(name)
    path.write_bytes(content)
    return path


def plain_file_name(name: str) -> str:
    """Return a file name without folders and control characters, of a length that any disk takes."""
    bare = re.sub(r"[\x00-\x1f/\\]", "_", name).strip(". ")
    stem, dot, end = bare.rpartition(".")
    short = stem.encode()[:LONGEST_NAME].decode(errors="ignore") if dot else ""
    return f"{short}.{end[:20]}" if short else (bare.encode()[:LONGEST_NAME].decode(errors="ignore") or "log")
