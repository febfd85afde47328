"""`segments`: named groups of sessions or users, their sizes, and how one differs from the rest."""

from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, FromOption, ToOption, Unit, moment
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.cli.lookup import Opened
    from seqrec_core.segments.types import Segment
    from seqrec_core.store.segments import SegmentStore

Add = Annotated[str | None, typer.Option("--add", metavar="NAME", help=say("cli.option.add"))]
Rules = Annotated[list[str] | None, typer.Option("--rule", metavar="RULE", help=say("cli.option.rule"))]
RuleUnit = Annotated[Unit | None, typer.Option("--unit", help=say("cli.option.rule_unit"), show_default=False)]
Delete = Annotated[str | None, typer.Option("--delete", metavar="NAME", help=say("cli.option.delete_segment"))]
Compare = Annotated[str | None, typer.Option("--compare", metavar="NAME", help=say("cli.option.compare_segment"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "segments")(keep_segments)


def keep_segments(
    call: Call,
    dataset: DatasetArgument,
    add: Add = None,
    rule: Rules = None,
    unit: RuleUnit = None,
    begin: FromOption = None,
    end: ToOption = None,
    delete: Delete = None,
    compare: Compare = None,
) -> Result:
    """List the saved segments of a dataset with their sizes; save, delete or compare one."""
    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.segments.preview import preview
    from seqrec_core.store.segments import SegmentStore

    if add is None and (rule or begin or end):
        raise BadInput("cli", "nameless_segment")
    opened = open_dataset(call, dataset)
    store, key = SegmentStore(call.home), opened.info.id
    if delete is not None:
        store.delete(key, delete)
    if add is not None:
        segment = _segment(opened, add, rule or [], unit, begin, end)
        preview(opened.log, opened.dataset, segment)
        store.save(key, segment)
    rows = [_row(opened, saved) for saved in store.list(key)]
    result: Result = {"dataset": key, "all_sessions": opened.dataset.n_sessions, "all_users": opened.dataset.n_users}
    result["segments"] = rows
    if compare is not None:
        result |= _compared(opened, store, compare, unit)
    return result


def _segment(opened: "Opened", name: str, rules: list[str], unit: Unit | None, begin: str | None, end: str | None) -> "Segment":
    """Return the segment that the options describe; several rules hold together.

    Raises:
        BadInput: nothing is asked for; a rule or a time that cannot be read.
    """
    from seqrec_core.cli.working import ask
    from seqrec_core.data.features.source import Source
    from seqrec_core.segments.grammar import parse
    from seqrec_core.segments.rules import suggested_unit
    from seqrec_core.segments.types import Segment

    given = [rule for rule in rules if rule.strip()]
    if not given and begin is None and end is None:
        raise BadInput("cli", "empty_segment", name=name)
    for one in given:
        parse(one)
    text = given[0] if len(given) == 1 else " and ".join(f"({one})" for one in given)
    of = unit.value if unit else suggested_unit(parse(text), Source(opened.log, opened.dataset)) if text else "session"
    options = {"name": name, "rule": text, "unit": of, "start": moment("--from", begin), "end": moment("--to", end)}
    segment: Segment = ask(Segment, options)
    return segment


def _row(opened: "Opened", saved: "Segment") -> Result:
    """Return one segment with its size; where it no longer fits the log, without sizes and with the reason."""
    from seqrec_core.segments.preview import preview

    row: Result = {"name": saved.name, "rule": saved.rule, "unit": saved.unit, "where": saved.where}
    row |= {"start": saved.start and saved.start.isoformat(), "end": saved.end and saved.end.isoformat()}
    row["listed_sessions"] = None if saved.sessions is None else len(saved.sessions)
    try:
        found = preview(opened.log, opened.dataset, saved)
    except BadInput as error:
        return row | {"sessions": None, "users": None, "events": None, "problem": error.message}
    shares = {"share_of_sessions": found.share_of_sessions, "share_of_users": found.share_of_users}
    return row | {"sessions": found.sessions, "users": found.users, "events": found.events, **shares, "problem": None}


def _compared(opened: "Opened", store: "SegmentStore", name: str, unit: Unit | None) -> Result:
    from seqrec_core.segments.compare import compare

    segment = store.find(opened.info.id, name)
    of = unit.value if unit else segment.unit
    frame = compare(opened.log, opened.dataset, segment, of)
    return {"compared": name, "compared_unit": of, "differences": frame.to_dicts()}
