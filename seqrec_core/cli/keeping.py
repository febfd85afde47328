"""`datasets`, `runs`, `jobs`, `cancel`, `delete`, `tidy`: what is there, and what may go."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput, Damaged, NotFound
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.jobs.job import Job
    from seqrec_core.store.runs import RunCard

OfDataset = Annotated[str | None, typer.Argument(metavar="[DATASET]", help=say("cli.option.of_dataset"), show_default=False)]
JobArgument = Annotated[str, typer.Argument(metavar="JOB", help=say("cli.option.job"), show_default=False)]
Reference = Annotated[str, typer.Argument(metavar="DATASET|RUN", help=say("cli.option.reference"), show_default=False)]
Status = Annotated[str | None, typer.Option("--status", help=say("cli.option.status"))]
Older = Annotated[float | None, typer.Option("--older-than", min=0, metavar="DAYS", help=say("cli.option.older_than"))]
Within = Annotated[float | None, typer.Option("--within", min=0, metavar="MB", help=say("cli.option.within"))]
Delete = Annotated[bool, typer.Option("--delete", help=say("cli.option.delete"))]
Limit = Annotated[int, typer.Option("--limit", min=1, help=say("cli.option.limit"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "datasets")(list_datasets)
    command(app, "runs")(list_runs)
    command(app, "jobs")(list_jobs)
    command(app, "cancel")(cancel_job)
    command(app, "delete")(delete_one)
    command(app, "tidy")(tidy)


def list_datasets(call: Call) -> Result:
    """List the datasets, the newest first."""
    from seqrec_core.store.datasets import DatasetStore

    rows = []
    for info in DatasetStore(call.home).list():
        counts = {"events": info.n_events, "users": info.n_users, "sessions": info.n_sessions, "items": info.n_items}
        rest = {"first": info.first, "last": info.last, "created": info.created, "source": info.source, "bytes": info.bytes}
        rows.append({"dataset": info.id, "name": info.name, **counts, **rest, "sample": info.sample})
    return {"datasets": rows}


def list_runs(call: Call, dataset: OfDataset = None) -> Result:
    """List the runs (of one dataset), the newest first."""
    from seqrec_core.store.runs import RunStore

    only = None
    if dataset is not None:
        from seqrec_core.cli.lookup import dataset_info

        only = dataset_info(call, dataset).id
    return {"runs": [_run(card) for card in RunStore(call.home).list(only)]}


def list_jobs(call: Call, status: Status = None, limit: Limit = 50) -> Result:
    """List the jobs, the newest first."""
    from seqrec_core.jobs.table import JobTable

    return {"jobs": [_job(job) for job in JobTable(call.home.jobs_db).list(status, limit=limit)]}


def cancel_job(call: Call, job: JobArgument) -> Result:
    """Ask a job to stop."""
    from seqrec_core.jobs.table import JobTable

    table = JobTable(call.home.jobs_db)
    found = table.resolve(job)
    cancelled = table.cancel(found.id)
    after = table.find(found.id) or found
    return {"job": found.id, "cancelled": cancelled, "status": after.status}


def delete_one(call: Call, reference: Reference) -> Result:
    """Delete a dataset or a run. Runs of a deleted dataset stay and are named."""
    from seqrec_core.store.datasets import DatasetStore
    from seqrec_core.store.runs import RunStore

    datasets, runs = DatasetStore(call.home), RunStore(call.home)
    found = {}
    missing: list[NotFound] = []
    for kind, store in (("dataset", datasets), ("run", runs)):
        try:
            found[kind] = store.find(reference).id
        except Damaged:
            found[kind] = reference  # the id of a folder that is not whole: what is left of it can go
        except NotFound as error:
            missing.append(error)
    if len(found) == 2:
        raise BadInput("cli", "dataset_and_run", found=reference, dataset=found["dataset"], run=found["run"])
    if not found:
        ambiguous = [error for error in missing if error.code.startswith("ambiguous")]
        raise ambiguous[0] if ambiguous else NotFound("cli", "nothing_to_delete", found=reference)
    if "run" in found:
        return {"deleted": "run", "run": runs.delete(found["run"])}
    depending = datasets.delete(found["dataset"])
    return {"deleted": "dataset", "dataset": found["dataset"], "runs_without_data": list(depending)}


def tidy(call: Call, older_than: Older = None, within: Within = None, delete: Delete = False) -> Result:
    """Say what takes room and what would go by age or size; --delete lets it go."""
    from seqrec_core.jobs import retention

    if delete and older_than is None and within is None:
        raise BadInput("cli", "no_limit")
    rooms = [{"room": room.name, "things": room.things, "bytes": room.bytes} for room in retention.disk_use(call.home)]
    plan = retention.plan(call.home, older_than, within)
    freed = retention.carry_out(call.home, plan.removals) if delete else 0
    going = [
        {
            "kind": old.kind,
            "id": old.id,
            "name": old.name,
            "bytes": old.bytes,
            "last_used": _moment(old.last_used),
            "why": old.why,
        }
        for old in plan.removals
    ]
    sizes = {"bytes_before": plan.bytes_before, "bytes_after": plan.bytes_after, "bytes_freed": freed}
    return {"rooms": rooms, "would_go" if not delete else "gone": going, "in_use": sorted(plan.in_use), **sizes}


def _run(card: "RunCard") -> Result:
    means = {name: values["mean"] for name, values in card.metrics.items()}
    return {
        "run": card.id,
        "name": card.name,
        "model": card.model,
        "dataset": card.dataset,
        "dataset_name": card.dataset_name,
        "split": card.split,
        "exclude_seen": card.exclude_seen,
        "seconds": card.seconds,
        "created": card.created,
        "metrics": means or None,
    }


def _job(job: "Job") -> Result:
    row: dict[str, Any] = {"job": job.id, "kind": job.kind, "status": job.status, "step": job.step, "total": job.total}
    row |= {"created": _moment(job.created), "started": _moment(job.started), "finished": _moment(job.finished)}
    row |= {"priority": job.priority, "waits_for": job.waits_for}
    row |= {"attempt": job.attempt, "device": job.device, "error": job.error}
    return row


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
