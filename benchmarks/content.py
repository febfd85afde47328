"""Tell categories and tags of held-out items from their other words: the content model against TF-IDF and logistic regression.

    python -m benchmarks.content
    python -m benchmarks.content --log transactions.parquet --items products.parquet

A fifth of the items is held out: their categories and tags are taken out of the catalogue before anything is fitted. Another
fifth chooses the threshold (one for all labels) and the peer's C. Both read the same words. Macro F1 over the labels.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import split
from seqrec_core.models.config import ContentConfig
from seqrec_core.models.words import FIRST, ItemTexts, known_words, number
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions

ROOT = Path(__file__).resolve().parent.parent
LOGS = Path(os.environ.get("SEQREC_TEST_LOGS", ROOT.parent / "shared" / "data"))
FILMS = LOGS / "movietweetings"
FEWEST = 10  # items of a label that is asked for


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", type=Path, default=FILMS / "ratings.dat")
    parser.add_argument("--items", type=Path, default=FILMS / "movies.dat")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--logged", action="store_true", help="only items of the log")
    return parser.parse_args()


def best_threshold(odds: np.ndarray, has: np.ndarray) -> float:
    """The threshold, the same for all labels, of the highest macro F1."""
    return max(np.arange(0.02, 0.9, 0.02), key=lambda at: f1_score(has, odds >= at, average="macro", zero_division=0))


def shown(name: str, odds: np.ndarray, has: np.ndarray, valid: np.ndarray, test: np.ndarray, seconds: float) -> None:
    at = best_threshold(odds[valid], has[valid])
    macro = f1_score(has[test], odds[test] >= at, average="macro", zero_division=0)
    micro = f1_score(has[test], odds[test] >= at, average="micro", zero_division=0)
    first = has[test][np.arange(len(test)), odds[test].argmax(1)].mean()
    print(
        f"{name:28s} macro F1 {macro:.3f}  micro F1 {micro:.3f}  first label right {first:.3f}  {seconds:6.1f} CPU s", flush=True
    )


def peer(words: list[str], has: np.ndarray, train: np.ndarray, valid: np.ndarray) -> np.ndarray:
    features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+")
    x = features.fit(words[row] for row in train).transform(words)
    found = []
    for strength in (1.0, 10.0):
        model = OneVsRestClassifier(LogisticRegression(C=strength, max_iter=1000)).fit(x[train], has[train])
        odds = model.predict_proba(x)
        at = best_threshold(odds[valid], has[valid])
        found.append((f1_score(has[valid], odds[valid] >= at, average="macro", zero_division=0), odds))
    return max(found, key=lambda one: one[0])[1]


def main() -> None:
    options = arguments()
    imported = import_log(ImportRequest(path=options.log, items_path=options.items))
    dataset = SequenceDataset.from_log(imported.log, imported.catalog)
    texts = ItemTexts.of(dataset)
    assert texts is not None
    labels = known_words(texts.labels, 500, FEWEST)
    told = number(texts.labels, labels, 500)
    has = np.zeros((dataset.vocabulary.size, len(labels)), bool)
    owners = np.repeat(np.arange(len(has)), told.lengths)
    has[owners[told.codes >= FIRST], told.codes[told.codes >= FIRST] - FIRST] = True
    usable = np.flatnonzero(has.any(1) & (texts.described.list.len().to_numpy() > 0))
    usable = usable[usable <= dataset.vocabulary.n_logged] if options.logged else usable
    order = np.random.default_rng(0).permutation(usable)
    test, valid, train = np.split(order, [len(order) // 5, 2 * len(order) // 5])
    print(f"{len(usable):,} items, {len(labels)} labels, {len(train):,} learnt from, {len(test):,} asked")

    words = [" ".join(word for word in row if word) for row in texts.described.to_list()]
    began = time.process_time()
    shown("TF-IDF, logistic regression", peer(words, has, train, valid), has, valid, test, time.process_time() - began)

    hidden = {dataset.vocabulary.id(int(item)) for item in [*test, *valid]}
    known = pl.col(c.ITEM).is_in(list(hidden)).not_()
    named = [name for name in (c.CATEGORY, c.TAGS) if name in imported.catalog.frame.columns]
    frame = imported.catalog.frame.with_columns(pl.when(known).then(pl.col(name)).alias(name) for name in named)
    blind = SequenceDataset.from_log(imported.log, ItemCatalog.from_frame(frame))
    began = time.process_time()
    fitted = fit(
        ContentConfig(),
        blind,
        split(blind, "leave_one_out"),
        TrainOptions(epochs=options.epochs, patience=options.epochs, learning_rate=1e-2),
    )
    odds = fitted.model.label_odds(range(dataset.vocabulary.size))
    place = {label: index for index, label in enumerate(fitted.model.reading.labels)}
    ours = np.stack([odds[:, place[label]] if label in place else np.zeros(len(odds)) for label in labels], axis=1)
    shown("content", ours, has, valid, test, time.process_time() - began)


if __name__ == "__main__":
    main()
