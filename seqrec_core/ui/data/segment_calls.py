"""What the segment editor asks the core, kept by dataset and rule."""

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.features.registry import FeatureOf
from seqrec_core.data.features.source import Source
from seqrec_core.data.sequences import Of, Unit
from seqrec_core.segments.columns import values_of
from seqrec_core.segments.compare import compare
from seqrec_core.segments.preview import Preview, preview
from seqrec_core.segments.rules import OF_USER, TABLE
from seqrec_core.segments.starters import Starter, starters
from seqrec_core.segments.types import Segment
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.ui import loaders
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import feature_calls

MOST_LABELS = 1_000  # offered to choose from; any other can be written
MOST_VALUES = 200


def size(dataset: DatasetInfo, segment: Segment) -> Preview:
    """Return how large a segment is.

    Raises:
        BadInput: as `select`.
    """
    return _size(dataset.id, segment.model_dump_json(), dataset)


@st.cache_resource(max_entries=128, show_spinner=False)
def _size(dataset_id: str, segment_json: str, _dataset: DatasetInfo) -> Preview:
    loaded = loaders.arrays(_dataset)
    return preview(loaded.log, loaded.arrays, Segment.model_validate_json(segment_json))


def differences(dataset: DatasetInfo, segment: Segment) -> pl.DataFrame:
    """Return how a segment differs from the rest.

    Raises:
        BadInput: as `compare`.
    """
    return _differences(dataset.id, segment.model_dump_json(), dataset)


@st.cache_resource(max_entries=16, show_spinner=False)
def _differences(dataset_id: str, segment_json: str, _dataset: DatasetInfo) -> pl.DataFrame:
    loaded, segment = loaders.arrays(_dataset), Segment.model_validate_json(segment_json)
    return compare(loaded.log, loaded.arrays, segment, segment.unit)


def first_rules(dataset: DatasetInfo) -> tuple[Starter, ...]:
    """Return rules to begin with."""
    return _first_rules(dataset.id, dataset)


@st.cache_resource(max_entries=12, show_spinner=False)
def _first_rules(dataset_id: str, _dataset: DatasetInfo) -> tuple[Starter, ...]:
    loaded = loaders.arrays(_dataset)
    return starters(Source(loaded.log, loaded.arrays))


def features(dataset: DatasetInfo, unit: Unit) -> dict[str, tuple[FeatureOf, str]]:
    """Return the features that a rule can ask for: name in the rule → table and column."""
    own: FeatureOf = TABLE[unit]
    found: dict[str, tuple[FeatureOf, str]] = {
        name: (own, name) for name in feature_calls.table(dataset, own).columns if name != c.USER
    }
    if unit == "session":
        found |= {f"{OF_USER}{name}": ("user", name) for name in feature_calls.table(dataset, "user").columns}
    return found


def labels(dataset: DatasetInfo) -> dict[Of, list[str]]:
    """Return what a rule can say somebody did, or did it with, the most frequent first."""
    told, found = data_calls.whole(dataset), dict[Of, list[str]]()
    if dataset.has_event_types:
        found["event"] = told.mix[c.EVENT].head(MOST_LABELS).to_list()
    categories = loaders.arrays(dataset).arrays.categories
    if categories is not None:
        found["category"] = sorted({category for category in categories[1:] if category})[:MOST_LABELS]
    if dataset.has_items or not found:
        found["item"] = told.tail[c.ITEM].head(MOST_LABELS).to_list()
    return found


def columns(dataset: DatasetInfo) -> dict[str, list[str]]:
    """Return the columns of the log that a rule can ask for, with their values."""
    return _columns(dataset.id, dataset)


@st.cache_resource(max_entries=12, show_spinner=False)
def _columns(dataset_id: str, _dataset: DatasetInfo) -> dict[str, list[str]]:
    return values_of(loaders.arrays(_dataset).log, MOST_VALUES)
