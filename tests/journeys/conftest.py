"""The journeys log as it is, duplicates included."""

from pathlib import Path

import polars as pl
import pytest

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset


@pytest.fixture(scope="session")
def demo(logs: Path) -> SequenceDataset:
    frame = pl.read_csv(logs / "journeys-demo" / "ecom.csv.gz", infer_schema=False)
    time = pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC")
    log = frame.select("user_id", "session_id", item_id="event", event_type="event", timestamp=time)
    return SequenceDataset.from_log(EventLog.from_frame(log, has_items=False))
