"""How much an import costs beside the bare reading, sorting and writing that any import needs.

    python benchmarks/importing.py [LOG …] [--rows N] [--rounds N]

Each log is imported by us into a folder and, as the bound, read, sorted and written as Parquet by polars with every check left
out; both run in turn in fresh processes. Medians of seconds, CPU seconds and peak memory. Without arguments a log of one million
rows and six columns is made up for it; `--rows 10000000` is the large one.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BOUND = """
import sys, time, resource, polars as pl
begun = time.perf_counter()
log = pl.scan_csv(sys.argv[1], infer_schema=False, separator=sys.argv[3])
log.sort(log.collect_schema().names()[:1] + ["timestamp"]).sink_parquet(sys.argv[2] + "/bound.parquet")
print(time.perf_counter() - begun, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
OURS = """
import sys, time, resource
begun = time.perf_counter()
from pathlib import Path
from seqrec_core.data.importing import import_into
from seqrec_core.data.mapping import ImportRequest
import_into(Path(sys.argv[2]), ImportRequest(path=Path(sys.argv[1])))
print(time.perf_counter() - begun, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
NAMES = ("seconds", "cpu_seconds", "peak_mb")


def make_log(path: Path, rows: int, seed: int = 0) -> Path:
    """Write a log of users, items, event types, times, prices and devices, in random order."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        for start in range(0, rows, 2_000_000):
            n = min(2_000_000, rows - start)
            part = pl.DataFrame(
                {
                    "user_id": rng.integers(0, max(1, rows // 20), n),
                    "item_id": (rng.pareto(1.2, n) * 20).astype(np.int64) % 50_000,
                    "event_type": rng.choice(["view", "cart", "purchase"], n, p=[0.85, 0.1, 0.05]),
                    "timestamp": pl.from_epoch(pl.Series(1_714_550_400 + rng.integers(0, 90 * 86_400, n))),
                    "price": np.round(rng.random(n) * 100, 2),
                    "device": rng.choice(["phone", "desktop", "tablet"], n),
                }
            )
            part.write_csv(file, datetime_format="%Y-%m-%d %H:%M:%S", include_header=start == 0)
    return path


def once(code: str, log: Path, delimiter: str) -> list[float]:
    """Run code in a fresh process on a log, with an empty folder to write to."""
    with tempfile.TemporaryDirectory(dir=log.parent if log.parent.stat().st_mode & 0o200 else None) as folder:
        given = [sys.executable, "-c", code, str(log), folder, delimiter]
        done = subprocess.run(given, check=True, capture_output=True, text=True)
    return [float(value) for value in done.stdout.split()]


def measure(log: Path, rounds: int, delimiter: str) -> dict[str, object]:
    """Run both in turn; return the medians of each and their ratio."""
    runs = [(once(BOUND, log, delimiter), once(OURS, log, delimiter)) for _ in range(rounds)]
    bound, ours = ([statistics.median(run[side][at] for run in runs) for at in range(len(NAMES))] for side in (0, 1))
    return {
        "log": log.name,
        **{
            name: {"ours": round(a, 2), "bound": round(b, 2), "ratio": round(a / b, 2)}
            for name, a, b in zip(NAMES, ours, bound, strict=True)
        },
    }


def main() -> None:
    """Measure each log and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="*", type=Path, help="delimited logs with a column `timestamp`")
    parser.add_argument("--delimiter", default=",")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for log in chosen.logs or [make_log(Path(folder) / "made.csv", chosen.rows)]:
            print(json.dumps(measure(log, chosen.rounds, chosen.delimiter)), flush=True)


if __name__ == "__main__":
    main()
