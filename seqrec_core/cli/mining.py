"""`mine` and `rules`: which sequences many share, and what tends to follow them."""

import math
import time
from collections.abc import Callable, Iterable
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
    from seqrec_core.mining.preceding import Cut
    from seqrec_core.mining.types import MiningResult, MiningTerms, Pattern

SHOWN = 20
ARROW, TOGETHER = " -> ", " + "


class Kind(StrEnum):
    """Which patterns are kept."""

    all = "all"
    closed = "closed"
    maximal = "maximal"


class Supporter(StrEnum):
    """Who counts once."""

    sequence = "sequence"
    user = "user"


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
MinGap = Annotated[int, typer.Option("--min-gap", min=1, help=say("cli.option.min_gap"))]
MinGapSeconds = Annotated[float | None, typer.Option("--min-gap-seconds", min=0, help=say("cli.option.min_gap_seconds"))]
MaxGapSeconds = Annotated[float | None, typer.Option("--max-gap-seconds", min=0, help=say("cli.option.max_gap_seconds"))]
MaxSpanSeconds = Annotated[float | None, typer.Option("--max-span-seconds", min=0, help=say("cli.option.max_span_seconds"))]
Baskets = Annotated[bool | None, typer.Option("--baskets/--single", help=say("cli.option.baskets"), show_default=False)]
By = Annotated[Supporter, typer.Option("--by", help=say("cli.option.by"))]
Contains = Annotated[list[str] | None, typer.Option("--contains", metavar="EVENT", help=say("cli.option.contains"))]
StartsWith = Annotated[list[str] | None, typer.Option("--starts-with", metavar="EVENT", help=say("cli.option.starts_with"))]
EndsWith = Annotated[list[str] | None, typer.Option("--ends-with", metavar="EVENT", help=say("cli.option.ends_with"))]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="EVENT", help=say("cli.option.exclude"))]
Over = Annotated[list[str] | None, typer.Option("--over", metavar="TYPE", help=say("cli.option.over"))]
MaxPatterns = Annotated[int, typer.Option("--max-patterns", min=1, help=say("cli.option.max_patterns"))]
MaxSeconds = Annotated[float, typer.Option("--max-seconds", min=0, help=say("cli.option.max_seconds"))]
MaxMemory = Annotated[int, typer.Option("--max-mb", min=1, help=say("cli.option.max_mb"))]
MinConfidence = Annotated[float, typer.Option("--min-confidence", min=0, max=1, help=say("cli.option.min_confidence"))]
Before = Annotated[str | None, typer.Option("--before", metavar="EVENT", help=say("cli.option.before"))]
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
    min_gap: MinGap = 1,
    min_gap_seconds: MinGapSeconds = None,
    max_gap_seconds: MaxGapSeconds = None,
    max_span_seconds: MaxSpanSeconds = None,
    baskets: Baskets = None,
    by: By = Supporter.sequence,
    contains: Contains = None,
    starts_with: StartsWith = None,
    ends_with: EndsWith = None,
    exclude: Exclude = None,
    over: Over = None,
    max_patterns: MaxPatterns = 50_000_000,
    max_seconds: MaxSeconds = 600.0,
    max_mb: MaxMemory = 4_000,
    out: OutOption = None,
) -> Result:
    """Find frequent sequences in a dataset or in a file of the SPMF format.

    Seconds and cpu_seconds count reading and searching; loading or first compiling the search is left out: load_seconds.
    """
    from seqrec_core.data.memory import peak_rss_mb
    from seqrec_core.mining.types import MiningTerms

    _writable(out)
    terms = MiningTerms(
        1, kind.value, max_gap, min_length, max_length, top_k, max_patterns, max_seconds, min_gap, min_gap_seconds,
        max_gap_seconds, max_span_seconds, bool(baskets), by.value, _labels(contains), _labels(starts_with), _labels(ends_with),
        _labels(exclude), _labels(over) if of is Of.event or spmf is not None else (), max_mb * 1_000_000,
    )  # fmt: skip
    clock = Clock(() if spmf is None else (_load_reading,))
    sequences = _sequences(call, dataset, spmf, unit, of, () if terms.over else _labels(over))
    _check_labels(sequences, terms)
    terms = replace(terms, min_count=_least(sequences, min_count, min_support, by), baskets=_is_basket(sequences, spmf, baskets))
    clock.leave_out(lambda: _load_search(terms))
    result = _search(sequences, terms, privacy_floor)
    first = result.patterns(SHOWN)
    seconds, cpu_seconds = clock.elapsed()
    if out is not None:
        _write(result, out)
    times = {"seconds": seconds, "cpu_seconds": cpu_seconds, "search_seconds": result.seconds, "load_seconds": clock.left_out[0]}
    return _account(result) | times | {
        "peak_rss_mb": peak_rss_mb(),
        "out": None if out is None else str(out),
        "patterns": [_shown(pattern) for pattern in first],
    }  # fmt: skip


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
    before: Before = None,
    top: Top = SHOWN,
    out: OutOption = None,
) -> Result:
    """Find sequential rules: a prefix, and what follows it. Without a least support, a sensible one is chosen."""
    import polars as pl

    from seqrec_core.mining.preceding import preceding
    from seqrec_core.mining.rules import CONFIDENCE, rules
    from seqrec_core.mining.suggest import sensible_min_count
    from seqrec_core.mining.types import MiningTerms

    _writable(out)
    cut = None if before is None else cut_of(call, dataset, unit, of, before)
    sequences = _sequences(call, dataset, spmf, unit, of) if cut is None else cut.sequences
    if min_count is None and min_support is None:
        min_count = sensible_min_count(sequences, max_gap)
    terms = MiningTerms(_least(sequences, min_count, min_support), "all", max_gap, 1, max_length)
    result = _search(sequences, terms, privacy_floor)
    found = (rules(result) if cut is None else preceding(cut, result, privacy_floor)).filter(pl.col(CONFIDENCE) >= min_confidence)
    if out is not None:
        _write_rules(found, out)
    return {
        "rule_count": found.height,
        "before": before,
        "reached": None if cut is None else int(cut.reached.sum()),
        "n_sequences": result.n_sequences,
        "min_count": terms.min_count,
        "unit": result.unit,
        "of": result.of,
        "complete": result.complete,
        "seconds": result.seconds,
        "out": None if out is None else str(out),
        "rules": found.head(top).to_dicts(),
    }


