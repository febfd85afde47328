"""Small imported logs and runs for tests."""

from datetime import UTC, datetime, timedelta

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.importing import Imported
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.report import Fix, ImportReport
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import split
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.models.config import PopularityConfig
from seqrec_core.models.protocol import Recommender
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.store.runs import RunCard
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions

START = datetime(2026, 1, 1, tzinfo=UTC)


def imported(n_users: int = 6, n_events: int = 5, n_items: int = 7, salt: str = "") -> Imported:
    """A log in which user u walks the items in a circle from item u on; `salt` makes it another log."""
    rows = [
        {
            c.USER: f"u{user}{salt}",
            c.ITEM: f"i{(user + step) % n_items}",
            c.EVENT: "view" if step % 2 else "buy",
            c.TIME: START + timedelta(days=user, minutes=step),
            c.SESSION: f"s{user}",
            "device": "phone" if user % 2 else None,
        }
        for user in range(n_users)
        for step in range(n_events)
    ]
    frame = pl.DataFrame(rows, schema={**c.LOG_REQUIRED, "device": pl.String})
    log = EventLog.from_frame(frame, session_gap=1800.0)
    items = pl.DataFrame({c.ITEM: [f"i{n}" for n in range(n_items)], c.TITLE: [f"Item =“{n}”" for n in range(n_items)]})
    catalog = ItemCatalog.from_frame(items.with_columns(pl.lit("things").alias(c.CATEGORY)))
    rejects = pl.DataFrame({c.LINE: [3], c.REASON: ["no user"], c.RAW: [",x,2026"]}, schema=c.REJECTED)
    report = ImportReport(
        rows_read=frame.height + 1,
        rows_kept=frame.height,
        rejected={"no user": 1},
        rejects=rejects,
        fixes=(Fix("data.fix.something", 2, {"zone": "UTC"}),),
        mapping=ColumnMapping(user="who", item="what", time="when"),
        recipe={"raw": False},
    )
    return Imported(log, catalog, report)


def trained(info: DatasetInfo, data: Imported, run: str = "aaaaaaaaaa", created: str = "2026-01-01T00:00:00+00:00"):
    """A card, models and reports of a popularity model with itself under the name of a baseline."""
    dataset = SequenceDataset.from_log(data.log, data.catalog, info.fingerprint)
    parts = split(dataset, "leave_one_out")
    model: Recommender = fit(PopularityConfig(), dataset, parts, TrainOptions()).model
    report: MetricReport = evaluate(model, dataset, parts)
    card = RunCard(
        id=run,
        name=f"Popularity {run[0]}",
        model="popularity",
        config=model.config.model_dump(mode="json"),
        options=TrainOptions().model_dump(mode="json"),
        preset="quick",
        dataset=info.id,
        dataset_name=info.name,
        fingerprint=info.fingerprint,
        split="leave_one_out",
        exclude_seen=False,
        created=created,
        n_items=dataset.vocabulary.size,
        n_candidates=dataset.vocabulary.n_logged,
        protocol=report.protocol,
        request_key=f"key-{run}",
    )
    return card, {"popularity": model}, {"popularity": report}, dataset
