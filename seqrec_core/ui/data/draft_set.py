"""Several logs on their way in at once: the channels of one log. Which of them is looked at is the draft of the session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import streamlit as st

from seqrec_core.data.channels import as_channels, plain_name, source_name
from seqrec_core.data.mapping import OF_CHANNEL, Channel, ImportRequest
from seqrec_core.data.recipe import request_from_recipe
from seqrec_core.data.steps.types import Step
from seqrec_core.errors import Question, SeqrecError
from seqrec_core.store.uploads import Uploads
from seqrec_core.ui import loaders
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data.draft import Draft

STATE = "data_draft_set"


@dataclass(frozen=True)
class Entry:
    """One channel.

    Args:
        draft: its first file, and what a person said about how it is read; this holds for all its files.
        source: what the channel is called; "" where there is one channel only.
        paths, files: all its files, and what people call them.
    """

    draft: Draft
    source: str
    paths: tuple[Path, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class DraftSet:
    """The channels of one log.

    Args:
        entries: at least one.
        name: what the dataset will be called; "" = after the channels.
        asked: questions about the log as a whole that came up while all of it was read.
        answers: to these.
        append: a dataset that they are added to; "" = they become one of their own.
        items, items_shown: a file that describes the items, and its name.
        gap: minutes; None = the usual gap.
        raw: nothing is removed that could be kept.
        steps, without: of cleaning, as a recipe gave them.
    """

    entries: tuple[Entry, ...]
    name: str = ""
    asked: tuple[Question, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    append: str = ""
    items: Path | None = None
    items_shown: str = ""
    gap: float | None = None
    raw: bool = False
    steps: tuple[Step, ...] | None = None
    without: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether its channels have names: where there are several, or one beside a dataset."""
        return len(self.entries) > 1 or bool(self.append)


def current() -> DraftSet | None:
    """Return the channels with the one that is looked at as it is now; None where a log comes alone, or all are gone."""
    found: DraftSet | None = st.session_state.get(STATE)
    active = data_draft.current()
    if found is None or active is None or active.id not in {entry.draft.id for entry in found.entries}:
        st.session_state.pop(STATE, None)
        return None
    entries = tuple(replace(entry, draft=active) if entry.draft.id == active.id else entry for entry in found.entries)
    return replace(found, entries=entries)


def begin(given: Sequence[tuple[str, IO[bytes]]], append: str = "") -> None:
    """Keep uploaded logs on disk and begin with them as channels, those that are parts of one log as one.

    Args:
        given: name and content of each.
        append: a dataset that they are added to.

    Raises:
        Failed: the disk is full.
    """
    drafts = []
    for name, content in given:
        data_draft.begin(name, content)
        drafts.append(st.session_state[data_draft.STATE])
    paths, files = [draft.file for draft in drafts], [draft.shown for draft in drafts]
    by_path = {draft.file: draft for draft in drafts}
    entries = [
        Entry(by_path[channel.paths[0]], channel.source, channel.paths, channel.files)
        for channel in _channels(paths, files, bool(append))
    ]
    _put(DraftSet(tuple(entries), append=append), entries[0].draft.id)


def add_to(dataset: str) -> None:
    """Add the files to a dataset, or to none ("")."""
    found, draft = current(), data_draft.current()
    if draft is None:
        return
    if found is None:
        entry = Entry(draft, source_name(plain_name(draft.shown)), (draft.file,), (draft.shown,))
        same = {name: getattr(draft, name) for name in ("name", "items", "items_shown")}
        _put(DraftSet((entry,), append=dataset, **same), draft.id)
    elif not dataset and len(found.entries) == 1 and len(found.entries[0].paths) == 1:
        st.session_state.pop(STATE)  # a file by itself has a screen of its own
        same = {name: getattr(found, name) for name in ("name", "items", "items_shown")}
        data_draft.change(**same)
    else:
        change(append=dataset)


def add_items(name: str, content: IO[bytes]) -> None:
    """Keep an uploaded item file for all channels.

    Raises:
        Failed: the disk is full.
    """
    uploads = Uploads(loaders.home())
    sent = uploads.keep(uploads.new(), "items", name, iter(lambda: content.read(data_draft.PIECE), b""))
    change(items=sent.path, items_shown=sent.name)
    st.session_state[data_draft.UPLOADER] = st.session_state.get(data_draft.UPLOADER, 0) + 1


def _channels(paths: list[Path], files: list[str], named: bool) -> tuple[Channel, ...]:
    """Group files; where one cannot be read yet, each is a channel of its own."""
    try:
        return as_channels(paths, files, named=named)
    except SeqrecError:
        names = [source_name(plain_name(name)) for name in files]
        unique = [name if names.count(name) == 1 else f"{name} ({n + 1})" for n, name in enumerate(names)]
        return tuple(
            Channel(source=name, paths=(path,), files=(file,)) for name, path, file in zip(unique, paths, files, strict=True)
        )


