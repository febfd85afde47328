"""Metrics of lists: by hand, against a slow oracle, and against ir-measures and scikit-learn on random lists."""

import doctest

import ir_measures
import numpy as np
import polars as pl
import pytest
from ir_measures import AP, RR, P, R, Success, nDCG
from sklearn.calibration import calibration_curve
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import ndcg_score

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.content import ContentVectors, content_vectors
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, split
from seqrec_core.evaluation import calibration, lists
from seqrec_core.evaluation.calibration import calibration_error, first_confidence, reliability
from seqrec_core.evaluation.later import held_until, later_events, previous_rows, wanted_items
from seqrec_core.evaluation.lists import ItemFacts, coverage, gini, item_facts, list_values, popularity_reach
from seqrec_core.evaluation.metrics import hit_rate, ndcg, reciprocal_rank
from seqrec_core.models.topk import TopK
from tests.models.planted import BEGIN, dataset_of

K, V = 10, 60


def facts(rng, n_categories=5):
    """Random facts of V items."""
    users = np.concatenate([[0], rng.integers(0, 50, V - 1)])
    place = np.concatenate([[V], np.argsort(np.argsort(-users[1:], kind="stable"))])
    share = np.where(users > 0, users / 50, 1 / 51)
    category = rng.integers(-1, n_categories, V).astype(np.int32)
    return ItemFacts(users, -np.log2(share), users / 50, place, rng.random(V) < 0.5, category, V - 1, vectors(rng))


def vectors(rng, n_words=12):
    """Random vectors of length 1; PAD and every fifth item have no words."""
    lengths = np.where(np.arange(V) % 5 == 0, 0, rng.integers(1, 5, V))
    words = [np.sort(rng.permutation(n_words)[:n]).astype(np.int32) for n in lengths]
    weights = [one / np.sqrt((one**2).sum()) for one in (rng.random(n) + 0.1 for n in lengths)]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return ContentVectors(offsets, np.concatenate(words), np.concatenate(weights), n_words)


def dense(known):
    """The same as a table, float64[V, words]."""
    table = np.zeros((len(known.offsets) - 1, known.n_words))
    table[np.repeat(np.arange(len(table)), np.diff(known.offsets)), known.words] = known.weights
    return table


def drawn(rng, n, k=K, ties=False):
    """Random lists of k + 1 distinct items, some shorter, and the items asked for."""
    items = np.stack([1 + rng.permutation(V - 1)[: k + 1] for _ in range(n)]).astype(np.int32)
    scores = np.sort(rng.integers(0, 5, (n, k + 1)) if ties else rng.random((n, k + 1)), axis=1)[:, ::-1].astype(np.float32)
    for row in range(0, n, 7):
        items[row, rng.integers(0, k) :] = 0
    asked = [1 + rng.permutation(V - 1)[: rng.integers(1, 8)] for _ in range(n)]
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in asked])])
    return TopK(items, np.ascontiguousarray(scores)), np.concatenate(asked).astype(np.int32), offsets


def slow(found, wanted, offsets, known, expected, k=K):
    """The definitions of docs/metrics.md, list by list; equal scores share their last place."""
    rows, said = [], dense(known.content)
    for at in range(len(found.items)):
        full = [(item, score) for item, score in zip(found.items[at], found.scores[at], strict=True) if item > 0]
        row = [item for item, _ in full][:k]
        place = {item: sum(other >= score for _, other in full) for item, score in full}
        goal = set(wanted[offsets[at] : offsets[at + 1]])
        hits = [item for item in row if item in goal and place[item] <= k]
        ap = sum(sum(place[other] <= place[item] for other in hits) / place[item] for item in hits) / len(goal)
        codes = [known.category[item] for item in row if known.category[item] >= 0]
        pairs = [a != b for n, a in enumerate(codes) for b in codes[n + 1 :]]
        told = said[[item for item in row if said[item].any()]]
        far = [1 - a @ b for n, a in enumerate(told) for b in told[n + 1 :]]
        new = [item for item in hits if known.place[item] >= expected[at]]
        rows.append(
            {
                "recall": len(hits) / len(goal),
                "precision": len(hits) / k,
                "average_precision": ap,
                "novelty": np.mean(known.bits[row]) if row else np.nan,
                "diversity": np.mean(pairs) if pairs else np.nan,
                "content_diversity": np.mean(far) if far else np.nan,
                "serendipity": len(new) / k,
                "long_tail": np.mean(known.is_tail[row]) if row else np.nan,
                "popularity": np.mean(known.popularity[row]) if row else np.nan,
                "is_filled": len(row) == k and all(place[item] <= k for item in row),
            }
        )
    return pl.DataFrame(rows)


