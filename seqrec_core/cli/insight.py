"""`contrast`, `interest` and `unusual`: what differs, what is more than its steps explain, what is unlike the rest."""

from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, Of, OutOption, Unit, UnitOption, moment
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from seqrec_core.cli.lookup import Opened
    from seqrec_core.data.sequences import Sequences
    from seqrec_core.mining.types import MiningTerms
    from seqrec_core.segments.types import Segment

SHOWN, MOST_STEPS = 20, 3
REST, BETWEEN = "rest", ".."
A = Annotated[str, typer.Option("--a", metavar="SEGMENT", help=say("cli.option.group"), show_default=False)]
B = Annotated[str, typer.Option("--b", metavar="SEGMENT", help=say("cli.option.other_group"))]
MaybeOf = Annotated[Of | None, typer.Option("--of", help=say("cli.option.of_default"), show_default=False)]
MinCount = Annotated[int | None, typer.Option("--min-count", min=1, help=say("cli.option.min_count_default"))]
MaxGap = Annotated[int | None, typer.Option("--max-gap", min=1, help=say("cli.option.max_gap"))]
MaxLength = Annotated[int, typer.Option("--max-length", min=1, help=say("cli.option.max_length"))]
Floor = Annotated[int, typer.Option("--privacy-floor", min=0, metavar="K", help=say("cli.option.privacy_floor"))]
Draws = Annotated[int, typer.Option("--draws", help=say("cli.option.draws"))]
Seed = Annotated[int, typer.Option("--seed", help=say("cli.option.draws_seed"))]
Level = Annotated[float, typer.Option("--level", min=0, max=1, help=say("cli.option.level"))]
WithIds = Annotated[bool, typer.Option("--with-ids", help=say("cli.option.with_ids"))]
Top = Annotated[int, typer.Option("--top", min=1, help=say("cli.option.top_rows"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "contrast")(contrast_groups)
    command(app, "interest")(rank_by_interest)
    command(app, "unusual")(list_unusual)


def contrast_groups(
    call: Call,
    dataset: DatasetArgument,
    a: A,
    b: B = REST,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    min_count: MinCount = None,
    max_gap: MaxGap = None,
    max_length: MaxLength = 4,
    privacy_floor: Floor = 5,
    draws: Draws = 999,
    seed: Seed = 0,
    level: Level = 0.05,
    top: Top = SHOWN,
    out: OutOption = None,
) -> Result:
    """Compare two segments, rules or periods: which patterns are more frequent in one of them."""
    import polars as pl

    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.data.labels import default_of
    from seqrec_core.insight.contrast import P_CORRECTED, contrast
    from seqrec_core.insight.groups import groups

    csv_only(out)
    opened = open_dataset(call, dataset)
    first, second = group_of(call, opened, "--a", a), group_of(call, opened, "--b", b)
    pair = groups(opened.log, opened.dataset, first, second, unit.value, of.value if of else default_of(opened.dataset))
    terms = _terms(pair.a, pair.b, min_count, max_gap, max_length)
    found = contrast(pair.a, pair.b, terms, privacy_floor, draws, seed, call.progress)
    write_csv(found.frame, out)
    return {
        "a": a,
        "b": b,
        "unit": unit.value,
        "of": pair.a.of,
        "n_a": found.n_a,
        "n_b": found.n_b,
        "users_a": found.users_a,
        "users_b": found.users_b,
        "users_in_both": found.users_in_both,
        "sessions_left_out": pair.left_out,
        "min_count": terms.min_count,
        "kind": terms.kind,
        "complete": found.complete,
        "tested": found.frame.height,
        "level": level,
        "significant": found.frame.filter(pl.col(P_CORRECTED) <= level).height,
        "correction": "westfall-young",
        "draws": found.draws,
        "seed": seed,
        "out": None if out is None else str(out),
        "patterns": found.frame.head(top).to_dicts(),
    }


def rank_by_interest(
    call: Call,
    dataset: DatasetArgument,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    min_count: MinCount = None,
    max_gap: MaxGap = None,
    max_length: MaxLength = 4,
    privacy_floor: Floor = 5,
    seed: Seed = 0,
    top: Top = SHOWN,
    out: OutOption = None,
) -> Result:
    """Rank closed patterns by how far they exceed what their own transitions explain."""
    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.data.labels import default_of
    from seqrec_core.insight.interest import COPIES, interest
    from seqrec_core.mining.engine import mine
    from seqrec_core.mining.privacy import with_users
    from seqrec_core.mining.suggest import sensible_min_count
    from seqrec_core.mining.types import MiningTerms

    csv_only(out)
    arrays = open_dataset(call, dataset).dataset
    sequences = arrays.sequences(unit.value, of.value if of else default_of(arrays))
    least = min_count or sensible_min_count(sequences, max_gap, max_length)
    terms = MiningTerms(least, "closed", max_gap, 2, max_length, max_patterns=200_000)
    result = with_users(mine(sequences, terms), sequences, privacy_floor)
    frame = interest(sequences, result, seed=seed)
    write_csv(frame, out)
    return {
        "unit": unit.value,
        "of": sequences.of,
        "n_sequences": len(sequences),
        "min_count": least,
        "kind": terms.kind,
        "complete": result.complete,
        "pattern_count": frame.height,
        "copies": COPIES,
        "seed": seed,
        "out": None if out is None else str(out),
        "patterns": frame.head(top).to_dicts(),
    }


def list_unusual(
    call: Call,
    dataset: DatasetArgument,
    unit: UnitOption = Unit.session,
    of: MaybeOf = None,
    with_ids: WithIds = False,
    top: Top = SHOWN,
    out: OutOption = None,
) -> Result:
    """List the sequences and the weeks that are unlike the others."""
    import polars as pl

    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.data.labels import default_of
    from seqrec_core.insight.unusual import ROW, unusual
    from seqrec_core.insight.weeks import slow_weeks
    from seqrec_core.insight.weeks_within import unusual_weeks_within

    csv_only(out)
    opened = open_dataset(call, dataset)
    arrays = opened.dataset
    sequences = arrays.sequences(unit.value, of.value if of else default_of(arrays))
    found = unusual(sequences)
    ids = arrays.session_ids if unit is Unit.session else arrays.user_ids
    frame = found.frame.with_row_index("rank", offset=1)
    if with_ids:
        rows = frame[ROW].to_list()
        owners = [arrays.user_ids[sequences.owner[row]] for row in rows]
        frame = frame.with_columns(pl.Series("id", [ids[row] for row in rows]), pl.Series("user_id", owners))
    write_csv(frame.drop(ROW), out)
    shown = frame.head(top)
    return {
        "unit": unit.value,
        "of": sequences.of,
        "n_sequences": len(sequences),
        "typical_bits": found.typical_bits,
        "out": None if out is None else str(out),
        "sequences": [
            {**row, "surprises": _surprises(sequences, found.bits, row.pop(ROW))} for row in shown.iter_rows(named=True)
        ],
        "weeks": unusual_weeks_within(opened.log, arrays, unit.value, sequences.of).head(top).to_dicts(),
        "slow_weeks": slow_weeks(sequences).head(top).to_dicts(),
    }


def _surprises(sequences: "Sequences", bits: "NDArray[np.float64]", row: int) -> list[dict[str, object]]:
    """Return the three steps of a sequence that carry the most bits; a first event comes from nothing."""
    import numpy as np

    start, end = int(sequences.offsets[row]), int(sequences.offsets[row + 1])
    first = np.argsort(-bits[start:end], kind="stable")[:MOST_STEPS]
    names = [sequences.labels[code] for code in sequences[row]]
    return [
        {"position": int(at), "from": names[at - 1] if at else None, "to": names[at], "bits": float(bits[start + at])}
        for at in first
    ]


def _terms(a: "Sequences", b: "Sequences", min_count: int | None, max_gap: int | None, max_length: int) -> "MiningTerms":
    from seqrec_core.insight.contrast import together
    from seqrec_core.mining.suggest import sensible_min_count
    from seqrec_core.mining.types import MiningTerms

    least = min_count or sensible_min_count(together(a, b)[0], max_gap, max_length)
    return MiningTerms(least, "closed", max_gap, max_length=max_length)


def group_of(call: Call, opened: "Opened", option: str, text: str) -> "Segment | None":
    """Return the group that a text names: a saved segment, a period `from..to`, a rule, or `rest` (None).

    Raises:
        BadInput: a rule or a period that cannot be read.
    """
    from seqrec_core.cli.working import ask
    from seqrec_core.data.features.source import Source
    from seqrec_core.segments.grammar import parse
    from seqrec_core.segments.rules import suggested_unit
    from seqrec_core.segments.types import Segment
    from seqrec_core.store.segments import SegmentStore

    saved = {segment.name: segment for segment in SegmentStore(call.home).list(opened.info.id)}
    if text in saved:
        return saved[text]
    if text == REST:
        return None
    begin, between, end = text.partition(BETWEEN)
    if between:
        given: Result = {"start": moment(option, begin.strip() or None), "end": moment(option, end.strip() or None)}
    elif not text.strip():
        raise BadInput("cli", "no_group", option=option)
    else:
        given = {"rule": text, "unit": suggested_unit(parse(text), Source(opened.log, opened.dataset))}
    segment: Segment = ask(Segment, {"name": text[:200], **given})
    return segment


def csv_only(out: "Path | None") -> None:
    """Refuse a file that cannot be written before the work begins."""
    if out is None:
        return
    if out.suffix.lower() != ".csv":
        raise BadInput("cli", "out_ending", found=out.name, known=".csv")
    if not out.absolute().parent.is_dir():
        raise BadInput("cli", "no_folder", path=out.absolute().parent)


def write_csv(frame: "pl.DataFrame", out: "Path | None") -> None:
    """Write a table with its lists joined, if a file was asked for."""
    if out is None:
        return
    import polars as pl

    from seqrec_core.data.safe_csv import to_csv
    from seqrec_core.store.atomic import write_file

    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    write_file(out.absolute(), to_csv(frame.with_columns(pl.col(name).list.join(" -> ") for name in lists)))
