"""How sequences are read before counting: events merged, hidden, collapsed, or only a part. Sequences keep their number."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import NotFound


def code_of(sequences: Sequences, label: str) -> int:
    """Return the code of a label.

    Raises:
        NotFound: no event has this label.
    """
    try:
        return sequences.labels.index(label)
    except ValueError:
        labels = sequences.labels
        raise NotFound("journeys", "unknown_event", label=label, n=len(labels), example=labels[0] if labels else "–") from None


def matching(sequences: Sequences, pattern: str) -> list[str]:
    """Return the labels that a name or a wildcard means: `view*`, `*_app`, `step_?`; a label of exactly this name wins.

    Raises:
        NotFound: nothing fits.
    """
    if pattern in sequences.labels:
        return [pattern]
    found = [label for label in sequences.labels if fnmatchcase(label, pattern)]
    return found or [sequences.labels[code_of(sequences, pattern)]]


def grouped(sequences: Sequences, groups: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return old name → new name for groups of names or wildcards: {"browse": ["catalog", "product*"]}; as `merged` takes it.

    The first group that names a label has it.

    Raises:
        NotFound: a name or wildcard that fits no event.
    """
    names: dict[str, str] = {}
    for group, patterns in groups.items():
        for pattern in patterns:
            for label in matching(sequences, pattern):
                names.setdefault(label, group)
    return names


def merged(sequences: Sequences, names: Mapping[str, str]) -> Sequences:
    """Count events under another name: {"app_cart": "cart"} makes one event of two.

    Raises:
        NotFound: no event has the old name.
    """
    if not names:
        return sequences
    for label in names:
        code_of(sequences, label)
    renamed = [names.get(label, label) for label in sequences.labels]
    labels = tuple(dict.fromkeys(renamed))
    code = {label: number for number, label in enumerate(labels)}
    table = np.array([code[label] for label in renamed], np.int32)
    return replace(sequences, values=table[sequences.values], labels=labels)


def hidden(sequences: Sequences, labels: Iterable[str]) -> Sequences:
    """Leave out events and close the gaps.

    Raises:
        NotFound: no event has such a label.
    """
    codes = [code_of(sequences, label) for label in labels]
    if not codes:
        return sequences
    is_kept = np.ones(len(sequences.labels), bool)
    is_kept[codes] = False
    return kept(sequences, is_kept[sequences.values])


def collapsed(sequences: Sequences) -> Sequences:
    """Keep the first of several equal events in a row."""
    is_repeat = np.zeros(len(sequences.values), bool)
    is_repeat[1:] = (sequences.values[1:] == sequences.values[:-1]) & ~sequences.is_last[:-1]
    return kept(sequences, ~is_repeat)


def bounds(sequences: Sequences, start: str | None = None, end: str | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the events of each sequence from its first `start` on, up to the first `end` after it.

    Args:
        sequences: what to read.
        start: label of the first event, or None for the beginning.
        end: label of the last event, or None for the end. Where both are the same label, the next one.

    Returns:
        First event and the one behind the last, int64[n] each; equal where a sequence has no such part.

    Raises:
        NotFound: no event has such a label.
    """
    first, stop = sequences.offsets[:-1], sequences.offsets[1:]
    if start is not None:
        first = _first(sequences, code_of(sequences, start), first)
    if end is not None:
        last = _first(sequences, code_of(sequences, end), np.minimum(first + (1 if start == end else 0), stop))
        stop = np.where(last < stop, last + 1, first)
    return first, np.maximum(stop, first)


def up_to(sequences: Sequences, label: str) -> Sequences:
    """Read each sequence up to its first `label`, which is left out with all that follows; whole where there is none.

    Raises:
        NotFound: no event has this label.
    """
    stop = _first(sequences, code_of(sequences, label), sequences.offsets[:-1])
    return kept(sequences, np.arange(len(sequences.values)) < stop[sequences.rows])


def kept(sequences: Sequences, is_kept: NDArray[np.bool_]) -> Sequences:
    """Keep only some events, bool[n_events]; a sequence may become empty."""
    return sequences.only(is_kept)


def _first(sequences: Sequences, code: int, after: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each sequence has the label first, from `after` on; its end where it has none."""
    spots = sequences.places(code)
    rows = sequences.rows[spots]
    is_after = spots >= after[rows]
    spots, rows = spots[is_after], rows[is_after]
    is_first = np.diff(rows, prepend=-1) != 0
    found = sequences.offsets[1:].copy()
    found[rows[is_first]] = spots[is_first]
    return found
