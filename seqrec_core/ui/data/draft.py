"""A log on its way in: the uploaded file and what a person said about it. The file lies on disk; the session keeps this note."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import streamlit as st

from seqrec_core.data.mapping import ImportRequest, ReadOptions
from seqrec_core.data.steps.types import Step
from seqrec_core.errors import NotFound, Question
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.table import JobTable
from seqrec_core.settings import settings
from seqrec_core.store.uploads import Uploads
from seqrec_core.ui import loaders

STATE = "data_draft"
UPLOADER = "data_uploader"
PIECE = 1 << 20
MOST_LOCAL = 1000  # files offered of the folder on this machine
NO_COLUMN = ""


@dataclass(frozen=True)
class Draft:
    """One file that may be imported.

    Args:
        id: of the upload, also its folder.
        file: the log; shown: what people call it; items: a file that describes its items; items_shown: its name.
        read: what a person said about how it is written; the rest is found.
        roles: role → column, where a person chose; `NO_COLUMN` = none.
        answers: by the code of the question.
        asked: questions that came up when all of the file was read.
        name: what the dataset will be called; empty = after the file.
        gap: minutes; None = the usual gap.
        raw: nothing is removed that could be kept.
        steps: of cleaning, as a recipe gave them; None = those that the log suggests.
        without: names of steps that are left out.
    """

    id: str
    file: Path
    shown: str
    items: Path | None = None
    items_shown: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)
    roles: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    asked: tuple[Question, ...] = ()
    name: str = ""
    gap: float | None = None
    raw: bool = False
    steps: tuple[Step, ...] | None = None
    without: tuple[str, ...] = ()

    def worded(self, text: str) -> str:
        """Return a sentence with the names that people gave their files in place of those on disk."""
        text = text.replace(self.file.name, self.shown)
        return text if self.items is None else text.replace(self.items.name, self.items_shown)


def current() -> Draft | None:
    """Return the draft of this session; None where there is none, or its file is gone."""
    draft: Draft | None = st.session_state.get(STATE)
    if draft is not None and not draft.file.is_file():
        st.session_state.pop(STATE)
        return None
    return draft


def change(**values: Any) -> None:
    """Change the draft."""
    st.session_state[STATE] = replace(st.session_state[STATE], **values)


def begin(name: str, content: IO[bytes]) -> None:
    """Keep an uploaded log on disk, and forget the copy that the browser widget holds.

    Raises:
        Failed: the disk is full.
    """
    uploads = Uploads(loaders.home())
    uploads.sweep(path for job in unfinished() for path in files_of(job))
    upload = uploads.new()
    sent = uploads.keep(upload, "log", name, _pieces(content))
    begin_at(sent.path, sent.name, upload)
    st.session_state[UPLOADER] = st.session_state.get(UPLOADER, 0) + 1


def begin_at(path: Path, name: str = "", upload: str = "") -> None:
    """Begin with a file that is on this machine already.

    Args:
        path: where it lies.
        name: what people call it; by default its own name.
        upload: that it came by; by default it belongs to somebody else and is never deleted.
    """
    st.session_state[STATE] = Draft(upload or Uploads(loaders.home()).new(), path, name or path.name)


def add_items(name: str, content: IO[bytes]) -> None:
    """Keep an uploaded item file beside the log.

    Raises:
        Failed: the disk is full.
    """
    draft: Draft = st.session_state[STATE]
    sent = Uploads(loaders.home()).keep(draft.id, "items", name, _pieces(content))
    change(items=sent.path, items_shown=sent.name)
    st.session_state[UPLOADER] = st.session_state.get(UPLOADER, 0) + 1


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: content.read(PIECE), b"")


def discard() -> None:
    """Forget the draft and delete what was uploaded for it."""
    draft: Draft | None = st.session_state.pop(STATE, None)
    if draft is not None:
        Uploads(loaders.home()).discard(draft.id)


def take_up(job: Job) -> None:
    """Make the file of an import a draft again, as it was when it was asked for, with the questions that came up."""
    request = ImportRequest.model_validate(job.request)
    uploads = Uploads(loaders.home())
    st.session_state[STATE] = Draft(
        id=uploads.of(request.path) or uploads.new(),
        file=request.path,
        shown=request.source or request.path.name,
        items=request.items_path,
        items_shown=request.items_source or "",
        read=request.read,
        roles={} if request.mapping is None else request.mapping.roles(),
        answers=dict(request.answers),
        asked=questions_of(job),
        name=request.name or "",
        gap=request.session_gap_minutes,
        raw=request.raw,
        steps=request.steps,
        without=request.without,
    )


def files_of(job: Job) -> tuple[Path, ...]:
    """Return the files that an import reads."""
    request = ImportRequest.model_validate(job.request)
    items = () if request.items_path is None else (request.items_path,)
    return (*(path for channel in request.each() for path in channel.paths), *items)


def questions_of(job: Job) -> tuple[Question, ...]:
    """Return the questions that came up in an import."""
    questions = (job.error or {}).get("questions", [])
    return tuple(
        Question(q["code"], q["message"], tuple((answer, meaning) for answer, meaning in q["options"])) for q in questions
    )


def unfinished() -> list[Job]:
    """Return the imports that wait or run, whoever asked for them."""
    table = JobTable(loaders.home().jobs_db)
    return [job for status in ("running", "queued") for job in table.list(status=status, kind="import")]


def local_files() -> tuple[Path, ...]:
    """Return the files of the folder from which this machine allows imports; none without such a folder."""
    folder = settings().import_dir
    if folder is None or not folder.is_dir():
        return ()
    found = (path for path in folder.iterdir() if not path.name.startswith(".") and _is_inside(path, folder))
    return tuple(sorted(found)[:MOST_LOCAL])


def begin_local(name: str) -> None:
    """Begin with a file of that folder.

    Raises:
        NotFound: no such file in it; a link that leads out of it is none.
    """
    folder = settings().import_dir
    if folder is None or Path(name).name != name or not _is_inside(folder / name, folder):
        raise NotFound("upload", "not_local", name=name[:100])
    begin_at((folder / name).resolve(), name)


def _is_inside(path: Path, folder: Path) -> bool:
    real = path.resolve()
    return real.is_file() and real.is_relative_to(folder.resolve())
