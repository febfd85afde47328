"""Fit the GRU and the counting models on a log, evaluate all of them under one protocol, and print a table.

    python -m benchmarks.training --preset quick
    python -m benchmarks.training ratings.dat --preset balanced --set dropout=0.3

Also prints whether bf16 is used here (measured), seconds and events a second of an epoch, and every validation value.
"""

import argparse
import os
import time
from pathlib import Path

from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split, split
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.protocol import protocol_line
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.models.registry import REGISTRY
from seqrec_core.training.device import low_precision
from seqrec_core.training.fit import fit
from seqrec_core.training.options import Fitted
from seqrec_core.training.presets import plan
from seqrec_core.training.tuning import LogSize

ROOT = Path(__file__).resolve().parent.parent
LOGS = Path(os.environ.get("SEQREC_TEST_LOGS", ROOT.parent / "shared" / "data"))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path, nargs="?", default=LOGS / "eshop" / "eshop.csv.gz")
    parser.add_argument("--models", nargs="*", default=list(REGISTRY))
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE")
    parser.add_argument("--split", default="leave_one_out")
    parser.add_argument("--seen", default="auto")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def fit_one(name: str, options: argparse.Namespace, dataset: SequenceDataset, parts: Split) -> Fitted:
    overrides = dict(pair.split("=", 1) for pair in options.set) if REGISTRY[name].learns == "gradients" else {}
    size = LogSize(dataset.n_events, dataset.vocabulary.n_logged)
    config, train = plan(name, options.preset, overrides, None, options.seed, size)
    fitted = fit(config, dataset, parts, train)
    for record in fitted.epochs:
        ndcg = "–" if record.ndcg is None else f"{record.ndcg:.4f}"
        rate = f"{record.events_per_second:9,.0f} events/s"
        print(f"    epoch {record.epoch:3d}  loss {record.loss:.3f}  valid NDCG@10 {ndcg}  {record.seconds:5.1f} s  {rate}")
    return fitted


def row(name: str, fitted: Fitted, report: MetricReport) -> str:
    means = "  ".join(f"{metric} {value:.4f}" for metric, value in report.means.items())
    low, high = report.intervals["ndcg@10"]
    return f"{name:18s} fit {fitted.seconds:6.1f} s  {means}  ndcg@10 in {low:.4f}…{high:.4f}  {fitted.device}"


def main() -> None:
    options = arguments()
    imported = import_log(ImportRequest(path=options.log))
    dataset = SequenceDataset.from_log(imported.log, imported.catalog)
    parts = split(dataset, options.split)
    seen = resolve_seen(options.seen, dataset, parts)
    print(f"bf16 on this CPU: {low_precision('cpu')}; share of targets already seen: {seen.share:.3f}")
    report = None
    for name in options.models:
        fitted = fit_one(name, options, dataset, parts)
        began = time.perf_counter()
        report = evaluate(fitted.model, dataset, parts, exclude_seen=seen.exclude_seen)
        print(f"{row(name, fitted, report)}  evaluated in {time.perf_counter() - began:.1f} s")
    if report is not None:
        print(protocol_line(report.protocol))


if __name__ == "__main__":
    main()