@pytest.mark.parametrize("ties", [False, True])
def test_the_pass_agrees_with_the_definitions(ties, monkeypatch):
    rng = np.random.default_rng(1)
    monkeypatch.setattr(lists, "BLOCK", 64)  # several blocks, dealt out to threads
    known, (found, wanted, offsets) = facts(rng), drawn(rng, 300, ties=ties)
    expected = rng.integers(0, 20, 300)
    values, oracle = list_values(found, K, wanted, offsets, known, expected), slow(found, wanted, offsets, known, expected)
    for name in oracle.columns:
        np.testing.assert_allclose(getattr(values, name).astype(float), oracle[name].cast(pl.Float64), atol=1e-12, err_msg=name)
    counted = np.bincount(found.items[:, :K].ravel(), minlength=V)[1:]
    np.testing.assert_array_equal(values.counts, counted)


def test_ir_measures_agrees_on_random_lists():
    rng = np.random.default_rng(2)
    found, wanted, offsets = drawn(rng, 200)
    run = {
        str(at): {str(item): float(score) for item, score in zip(row[:K], scores[:K], strict=True) if item}
        for at, (row, scores) in enumerate(zip(found.items, found.scores, strict=True))
    }
    qrels = {str(at): {str(item): 1 for item in wanted[offsets[at] : offsets[at + 1]]} for at in range(200)}
    table = {str(at): {} for at in range(200)}
    for value in ir_measures.iter_calc([R @ K, P @ K, AP @ K, Success @ K], qrels, run):
        table[value.query_id][str(value.measure)] = value.value
    values = list_values(found, K, wanted, offsets, facts(rng), np.zeros(200, np.int64))
    for name, measure in (("recall", R @ K), ("precision", P @ K), ("average_precision", AP @ K)):
        theirs = [table[str(at)].get(str(measure), 0.0) for at in range(200)]
        np.testing.assert_allclose(getattr(values, name), theirs, atol=1e-9, err_msg=name)


def test_ir_measures_agrees_on_lists_with_ties_and_on_empty_ones():
    """Tied with an item outside = not in the list; any order inside a tie gives the same recall and precision."""
    rng = np.random.default_rng(5)
    found, wanted, offsets = drawn(rng, 300, ties=True)
    found.items[::11] = 0
    run, n_empty, n_cut = {}, 0, 0
    for at, (row, scores) in enumerate(zip(found.items, found.scores, strict=True)):
        end = scores[K] if row[K] else -np.inf
        kept = [(item, score) for item, score in zip(row[:K], scores[:K], strict=True) if item and score > end]
        n_empty, n_cut = n_empty + (not kept), n_cut + bool(row[K] and scores[K - 1] == end)
        run[str(at)] = {str(item): float(score) for item, score in kept}
    assert min(n_empty, n_cut) > 5
    qrels = {str(at): {str(item): 1 for item in wanted[offsets[at] : offsets[at + 1]]} for at in range(300)}
    theirs = {measure: np.zeros(300) for measure in (R @ K, P @ K)}
    for value in ir_measures.iter_calc(list(theirs), qrels, run):
        theirs[value.measure][int(value.query_id)] = value.value
    values = list_values(found, K, wanted, offsets, facts(rng), np.zeros(300, np.int64))
    np.testing.assert_allclose(values.recall, theirs[R @ K], atol=1e-9)
    np.testing.assert_allclose(values.precision, theirs[P @ K], atol=1e-9)


def test_ir_measures_agrees_on_tied_ranks_when_the_target_comes_last_of_its_equals():
    rng = np.random.default_rng(6)
    scores, targets = rng.integers(0, 12, (150, V - 1)).astype(float), rng.integers(0, V - 1, 150)
    ranks = (scores >= scores[np.arange(150), targets][:, None]).sum(axis=1)
    scores[np.arange(150), targets] -= 0.5
    run = {str(at): {str(item): float(score) for item, score in enumerate(row)} for at, row in enumerate(scores)}
    qrels = {str(at): {str(target): 1} for at, target in enumerate(targets)}
    theirs = {measure: np.zeros(150) for measure in (nDCG @ K, RR @ K, Success @ K)}
    for value in ir_measures.iter_calc(list(theirs), qrels, run):
        theirs[value.measure][int(value.query_id)] = value.value
    assert 10 < theirs[Success @ K].sum() < 140
    for ours, measure in ((ndcg, nDCG @ K), (reciprocal_rank, RR @ K), (hit_rate, Success @ K)):
        np.testing.assert_allclose(ours(ranks, K), theirs[measure], atol=1e-9)


