"""`flow`, `matrix`, `around`, `cohorts` and `duration`: the other counts of the Journeys page."""

from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, FromOption, ToOption, Unit, UnitOption
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.cli.walking import Hide, MaybeOf, Merge, Where, Window, read_sequences
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.sequences import Sequences

Event = Annotated[str, typer.Option("--event", metavar="EVENT", help=say("cli.option.event"), show_default=False)]
MaybeEvent = Annotated[str | None, typer.Option("--event", metavar="EVENT", help=say("cli.option.cohort_event"))]
FlowSteps = Annotated[int, typer.Option("--steps", min=1, help=say("cli.option.flow_steps"))]
Shown = Annotated[int, typer.Option("--top", min=1, help=say("cli.option.shown"))]
Days = Annotated[int, typer.Option("--days", min=1, help=say("cli.option.days"))]
Start = Annotated[str | None, typer.Option("--start", metavar="EVENT", help=say("cli.option.start"))]
Finish = Annotated[str | None, typer.Option("--end", metavar="EVENT", help=say("cli.option.end"))]
First = Annotated[str, typer.Option("--start", metavar="EVENT", help=say("cli.option.first"), show_default=False)]
Last = Annotated[str, typer.Option("--end", metavar="EVENT", help=say("cli.option.last"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "flow")(count_flow)
    command(app, "matrix")(count_matrix)
    command(app, "around")(count_around)
    command(app, "cohorts")(count_cohorts)
    command(app, "duration")(measure_duration)


def count_flow(
    call: Call,
    dataset: DatasetArgument,
    steps: FlowSteps = 4,
    top: Shown = 6,
    start: Start = None,
    finish: Finish = None,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    hide: Hide = None,
    merge: Merge = None,
    begin: FromOption = None,
    end: ToOption = None,
    where: Where = None,
) -> Result:
    """Count what is done first, second, third; every step sums to all sequences of the flow."""
    from seqrec_core.journeys.flow import step_flow

    labels = [label for label in (start, finish) if label is not None]
    sequences = read_sequences(call, dataset, labels, unit, of, hide, merge, begin, end, where)
    flow = step_flow(sequences, steps, top, start, finish)
    return _about(sequences) | {"n": flow.n, "nodes": flow.nodes.to_dicts(), "links": flow.links.to_dicts()}


def count_matrix(
    call: Call,
    dataset: DatasetArgument,
    top: Shown = 12,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    hide: Hide = None,
    merge: Merge = None,
    begin: FromOption = None,
    end: ToOption = None,
    where: Where = None,
) -> Result:
    """Count what follows each event; the rates of an event sum to 1, the end included."""
    from seqrec_core.journeys.matrix import transition_matrix

    sequences = read_sequences(call, dataset, [], unit, of, hide, merge, begin, end, where)
    matrix = transition_matrix(sequences, top)
    return _about(sequences) | {"labels": list(matrix.labels), "transitions": matrix.frame.to_dicts()}


def count_around(
    call: Call,
    dataset: DatasetArgument,
    event: Event,
    top: Shown = 6,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    hide: Hide = None,
    merge: Merge = None,
    begin: FromOption = None,
    end: ToOption = None,
    where: Where = None,
) -> Result:
    """Count what comes directly before and after one event."""
    from seqrec_core.journeys.around import around

    sequences = read_sequences(call, dataset, [event], unit, of, hide, merge, begin, end, where)
    found = around(sequences, event, top)
    return _about(sequences) | {"event": event, "n": found.n, "before": found.before.to_dicts(), "after": found.after.to_dicts()}


def count_cohorts(
    call: Call,
    dataset: DatasetArgument,
    days: Days = 7,
    event: MaybeEvent = None,
    of: MaybeOf = None,
    where: Where = None,
) -> Result:
    """Count how many users of each first week come back in each week after."""
    from seqrec_core.journeys.cohorts import COHORT, retention

    labels = [] if event is None else [event]
    sequences = read_sequences(call, dataset, labels, Unit.session, of, None, None, None, None, where)
    found = retention(sequences, days, event)
    rows = [row | {COHORT: row[COHORT].isoformat()} for row in found.frame.to_dicts()]
    return {"days": days, "event": event, "of": sequences.of, "cohorts": rows}


def measure_duration(
    call: Call,
    dataset: DatasetArgument,
    start: First,
    finish: Last,
    window: Window = None,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    hide: Hide = None,
    merge: Merge = None,
    begin: FromOption = None,
    end: ToOption = None,
    where: Where = None,
) -> Result:
    """Measure the time from one event to another, and how many get there in which time."""
    from seqrec_core.journeys.duration import time_between

    sequences = read_sequences(call, dataset, [start, finish], unit, of, hide, merge, begin, end, where)
    found = time_between(sequences, start, finish, window)
    quantiles = [{"share": share, "seconds": seconds} for share, seconds in found.quantiles.items()]
    counts = {"started": found.started, "arrived": found.arrived}
    return _about(sequences) | counts | {"quantiles": quantiles, "within": found.within.to_dicts()}


def _about(sequences: "Sequences") -> Result:
    return {"unit": sequences.unit, "of": sequences.of, "total": len(sequences)}
