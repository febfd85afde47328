"""What features cost beside a bare lower bound: events, distinct items, first and last time by user, in polars on the same rows.

    python benchmarks/features.py [--rows 1000000 …]

A log is made up (sessions of eight events, 4 % as many users as rows, 50,000 items in 40 categories, 3 event types, values,
90 days) and held in memory. Each table runs in a process of its own. Prints one JSON line each: wall and CPU seconds, those of
the bound, and the memory that the process held before (log and arrays) and at most.
"""

import argparse
import subprocess
import sys

CODE = """
import json, resource, sys, time
import numpy as np, polars as pl
from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.features.order import order_effect
from seqrec_core.data.features.table import feature_table
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.sessions import by_gap

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def made(rows):
    rng = np.random.default_rng(0)
    items = (rng.pareto(1.2, rows) * 20).astype(np.int64) % 50_000
    seconds = np.repeat(1_714_550_400 + rng.integers(0, 90 * 86_400, -(-rows // 8)), 8)[:rows]
    frame = pl.DataFrame({
        c.USER: pl.Series(np.repeat(rng.integers(0, rows // 25, -(-rows // 8)), 8)[:rows]).cast(pl.String),
        c.ITEM: pl.Series(items).cast(pl.String),
        c.EVENT: pl.Series(["view", "cart", "purchase"])[rng.choice(3, rows, p=[0.85, 0.1, 0.05])],
        c.TIME: pl.Series((seconds + np.arange(rows) % 8 * 40) * 1_000_000).cast(c.TIME_DTYPE),
        c.VALUE: pl.Series(rng.random(rows)),
    }).sort(c.USER, c.TIME)
    log = EventLog.from_frame(frame.with_columns(by_gap(frame, 30)))
    catalog = ItemCatalog.from_frame(pl.DataFrame({c.ITEM: [str(n) for n in range(50_000)],
        c.CATEGORY: [f"c{n % 40}" for n in range(50_000)],
        c.DESCRIPTION: [f"Thing {n % 997} of {n % 31}" for n in range(50_000)]}))
    return log, catalog

log, catalog = made(int(sys.argv[1]))
dataset = SequenceDataset.from_log(log, catalog)
before = peak()
wall, cpu = time.perf_counter(), time.process_time()
if sys.argv[2] == "order":
    n = len(order_effect(dataset.sequences("session", "item")).pairs.columns)
else:
    n = len(feature_table(sys.argv[2], log, dataset, catalog).columns)
spent = time.perf_counter() - wall, time.process_time() - cpu
at_most = peak()
wall, cpu = time.perf_counter(), time.process_time()
log.frame.group_by(c.USER).agg(pl.len(), pl.col(c.ITEM).n_unique(), pl.col(c.TIME).min(), last=pl.col(c.TIME).max())
bound = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"table": sys.argv[2], "rows": log.n_events, "sessions": dataset.n_sessions, "columns": n,
    "seconds": round(spent[0], 2), "cpu_seconds": round(spent[1], 2), "bound_seconds": round(bound[0], 2),
    "bound_cpu_seconds": round(bound[1], 2), "before_mb": round(before), "peak_mb": round(at_most)}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[300_000])
    for rows in parser.parse_args().rows:
        for table in ("user", "item", "sequence", "order"):
            subprocess.run([sys.executable, "-c", CODE, str(rows), table], check=True)


if __name__ == "__main__":
    main()
