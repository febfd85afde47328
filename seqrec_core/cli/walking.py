"""`funnel` and `paths`: where people go."""

from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, FromOption, Of, ToOption, Unit, UnitOption, listed, moment, pairs
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.cli.lookup import Opened
    from seqrec_core.data.sequences import Of as Labels
    from seqrec_core.data.sequences import Sequences
    from seqrec_core.segments.types import Segment

Steps = Annotated[str, typer.Option("--steps", metavar="A,B,C", help=say("cli.option.steps"), show_default=False)]
Strict = Annotated[bool, typer.Option("--strict", help=say("cli.option.strict"))]
Window = Annotated[float | None, typer.Option("--window", metavar="SECONDS", min=0, help=say("cli.option.window"))]
Where = Annotated[list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help=say("cli.option.where"))]
MaybeOf = Annotated[Of | None, typer.Option("--of", help=say("cli.option.of_default"), show_default=False)]
Top = Annotated[int, typer.Option("--top", min=1, help=say("cli.option.top_paths"))]
Depth = Annotated[int, typer.Option("--depth", min=1, help=say("cli.option.depth"))]
Target = Annotated[str | None, typer.Option("--target", metavar="EVENT", help=say("cli.option.target"))]
Hide = Annotated[list[str] | None, typer.Option("--hide", metavar="EVENT", help=say("cli.option.hide"))]
Merge = Annotated[list[str] | None, typer.Option("--merge", metavar="NAME=EVENT,...", help=say("cli.option.merge"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "funnel")(count_funnel)
    command(app, "paths")(count_paths)


def count_funnel(
    call: Call,
    dataset: DatasetArgument,
    steps: Steps,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    strict: Strict = False,
    window: Window = None,
    hide: Hide = None,
    merge: Merge = None,
    begin: FromOption = None,
    end: ToOption = None,
    where: Where = None,
) -> Result:
    """Count how many sequences reach each step, in order."""
    from seqrec_core.journeys.funnel import funnel

    names = listed(steps)
    sequences = read_sequences(call, dataset, names, unit, of, hide, merge, begin, end, where)
    found = funnel(sequences, names, strict, window)
    return {"unit": unit.value, "of": sequences.of, "total": found.total, "steps": found.steps.to_dicts()}


def count_paths(
    call: Call,
    dataset: DatasetArgument,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    top: Top = 10,
    depth: Depth = 4,
    target: Target = None,
    hide: Hide = None,
    merge: Merge = None,
    begin: FromOption = None,
    end: ToOption = None,
    where: Where = None,
) -> Result:
    """Count where sequences start, which step follows which, and the commonest beginnings."""
    from seqrec_core import columns as c
    from seqrec_core.journeys.paths import converting_paths, starts, top_paths
    from seqrec_core.mining.transitions import count_transitions

    sequences = read_sequences(call, dataset, [], unit, of, hide, merge, begin, end, where)
    found = top_paths(sequences, depth, top) if target is None else converting_paths(sequences, target, depth, top)
    return {
        "unit": unit.value,
        "of": sequences.of,
        "total": len(sequences),
        "starts": starts(sequences).head(top).to_dicts(),
        "transitions": count_transitions(sequences).head(top).select(c.FROM, c.TO, c.COUNT).to_dicts(),
        "paths": found.to_dicts(),
    }


def read_sequences(
    call: Call,
    dataset: str,
    labels: list[str],
    unit: Unit,
    of: Of | None,
    hide: list[str] | None,
    merge: list[str] | None,
    begin: str | None,
    end: str | None,
    where: list[str] | None,
) -> "Sequences":
    """Open a dataset and return its sequences as the options read them; `labels` are those that the question names."""
    from seqrec_core.cli.lookup import open_dataset

    segment = _segment(say("cli.segment"), where, begin, end)
    opened = open_dataset(call, dataset)
    counted = counted_of(opened, of, [] if merge else labels)  # a merged name is no label of the log yet
    return _arranged(_sequences(opened, segment, unit, counted), hide, merge)


def _arranged(sequences: "Sequences", hide: list[str] | None, merge: list[str] | None) -> "Sequences":
    """Merge and hide events, by name or wildcard: merged first, so that a merged name can be hidden.

    Raises:
        BadInput: a `--merge` without a name.
        NotFound: a name or wildcard that fits no event.
    """
    from seqrec_core.journeys.reading import grouped, hidden, matching, merged

    if merge:
        groups = {name: listed(patterns) for name, patterns in pairs("--merge", merge).items()}
        sequences = merged(sequences, grouped(sequences, groups))
    if hide:
        sequences = hidden(sequences, [label for pattern in hide for label in matching(sequences, pattern)])
    return sequences


def _segment(name: str, where: list[str] | None, begin: str | None, end: str | None) -> "Segment | None":
    """Return the segment that the options describe; None where they choose nothing."""
    if not where and begin is None and end is None:
        return None
    from seqrec_core.cli.working import ask
    from seqrec_core.segments.types import Segment

    given = {"name": name, "where": pairs("--where", where or []), "start": moment("--from", begin), "end": moment("--to", end)}
    segment: Segment = ask(Segment, given)
    return segment


def _sequences(opened: "Opened", segment: "Segment | None", unit: Unit, of: "Labels") -> "Sequences":
    """Return the sequences of a dataset, or of one segment of it."""
    if segment is None:
        return opened.dataset.sequences(unit.value, of)
    from seqrec_core.segments.within import sequences_within

    return sequences_within(opened.log, opened.dataset, segment, unit.value, of)


def counted_of(opened: "Opened", of: Of | None, labels: list[str]) -> "Labels":
    """Return what is counted: as asked, else the first of event, category and item that knows all labels, else the default."""
    from seqrec_core.data.labels import default_of

    if of is not None:
        return of.value
    dataset = opened.dataset
    known: dict[Labels, set[str]] = {
        "event": set(dataset.event_names),
        "category": set() if dataset.categories is None else set(dataset.categories[1:]),
        "item": set(dataset.vocabulary.ids),
    }
    if labels:
        return next((name for name, names in known.items() if names.issuperset(labels)), default_of(dataset))
    return default_of(dataset)
