"""How long each question of the Journeys page takes in the core, and beside retentioneering on the same log.

    python benchmarks/journeys.py [--rows 1000000 10000000] [--rounds 3]
    python benchmarks/journeys.py --log ecom.csv.gz --peer PYTHON      # a Python with retentioneering installed

A log is made up: sessions of about eight events of 20 types that follow one another by a chain, over 90 days. Each size runs in
a process of its own. Prints one JSON line a question: seconds of the first answer (which prepares what is kept with the
sequences), median and slowest of the rounds after it, median CPU seconds; then the most memory that the process held. With
`--peer` both answer the same questions about the same file; the ratio is that of medians of CPU seconds.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Sequences
from seqrec_core.journeys.around import around
from seqrec_core.journeys.cohorts import retention
from seqrec_core.journeys.compare import compare_within
from seqrec_core.journeys.duration import time_between
from seqrec_core.journeys.flow import step_flow
from seqrec_core.journeys.funnel import funnel
from seqrec_core.journeys.matrix import transition_matrix
from seqrec_core.journeys.node import node, rows_with, transition
from seqrec_core.journeys.over_time import rate_over_time
from seqrec_core.journeys.paths import converting_paths, reach, top_paths
from seqrec_core.journeys.reading import collapsed, hidden, merged
from seqrec_core.journeys.view import headline

TYPES, DAYS, MEAN = 20, 90, 8
DAY_US = 86_400_000_000


def made(rows: int) -> Sequences:
    """Make up sequences of this many events."""
    rng = np.random.default_rng(0)
    lengths = rng.geometric(1 / MEAN, rows // MEAN + 1)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    offsets = np.append(offsets[offsets < rows], rows)
    n = len(offsets) - 1
    # The next event is the one before plus a step from a skewed distribution: a chain with many likely ways.
    steps = rng.choice(TYPES, rows, p=(weights := 1 / np.arange(1, TYPES + 1) ** 1.3) / weights.sum())
    sums = np.cumsum(steps)
    values = ((sums - np.repeat(sums[offsets[:-1]] - steps[offsets[:-1]], np.diff(offsets))) % TYPES).astype(np.int32)
    begun = rng.integers(0, DAYS * DAY_US, n) + 19_800 * DAY_US
    times = np.repeat(begun, np.diff(offsets)) + (np.arange(rows) - np.repeat(offsets[:-1], np.diff(offsets))) * 40_000_000
    owner = np.sort(rng.integers(0, n // 3 + 1, n)).astype(np.int32)
    labels = tuple(f"event_{code:02d}" for code in range(TYPES))
    return Sequences(values, offsets, labels, times, np.arange(rows), owner, "session", "event")


def questions(log: Sequences) -> dict[str, Callable[[], Any]]:
    """Return what the page asks, by name."""
    a, b, c, d = log.labels[0], log.labels[1], log.labels[4], log.labels[9]
    recent = (
        np.flatnonzero(log.times[log.offsets[:-1]] > log.times.max() - 14 * DAY_US) if log.times is not None else np.arange(9)
    )
    before = np.setdiff1d(np.arange(len(log)), recent, assume_unique=True)
    return {
        "headline": lambda: (headline(log), reach(log)),
        "flow": lambda: step_flow(log),
        "flow, 8 steps × 12": lambda: step_flow(log, 8, 12),
        "flow from an event": lambda: step_flow(log, start=b),
        "flow to an event": lambda: step_flow(log, end=c),
        "node": lambda: node(log, 2, b),
        "matrix": lambda: transition_matrix(log),
        "cell": lambda: transition(log, a, b),
        "funnel": lambda: funnel(log, (a, b, c)),
        "funnel, strict": lambda: funnel(log, (a, b, c), strict=True),
        "funnel, window": lambda: funnel(log, (a, b, c), window_seconds=300),
        "around": lambda: around(log, b),
        "paths": lambda: top_paths(log),
        "paths to an event": lambda: converting_paths(log, d),
        "time between": lambda: time_between(log, a, c),
        "cohorts": lambda: retention(log),
        "rate over time": lambda: rate_over_time(log, a, b),
        "who has an event": lambda: rows_with(log, d),
        "what changed": lambda: compare_within(log, before, recent),
        "hide": lambda: hidden(log, (b,)),
        "merge": lambda: merged(log, {b: "browse", c: "browse"}),
    }


def measured(rows: int, rounds: int) -> None:
    """Answer every question and print a line each."""
    log = made(rows)
    for name, ask in questions(log).items():
        first = timed(ask)[0]
        walls, cpus = zip(*(timed(ask) for _ in range(rounds)), strict=True)
        line = {"question": name, "rows": rows, "first": first, "median": statistics.median(walls), "slowest": max(walls)}
        line |= {"cpu": statistics.median(cpus)}
        print(
            json.dumps({key: round(value, 4) if isinstance(value, float) else value for key, value in line.items()}), flush=True
        )
    print(json.dumps({"rows": rows, "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}), flush=True)


def timed(ask: Callable[[], Any]) -> tuple[float, float]:
    """Wall and CPU seconds of one answer."""
    wall, cpu = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - wall, time.process_time() - cpu


PEER = """
import json, statistics, sys, time
import pandas as pd
from retentioneering import Eventstream
frame = pd.read_csv(sys.argv[1], parse_dates=["timestamp"])[["user_id", "session_id", "event", "timestamp"]]
frame["session_id"] = frame["session_id"].astype(str)
stream = Eventstream(frame, schema={"path_cols": ["user_id", "session_id"], "event_col": "event", "timestamp_col": "timestamp"})
asked = {
    "flow": lambda: stream.step_sankey_data(max_steps=4, path_col="session_id"),
    "matrix": lambda: stream.transition_graph_data(edge_weight="count", path_col="session_id"),
    "funnel": lambda: stream.funnel_data(steps=["cart", "shipping_details", "purchase"], path_col="session_id"),
    "hide": lambda: stream.drop_events(["catalog"]),
    "merge": lambda: stream.rename_events({"catalog": "browse", "product_view": "browse"}),
    "repeats as one": lambda: stream.collapse_events(loops=True, path_col="session_id"),
}
for name, ask in asked.items():
    answer = ask()
    spent = []
    for _ in range(int(sys.argv[2])):
        cpu = time.process_time(); ask(); spent.append(time.process_time() - cpu)
    counts = None
    if name == "funnel":
        counts = [step["unique_paths"] for step in answer["steps"]]
    if name == "matrix":
        counts = float(answer.loc["catalog", "product_view"])
    print(json.dumps({"question": name, "cpu": statistics.median(spent), "answer": counts}), flush=True)
