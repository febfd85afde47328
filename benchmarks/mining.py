"""Mining on the eshop log and on made ones: ours cold, loaded and warm, beside PrefixSpan in plain Python and beside peers.

    python benchmarks/mining.py [--support 0.005 0.002] [--repeats 5] [--max-gap 1] [--logs DIR]
                                [--made 100000 1000000] [--peers PYTHON] [--spmf JAR] [--kind closed]

Prints one JSON line a method and support; all of them must find the same patterns. Cold compiles into an empty cache, loaded
is a new process with the cache filled (import, load and the first search), warm the median of later searches in one process.
Beside peers, CPU seconds and the peak memory of the process count: ours with reading the file, those in Python the search alone
over lists in memory, those of SPMF with reading and the start of Java. A peer that is not there, or that cannot do what is asked
(only SPMF has gaps and closed patterns), is said to be missing.
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

import numpy as np
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


def retail(folder: Path) -> Sequences:
    """What each customer bought, line by line, each line a step."""
    frame = pl.read_parquet(folder / "online-retail" / "online_retail.parquet").with_row_index("row")
    frame = frame.filter(pl.col("CustomerID").is_not_null() & (pl.col("Quantity") > 0))
    frame = frame.sort("CustomerID", "InvoiceDate", "InvoiceNo", "row")
    labels = frame["StockCode"].unique().sort()
    values = frame["StockCode"].replace_strict(labels, pl.arange(len(labels), eager=True), return_dtype=pl.Int32).to_numpy()
    lengths = frame.group_by("CustomerID", maintain_order=True).len()["len"].to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    steps, owner = np.arange(len(values), dtype=np.int64), np.arange(len(lengths), dtype=np.int32)
    return Sequences(values, offsets, tuple(labels), None, steps, owner, "session", "item")


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


PEER = """
import resource, sys, time
name, path, least = sys.argv[1], sys.argv[2], int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[4]), int(sys.argv[4])))
if name == "effspm":
    from effspm import PrefixProjection
elif name == "prefixspan":
    from prefixspan import PrefixSpan
else:
    from sequential.seq2pat import Seq2Pat
rows = [[int(word) + 1 for word in line.split() if word[0] != "-"] for line in open(path)]
before = time.process_time()
if name == "effspm":  # a negative number begins a step: as positive ones, all events would share one
    rows = [[-item for item in row] for row in rows]
    before = time.process_time()
    n, note = len(PrefixProjection(rows, minsup=least)["patterns"]), "from two events on"
elif name == "prefixspan":
    n, note = len(PrefixSpan(rows).frequent(least)), ""
else:
    longest = max(map(len, rows))
    n, note = len(Seq2Pat(rows, max_span=longest, n_jobs=1).get_patterns(least)), "from two events on"
print(n, time.process_time() - before, note, sep="|")
"""
PEERS = ("effspm", "seq2pat", "prefixspan")
SPMF_ALGORITHMS = {"all": ("CM-SPAM",), "closed": ("CM-ClaSP", "BIDE+"), "maximal": ("VMSP",), "gap": ("CM-SPAM",)}


def made_clicks(n: int, seed: int = 0) -> Sequences:
    """Make n sequences of 2 to about 60 events, 8 in the mean, over 2,000 items whose shares fall as 1 / rank^1.2."""
    random = np.random.default_rng(seed)
    lengths = 1 + random.geometric(1 / 7, n)
    shares = 1 / np.arange(1, 2001) ** 1.2
    values = random.choice(2000, int(lengths.sum()), p=shares / shares.sum()).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    steps = np.arange(len(values), dtype=np.int64)
    return Sequences(values, offsets, tuple(map(str, range(2000))), None, steps, np.arange(n, dtype=np.int32), "session", "item")


def beside_peers(name: str, sequences: Sequences, min_count: int, options: argparse.Namespace) -> None:
    """Compare CPU seconds of searches over one file; peers run in their own Python."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.txt"
        rows = (sequences[row].tolist() for row in range(len(sequences)))
        path.write_text("".join(" -1 ".join(map(str, row)) + " -1 -2\n" for row in rows if row))
        mine = [sys.executable, "-m", "seqrec_core", "mine", "--spmf", str(path), "--min-count", str(min_count), "--json"]
        mine += ["--kind", options.kind, *(["--max-gap", str(options.max_gap)] if options.max_gap else [])]
        done = subprocess.run(
            mine, cwd=ROOT, check=True, capture_output=True, text=True, env={**os.environ, "SEQREC_HOME": folder}
        )
        own = json.loads(done.stdout)
        shared = {"log": name, "min_count": min_count, "kind": options.kind, "max_gap": options.max_gap}
        fields = {key: own[key] for key in ("pattern_count", "cpu_seconds", "load_seconds", "peak_rss_mb")}
        print(json.dumps({"method": "ours, reading included", **shared, **fields}), flush=True)
        if options.max_gap is None and options.kind == "all":
            for peer in PEERS:
                command = [options.peers, "-c", PEER, peer, str(path), str(min_count), str(options.patience)]
                print(json.dumps({"method": peer, **shared, **in_python(command, options.patience)}), flush=True)
        for algorithm in SPMF_ALGORITHMS[options.kind if options.max_gap is None else "gap"]:
            found = in_java(algorithm, path, min_count / len(sequences), options)
            print(json.dumps({"method": f"SPMF {algorithm}", **shared, **found}), flush=True)


