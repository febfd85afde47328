"""Write the top k of every user to a file that people can take away."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.safe_csv import to_csv
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.stopping import check
from seqrec_core.jobs.requests import RecommendRequest
from seqrec_core.models.protocol import Recommender, n_candidates
from seqrec_core.models.topk import top_k
from seqrec_core.store.atomic import ASIDE, disk_errors, replacing
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.runs import RunStore

BATCH = 512
CELLS = 8_000_000  # scores held at once
PART_USERS = 50_000  # users of one part of a Parquet file


def handle_recommend(request: RecommendRequest, context: JobContext) -> dict[str, Any]:
    """Recommend to every user after their whole history; one row a user and rank.

    Raises:
        NotFound: no such run, or its dataset is gone.
        Stopped: somebody asked for it; no file is left.
        Failed: the disk is full; no file is left.
    """
    began = time.perf_counter()
    runs = RunStore(context.home)
    card = runs.find(request.run)
    loaded = DatasetStore(context.home).load(card.dataset)
    dataset = SequenceDataset.from_log(loaded.log, loaded.catalog, card.fingerprint)
    exclude = card.exclude_seen if request.seen == "auto" else request.seen == "exclude"
    seen = "unseen" if exclude else "all"
    out = context.home.exports / f"recommendations-{card.id}-top{request.k}-{seen}.{request.format}"
    tables = _tables(runs.load_model(card.id), dataset, loaded.catalog, request.k, exclude, context)
    with replacing(out) as aside:
        rows = (_write_csv if request.format == "csv" else _write_parquet)(tables, aside)
    seconds = time.perf_counter() - began
    return {"run": card.id, "rows": rows, "users": dataset.n_users, "k": request.k, "out": str(out), "seconds": seconds}


def _tables(
    model: Recommender, dataset: SequenceDataset, catalog: ItemCatalog, k: int, exclude: bool, context: JobContext
) -> Iterator[pl.DataFrame]:
    """Yield the lists of one batch of users after the other."""
    size = max(1, min(BATCH, CELLS // dataset.vocabulary.size))
    titles = np.array(["", *(catalog.title(item) for item in dataset.vocabulary.ids)], dtype=object)
    ids = np.array(["", *dataset.vocabulary.ids], dtype=object)
    for start in range(0, dataset.n_users, size):
        check(context.should_stop)
        users = range(start, min(dataset.n_users, start + size))
        histories = [dataset.history(user) for user in users]
        best = top_k(model.score(histories), histories, k, exclude, n_candidates(model, dataset.vocabulary))
        row, column = np.nonzero(best.items)
        items = best.items[row, column]
        yield pl.DataFrame(
            {
                c.USER: [dataset.user_ids[start + index] for index in row],
                c.RANK: column.astype(np.int32) + 1,
                c.ITEM: ids[items].tolist(),
                c.TITLE: titles[items].tolist(),
                c.SCORE: best.scores[row, column],
            },
            schema={c.USER: pl.String, c.RANK: pl.Int32, c.ITEM: pl.String, c.TITLE: pl.String, c.SCORE: pl.Float32},
        )
        context.progress(users.stop, dataset.n_users)


def _write_csv(tables: Iterator[pl.DataFrame], path: Path) -> int:
    """Append batch after batch; the header once. Cells that a spreadsheet would run are escaped."""
    rows = 0
    with path.open("wb") as stream:
        for number, table in enumerate(tables):
            text = to_csv(table)
            stream.write(text if number == 0 else text.split(b"\n", 1)[1])
            rows += table.height
    return rows


def _write_parquet(tables: Iterator[pl.DataFrame], path: Path) -> int:
    """Write parts beside the file and join them without holding all of them at once."""
    rows, parts = 0, 0
    with _folder_beside(path) as folder:
        for parts, table in enumerate(_grouped(tables), start=1):
            table.write_parquet(folder / f"{parts:06}.parquet")
            rows += table.height
        with disk_errors(path.parent):
            pl.scan_parquet(folder / "*.parquet").sink_parquet(path)
    return rows


def _grouped(tables: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    held: list[pl.DataFrame] = []
    for table in tables:
        held.append(table)
        if sum(one.height for one in held) >= PART_USERS * 10:
            yield pl.concat(held)
            held = []
    if held:
        yield pl.concat(held)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    import shutil

    folder = path.parent / f"{ASIDE}{uuid.uuid4().hex}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