def cut_of(call: Call, dataset: str | None, unit: Unit, of: Of, label: str) -> "Cut":
    """Return the sequences of a dataset up to an event: an event type, or a label of what is counted."""
    from seqrec_core.cli.lookup import open_dataset
    from seqrec_core.mining.preceding import cut_before

    if dataset is None:
        raise BadInput("cli", "before_needs_dataset")
    arrays = open_dataset(call, dataset).dataset
    sequences, events = arrays.sequences(unit.value, of.value), arrays.sequences(unit.value, "event")
    return cut_before(sequences, events if label in events.labels else sequences, label)


def _account(result: "MiningResult") -> Result:
    """Say what was searched, how, and how much was found."""
    return {
        "pattern_count": len(result),
        "n_sequences": result.n_sequences,
        "min_count": result.terms.min_count,
        "kind": result.terms.kind,
        "unit": result.unit,
        "of": result.of,
        "by": result.terms.by,
        "baskets": result.terms.baskets,
        "complete": result.complete,
        "suggestion": result.suggestion,
    }


def _shown(pattern: "Pattern") -> dict[str, object]:
    return {
        "items": list(pattern.items),
        "steps": [list(step) for step in pattern.steps],
        "support_count": pattern.support_count,
        "support": pattern.support,
    }


def _labels(given: list[str] | None) -> tuple[str, ...]:
    return tuple(given or ())


