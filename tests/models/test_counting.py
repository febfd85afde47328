"""Counting models against counts by hand and against slow, plain counting."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.history import EMPTY
from seqrec_core.data.split import split
from seqrec_core.models import sparse
from seqrec_core.models.config import (
    CooccurrenceConfig,
    ItemKnnConfig,
    MarkovConfig,
    PopularityConfig,
    RecentPopularityConfig,
)
from seqrec_core.models.cooccurrence import Cooccurrence
from seqrec_core.models.item_knn import ItemKnn
from seqrec_core.models.markov import Markov
from seqrec_core.models.popularity import Popularity, RecentPopularity
from seqrec_core.models.topk import top_k
from tests.models.planted import dataset_of, history

LOGS = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=7), min_size=1, max_size=6)
SMALL = settings(max_examples=40, deadline=None)


def plain(scores, dataset):
    """Scores of the first history by external id."""
    return {item: float(scores[0, dataset.vocabulary.index(item)]) for item in dataset.vocabulary.ids}


def test_worked_example_of_cooccurrence():
    dataset = dataset_of([[1, 2, 3], [2, 3, 4]])
    model = Cooccurrence.fit(CooccurrenceConfig(), dataset, split(dataset, "none"))
    histories = [dataset.history(0), dataset.history(1)]
    best = top_k(model.score(histories), histories, 2, False, dataset.vocabulary.n_logged)
    assert [set(dataset.vocabulary.external(row)) for row in best.items] == [{"3", "4"}, {"3", "4"}]


@SMALL
@given(LOGS, st.sampled_from([None, 1, 2, 4]))
def test_cooccurrence_counts_each_user_once_a_pair(log, window):
    dataset = dataset_of(log)
    model = Cooccurrence.fit(CooccurrenceConfig(window=window), dataset, split(dataset, "none"))
    pairs = Counter()
    for items in log:
        reach = len(items) if window is None else window
        pairs.update({(items[i], items[j]) for i in range(len(items)) for j in range(i + 1, min(len(items), i + reach + 1))})
    scores = plain(model.score([history(dataset, *log[0])]), dataset)
    for item, score in scores.items():
        assert 0 < score - sum(pairs[i, item] for i in log[0]) <= 0.5  # half a share of popularity breaks ties, no more


@SMALL
@given(LOGS, st.floats(0.1, 5))
def test_markov_is_smoothed_counting(log, smoothing):
    dataset = dataset_of(log)
    model = Markov.fit(MarkovConfig(smoothing=smoothing), dataset, split(dataset, "none"))
    known = sorted({item for items in log for item in items})
    counts = Counter(item for items in log for item in items)
    share = {item: (counts[item] + 1) / (counts.total() + len(known)) for item in known}
    follows = Counter(pair for items in log for pair in pairwise(items))
    last = log[0][-1]
    leaving = sum(n for (i, _), n in follows.items() if i == last)
    expected = {j: np.log((follows[last, j] + smoothing * share[j]) / (leaving + smoothing)) for j in known}
    assert plain(model.score([history(dataset, *log[0])]), dataset) == pytest.approx(expected, abs=1e-5)
    assert plain(model.score([EMPTY]), dataset) == pytest.approx({j: np.log(share[j]) for j in known}, abs=1e-5)


@SMALL
@given(LOGS, st.floats(0.1, 5), st.integers(1, 3), st.lists(st.sampled_from("abcde"), max_size=4))
def test_markov_of_higher_order_backs_off_to_shorter_contexts(log, smoothing, order, asked):
    dataset = dataset_of([*log, list("abcde")])
    log = [*log, list("abcde")]
    model = Markov.fit(MarkovConfig(smoothing=smoothing, order=order), dataset, split(dataset, "none"))
    counts = Counter(item for items in log for item in items)
    probability = {j: (counts[j] + 1) / (counts.total() + len(counts)) for j in counts}
    for o in range(1, min(order, len(asked)) + 1):
        context = tuple(asked[-o:])
        after = Counter(items[n + o] for items in log for n in range(len(items) - o) if tuple(items[n : n + o]) == context)
        below = after.total() + smoothing
        probability = {j: (after[j] + smoothing * probability[j]) / below for j in probability}
    expected = {j: np.log(p) for j, p in probability.items()}
    assert plain(model.score([history(dataset, *asked)]), dataset) == pytest.approx(expected, abs=1e-5)
    again = Markov.from_arrays(model.config, model.n_items, model.to_arrays())
    np.testing.assert_array_equal(again.score([history(dataset, *asked)]), model.score([history(dataset, *asked)]))


def test_markov_without_smoothing_stays_finite():
    dataset = dataset_of([["a", "b"], ["b", "c"]])
    model = Markov.fit(MarkovConfig(smoothing=0), dataset, split(dataset, "none"))
    assert np.isfinite(model.score([EMPTY, history(dataset, "a"), history(dataset, "c")])).all()


@SMALL
@given(LOGS, st.integers(1, 5), st.sampled_from([0.0, 2.0]))
def test_item_knn_is_the_shrunk_cosine_over_users(log, neighbours, shrink):
    dataset = dataset_of(log)
    model = ItemKnn.fit(ItemKnnConfig(neighbours=neighbours, shrink=shrink), dataset, split(dataset, "none"))
    users = {item: {u for u, items in enumerate(log) if item in items} for item in dataset.vocabulary.ids}
    near = {}
    for j, own in users.items():
        sims = {i: len(had & own) / (np.sqrt(len(had) * len(own)) + shrink) for i, had in users.items() if i != j}
        kept = sorted((i for i in sims if sims[i] > 0), key=lambda i: (-sims[i], i))[:neighbours]
        near |= {(i, j): sims[i] for i in kept}
    expected = {j: sum(near.get((i, j), 0.0) for i in set(log[0])) for j in users}
    assert plain(model.score([history(dataset, *log[0])]), dataset) == pytest.approx(expected, abs=1e-5)


def test_popularity_is_the_log_share_of_training_events_only():
    dataset = dataset_of([["a", "a", "b", "b", "b"], ["a", "b", "b"]])  # leave-one-out learns from a, a, b and a
    model = Popularity.fit(PopularityConfig(), dataset, split(dataset, "leave_one_out"))
    assert plain(model.score([EMPTY]), dataset) == pytest.approx({"a": np.log(4 / 6), "b": np.log(2 / 6)}, abs=1e-6)


@pytest.mark.parametrize("with_times", [True, False])
def test_recent_popularity_counts_the_last_stretch(with_times):
    dataset = dataset_of([["a", "a", "a", "a", "b"]] * 3, with_times=with_times)
    model = RecentPopularity.fit(RecentPopularityConfig(share=0.2), dataset, split(dataset, "none"))
    assert plain(model.score([EMPTY]), dataset) == pytest.approx({"a": np.log(1 / 5), "b": np.log(4 / 5)}, abs=1e-6)


@pytest.mark.parametrize("fit", [Popularity.fit, Markov.fit, Cooccurrence.fit, ItemKnn.fit])
def test_held_out_events_teach_nothing(fit):
    configs = {Popularity.fit: PopularityConfig, Markov.fit: MarkovConfig, Cooccurrence.fit: CooccurrenceConfig}
    config = configs.get(fit, ItemKnnConfig)()
    one, other = (dataset_of([["a", "b", "c", *held]] * 4 + [["d", "e", "d", "e"]]) for held in ("de", "ed"))
    scores = [fit(config, d, split(d, "leave_one_out")).score([history(d, "a", "b", "c")]) for d in (one, other)]
    np.testing.assert_array_equal(*scores)


def test_sums_of_rows_and_counts_made_in_parts_equal_plain_ones(monkeypatch):
    rng = np.random.default_rng(0)
    keys = np.unique(rng.integers(0, 400, 150))
    table = sparse.Csr.from_keys(keys, rng.random(len(keys)), 20)
    owners, rows = np.sort(rng.integers(0, 5, 40)), rng.integers(0, 20, 40)
    whole = table.sum_rows(owners, rows, 5).toarray()
    dense = np.zeros((20, 20))
    dense[keys // 20, keys % 20] = table.values
    expected = np.zeros((5, 20))
    np.add.at(expected, owners, dense[rows])
    np.testing.assert_allclose(whole, expected)
    weights = rng.random(40)
    weighted = np.zeros((5, 20))
    np.add.at(weighted, owners, dense[rows] * weights[:, None])
    np.testing.assert_allclose(table.sum_rows(owners, rows, 5, weights).toarray(), weighted)
    monkeypatch.setattr(sparse, "LARGEST", 7)
    chunks = [rng.integers(0, 9, 5) for _ in range(6)]
    found = dict(zip(*(part.tolist() for part in sparse.count_keys(chunks)), strict=True))
    assert found == Counter(np.concatenate(chunks).tolist())


@SMALL
@given(LOGS, st.integers(1, 4), st.floats(0.1, 1.5), st.booleans(), st.integers(1, 5), st.floats(0.3, 1))
def test_decayed_cooccurrence_weighs_distance_popularity_and_age(log, window, closeness, normalise, recent, decay):
    dataset = dataset_of(log)
    settings = {"window": window, "closeness": closeness, "normalise": normalise, "recent": recent, "decay": decay}
    model = Cooccurrence.fit(CooccurrenceConfig(**settings), dataset, split(dataset, "none"))
    used = Counter(item for items in log for item in items)
    pairs = Counter()
    for items in log:
        for i in range(len(items)):
            for j in range(i + 1, min(len(items), i + window + 1)):
                pairs[items[i], items[j]] += (j - i) ** -closeness
    asked = log[0][-recent:]
    for item, score in plain(model.score([history(dataset, *log[0])]), dataset).items():
        parts = [
            decay**age * pairs[i, item] / (np.sqrt(used[i] * used[item]) if normalise else 1) for age, i in enumerate(asked[::-1])
        ]
        assert score == pytest.approx(sum(parts), abs=1e-5)
