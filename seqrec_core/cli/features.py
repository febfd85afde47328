"""`features`: what is known of each user, item or session as a table, and whether order matters."""

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import DatasetArgument, Of
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    import polars as pl

    from seqrec_core.data.features.order import OrderEffect

ENDINGS = (".csv", ".parquet")
SHOWN = 20


class FeatureOf(StrEnum):
    """What one row is."""

    user = "user"
    item = "item"
    sequence = "sequence"


OfOption = Annotated[FeatureOf, typer.Option("--of", help=say("cli.option.feature_of"), show_default=False)]
Columns = Annotated[str | None, typer.Option("--columns", metavar="A,B,C", help=say("cli.option.columns"))]
Labels = Annotated[Of | None, typer.Option("--labels", help=say("cli.option.labels"), show_default=False)]
Seed = Annotated[int, typer.Option("--seed", min=0, help=say("cli.option.seed"))]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("cli.option.out_features"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "features")(list_features)


def list_features(
    call: Call,
    dataset: DatasetArgument,
    of: OfOption,
    columns: Columns = None,
    labels: Labels = None,
    seed: Seed = 0,
    out: Out = None,
) -> Result:
    """Compute features of users, items or sessions; for sessions also say whether their order matters."""
    from seqrec_core.cli.arguments import listed
    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.data.features.order import order_effect
    from seqrec_core.data.features.table import feature_table
    from seqrec_core.data.labels import default_of

    _writable(out)
    opened = open_dataset(call, dataset)
    begun = time.perf_counter()
    names = None if columns is None else listed(columns)
    table = feature_table(of.value, opened.log, opened.dataset, opened.catalog, names)
    seconds = time.perf_counter() - begun
    if out is not None:
        _write(table.frame, out.absolute())
    effect = None
    if of is FeatureOf.sequence:
        over = default_of(opened.dataset) if labels is None else labels.value
        effect = order_effect(opened.dataset.sequences("session", over), seed)
    return {
        "dataset": opened.info.id,
        "of": of.value,
        "rows": table.frame.height,
        "seconds": seconds,
        "out": None if out is None else str(out),
        "notes": list(table.notes),
        "order": None if effect is None else _order(effect),
        "columns": [_column(of, column) for column in table.frame.iter_columns()],
        "table": table.frame.head(SHOWN).to_dicts(),
    }


def _column(of: FeatureOf, column: "pl.Series") -> Result:
    """Return a column's definition and what it holds; the first one is the id."""
    from seqrec_core.data.features.registry import definition

    found = definition(of.value, column.name)
    is_number = column.dtype.is_numeric()
    return {
        "name": column.name,
        "title": None if found is None else found.title,
        "formula": None if found is None else found.formula,
        "unit": None if found is None else found.unit_name,
        "empty_if": None if found is None else found.empty_case,
        "empty": column.null_count(),
        "mean": column.mean() if is_number else None,
        "median": column.median() if is_number else None,
    }


def _order(effect: "OrderEffect") -> Result:
    return {
        "sentence": effect.sentence,
        "verdict": effect.verdict,
        "change": effect.change,
        "by_chance": effect.by_chance,
        "excess": effect.excess,
        "low": effect.low,
        "high": effect.high,
        "p_value": effect.p_value,
        "of": effect.of,
        "n_steps": effect.n_steps,
        "n_sequences": effect.n_sequences,
        "is_sample": effect.is_sample,
        "draws": effect.draws,
        "seed": effect.seed,
        "pairs": effect.pairs.to_dicts(),
    }


def _writable(out: Path | None) -> None:
    """Refuse a file that cannot be written before the work begins."""
    if out is None:
        return
    if out.suffix.lower() not in ENDINGS:
        raise BadInput("cli", "out_ending", found=out.name, known=", ".join(ENDINGS))
    if not out.absolute().parent.is_dir():
        raise BadInput("cli", "no_folder", path=out.absolute().parent)


def _write(frame: "pl.DataFrame", out: Path) -> None:
    from seqrec_core.data.safe_csv import to_csv
    from seqrec_core.store.atomic import replacing, write_file

    if out.suffix.lower() == ".csv":
        write_file(out, to_csv(frame))
        return
    with replacing(out) as aside:
        frame.write_parquet(aside)
