"""What cleaning a stored log again costs beside the bare bound: read it, drop two kinds of rows, sort and write it, in polars.

    python benchmarks/cleaning.py [--rows 1000000 …]

A log is made up (4 % as many users as rows, 50,000 items, returns, prices of zero, codes that are no product, rows written
twice) and imported. Each piece of work runs in a process of its own and prints one JSON line: wall and CPU seconds, and the most
memory: `import` with the steps that the log suggests; `clean`, other steps of the stored log; `sessions`, cut by another gap;
`bound`; and `switches`: the log held in memory and, one after the other, what each switch of a step would do, the slowest named.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

CODE = """
import json, resource, sys, tempfile, time
from pathlib import Path
import polars as pl
from seqrec_core.data.again import Terms, clean_again
from seqrec_core.data.importing import import_into
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.steps.effect import Switches
from seqrec_core.data.steps.types import steps_of, with_steps
from seqrec_core.store.dataset_files import read_before, read_report, write_report

folder, what = Path(sys.argv[1]), sys.argv[2]
stored, made = folder / "stored", Path(tempfile.mkdtemp(dir=folder))
wall, cpu, more = time.perf_counter(), time.process_time(), {}
if what == "import":
    stored.mkdir()
    write_report(import_into(stored, ImportRequest(path=folder / "log.csv")).report, stored)
elif what == "bound":
    log = pl.scan_parquet(stored / "events-*.parquet")
    log = log.filter((pl.col("value") > 0) & (pl.col("event_type") != "view"))
    log.sort("user_id", "timestamp").sink_parquet(made / "bound.parquet")
else:
    report = read_report(stored)
    before = read_before(stored, report)
    others = steps_of([{"name": "bots"}, {"name": "collapse_repeats"}, {"name": "k_core"}, {"name": "min_history"}])
    if what == "switches":
        switches = Switches.of(before, report.steps)
        begun = [time.process_time()]
        more = {"held_cpu_seconds": round(begun[0] - cpu, 2)}
        for step in (*report.steps, *others):
            switches.turned(step)
            begun.append(time.process_time())
        spent = [round(b - a, 2) for a, b in zip(begun, begun[1:])]
        worst, name = max(zip(spent, [step.name for step in (*report.steps, *others)]))
        more |= {"steps": len(spent), "slowest": name, "slowest_cpu_seconds": worst}
    else:
        steps = with_steps(report.steps, add=others, without=["returns"]) if what == "clean" else report.steps
        gap = 60.0 if what == "sessions" else report.recipe["session_gap_minutes"]
        clean_again(made, before, report, None, Terms(steps, gap))
print(json.dumps({"work": what, "rows": int(sys.argv[3]), "seconds": round(time.perf_counter() - wall, 2),
    "cpu_seconds": round(time.process_time() - cpu, 2),
    "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), **more}))
"""
WORK = ("import", "bound", "clean", "sessions", "switches")


def make_log(path: Path, rows: int, seed: int = 0) -> None:
    """Write a log with dirt, in random order."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        for start in range(0, rows, 2_000_000):
            n = min(2_000_000, rows - start)
            back = rng.random(n) < 0.02
            codes = (rng.pareto(1.2, n) * 20).astype(np.int64) % 50_000 + 10_000
            part = pl.DataFrame(
                {
                    "user_id": rng.integers(0, max(1, rows // 25), n),
                    "item_id": pl.Series(codes).cast(pl.String).set(pl.Series(rng.random(n) < 0.003), "POST"),
                    "event_type": rng.choice(["view", "cart", "purchase"], n, p=[0.6, 0.2, 0.2]),
                    "timestamp": pl.from_epoch(pl.Series(1_714_550_400 + rng.integers(0, 90 * 86_400, n))),
                    "quantity": np.where(back, -1, rng.integers(1, 9, n)),
                    "price": np.where(rng.random(n) < 0.005, 0.0, np.round(rng.random(n) * 100 + 0.01, 2)),
                }
            )
            twice = pl.concat([part.head(n - n // 100), part.head(n // 100)])
            twice.write_csv(file, datetime_format="%Y-%m-%d %H:%M:%S", include_header=start == 0)


def main() -> None:
    """Measure each piece of work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[300_000])
    for rows in parser.parse_args().rows:
        with tempfile.TemporaryDirectory() as folder:
            make_log(Path(folder) / "log.csv", rows)
            for what in WORK:
                subprocess.run([sys.executable, "-c", CODE, folder, what, str(rows)], check=True)


if __name__ == "__main__":
    main()
