"""Everything that pages load, cached by fingerprint and frozen parameters. Frames and arrays are shared: never change them."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from seqrec_core.data.sequences import Of, Sequences, Unit
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.segments.within import sequences_within
from seqrec_core.serving import answer
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetInfo, DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from seqrec_core.store.segments import SegmentStore

FIRST_SAMPLE = "shop"


@st.cache_resource(max_entries=4)
def _home(path: Path) -> Home:
    return Home(path)


def home() -> Home:
    """Return where this product keeps its data."""
    return _home(settings().home)


def datasets() -> DatasetStore:
    """Return the datasets of this home."""
    return DatasetStore(home())


def runs() -> RunStore:
    """Return the runs of this home."""
    return RunStore(home())


def segments() -> SegmentStore:
    """Return the saved segments of this home."""
    return SegmentStore(home())


@st.cache_resource(max_entries=16, show_spinner=False)
def _saved(home_path: Path, dataset_id: str, files: tuple[tuple[str, int], ...]) -> dict[str, Segment]:
    return {segment.name: segment for segment in SegmentStore(Home(home_path)).list(dataset_id)}


def saved_segments(dataset_id: str) -> dict[str, Segment]:
    """Return the saved segments of a dataset by name; read again only where a file has changed."""
    files = sorted((path.name, path.stat().st_mtime_ns) for path in (home().segments / dataset_id).glob("*.json"))
    return _saved(home().path, dataset_id, tuple(files))


def segment(dataset_id: str, name: str) -> Segment:
    """Return a saved segment.

    Raises:
        NotFound: no such segment.
    """
    return saved_segments(dataset_id).get(name) or segments().find(dataset_id, name)


def default_dataset() -> DatasetInfo:
    """Return the sample, importing it at the first start, so that no page is ever empty."""
    return ensure_sample(home(), FIRST_SAMPLE)


def arrays(dataset: DatasetInfo) -> "answer.LoadedArrays":
    """Return log, catalogue and arrays of a dataset."""
    return answer.dataset(home(), dataset.id)


@st.cache_resource(max_entries=24, show_spinner=False)
def _sequences(home_path: Path, dataset_id: str, unit: Unit, of: Of, segment_json: str) -> Sequences:
    loaded = answer.dataset(Home(home_path), dataset_id)
    if not segment_json:
        return loaded.arrays.sequences(unit, of)
    return sequences_within(loaded.log, loaded.arrays, Segment.model_validate_json(segment_json), unit, of)


def sequences(dataset: DatasetInfo, unit: Unit, of: Of, segment: Segment | None = None) -> Sequences:
    """Return the sequences of a dataset, only those of a segment where one is given."""
    return _sequences(home().path, dataset.id, unit, of, "" if segment is None else segment.model_dump_json())


def members(dataset: DatasetInfo, unit: Unit, segment: Segment | None) -> NDArray[np.int64]:
    """Return the indices of the sessions or users of a segment, all without one."""
    loaded = arrays(dataset)
    if segment is None:
        return np.arange(loaded.arrays.n_sessions if unit == "session" else loaded.arrays.n_users, dtype=np.int64)
    return select(loaded.log, loaded.arrays, segment, unit)
