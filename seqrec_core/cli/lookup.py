"""Find what a person named, and read it as arrays."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seqrec_core.cli.frame import Call

if TYPE_CHECKING:
    from seqrec_core.data.catalog import ItemCatalog
    from seqrec_core.data.log import EventLog
    from seqrec_core.data.sequences import SequenceDataset
    from seqrec_core.store.datasets import DatasetInfo


@dataclass(frozen=True)
class Opened:
    """A dataset as tables and as arrays."""

    info: "DatasetInfo"
    log: "EventLog"
    catalog: "ItemCatalog"
    dataset: "SequenceDataset"


def dataset_info(call: Call, ref: str) -> "DatasetInfo":
    """Return the dataset of this id, unique beginning of an id, name, or `sample:<name>` (imported if it is not there).

    Raises:
        NotFound: nothing or more than one answers.
    """
    from seqrec_core.jobs.keys import dataset_of

    return dataset_of(call.home, ref)


def open_dataset(call: Call, ref: str) -> Opened:
    """Read a dataset.

    Raises:
        NotFound: nothing or more than one answers.
        Damaged: its files are not what was written.
    """
    from seqrec_core.data.sequences import SequenceDataset
    from seqrec_core.store.datasets import DatasetStore

    info = dataset_info(call, ref)
    loaded = DatasetStore(call.home).load(info.id)
    dataset = SequenceDataset.from_log(loaded.log, loaded.catalog, info.fingerprint)
    return Opened(info, loaded.log, loaded.catalog, dataset)
