"""NDCG@10 of every model on real logs under one protocol, with 95 % intervals over users, best first.

    python -m benchmarks.quality
    python -m benchmarks.quality --logs eshop movietweetings --splits leave_one_out temporal --seconds 60
    python -m benchmarks.quality --models sasrec hstu --seeds 0 1 2 --seconds 300

Networks get the settings that suit the log's size and `--seconds`. The last column says whether a network is better than the
Markov chain on the same cases (paired, 95 % interval of the difference). Logs that are not there are named and left out.
"""

import argparse
import os
from pathlib import Path

from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import PROTOCOLS, Split, split
from seqrec_core.evaluation.compare import compare_reports
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.models.registry import REGISTRY
from seqrec_core.models.words import has_text
from seqrec_core.training.fit import fit
from seqrec_core.training.presets import plan
from seqrec_core.training.tuning import LogSize

ROOT = Path(__file__).resolve().parent.parent
LOGS = Path(os.environ.get("SEQREC_TEST_LOGS", ROOT.parent / "shared" / "data"))
FILES = {"eshop": "eshop/*.csv.gz", "online-retail": "online-retail/*.parquet", "movietweetings": "movietweetings/ratings.dat"}
AGAINST, METRIC = "markov", "ndcg@10"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logs", nargs="*", default=["eshop"], choices=list(FILES))
    parser.add_argument("--splits", nargs="*", default=["leave_one_out"], choices=[name for name in PROTOCOLS if name != "none"])
    parser.add_argument("--models", nargs="*", default=list(REGISTRY), choices=list(REGISTRY))
    parser.add_argument("--seeds", nargs="*", type=int, default=[0], help="of each network")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each network's fit")
    return parser.parse_args()


def dataset_of(name: str) -> SequenceDataset | None:
    """Import a log; None where it is not there."""
    path = next(iter(sorted(LOGS.glob(FILES[name]))), None)
    if path is None:
        return None
    imported = import_log(ImportRequest(path=path))
    return SequenceDataset.from_log(imported.log, imported.catalog)


def measured(
    name: str, dataset: SequenceDataset, parts: Split, exclude_seen: bool, seed: int, seconds: float
) -> tuple[MetricReport, str]:
    """Fit a model and return its report, and what its settings were."""
    size = LogSize(dataset.n_events, dataset.vocabulary.n_logged)
    config, options = plan(name, "balanced", {}, seconds, seed, size)
    fitted = fit(config, dataset, parts, options)
    shown = {key: getattr(config, key) for key in ("width", "dropout") if hasattr(config, key)} | {"epochs": len(fitted.epochs)}
    settings = ", ".join(f"{key} {value:g}" for key, value in shown.items()) if fitted.epochs else ""
    return evaluate(fitted.model, dataset, parts, exclude_seen=exclude_seen), settings


def told(report: MetricReport, against: MetricReport) -> str:
    """Say how a report compares with another on the same cases."""
    found = compare_reports(against, report, METRIC)
    verdict = "better" if found.low > 0 else "worse" if found.high < 0 else "no clear difference"
    return f"{found.difference:+.4f} ({found.low:+.4f}…{found.high:+.4f}): {verdict}"


def table(dataset: SequenceDataset, parts: Split, options: argparse.Namespace) -> list[str]:
    """Measure every model on one split: lines of a Markdown table, best first."""
    seen = resolve_seen("auto", dataset, parts).exclude_seen
    names = [AGAINST, *(name for name in options.models if name != AGAINST)]
    reports: dict[tuple[str, int], tuple[MetricReport, str]] = {}
    for name in names:
        if REGISTRY[name].reads_text and not has_text(dataset):
            continue
        counts = REGISTRY[name].learns != "gradients" and not REGISTRY[name].is_mix
        for seed in options.seeds[:1] if counts else options.seeds:
            reports[name, seed] = measured(name, dataset, parts, seen, seed, options.seconds)
    first = reports[AGAINST, options.seeds[0]][0]
    rows = sorted(reports.items(), key=lambda row: -row[1][0].means[METRIC])
    lines = [f"| model | NDCG@10 | 95 % interval | against {AGAINST} | settings |", "|---|---|---|---|---|"]
    for (name, seed), (report, settings) in rows:
        low, high = report.intervals[METRIC]
        beside = "–" if name == AGAINST else told(report, first)
        lines.append(f"| {name}, seed {seed} | {report.means[METRIC]:.4f} | {low:.4f}…{high:.4f} | {beside} | {settings} |")
    return lines


def main() -> None:
    options = arguments()
    for log in options.logs:
        dataset = dataset_of(log)
        if dataset is None:
            print(f"{log}: not there ({LOGS / FILES[log]})")
            continue
        for protocol in options.splits:
            parts = split(dataset, protocol)
            rows = table(dataset, parts, options)
            seen = resolve_seen("auto", dataset, parts)
            print(f"\n{log}, {protocol}, {len(parts.test):,} cases, seen items {'out' if seen.exclude_seen else 'in'}\n")
            print("\n".join(rows), flush=True)


if __name__ == "__main__":
    main()
