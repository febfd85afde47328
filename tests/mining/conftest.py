"""Real logs as sequences."""

from pathlib import Path

import polars as pl
import pytest

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Sequences


@pytest.fixture(scope="session")
def eshop(logs: Path) -> Sequences:
    frame = pl.read_csv(logs / "eshop" / "eshop.csv.gz", infer_schema=False)
    log = frame.select(
        user_id="session_id",
        item_id="model",
        event_type=pl.lit("event"),
        timestamp=pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="us", time_zone="UTC"),
        session_id="session_id",
        order=pl.col("order").cast(pl.Int64),
    )
    return SequenceDataset.from_log(EventLog.from_frame(log)).sequences()