"""


def beside(peer: str, path: Path, rounds: int) -> None:
    """Answer the same questions here and with retentioneering, and print a line each."""
    time_ = pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC")
    frame = pl.read_csv(path, infer_schema=False).select(
        "user_id", "session_id", item_id="event", event_type="event", timestamp=time_
    )
    log = SequenceDataset.from_log(EventLog.from_frame(frame, has_items=False)).sequences("session", "event")
    found = subprocess.run([peer, "-c", PEER, str(path), str(rounds)], check=True, stdout=subprocess.PIPE, text=True)
    theirs = {line["question"]: line for line in map(json.loads, found.stdout.splitlines())}

    def fresh() -> Sequences:
        return log.take(np.arange(len(log)))

    ours: dict[str, Callable[[Sequences], Any]] = {
        "flow": lambda s: step_flow(s, 4, 20),
        "matrix": lambda s: transition_matrix(s, 20),
        "funnel": lambda s: funnel(s, ("cart", "shipping_details", "purchase")),
        "hide": lambda s: hidden(s, ("catalog",)),
        "merge": lambda s: merged(s, {"catalog": "browse", "product_view": "browse"}),
        "repeats as one": collapsed,
    }
    for name, ask in ours.items():
        spent = []
        for _ in range(rounds):
            sequences = fresh()  # nothing that an earlier round prepared
            cpu = time.process_time()
            answer = ask(sequences)
            spent.append(time.process_time() - cpu)
        line = {"question": name, "cpu_ms": round(1000 * statistics.median(spent), 2)}
        line |= {
            "peer_cpu_ms": round(1000 * theirs[name]["cpu"], 2),
            "ratio": round(theirs[name]["cpu"] / statistics.median(spent), 1),
        }
        if name == "funnel":
            line |= {"counts": answer.steps["count"].to_list(), "peer_counts": theirs[name]["answer"]}
        if name == "matrix":
            cell = answer.frame.filter((pl.col("from") == "catalog") & (pl.col("to") == "product_view"))
            line |= {"counts": cell["count"].item(), "peer_counts": theirs[name]["answer"]}
        print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[300_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--log", type=Path, help="journeys-demo/ecom.csv.gz, for --peer")
    parser.add_argument("--peer", help="a Python with retentioneering installed")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        measured(given.rows[0], given.rounds)
        return
    if given.peer and given.log:
        beside(given.peer, given.log, given.rounds)
        return
    for rows in given.rows:
        subprocess.run([sys.executable, __file__, "--here", "--rows", str(rows), "--rounds", str(given.rounds)], check=True)


if __name__ == "__main__":
    main()