def _put(wanted: DraftSet, active: str) -> None:
    st.session_state[STATE] = wanted
    st.session_state[data_draft.STATE] = next(entry.draft for entry in wanted.entries if entry.draft.id == active)


def look(draft_id: str) -> None:
    """Look at another channel."""
    found = current()
    if found is not None:
        _put(found, draft_id)


def change(**values: Any) -> None:
    """Change what holds for all channels."""
    found, active = current(), data_draft.current()
    if found is not None and active is not None:
        _put(replace(found, **values), active.id)


def call(draft_id: str, key: str) -> None:
    """Call a channel as a widget says (for `on_change`)."""
    found = current()
    if found is not None:
        name = str(st.session_state[key]).strip()
        change(entries=tuple(replace(one, source=name) if one.draft.id == draft_id else one for one in found.entries))


def leave_out(draft_id: str) -> None:
    """Leave a channel out and delete its files."""
    found, active = current(), data_draft.current()
    if found is None or active is None:
        return
    gone = [entry for entry in found.entries if entry.draft.id == draft_id]
    rest = tuple(entry for entry in found.entries if entry.draft.id != draft_id)
    for entry in gone:
        _delete(entry)
    if rest:
        _put(replace(found, entries=rest), active.id if active.id != draft_id else rest[0].draft.id)


def discard() -> None:
    """Forget all channels and delete what was uploaded."""
    found = current()
    st.session_state.pop(STATE, None)
    st.session_state.pop(data_draft.STATE, None)
    for entry in () if found is None else found.entries:
        _delete(entry)
    if found is not None and found.items is not None:
        _delete_upload(found.items)


def forget() -> None:
    """Forget the channels; their files have a job to do."""
    st.session_state.pop(STATE, None)
    st.session_state.pop(data_draft.STATE, None)


def _delete(entry: Entry) -> None:
    for path in entry.paths:
        _delete_upload(path)


def _delete_upload(path: Path) -> None:
    """Delete a file that was uploaded, with its upload; one that lies elsewhere stays."""
    uploads = Uploads(loaders.home())
    upload = uploads.of(path)
    if upload:
        uploads.discard(upload)


def ask(questions: Sequence[Question]) -> None:
    """Put questions that came up to the channels that they are about, the others to the log as a whole."""
    found, active = current(), data_draft.current()
    if found is None or active is None:
        return
    entries, own = list(found.entries), []
    for question in questions:
        source, mark, code = question.code.rpartition(OF_CHANNEL)
        at = next((n for n, entry in enumerate(entries) if mark and entry.source == source), None)
        if at is None:
            own.append(question)
            continue
        draft = entries[at].draft
        entries[at] = replace(entries[at], draft=replace(draft, asked=(*draft.asked, replace(question, code=code))))
    _put(replace(found, entries=tuple(entries), asked=tuple(own)), active.id)


def take_up(request: ImportRequest, questions: Sequence[Question] = ()) -> None:
    """Make the channels of an import drafts again, with the questions that came up."""
    _put(*_as_set(request))
    ask(questions)


def follow(recipe: Mapping[str, object]) -> None:
    """Decide as the recipe of an import of several files says.

    Raises:
        BadInput: this is no recipe, or it is one for another number of channels.
    """
    found, active = current(), data_draft.current()
    if found is None or active is None:
        return
    channels = tuple(Channel(source=entry.source, paths=entry.paths, files=entry.files) for entry in found.entries)
    request = request_from_recipe(recipe, channels[0].paths[0], found.items, found.name or None, channels)
    told, first = _as_set(request)
    _put(replace(told, append=found.append, items=found.items, items_shown=found.items_shown), first)


def _as_set(request: ImportRequest) -> tuple[DraftSet, str]:
    """Return the channels of a request as drafts, and which of them is looked at."""
    uploads = Uploads(loaders.home())
    entries = []
    for channel in request.channels:
        draft = Draft(
            id=uploads.of(channel.paths[0]) or uploads.new(),
            file=channel.paths[0],
            shown=channel.names()[0],
            read=channel.read,
            roles={} if channel.mapping is None else channel.mapping.roles(),
            answers=dict(channel.answers),
        )
        entries.append(Entry(draft, channel.source, channel.paths, channel.names()))
    told = DraftSet(
        entries=tuple(entries),
        name=request.name or "",
        answers=tuple(request.answers.items()),
        append=request.append or "",
        items=request.items_path,
        items_shown=request.items_source or "",
        gap=request.session_gap_minutes,
        raw=request.raw,
        steps=request.steps,
        without=request.without,
    )
    return told, entries[0].draft.id
