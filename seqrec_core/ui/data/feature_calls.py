"""Feature tables for the Data page, kept by dataset, kind of row and group."""

import io

import polars as pl
import streamlit as st

from seqrec_core.data.features.distribution import Distribution, distribution
from seqrec_core.data.features.order import OrderEffect, order_effect
from seqrec_core.data.features.registry import FeatureOf
from seqrec_core.data.features.table import FeatureTable, feature_table
from seqrec_core.data.labels import default_of
from seqrec_core.data.sequences import Unit
from seqrec_core.segments.types import Segment
from seqrec_core.serving.answer import LoadedArrays
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.ui import loaders

UNIT: dict[FeatureOf, Unit] = {"user": "user", "sequence": "session"}  # items belong to no group


def table(dataset: DatasetInfo, of: FeatureOf) -> FeatureTable:
    """Return all features of users, items or sessions."""
    return _table(dataset.id, of, loaders.arrays(dataset))


@st.cache_resource(max_entries=6, show_spinner=False)
def _table(dataset_id: str, of: FeatureOf, _loaded: LoadedArrays) -> FeatureTable:
    return feature_table(of, _loaded.log, _loaded.arrays, _loaded.catalog)


def rows(dataset: DatasetInfo, of: FeatureOf, segment: Segment | None) -> pl.DataFrame:
    """Return the features of everybody, or of those in a group; items are never filtered."""
    if segment is None or of not in UNIT:
        return table(dataset, of).frame
    return _rows(dataset.id, of, segment.model_dump_json(), dataset)


@st.cache_resource(max_entries=6, show_spinner=False)
def _rows(dataset_id: str, of: FeatureOf, segment_json: str, _dataset: DatasetInfo) -> pl.DataFrame:
    members = loaders.members(_dataset, UNIT[of], Segment.model_validate_json(segment_json))
    return table(_dataset, of).frame[members]


def spread(dataset: DatasetInfo, of: FeatureOf, name: str, segment: Segment | None) -> Distribution:
    """Return how one feature is spread."""
    return _spread(dataset.id, of, name, "" if segment is None else segment.model_dump_json(), dataset)


@st.cache_resource(max_entries=64, show_spinner=False)
def _spread(dataset_id: str, of: FeatureOf, name: str, segment_json: str, _dataset: DatasetInfo) -> Distribution:
    segment = Segment.model_validate_json(segment_json) if segment_json else None
    return distribution(rows(_dataset, of, segment)[name])


def order(dataset: DatasetInfo, unit: Unit) -> OrderEffect:
    """Return whether the order of events matters in a log."""
    return _order(dataset.id, unit, dataset)


@st.cache_resource(max_entries=12, show_spinner=False)
def _order(dataset_id: str, unit: Unit, _dataset: DatasetInfo) -> OrderEffect:
    return order_effect(loaders.sequences(_dataset, unit, default_of(loaders.arrays(_dataset).arrays)))


def parquet(frame: pl.DataFrame) -> bytes:
    """Return a table as Parquet."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
