"""Find what a person named: by id, by name, or by a unique beginning of the id."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from seqrec_core.errors import NotFound
from seqrec_core.store.atomic import check

SHOWN = 5


class Named(Protocol):
    """Something with an id and a name."""

    @property
    def id(self) -> str:
        """Stable id."""

    @property
    def name(self) -> str:
        """What people call it."""


T = TypeVar("T", bound=Named)


def find(things: Sequence[T], ref: str, kind: str, parent: Path) -> T:
    """Return the one thing that `ref` names.

    Args:
        things: what there is whole, newest first.
        ref: an id, a name (the newest of that name) or a unique beginning of an id.
        kind: `dataset` or `run`; chooses the sentences.
        parent: the folder that holds them, each under its id.

    Raises:
        NotFound: nothing or more than one thing answers; the candidates are named.
        Damaged: the id is there, but its folder is not whole.
    """
    for exact in (lambda thing: thing.id == ref, lambda thing: thing.name == ref):
        found = [thing for thing in things if exact(thing)]
        if found:
            return found[0]
    starts = [thing for thing in things if ref and thing.id.startswith(ref)]
    if len(starts) == 1:
        return starts[0]
    if starts:
        raise NotFound("store", f"ambiguous_{kind}", ref=ref, n=len(starts), candidates=_listed(starts))
    if is_id(ref) and (parent / ref).is_dir():
        check(parent / ref)
    if not things:
        raise NotFound("store", f"no_{kind}", ref=ref)
    raise NotFound("store", f"unknown_{kind}", ref=ref, candidates=_listed(things))


def is_id(ref: str) -> bool:
    """Whether this can be the name of a folder that we made: letters and digits alone."""
    return ref.isascii() and ref.isalnum()


def _listed(things: Sequence[Named]) -> str:
    shown = ", ".join(f"{thing.id} ({thing.name})" for thing in things[:SHOWN])
    return shown if len(things) <= SHOWN else f"{shown}, …"
