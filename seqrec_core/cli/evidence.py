"""`evidence`: what stands behind one pattern."""

from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, Unit, UnitOption, listed
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.cli.insight import Floor, MaxGap, MaybeOf
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.data.sequences import Sequences
    from seqrec_core.mining.types import Match

Pattern = Annotated[str, typer.Option("--pattern", metavar="A,B,C", help=say("cli.option.pattern"), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "evidence")(show_evidence)


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

    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.cli.walking import counted_of
    from seqrec_core.insight.evidence import evidence, mix

    opened, items = open_dataset(call, dataset), tuple(listed(pattern))
    sequences = opened.dataset.sequences(unit.value, counted_of(opened, of, list(items)))
    found = evidence(sequences, items, max_gap)
    if found.users < privacy_floor:
        raise BadInput("cli", "below_floor", users=found.users, floor=privacy_floor)
    who = mix(opened.log, opened.dataset, found.rows).to_dicts() if unit is Unit.session else []
    return {
        "pattern": list(items),
        "unit": unit.value,
        "of": sequences.of,
        "n_sequences": len(sequences),
        "support_count": len(found.rows),
        "support": len(found.rows) / max(len(sequences), 1),
        "users": found.users,
        "gaps": [asdict(gap) for gap in found.between.gaps],
        "examples": [_example(sequences, match) for match in found.examples],
        "mix": who,
        "trend": found.trend.to_dicts(),
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
