"""`clean`: a stored dataset with other steps of cleaning or other sessions, as another dataset."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seqrec_core.cli.arguments import DatasetArgument, QueueOption, SessionsOption, listed, pairs, sessions_told
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.report import ImportReport

Steps = Annotated[list[str] | None, typer.Option("--step", metavar="NAME[:SETTING=VALUE,...]", help=say("cli.option.step"))]
Without = Annotated[list[str] | None, typer.Option("--without", metavar="STEP", help=say("cli.option.without"))]
Name = Annotated[str | None, typer.Option("--name", help=say("cli.option.name"))]
MANY, INTO = "|", ">"


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "clean")(clean)


def clean(
    call: Call,
    dataset: DatasetArgument,
    step: Steps = None,
    without: Without = None,
    sessions: SessionsOption = None,
    name: Name = None,
    queue: QueueOption = False,
) -> Result:
    """Clean a dataset again; the first stays as it is."""
    from seqrec_core.cli.lookup import dataset_info
    from seqrec_core.cli.working import ask, do
    from seqrec_core.data.steps.types import known_step, steps_of
    from seqrec_core.jobs.requests import CleanRequest
    from seqrec_core.store.datasets import DatasetStore

    info = dataset_info(call, dataset)
    report = DatasetStore(call.home).report(info.id)
    given: dict[str, Any] = {"dataset": info.id, "name": name, "without": tuple(known_step(one) for one in without or [])}
    given["add"] = steps_of(_step(text, report) for text in step or [])
    if sessions is not None:
        told = sessions_told(sessions)
        given |= {"sessions": sessions.partition(":")[0], "session_gap_minutes": told["session_gap_minutes"]}
    return do(call, "clean", ask(CleanRequest, given), queue)


def _step(text: str, report: "ImportReport") -> dict[str, Any]:
    """Read a step: its name, over what the log suggests for it; or JSON, with all its settings.

    `k_core:users=5,items=5`; a list is written `types=view|cart`, a table `into=look>view|see>view`.
    """
    from seqrec_core.data.steps.types import known_step, listed_settings

    if text.lstrip().startswith("{"):
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise BadInput("steps", "not_a_step", found=text[:80], why=str(error)) from None
        return found
    name, _, rest = text.partition(":")
    name = known_step(name.strip())
    suggested = next((one.step for one in report.proposed if one.name == name), {})
    settings = {key: _value(value) for key, value in pairs("--step", listed(rest)).items()}
    settings |= {key: [settings[key]] for key in listed_settings(name) & settings.keys() if isinstance(settings[key], str)}
    return {"name": name, **suggested, **settings}


def _value(text: str) -> Any:
    if INTO in text:
        return {old: new for old, _, new in (entry.partition(INTO) for entry in text.split(MANY))}
    if MANY in text:
        return text.split(MANY)
    return {"true": True, "false": False, "none": None}.get(text.lower(), text)