def test_ir_measures_and_scikit_learn_agree_on_ranks_of_one_item():
    rng = np.random.default_rng(3)
    scores = rng.random((150, V - 1))
    targets = rng.integers(0, V - 1, 150)
    ranks = (scores >= scores[np.arange(150), targets][:, None]).sum(axis=1)
    run = {str(at): {str(item): float(score) for item, score in enumerate(row)} for at, row in enumerate(scores)}
    qrels = {str(at): {str(target): 1} for at, target in enumerate(targets)}
    theirs = {measure: np.zeros(150) for measure in (nDCG @ K, RR @ K, Success @ K)}
    for value in ir_measures.iter_calc(list(theirs), qrels, run):
        theirs[value.measure][int(value.query_id)] = value.value
    np.testing.assert_allclose(ndcg(ranks, K), theirs[nDCG @ K], atol=1e-9)
    np.testing.assert_allclose(reciprocal_rank(ranks, K), theirs[RR @ K], atol=1e-9)
    np.testing.assert_allclose(hit_rate(ranks, K), theirs[Success @ K], atol=1e-9)
    relevant = np.eye(V - 1)[targets]
    assert ndcg(ranks, K).mean() == pytest.approx(ndcg_score(relevant, scores, k=K), abs=1e-9)


def test_scikit_learn_agrees_on_the_reliability_curve():
    rng = np.random.default_rng(4)
    p = rng.random(1_000)
    y = (rng.random(1_000) < p**2).astype(float)
    right, confidence = calibration_curve(y, p, n_bins=10, strategy="quantile")
    table = reliability(p, y)
    np.testing.assert_allclose(table["right"], right, atol=1e-9)
    np.testing.assert_allclose(table["confidence"], confidence, atol=1e-9)
    assert calibration_error(p, y) == pytest.approx(np.abs(right - confidence).mean(), abs=1e-9)


def test_calibration_of_few_values_and_of_none():
    assert calibration_error(np.array([np.nan]), np.array([1.0])) != calibration_error(np.array([1.0]), np.array([1.0]))
    assert calibration_error(np.full(4, 0.25), np.array([1.0, 0, 0, 0])) == 0
    assert reliability(np.full(4, 0.25), np.array([1.0, 0, 0, 0])).rows() == [(0.25, 0.25, 4)]
    assert reliability(np.zeros(0), np.zeros(0)).height == 0


def test_confidence_is_the_softmax_of_the_best_candidate():
    scores = np.array([[9, 1, 2, np.nan], [9, 0, 0, 0], [9, 1, 1, 1]], np.float32)
    allowed = np.array([[False, True, True, True], [False, True, True, False], [False, False, False, False]])
    np.testing.assert_allclose(first_confidence(scores, allowed), [np.e / (1 + np.e), 0.5, np.nan], rtol=1e-6)


def test_gini_and_coverage_by_hand():
    assert gini(np.array([5, 5, 5])) == 0
    assert gini(np.array([0, 0, 0, 12])) == 0.75
    assert gini(np.array([1, 3])) == pytest.approx(0.25)
    assert (gini(np.zeros(3, int)), coverage(np.array([0, 2, 1])), coverage(np.zeros(0, int))) == (0.0, pytest.approx(2 / 3), 0.0)


def test_examples_in_the_docstrings_run():
    assert doctest.testmod(lists).failed == doctest.testmod(calibration).failed == 0


def shop_of_four():
    """a is had by four users in training, b by two, c by one, d by nobody; a and b share a category."""
    histories = [["a", "b", "c", "d"], ["a", "b", "b", "d"], ["a", "a", "a", "d"], ["a", "a", "a", "d"]]
    rows = [(f"u{u}", item, n) for u, items in enumerate(histories) for n, item in enumerate(items)]
    frame = pl.DataFrame(
        {
            c.USER: [row[0] for row in rows],
            c.ITEM: [row[1] for row in rows],
            c.EVENT: ["view"] * 16,
            c.TIME: pl.Series([BEGIN] * 16, dtype=c.TIME_DTYPE),
            c.SESSION: [row[0] for row in rows],
            c.ORDER: pl.Series([row[2] for row in rows], dtype=pl.Int64),
        }
    )
    items = pl.DataFrame({c.ITEM: ["a", "b", "c"], c.TITLE: ["A", "B", "C"], c.CATEGORY: ["x", "x", "y"]})
    return SequenceDataset.from_log(EventLog.from_frame(frame), ItemCatalog.from_frame(items))


