"""How much an import costs beside the bare reading and sorting that any import needs.

    python benchmarks/importing.py [LOG …]

Each log is imported by us and, as the bound, read and sorted by polars with every check left out; both run in turn in fresh
processes, three times, and the best counts. Without arguments a log of one million rows is made up for it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3
BOUND = """
import sys, time, resource, polars as pl
begun = time.perf_counter()
frame = pl.read_csv(sys.argv[1], infer_schema=False, separator=sys.argv[2])
frame = frame.sort(frame.columns[:2], maintain_order=True)
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, frame.height)
"""
OURS = """
import sys, time, resource
from pathlib import Path
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
begun = time.perf_counter()
made = import_log(ImportRequest(path=Path(sys.argv[1])))
print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, made.report.rows_read)
"""


def make_log(path: Path, rows: int = 1_000_000, seed: int = 0) -> Path:
    """Write a log of sessions, items, event types and times, in random order."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    seconds = pl.Series(1_714_550_400 + rng.integers(0, 90 * 86_400, rows))
    log = pl.DataFrame(
        {
            "user_id": rng.integers(0, rows // 20, rows),
            "item_id": (rng.pareto(1.2, rows) * 20).astype(np.int64) % 50_000,
            "event_type": rng.choice(["view", "cart", "purchase"], rows, p=[0.85, 0.1, 0.05]),
            "timestamp": pl.from_epoch(seconds),
        }
    )
    log.write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S")
    return path


def measure(code: str, *arguments: str) -> dict[str, float]:
    """Run code in a fresh process; return the best seconds, and the memory and rows of that run."""
    runs = []
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
        runs.append([float(value) for value in done.stdout.split()])
    seconds, peak, rows = min(runs)
    return {"seconds": round(seconds, 3), "peak_mb": round(peak), "rows": int(rows)}


def main() -> None:
    """Measure each log and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("logs", nargs="*", type=Path)
    parser.add_argument("--delimiter", default=",")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for log in chosen.logs or [make_log(Path(folder) / "made.csv")]:
            bound, ours = measure(BOUND, str(log), chosen.delimiter), measure(OURS, str(log))
            ratios = {name: round(ours[name] / bound[name], 2) for name in ("seconds", "peak_mb")}
            print(json.dumps({"log": log.name, "ours": ours, "bound": bound, "ratio": ratios}))


if __name__ == "__main__":
    main()
