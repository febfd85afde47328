"""Import a log: read, map, clean, sessionise and store it."""

from dataclasses import asdict
from typing import Any

from seqrec_core.data.channels import plain_name
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.report import ImportReport
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.stopping import stopping
from seqrec_core.store.datasets import DatasetInfo, DatasetStore

SHOWN = 4  # files or sources that stand in a name


def handle_import(request: ImportRequest, context: JobContext) -> dict[str, Any]:
    """Import a log and store it as a dataset; a log that is already there is found under its fingerprint.

    Raises:
        BadInput: the file cannot be used.
        NeedsDecision: only a person can say how to read it.
        Stopped: somebody asked for it.
    """
    told = stopping(context.progress, context.should_stop)
    files = [name for channel in request.each() for name in channel.names()]
    source = ", ".join(files[:SHOWN]) + (" …" if len(files) > SHOWN else "")
    store, name = DatasetStore(context.home), request.name or _named(request, files)
    if request.append is not None and request.name is None:
        name = f"{store.find(request.append).name} + {name}"
    added = store.add(request, name, source, told)
    return import_result(added.info, added.report) | {"existing": added.existing}


def _named(request: ImportRequest, files: list[str]) -> str:
    """Return the name of a dataset to which nobody gave one: that of its file, or of its sources."""
    sources = [channel.source for channel in request.each() if channel.source]
    return " + ".join(sources[:SHOWN]) if sources else plain_name(files[0])


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
        "channels": None if report.channels is None else asdict(report.channels),
        "catalog": None if report.catalog is None else asdict(report.catalog),
        "notes": [fix.sentence for fix in report.fixes],
    }
