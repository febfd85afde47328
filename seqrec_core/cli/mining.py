"""`mine` and `rules`: which sequences many share, and what tends to follow them."""

import math
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.arguments import Of, OutOption, Unit, UnitOption
from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import BadInput
from seqrec_core.text import say

if TYPE_CHECKING:
    import polars as pl

    from seqrec_core.data.sequences import Sequences
    from seqrec_core.mining.types import MiningResult, MiningTerms

SHOWN = 20
ARROW = " -> "


class Kind(StrEnum):
    """Which patterns are kept."""

    all = "all"
    closed = "closed"
    maximal = "maximal"


MaybeDataset = Annotated[str | None, typer.Argument(metavar="[DATASET]", help=say("cli.option.dataset"), show_default=False)]
Spmf = Annotated[Path | None, typer.Option("--spmf", metavar="FILE", help=say("cli.option.spmf"))]
MinCount = Annotated[int | None, typer.Option("--min-count", min=1, help=say("cli.option.min_count"))]
MinSupport = Annotated[float | None, typer.Option("--min-support", min=0, max=1, help=say("cli.option.min_support"))]
KindOption = Annotated[Kind, typer.Option("--kind", help=say("cli.option.kind"))]
TopK = Annotated[int | None, typer.Option("--top-k", min=1, help=say("cli.option.top_k"))]
MaxGap = Annotated[int | None, typer.Option("--max-gap", min=1, help=say("cli.option.max_gap"))]
MinLength = Annotated[int, typer.Option("--min-length", min=1, help=say("cli.option.min_length"))]
MaxLength = Annotated[int | None, typer.Option("--max-length", min=1, help=say("cli.option.max_length"))]
OfOption = Annotated[Of, typer.Option("--of", help=say("cli.option.of"))]
Floor = Annotated[int, typer.Option("--privacy-floor", min=0, metavar="K", help=say("cli.option.privacy_floor"))]
MinConfidence = Annotated[float, typer.Option("--min-confidence", min=0, max=1, help=say("cli.option.min_confidence"))]
Top = Annotated[int, typer.Option("--top", min=1, help=say("cli.option.top_rules"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "mine")(mine_patterns)
    command(app, "rules")(mine_rules)


def mine_patterns(
    call: Call,
    dataset: MaybeDataset = None,
    spmf: Spmf = None,
    min_count: MinCount = None,
    min_support: MinSupport = None,
    kind: KindOption = Kind.all,
    top_k: TopK = None,
    max_gap: MaxGap = None,
    min_length: MinLength = 1,
    max_length: MaxLength = None,
    unit: UnitOption = Unit.session,
    of: OfOption = Of.item,
    privacy_floor: Floor = 0,
    out: OutOption = None,
) -> Result:
    """Find frequent sequences in a dataset or in a file of the SPMF format."""
    from seqrec_core.mining.types import MiningTerms

    _writable(out)
    sequences = _sequences(call, dataset, spmf, unit, of)
    terms = MiningTerms(_least(sequences, min_count, min_support), kind.value, max_gap, min_length, max_length, top_k)
    result = _search(sequences, terms, privacy_floor)
    if out is not None:
        _write(result, out)
    patterns = [{"items": list(p.items), "support_count": p.support_count, "support": p.support} for p in result.patterns(SHOWN)]
    return {
        "pattern_count": len(result),
        "n_sequences": result.n_sequences,
        "min_count": terms.min_count,
        "kind": kind.value,
        "unit": result.unit,
        "of": result.of,
        "complete": result.complete,
        "suggestion": result.suggestion,
        "seconds": result.seconds,
        "cpu_seconds": result.cpu_seconds,
        "peak_rss_mb": peak_rss_mb(),
        "out": None if out is None else str(out),
        "patterns": patterns,
    }


def mine_rules(
    call: Call,
    dataset: MaybeDataset = None,
    spmf: Spmf = None,
    min_count: MinCount = None,
    min_support: MinSupport = None,
    max_gap: MaxGap = None,
    max_length: MaxLength = 4,
    unit: UnitOption = Unit.session,
    of: OfOption = Of.item,
    privacy_floor: Floor = 0,
    min_confidence: MinConfidence = 0.0,
    top: Top = SHOWN,
    out: OutOption = None,
) -> Result:
    """Find sequential rules: a prefix, and what follows it. Without a least support, a sensible one is chosen."""
    import polars as pl

    from seqrec_core.mining.rules import CONFIDENCE, rules
    from seqrec_core.mining.suggest import sensible_min_count
    from seqrec_core.mining.types import MiningTerms

    _writable(out)
    sequences = _sequences(call, dataset, spmf, unit, of)
    if min_count is None and min_support is None:
        min_count = sensible_min_count(sequences, max_gap)
    terms = MiningTerms(_least(sequences, min_count, min_support), "all", max_gap, 1, max_length)
    result = _search(sequences, terms, privacy_floor)
    found = rules(result).filter(pl.col(CONFIDENCE) >= min_confidence)
    if out is not None:
        _write_rules(found, out)
    return {
        "rule_count": found.height,
        "n_sequences": result.n_sequences,
        "min_count": terms.min_count,
        "unit": result.unit,
        "of": result.of,
        "complete": result.complete,
        "seconds": result.seconds,
        "out": None if out is None else str(out),
        "rules": found.head(top).to_dicts(),
    }


def peak_rss_mb() -> float:
    """Largest memory that this process held, in MB."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 if sys.platform != "darwin" else 1024**2)


def _sequences(call: Call, dataset: str | None, spmf: Path | None, unit: Unit, of: Of) -> "Sequences":
    if (dataset is None) == (spmf is None):
        raise BadInput("cli", "one_source")
    if spmf is not None:
        from seqrec_core.mining.spmf import read_spmf

        return read_spmf(spmf)
    from seqrec_core.cli.lookup import open_dataset

    return open_dataset(call, str(dataset)).dataset.sequences(unit.value, of.value)


def _least(sequences: "Sequences", min_count: int | None, min_support: float | None) -> int:
    """Return the absolute least support; a share is rounded up, so that no pattern is below it."""
    if (min_count is None) == (min_support is None):
        raise BadInput("cli", "one_support")
    if min_count is not None:
        return min_count
    return max(1, math.ceil(float(min_support or 0) * len(sequences) - 1e-9))


def _search(sequences: "Sequences", terms: "MiningTerms", floor: int) -> "MiningResult":
    """Mine, drop what points at too few people, and only then cut to the best k."""
    from seqrec_core.mining.engine import mine

    if floor <= 1:
        return mine(sequences, terms)
    from seqrec_core.mining.privacy import with_users

    found = with_users(mine(sequences, replace(terms, top_k=None)), sequences, floor)
    return found if terms.top_k is None else replace(found, frame=found.frame.head(terms.top_k))


def _writable(out: Path | None) -> None:
    """Refuse a file that cannot be written before the work begins."""
    if out is None:
        return
    if out.suffix.lower() not in (".txt", ".csv"):
        raise BadInput("cli", "out_ending", found=out.name, known=".txt, .csv")
    if not out.absolute().parent.is_dir():
        raise BadInput("cli", "no_folder", path=out.absolute().parent)


def _write(result: "MiningResult", out: Path) -> None:
    from seqrec_core import columns as c
    from seqrec_core.data.safe_csv import to_csv
    from seqrec_core.mining.spmf import write_spmf
    from seqrec_core.store.atomic import replacing, write_file

    if out.suffix.lower() == ".txt":
        with replacing(out.absolute()) as aside:
            write_spmf(result, aside)
        return
    import polars as pl

    joined = result.frame.select(pl.col(c.ITEMS).list.join(ARROW).alias("pattern"), c.SUPPORT_COUNT, c.SUPPORT)
    write_file(out.absolute(), to_csv(joined))


def _write_rules(found: "pl.DataFrame", out: Path) -> None:
    import polars as pl

    from seqrec_core.data.safe_csv import to_csv
    from seqrec_core.mining.rules import ANTECEDENT
    from seqrec_core.store.atomic import write_file

    if out.suffix.lower() != ".csv":
        raise BadInput("cli", "out_ending", found=out.name, known=".csv")
    write_file(out.absolute(), to_csv(found.with_columns(pl.col(ANTECEDENT).list.join(ARROW))))
