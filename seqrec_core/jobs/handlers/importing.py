"""Import a log: read, map, clean, sessionise and store it."""

from dataclasses import asdict
from typing import Any

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.report import ImportReport
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.stopping import stopping
from seqrec_core.store.datasets import DatasetInfo, DatasetStore


def handle_import(request: ImportRequest, context: JobContext) -> dict[str, Any]:
    """Import a log and store it as a dataset; a log that is already there is found under its fingerprint.

    Raises:
        BadInput: the file cannot be used.
        NeedsDecision: only a person can say how to read it.
        Stopped: somebody asked for it.
    """
    told = stopping(context.progress, context.should_stop)
    source = request.source or request.path.name
    added = DatasetStore(context.home).add(request, request.name or plain_name(source), source, told)
    return import_result(added.info, added.report) | {"existing": added.existing}


def plain_name(name: str) -> str:
    """Return the name of a file without its extensions: 'eshop.csv.gz' → 'eshop'."""
    for _ in range(2):
        stem, dot, extension = name.rpartition(".")
        name = stem if stem and dot and extension.lower() in EXTENSIONS else name
    return name


EXTENSIONS = {"csv", "tsv", "txt", "gz", "parquet", "dat", "json", "jsonl", "ndjson", "log", "xlsx", "zip"}
EXTENSIONS |= {"zst", "xz", "bz2", "lz4", "arrow", "feather", "ipc", "inter", "item"}


def import_result(info: DatasetInfo, report: ImportReport) -> dict[str, Any]:
    """Return what the import gave, with the fields of the command line contract."""
    return {
        "dataset": info.id,
        "name": info.name,
        "fingerprint": info.fingerprint,
        "rows_read": report.rows_read,
        "rows_kept": report.rows_kept,
        "rows_rejected": report.rejected,
        "users": info.n_users,
        "sessions": info.n_sessions,
        "items": info.n_items,
        "events": info.n_events,
        "event_types": list(info.event_types),
        "first": info.first,
        "last": info.last,
        "seconds": report.seconds,
        "peak_rss_mb": report.peak_rss_mb,
        "recipe": report.recipe,
        "cleaning": [asdict(effect) for effect in report.effects],
        "proposed": [
            {"step": proposed.step, "on": proposed.on, "n": proposed.n, "evidence": proposed.sentence}
            for proposed in report.proposed
        ],
        "notes": [fix.sentence for fix in report.fixes],
    }