def ran(command: list[str]) -> tuple[int, str, str, float, float]:
    """Run a command: its exit status, what it said on both streams, CPU seconds and peak memory in MB."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        process = subprocess.Popen(command, stdout=said, stderr=complained)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (said, complained):
            stream.seek(0)
        return process.returncode, said.read(), complained.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def in_python(command: list[str], patience: int) -> dict[str, object]:
    status, said, complained, _, peak = ran(command)
    if status < 0:
        return {"stopped_after_cpu_seconds": patience}
    if status:
        return {"missing": complained.strip().splitlines()[-1:]}
    count, cpu_seconds, note = said.strip().split("|")
    return {"pattern_count": int(count), "cpu_seconds": float(cpu_seconds), "peak_rss_mb": round(peak), "note": note}


def in_java(algorithm: str, path: Path, share: float, options: argparse.Namespace) -> dict[str, object]:
    """Run an algorithm of SPMF; a share a little below that of min_count finds the same, and rounding up cannot lose one."""
    if options.spmf is None:
        return {"missing": "no --spmf JAR"}
    out = path.with_suffix(".out")
    out.unlink(missing_ok=True)
    gap = ["1", "1000", "", str(options.max_gap), "false"] if options.max_gap else []
    java = [
        "java",
        "-Xmx6g",
        "-jar",
        str(options.spmf),
        "run",
        algorithm,
        str(path),
        str(out),
        f"{share * (1 - 1e-9):.12f}",
        *gap,
    ]
    limit = f'ulimit -t {options.patience}; exec "$@"'
    status, _, complained, cpu_seconds, peak = ran(["bash", "-c", limit, "bash", *java])
    if status < 0:
        return {"stopped_after_cpu_seconds": options.patience}
    if status or not out.exists():
        return {"missing": complained.strip().splitlines()[-1:]}
    with out.open() as lines:
        count = sum(1 for line in lines if line.strip())
    return {"pattern_count": count, "cpu_seconds": round(cpu_seconds, 2), "peak_rss_mb": round(peak)}


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
    parser.add_argument("--peers", default=sys.executable, help="a Python that has effspm, seq2pat and prefixspan")
    parser.add_argument("--spmf", type=Path, default=None, help="spmf.jar; needs java")
    parser.add_argument("--kind", choices=("all", "closed", "maximal"), default="all", help="beside peers")
    parser.add_argument("--patience", type=int, default=60, help="most CPU seconds for a peer")
    parser.add_argument("--made", type=int, nargs="*", default=[20_000], help="sizes of made logs, in sequences")
    parser.add_argument("--logs", type=Path, default=LOGS)
    options = parser.parse_args()
    for n in options.made:
        beside_peers(f"{n} made sequences", made_clicks(n), max(1, n // 200), options)
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
        beside_peers("eshop", sequences, min_count, options)
    if (options.logs / "online-retail").is_dir():
        sequences = retail(options.logs)
        beside_peers("online-retail", sequences, round(0.03 * len(sequences)), options)


def compare(sequences: Sequences, rows: Rows, min_count: int, options: argparse.Namespace) -> None:
    times = []
    for _ in range(options.repeats):
        start = time.perf_counter()
        n = ours(sequences, min_count, options.max_gap)
        times.append(time.perf_counter() - start)
    report("ours, warm", min_count, median(times), n, runs=options.repeats)
    start = time.perf_counter()
    found = plain(rows, min_count, options.max_gap)
    report("plain Python", min_count, time.perf_counter() - start, found, agrees=found == n)


if __name__ == "__main__":
    main()
