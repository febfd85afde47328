"""`evidence` and `instead`: what stands behind one pattern, and what those do who do not go on from it."""

from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, Of, OutOption, Unit, UnitOption, listed
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.cli.insight import SHOWN, Floor, MaxGap, MaybeOf, Top, csv_only, write_csv
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.sequences import Sequences
    from seqrec_core.mining.types import Match

Pattern = Annotated[str, typer.Option("--pattern", metavar="A,B,C", help=say("cli.option.pattern"), show_default=False)]

Target = Annotated[str, typer.Option("--before", metavar="EVENT", help=say("cli.option.never_reached"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "evidence")(show_evidence)
    command(app, "instead")(show_instead)


def show_evidence(
    call: Call,
    dataset: DatasetArgument,
    pattern: Pattern,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    max_gap: MaxGap = None,
    privacy_floor: Floor = 5,
) -> Result:
    """Show examples of a pattern, the time between its events, who holds it and when; nobody is named."""
    from dataclasses import asdict

    from seqrec_core import columns as c
    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.cli.walking import counted_of
    from seqrec_core.insight.evidence import evidence, mix
    from seqrec_core.insight.interest import drawn, dullness, judged

    opened, items = open_dataset(call, dataset), tuple(listed(pattern))
    sequences = opened.dataset.sequences(unit.value, counted_of(opened, of, list(items)))
    found = evidence(sequences, items, max_gap, floor=privacy_floor)
    if found.users < privacy_floor:
        raise BadInput("cli", "below_floor", users=found.users, floor=privacy_floor)
    who = mix(opened.log, opened.dataset, found.rows, floor=privacy_floor).to_dicts() if unit is Unit.session else []
    surprise = judged(sequences, [list(items)], [len(found.rows)], drawn(sequences), max_gap).with_columns(dullness())
    return {
        "pattern": list(items),
        "unit": unit.value,
        "of": sequences.of,
        "n_sequences": len(sequences),
        "support_count": len(found.rows),
        "surprise": surprise.drop(c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT).row(0, named=True),
        "support": len(found.rows) / max(len(sequences), 1),
        "users": found.users,
        "gaps": [asdict(gap) for gap in found.between.gaps],
        "examples": [_example(sequences, match) for match in found.examples],
        "mix": who,
        "trend": found.trend.to_dicts(),
    }


def show_instead(
    call: Call,
    dataset: DatasetArgument,
    pattern: Pattern,
    before: Target,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    max_gap: MaxGap = None,
    privacy_floor: Floor = 5,
    top: Top = SHOWN,
    out: OutOption = None,
) -> Result:
    """Show where those go next who never reach an event."""
    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.cli.mining import cut_of
    from seqrec_core.cli.walking import counted_of
    from seqrec_core.insight.instead import instead

    csv_only(out)
    items = listed(pattern)
    counted = counted_of(open_dataset(call, dataset), of, items)
    found = instead(cut_of(call, dataset, unit, Of(counted), before), items, max_gap, privacy_floor)
    write_csv(found.frame, out)
    return {
        "pattern": items,
        "before": before,
        "unit": unit.value,
        "of": counted,
        "not_reached": found.n,
        "reached": found.n_reached,
        "left_out": found.left_out,
        "out": None if out is None else str(out),
        "next": found.frame.head(top).to_dicts(),
    }


def _example(sequences: "Sequences", match: "Match") -> dict[str, object]:
    """Return the events of one sequence from the first matched to the last, and the seconds since the first."""
    start, first, last = int(sequences.offsets[match.sequence]), match.positions[0], match.positions[-1]
    labels = [sequences.labels[code] for code in sequences[match.sequence][first : last + 1]]
    seconds = None
    if sequences.times is not None:
        times = sequences.times[start + first : start + last + 1]
        seconds = [float(time - times[0]) / 1e6 for time in times]
    return {"events": labels, "matched": [at - first for at in match.positions], "seconds": seconds}
