"""The files of one dataset: events and items as Parquet, the account of its import as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from seqrec_core.data.before import PART, Before
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.described import CatalogAccount
from seqrec_core.data.intake.told import APART
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.report import Channels, Fix, ImportReport
from seqrec_core.data.sessions import SessionIds
from seqrec_core.data.steps.types import Effect, Proposed

EVENTS = "events*.parquet"  # one part or several, in the order of the log
ITEMS = "items.parquet"
ITEM_ROWS = "item_rows.parquet"  # of the item file, from which the catalogue can be made again
REPORT = "report.json"
REJECTS = "rejects.parquet"


def write_log(log: EventLog, folder: Path) -> None:
    """Write the events."""
    log.frame.write_parquet(folder / PART.format(0), compression="zstd")


def read_log(folder: Path, *, session_gap: float | None, has_items: bool, has_event_types: bool) -> EventLog:
    """Read the events; the order on disk is the order of the log."""
    frame = pl.read_parquet(sorted(folder.glob(EVENTS)))
    return EventLog.from_sorted(frame, session_gap=session_gap, has_items=has_items, has_event_types=has_event_types)


def write_catalog(catalog: ItemCatalog, folder: Path) -> None:
    """Write the item catalogue."""
    catalog.frame.write_parquet(folder / ITEMS, compression="zstd")


def read_catalog(folder: Path) -> ItemCatalog:
    """Read the item catalogue."""
    return ItemCatalog.from_frame(pl.read_parquet(folder / ITEMS))


def write_item_rows(rows: pl.DataFrame | None, folder: Path) -> None:
    """Write the rows of the item file, if there was one."""
    if rows is not None:
        rows.write_parquet(folder / ITEM_ROWS, compression="zstd")


def read_item_rows(folder: Path) -> pl.DataFrame | None:
    """Read the rows of the item file; None where there was none."""
    path = folder / ITEM_ROWS
    return pl.read_parquet(path) if path.exists() else None


def read_before(folder: Path, report: ImportReport) -> Before:
    """Return the events before the steps of the recipe, read part by part when they are asked for.

    Raises:
        BadInput: they were stored without what the steps left out.
    """
    rows = report.effects[0].rows_before if report.effects else report.rows_kept
    shared = any(fix.key == "data.fix.sessions_shared" for fix in report.fixes)
    apart = any(fix.key == APART for fix in report.fixes)
    return Before(folder, report.mapping, report.recipe, rows, SessionIds(shared, int(apart)))


def write_report(report: ImportReport, folder: Path) -> None:
    """Write the account of the import and its rejected rows."""
    account = {
        "rows_read": report.rows_read,
        "rows_kept": report.rows_kept,
        "rejected": report.rejected,
        "fixes": [asdict(fix) for fix in report.fixes],
        "mapping": report.mapping.model_dump(),
        "recipe": report.recipe,
        "effects": [asdict(effect) for effect in report.effects],
        "proposed": [asdict(proposed) for proposed in report.proposed],
        "channels": None if report.channels is None else asdict(report.channels),
        "catalog": None if report.catalog is None else asdict(report.catalog),
        "seconds": report.seconds,
        "peak_rss_mb": report.peak_rss_mb,
    }
    (folder / REPORT).write_text(json.dumps(account, indent=1, ensure_ascii=False, default=str), encoding="utf-8")
    report.rejects.write_parquet(folder / REJECTS)


def read_report(folder: Path) -> ImportReport:
    """Read the account of the import."""
    account = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    account["fixes"] = tuple(Fix(**fix) for fix in account["fixes"])
    account["effects"] = tuple(Effect(**effect) for effect in account.get("effects", ()))
    account["proposed"] = tuple(Proposed(**proposed) for proposed in account.get("proposed", ()))
    account["mapping"] = ColumnMapping.model_validate(account["mapping"])
    account["channels"] = Channels.from_dict(account["channels"]) if account.get("channels") else None
    account["catalog"] = CatalogAccount.from_dict(account["catalog"]) if account.get("catalog") else None
    return ImportReport(rejects=pl.read_parquet(folder / REJECTS), **account)
