"""Runs and datasets ready to answer: each is loaded once a process and shared; nobody may change what is shared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.history import History
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split, split
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.explain.game import MAX_PLAYERS
from seqrec_core.explain.types import BringIn, Explanation
from seqrec_core.models.protocol import Recommender, n_candidates
from seqrec_core.models.registry import model_spec
from seqrec_core.models.topk import places_of, top_k
from seqrec_core.serving.notable import Notable, notable_users
from seqrec_core.serving.shelf import Shelf
from seqrec_core.store.atomic import MANIFEST
from seqrec_core.store.datasets import DatasetInfo, DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunCard, RunStore

RECOMMENDED = {c.RANK: pl.Int64, c.ITEM: pl.String, c.TITLE: pl.String, c.IS_NEW: pl.Boolean}


@dataclass(frozen=True)
class LoadedArrays:
    """A dataset in memory.

    Args:
        info: what is known of it without its events.
        log: the events; catalog: what is known of the items; arrays: the log as arrays.
    """

    info: DatasetInfo
    log: EventLog
    catalog: ItemCatalog
    arrays: SequenceDataset


@dataclass(frozen=True)
class HeldOut:
    """What a run is asked about one user.

    Args:
        user: external user id.
        history: the events before the held-out one; all events where nothing of this user was held out.
        target: item index of what came next; None where nothing was held out.
        row: event row of the target in the dataset; None without one.
    """

    user: str
    history: History
    target: int | None
    row: int | None = None


@dataclass(frozen=True)
class ReadyRun:
    """A run that answers at once. Safe to use from many threads.

    Args:
        home: where it came from.
        card: all about it.
        loaded: its dataset.
        split: what it was trained on and asked about.
        model: the recommender that answers: the run's own, or one of its baselines.
        name: name of that model.
    """

    home: Home
    card: RunCard
    loaded: LoadedArrays
    split: Split
    model: Recommender
    name: str

    @property
    def dataset(self) -> SequenceDataset:
        """The log as arrays."""
        return self.loaded.arrays

    @property
    def catalog(self) -> ItemCatalog:
        """What is known of the items."""
        return self.loaded.catalog

    @property
    def log(self) -> EventLog:
        """The events."""
        return self.loaded.log

    @property
    def n_candidates(self) -> int:
        """Items 1…n that may be recommended: those of the log, and all of the catalogue where the model reads text."""
        return n_candidates(self.model, self.dataset.vocabulary)

    def open_model(self, name: str) -> "ReadyRun":
        """Return this run with another of its models answering, such as the baseline `markov`.

        Raises:
            NotFound: the run holds no such model.
        """
        if name == self.name:
            return self
        key = (self.home.path, self.card.id, _sealed(self.home, self.card.id), name)
        return replace(self, model=MODELS.get(key, lambda: _load_model(self.home, self.card, name)), name=name)

    def recommend(self, history: History, k: int = 10, exclude_seen: bool | None = None) -> pl.DataFrame:
        """Return the best k items after a history: `rank, item_id, title`, `category` where known, `score`, `is_new`.

        A new item has no event in the log: the model places it by its text alone.

        Args:
            history: what the model sees; may be empty.
            k: length of the list.
            exclude_seen: leave out items of the history; None = as in the run.
        """
        best = top_k(self.model.score([history]), [history], k, self._excluded(exclude_seen), self.n_candidates)
        items = [int(item) for item in best.items[0] if item > 0]
        ids = self.dataset.vocabulary.external(items)
        known = {c.CATEGORY: [self.catalog.categories.get(item) for item in ids]} if self.catalog.categories else {}
        table = {
            c.RANK: range(1, len(ids) + 1),
            c.ITEM: ids,
            c.TITLE: [self.catalog.title(item) for item in ids],
            **known,
            c.SCORE: best.scores[0, : len(ids)],
            c.IS_NEW: [item > self.dataset.vocabulary.n_logged for item in items],
        }
        return pl.DataFrame(table, schema_overrides=RECOMMENDED)

    def rank(self, history: History, target: int, exclude_seen: bool | None = None) -> int:
        """Return the 1-based place of an item (index) in the list after a history; 0 where it is no candidate.

        A report's rank puts equal scores before the target and may be larger.
        """
        import numpy as np

        scores = self.model.score([history])
        excluded = self._excluded(exclude_seen)
        return int(places_of(scores, np.array([target]), [history], excluded, self.n_candidates)[0])

    def explain(
        self,
        history: History,
        target: int,
        k: int = 10,
        exclude_seen: bool | None = None,
        seed: int = 0,
        versus: int | None = None,
        max_players: int = MAX_PLAYERS,
    ) -> Explanation:
        """Explain why an item (index) is where it is after a history, or why it rather than `versus`.

        Raises:
            BadInput: the item is no candidate.
        """
        from seqrec_core.explain.explain import explain

        return explain(
            self.model,
            history,
            target,
            exclude_seen=self._excluded(exclude_seen),
            n_candidates=self.n_candidates,
            k=k,
            seed=seed,
            versus=versus,
            max_players=max_players,
        )

    def bring_in(self, told: Explanation, k: int = 10, exclude_seen: bool | None = None, seen: History | None = None) -> BringIn:
        """Search for the smallest edit after which an explained item enters the top k.

        Args:
            told: from `explain`.
            k: length of the list.
            exclude_seen: as it was explained.
            seen: the history before a what-if; None = that of the explanation.
        """
        from seqrec_core.explain.bring_in import bring_in
        from seqrec_core.explain.what_if import Ranking

        excluded = self._excluded(exclude_seen)
        return bring_in(Ranking(self.model, told.history, told.target, excluded, self.n_candidates, seen), told, k)

    def case(self, user: str) -> HeldOut:
        """Return the history of a user before the held-out event, and that event's item.

        Raises:
            NotFound: no such user.
        """
        index = self.dataset.user_index(user)
        rows = self.split.test.targets[self.split.test.users == index]
        if not len(rows):
            return HeldOut(user, self.dataset.history(index), None)
        row = int(rows.max())
        history = self.dataset.slice(int(self.dataset.user_offsets[index]), row)
        return HeldOut(user, history, int(self.dataset.items[row]), row)

    def full_history(self, user: str) -> History:
        """Return all events of a user.

        Raises:
            NotFound: no such user.
        """
        return self.dataset.history(self.dataset.user_index(user))

    def history_of(self, items: Sequence[str]) -> History:
        """Return a history of these items (external ids), oldest first.

        Raises:
            NotFound: an item that is not known.
        """
        return History(self.dataset.vocabulary.indices(items))

    def report(self) -> MetricReport:
        """Return the per-user report of the model that answers.

        Raises:
            NotFound: nothing was measured.
        """
        key = (self.home.path, self.card.id, _sealed(self.home, self.card.id), self.name)
        return REPORTS.get(key, lambda: RunStore(self.home).load_report(self.card.id, self.name))

    def notable_users(self, n: int = 8) -> list[Notable]:
        """Return users worth looking at: surprising hits, typical ones, cold starts and misses; none without a report."""
        if self.card.protocol is None:
            return []
        return notable_users(self.report().per_user, self.dataset, n)

    def _excluded(self, exclude_seen: bool | None) -> bool:
        return self.card.exclude_seen if exclude_seen is None else exclude_seen


# Four runs and their baselines: the web process keeps what people look at, not everything that was ever opened.
DATASETS: Shelf[LoadedArrays] = Shelf(4)
RUNS: Shelf[ReadyRun] = Shelf(4)
MODELS: Shelf[Recommender] = Shelf(8)
REPORTS: Shelf[MetricReport] = Shelf(8)


def dataset(home: Home, ref: str) -> LoadedArrays:
    """Return a dataset as log, catalogue and arrays, loaded once.

    Raises:
        NotFound: no such dataset.
        Damaged: its files are not what was written.
    """
    info = DatasetStore(home).find(ref)
    arrays = DATASETS.get((home.path, info.id, info.created), lambda: _load_dataset(home, info))
    return arrays if arrays.info == info else replace(arrays, info=info)


def open_run(home: Home, run_id: str) -> ReadyRun:
    """Return a run ready to answer, loaded once.

    Raises:
        NotFound: no such run, or its dataset is gone.
        Damaged: the files are not what was written.
    """
    card = RunStore(home).find(run_id)
    return RUNS.get((home.path, card.id, _sealed(home, card.id)), lambda: _load_run(home, card))


def warm(home: Home) -> None:
    """Import what the first answer would wait for, load the newest run and then the compiled pattern search."""
    from seqrec_core.mining import engine, recounting

    _warm_run(home)
    engine.warm()
    recounting.warm()


def _warm_run(home: Home) -> None:
    from seqrec_core.explain import explain, sentences

    _one_thread()
    cards = RunStore(home).list()
    if not cards or not (explain and sentences):
        return
    ready = open_run(home, cards[0].id)
    history = ready.full_history(ready.dataset.user_ids[0]).last(3)
    best = ready.recommend(history, 1)
    if best.height:
        ready.explain(history, ready.dataset.vocabulary.index(best[c.ITEM][0]))


def _sealed(home: Home, run: str) -> int:
    return (home.runs / run / MANIFEST).stat().st_mtime_ns


def _load_dataset(home: Home, info: DatasetInfo) -> LoadedArrays:
    loaded = DatasetStore(home).load(info.id)
    arrays = SequenceDataset.from_log(loaded.log, loaded.catalog, info.fingerprint)
    return LoadedArrays(info, loaded.log, loaded.catalog, arrays)


def _load_run(home: Home, card: RunCard) -> ReadyRun:
    loaded = dataset(home, card.dataset)
    share = card.split_parameters.get("test_share")
    parts = split(loaded.arrays, card.split, **({} if share is None else {"test_share": float(share)}))
    if loaded.arrays.vocabulary.size != card.n_items:
        raise BadInput("serving", "other_items", run=card.id, expected=card.n_items, found=loaded.arrays.vocabulary.size)
    return ReadyRun(home, card, loaded, parts, _load_model(home, card, card.model), card.model)


def _load_model(home: Home, card: RunCard, name: str) -> Recommender:
    model = RunStore(home).load_model(card.id, name)
    if model_spec(model.name).learns == "gradients":
        _one_thread()
    return model


def _one_thread() -> None:
    """Small matrices beside a busy server: one torch thread answers fastest."""
    import torch

    torch.set_num_threads(1)