def test_facts_of_items_are_counted_in_training_alone():
    dataset = shop_of_four()
    parts = split(dataset, "leave_one_out")  # the last two of each user are held out
    known = item_facts(dataset, parts)
    assert known.users.tolist() == [0, 4, 2, 0, 0]
    np.testing.assert_allclose(known.bits[1:], [0, 1, np.log2(5), np.log2(5)])
    assert known.place[1:].tolist() == [0, 1, 2, 3]
    assert known.is_tail[1:].tolist() == [False, False, True, True]  # a has 6 of 8 events, so the head needs b
    assert known.category.tolist() == [-1, 0, 0, 1, -1]


def test_what_is_wanted_is_what_follows_and_can_be_recommended():
    dataset = dataset_of([["a", "b", "c", "a", "d", "d"], ["a", "b"]])
    cases = Cases(np.array([0, 1], np.int32), np.array([2, 7], np.int64))
    later = later_events(dataset, cases)
    assert (later.case.tolist(), later.row.tolist()) == ([0, 0, 0, 0, 1], [2, 3, 4, 5, 7])
    new = wanted_items(dataset, cases, later, exclude_seen=True)
    assert dataset.vocabulary.external(dataset.items[new.row]) == ["c", "d", "b"]
    all_ = wanted_items(dataset, cases, later, exclude_seen=False)
    assert dataset.vocabulary.external(dataset.items[all_.row]) == ["c", "a", "d", "b"]
    assert all_.offsets.tolist() == [0, 3, 4]
    assert previous_rows(dataset).tolist() == [-1, -1, -1, 0, -1, 4, -1, -1]


def test_validation_wants_only_what_lies_before_the_test():
    dataset = dataset_of([["a", "b", "c", "d"], ["a", "b", "c"]])
    parts = split(dataset, "leave_one_out")
    later = later_events(dataset, parts.valid, held_until(dataset, parts, "valid", parts.valid))
    assert later.row.tolist() == parts.valid.targets.tolist()


def test_a_window_ends_after_its_seconds():
    dataset = dataset_of([["a", "b", "c", "d", "e"]])  # a minute apart
    cases = Cases(np.array([0], np.int32), np.array([1], np.int64))
    assert later_events(dataset, cases, window=120).row.tolist() == [1, 2, 3]
    assert later_events(dataset, cases, window=119).row.tolist() == [1, 2]


def test_a_popularity_list_leaves_out_what_was_seen():
    dataset = shop_of_four()
    known = item_facts(dataset, split(dataset, "leave_one_out"))
    cases = Cases(np.array([0, 1], np.int32), np.array([2, 7], np.int64))  # both have seen a and b
    assert popularity_reach(dataset, cases, known, 1, exclude_seen=True).tolist() == [3, 3]
    assert popularity_reach(dataset, cases, known, 2, exclude_seen=True).tolist() == [4, 4]
    assert popularity_reach(dataset, cases, known, 1, exclude_seen=False).tolist() == [1, 1]


def described(*texts):
    """Items i0, i1, … with these titles, each had by one user."""
    ids = [f"i{n}" for n in range(len(texts))]
    return dataset_of([ids], catalog=ItemCatalog.from_frame(pl.DataFrame({c.ITEM: ids, c.TITLE: texts})))


def test_content_vectors_are_those_of_scikit_learn():
    texts = ["Red cotton shirt", "blue cotton shirt shirt", "wooden chair", "chair chair cushion", "Red chair"]
    known = content_vectors(described(*texts))
    tfidf = TfidfVectorizer(sublinear_tf=True, smooth_idf=False, norm=None).fit(texts)
    theirs = tfidf.transform(texts).multiply(1 - 1 / tfidf.idf_).toarray()  # it adds 1 to each idf
    theirs /= np.sqrt((theirs**2).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(dense(known)[1:], theirs, atol=1e-9)


def test_content_vectors_read_no_ids_and_no_word_that_all_items_have():
    dataset = dataset_of([["i0", "i1", "i2"]], catalog=ItemCatalog.from_items(["i0", "i1", "i2", "extra"]))
    assert content_vectors(dataset).n_words == 0
    assert content_vectors(dataset_of([["a", "b"]])).offsets.tolist() == [0, 0, 0, 0]
    said = content_vectors(described("shop lamp", "shop lamp", "shop desk"))
    assert np.diff(said.offsets).tolist() == [0, 1, 1, 1]  # "shop" says nothing
    np.testing.assert_allclose(dense(said) @ dense(said)[1], [0, 1, 1, 0])
