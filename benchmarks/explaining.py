"""Explaining: exact attributions of ours (one batch) against shap's exact explainer on the same model, in one run.

    python benchmarks/explaining.py [--events 10] [--repeats 5] [--no-shap]

Prints one JSON line a method: the first call of the process (with what it compiles) and the median of later calls.
The model is a GRU-sized numpy recurrence, so that a row costs about what a small network's row costs on a CPU.
"""

import argparse
import json
import time
from statistics import median

import numpy as np

from seqrec_core.data.history import History
from seqrec_core.explain.explain import explain
from seqrec_core.explain.game import play
from seqrec_core.explain.shapley import attributions
from seqrec_core.models.config import ModelConfig


class Recurrence:
    """h ← tanh(W h + E[item]); the score is E h. Rows of equal length are stepped together."""

    name, config = "recurrence", ModelConfig(name="recurrence")

    def __init__(self, n_items: int, width: int = 64, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.n_items = n_items
        self.table = rng.normal(size=(n_items, width)).astype(np.float32) / 8
        self.weight = rng.normal(size=(width, width)).astype(np.float32) / 8

    def score(self, histories: list[History]) -> np.ndarray:
        lengths = np.array([len(history) for history in histories])
        items = np.zeros((len(histories), max(1, lengths.max(initial=1))), np.int32)
        for row, history in zip(items, histories, strict=True):
            row[: len(history)] = history.items
        state = np.zeros((len(histories), self.table.shape[1]), np.float32)
        for step in range(items.shape[1]):
            there = lengths > step
            state[there] = np.tanh(state[there] @ self.weight + self.table[items[there, step]])
        return state @ self.table.T


def timed(work, repeats: int) -> dict[str, float]:
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return {"first_seconds": round(seconds[0], 4), "later_seconds": round(median(seconds[1:]), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--items", type=int, default=500)
    parser.add_argument("--no-shap", action="store_true")
    options = parser.parse_args()
    model = Recurrence(options.items)
    items = np.random.default_rng(1).integers(1, options.items, options.events).astype(np.int32)
    history, target = History(items), options.items - 1
    results = {
        "attributions": timed(lambda: attributions(play(model, history, target)), options.repeats),
        "whole explanation": timed(
            lambda: explain(model, history, target, exclude_seen=False, n_candidates=options.items - 1), options.repeats
        ),
    }
    if not options.no_shap:
        start = time.perf_counter()
        import shap

        imported = time.perf_counter() - start

        def presence(rows: np.ndarray) -> np.ndarray:
            return model.score([history.take(np.flatnonzero(row)) for row in rows > 0.5])[:, target]

        explainer = shap.ExactExplainer(presence, shap.maskers.Independent(np.zeros((1, options.events))))
        one = np.ones((1, options.events))
        results["shap.ExactExplainer"] = {
            "import_seconds": round(imported, 4),
            **timed(lambda: explainer(one, silent=True), options.repeats),
        }
    for name, figures in results.items():
        print(json.dumps({"method": name, "events": options.events, "items": options.items, **figures}))


if __name__ == "__main__":
    main()
