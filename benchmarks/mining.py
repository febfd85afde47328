"""Mining on the eshop log: ours cold, loaded and warm, against PrefixSpan in plain Python and peers that are installed.

    python benchmarks/mining.py [--support 0.005 0.002] [--repeats 5] [--max-gap 1] [--logs DIR]

Prints one JSON line a method and support; all of them must find the same patterns. Cold compiles into an empty cache, loaded
is a new process with the cache filled (import, load and the first search), warm the median of later searches in one process.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median

import polars as pl

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Sequences

ROOT = Path(__file__).resolve().parent.parent
LOGS = Path(os.environ.get("SEQREC_TEST_LOGS", ROOT.parent / "shared" / "data"))
Rows = list[list[int]]


def eshop(folder: Path) -> Sequences:
    frame = pl.read_csv(folder / "eshop" / "eshop.csv.gz", infer_schema=False)
    log = frame.select(
        user_id="session_id",
        item_id="model",
        event_type=pl.lit("event"),
        timestamp=pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="us", time_zone="UTC"),
        session_id="session_id",
        order=pl.col("order").cast(pl.Int64),
    )
    return SequenceDataset.from_log(EventLog.from_frame(log)).sequences()


def ours(sequences: Sequences, min_count: int, max_gap: int | None) -> int:
    from seqrec_core.mining.engine import mine
    from seqrec_core.mining.types import MiningTerms

    return len(mine(sequences, MiningTerms(min_count, max_gap=max_gap)))


def plain(rows: Rows, min_count: int, max_gap: int | None) -> int:
    """PrefixSpan over (row, position) in plain Python; with a gap, all ends of a pattern are kept."""
    found = 0

    def grow(ends: dict[int, list[int]]) -> None:
        nonlocal found
        further: dict[int, dict[int, list[int]]] = defaultdict(dict)
        for row, places in ends.items():
            events = rows[row]
            if max_gap is None:
                for at in range(places[0] + 1, len(events)):
                    further[events[at]].setdefault(row, [at])
            else:
                for at in sorted({at for end in places for at in range(end + 1, min(len(events), end + max_gap + 1))}):
                    further[events[at]].setdefault(row, []).append(at)
        for item in list(further):
            if len(further[item]) >= min_count:
                found += 1
                grow(further[item])

    roots: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for row, events in enumerate(rows):
        for at, item in enumerate(events):
            roots[item].setdefault(row, []).append(at)
    for ends in roots.values():
        if len(ends) >= min_count:
            found += 1
            grow(ends)
    return found


def peer_prefixspan(rows: Rows, min_count: int, max_gap: int | None) -> int | None:
    if max_gap is not None:
        return None
    from prefixspan import PrefixSpan

    return len(PrefixSpan(rows).frequent(min_count))


PEERS = {"prefixspan": peer_prefixspan}


def report(method: str, min_count: int, seconds: float, patterns: int | None, **more: object) -> None:
    print(json.dumps({"method": method, "min_count": min_count, "seconds": round(seconds, 4), "patterns": patterns, **more}))


def new_process(options: argparse.Namespace, min_count: int) -> None:
    """Time our search in two new processes: the first compiles, the second loads what the first kept."""
    script = (
        "import sys, time; from benchmarks.mining import eshop, ours; from pathlib import Path\n"
        "sequences = eshop(Path(sys.argv[1])); gap = int(sys.argv[3]) or None; start = time.perf_counter()\n"
        "n = ours(sequences, int(sys.argv[2]), gap); print(n, time.perf_counter() - start)"
    )
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "NUMBA_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
        for method in ("ours, cold", "ours, loaded"):
            arguments = [sys.executable, "-c", script, str(options.logs), str(min_count), str(options.max_gap or 0)]
            out = subprocess.run(arguments, env=env, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
            report(method, min_count, float(out[1]), int(out[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--support", type=float, nargs="+", default=[0.005, 0.002])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--max-gap", type=int, default=None)
    parser.add_argument("--logs", type=Path, default=LOGS)
    options = parser.parse_args()
    if not (options.logs / "eshop").is_dir():
        print(json.dumps({"skipped": f"no eshop log under {options.logs}: give --logs or set SEQREC_TEST_LOGS"}))
        return
    sequences = eshop(options.logs)
    rows = [sequences[row].tolist() for row in range(len(sequences))]
    new_process(options, max(1, round(options.support[0] * len(sequences))))
    ours(sequences, len(sequences), options.max_gap)
    for support in options.support:
        min_count = max(1, round(support * len(sequences)))
        compare(sequences, rows, min_count, options)


def compare(sequences: Sequences, rows: Rows, min_count: int, options: argparse.Namespace) -> None:
    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        n = ours(sequences, min_count, options.max_gap)
        times.append(time.perf_counter() - start)
    report("ours, warm", min_count, median(times), n, runs=options.repeats)
    for method, search in {"plain Python": plain, **PEERS}.items():
        start = time.perf_counter()
        try:
            found = search(rows, min_count, options.max_gap)
        except ModuleNotFoundError:
            print(json.dumps({"method": method, "missing": "not installed"}))
            continue
        report(method, min_count, time.perf_counter() - start, found, agrees=None if found is None else found == n)


if __name__ == "__main__":
    main()