class Clock:
    """Seconds and CPU seconds since it was made, less what was left out: loading compiled code, or at first compiling it."""

    def __init__(self, before: Iterable[Callable[[], None]] = ()) -> None:
        self._start = (time.perf_counter(), time.process_time())
        self.left_out = (0.0, 0.0)
        for work in before:
            self.leave_out(work)

    def elapsed(self) -> tuple[float, float]:
        """Return seconds and CPU seconds."""
        wall, cpu = time.perf_counter() - self._start[0], time.process_time() - self._start[1]
        return wall - self.left_out[0], cpu - self.left_out[1]

    def leave_out(self, work: Callable[[], None]) -> None:
        """Do something that does not count."""
        before = self.elapsed()
        work()
        after = self.elapsed()
        self.left_out = (self.left_out[0] + after[0] - before[0], self.left_out[1] + after[1] - before[1])


def _load_reading() -> None:
    import numpy as np

    from seqrec_core.mining.spmf_kernels import parsed

    parsed(np.frombuffer(b"1 -1 -2\n", np.uint8))


def _load_search(terms: "MiningTerms") -> None:
    from seqrec_core.mining.engine import warm

    warm(terms)


def _check_labels(sequences: "Sequences", terms: "MiningTerms") -> None:
    """Refuse events that do not occur: no pattern could hold them."""
    from seqrec_core.mining.matching import codes_of

    for asked in (terms.contains, terms.starts, terms.ends, terms.excludes, terms.over):
        if asked:
            codes_of(sequences, asked)


def _is_basket(sequences: "Sequences", spmf: Path | None, asked: bool | None) -> bool:
    """Say whether steps of patterns may hold several events: as asked; else as the file is written, and not in a log.

    Events of a log share a step because their times are equal, which is often chance; a file says so on purpose.
    """
    from seqrec_core.mining.spmf import has_baskets

    return asked if asked is not None else spmf is not None and has_baskets(sequences)


def _sequences(call: Call, dataset: str | None, spmf: Path | None, unit: Unit, of: Of, over: tuple[str, ...] = ()) -> "Sequences":
    if (dataset is None) == (spmf is None):
        raise BadInput("cli", "one_source")
    if spmf is not None:
        from seqrec_core.mining.spmf import read_spmf

        return read_spmf(spmf)
    from seqrec_core.cli.lookup import open_dataset

    arrays = open_dataset(call, str(dataset)).dataset
    sequences = arrays.sequences(unit.value, of.value)
    if not over:
        return sequences
    import numpy as np

    from seqrec_core.mining.matching import codes_of
    from seqrec_core.mining.preparing import hidden

    events = arrays.sequences(unit.value, "event")
    return hidden(sequences, np.isin(events.values, codes_of(events, over), invert=True))


def _least(sequences: "Sequences", min_count: int | None, min_support: float | None, by: Supporter = Supporter.sequence) -> int:
    """Return the absolute least support; a share is rounded up, so that no pattern is below it."""
    if (min_count is None) == (min_support is None):
        raise BadInput("cli", "one_support")
    if min_count is not None:
        return min_count
    n = len(set(sequences.owner.tolist())) if by is Supporter.user else len(sequences)
    return max(1, math.ceil(float(min_support or 0) * n - 1e-9))


def _search(sequences: "Sequences", terms: "MiningTerms", floor: int) -> "MiningResult":
    """Mine, drop what points at too few people, and only then cut to the best k."""
    from seqrec_core.mining.engine import mine

    if floor <= 1:
        return mine(sequences, terms)
    from seqrec_core.mining.privacy import with_users

    found = with_users(mine(sequences, replace(terms, top_k=None)), sequences, floor)
    return found.head(terms.top_k)


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

    if result.terms.baskets:
        names = [ARROW.join(TOGETHER.join(step) for step in steps) for steps in result.table.steps()]
        joined = result.frame.select(pl.Series("pattern", names, pl.String), c.SUPPORT_COUNT, c.SUPPORT)
    else:
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
