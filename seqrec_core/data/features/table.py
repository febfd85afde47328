"""Feature tables: any of the columns that the registry defines, those a log cannot give named with the reason."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.features import item, sequence, user
from seqrec_core.data.features.registry import FEATURES, MOST_TYPES, Feature, FeatureOf, Need
from seqrec_core.data.features.source import Source
from seqrec_core.data.features.spread import Columns
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.text import say

PARTS: dict[FeatureOf, dict[str, Callable[[Source], Columns]]] = {
    "user": user.PARTS,
    "item": item.PARTS,
    "sequence": sequence.PARTS,
}
ID: dict[FeatureOf, str] = {"user": c.USER, "item": c.ITEM, "sequence": c.SESSION}


@dataclass(frozen=True)
class FeatureTable:
    """One row a user, item or session.

    Args:
        of: what one row is.
        frame: the id first, then the columns in the order of the registry; row i is index i of the dataset's users or sessions,
            or item index i + 1.
        absent: what the log lacks → the columns that are therefore not there.
        n_types: how many event types the log has; only the 30 most frequent have columns.
    """

    of: FeatureOf
    frame: pl.DataFrame
    absent: dict[Need, tuple[str, ...]]
    n_types: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The features, without the id."""
        return tuple(self.frame.columns[1:])

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not there, and why, in sentences."""
        notes = [say(f"features.absent.{need}", columns=", ".join(names)) for need, names in self.absent.items()]
        if self.n_types > MOST_TYPES:
            notes.append(say("features.most_types", n=MOST_TYPES, all=self.n_types))
        return tuple(notes)


def feature_table(
    of: FeatureOf,
    log: EventLog,
    dataset: SequenceDataset,
    catalog: ItemCatalog | None = None,
    names: Collection[str] | None = None,
) -> FeatureTable:
    """Compute features.

    Args:
        of: what one row is.
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        catalog: what is known of the items; only item features read it.
        names: only these columns, which is quicker; None = all that the log can give.

    Raises:
        BadInput: a log and arrays that do not belong together; a name that this log has no feature for.
    """
    if log.n_events != dataset.n_events:
        raise BadInput("features", "other_log", log=log.n_events, dataset=dataset.n_events)
    source = Source(log, dataset, catalog)
    possible = available(of, source)
    wanted = list(possible) if names is None else _asked(of, names, possible)
    parts = {possible[name].part for name in wanted}
    found: Columns = {}
    for part in (part for part in PARTS[of] if part in parts):
        found |= PARTS[of][part](source)
    columns = [_ids(of, dataset), *(_column(name, found[name]) for name in wanted if name in found)]
    return FeatureTable(of, pl.DataFrame(columns), _absent(of, source), len(dataset.event_names))


def available(of: FeatureOf, source: Source) -> dict[str, Feature]:
    """Return the columns that a log can give, in order, each with its definition."""
    found: dict[str, Feature] = {}
    for feature in FEATURES[of]:
        if all(source.has(need) for need in feature.needs):
            found |= {name: feature for name in _names(feature, source) if name not in found}
    return found


def _names(feature: Feature, source: Source) -> list[str]:
    """Return the columns of one definition."""
    if not feature.is_family:
        return [feature.name]
    types = source.valued_types if "values" in feature.needs else source.type_names
    return [f"{feature.stem}{name}" for name in types]


def _asked(of: FeatureOf, names: Collection[str], possible: dict[str, Feature]) -> list[str]:
    unknown = sorted(set(names) - set(possible))
    if unknown:
        raise BadInput("features", "unknown_feature", name=unknown[0], of=of, known=", ".join(list(possible)[:60]))
    return [name for name in possible if name in set(names)]


def _absent(of: FeatureOf, source: Source) -> dict[Need, tuple[str, ...]]:
    absent: dict[Need, list[str]] = {}
    for feature in FEATURES[of]:
        for need in [need for need in feature.needs if not source.has(need)][:1]:
            absent.setdefault(need, []).append(feature.name)
    return {need: tuple(names) for need, names in absent.items()}


def _ids(of: FeatureOf, dataset: SequenceDataset) -> pl.Series:
    ids = {"user": dataset.user_ids, "item": dataset.vocabulary.ids, "sequence": dataset.session_ids}[of]
    return pl.Series(ID[of], list(ids), dtype=pl.String)


def _column(name: str, values: np.ndarray | pl.Series) -> pl.Series:
    """Return a column; what is not a number is empty."""
    if isinstance(values, pl.Series):
        return values.alias(name)
    column = pl.Series(name, values)
    return column.fill_nan(None) if column.dtype.is_float() else column
