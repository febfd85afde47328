"""The pattern prior: what its term is, that it is only added where a pair occurs, and how its weight is chosen."""

import numpy as np
import pytest

from seqrec_core.data.history import EMPTY, History
from seqrec_core.data.split import split
from seqrec_core.errors import Stopped
from seqrec_core.models.config import GruConfig
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.prior import LAGS, SMOOTHING, Prior
from seqrec_core.models.protocol import HasPrior
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.prior import WEIGHTS, add_prior
from tests.models.planted import cycles, dataset_of, history

LOG = [list("abcabd"), list("acb"), list("bcad"), list("dd")]
UNTRAINED = TrainOptions(epochs=1, threads=1, learning_rate=1e-5)
CONFIG = GruConfig(width=8, length=6)


def log():
    dataset = dataset_of(LOG)
    return dataset, TrainEvents.of(dataset, split(dataset, "none"))


def term_by_hand(dataset, items, j):
    """log(p(j | last items) / share of j), relative to an item that followed none of them; items are letters."""
    share = TrainEvents.of(dataset, split(dataset, "none")).shares()[dataset.vocabulary.index(j)]
    told = []
    for lag, item in enumerate(items[::-1][:LAGS], 1):
        after = [one[n + lag] for one in LOG for n in range(len(one) - lag) if one[n] == item]
        if after:
            told.append((1 / lag, after.count(j) / (len(after) + SMOOTHING), len(after) / (len(after) + SMOOTHING)))
    total = sum(weight for weight, *_ in told) or 1
    q = sum(weight * of_j for weight, of_j, _ in told) / total
    rest = 1 - sum(weight * known for weight, _, known in told) / total
    return np.log((q + rest * share) / share) - np.log(rest)


@pytest.mark.parametrize("items", ["a", "ab", "dca", "bcad", "dd", ""])
def test_the_term_is_the_formula(items):
    dataset, events = log()
    found = Prior.count(events).terms([history(dataset, *items)]).toarray()[0]
    for j in "abcd":
        assert found[dataset.vocabulary.index(j)] == pytest.approx(term_by_hand(dataset, items, j), abs=1e-6)


def test_only_pairs_that_occur_are_stored():
    _, events = log()
    pairs = {(lag, one[n], one[n + lag]) for one in LOG for lag in range(1, LAGS + 1) for n in range(len(one) - lag)}
    assert len(Prior.count(events).followers.values) == len(pairs)


def test_no_pair_crosses_from_one_history_into_the_next():
    events = TrainEvents.of(dataset := dataset_of([["a", "b"], ["c", "d"]]), split(dataset, "none"))
    found = Prior.count(events).terms([history(dataset, "b"), history(dataset, "a")]).toarray()
    assert not found[0].any()
    assert np.flatnonzero(found[1]).tolist() == [dataset.vocabulary.index("b")]


def test_an_empty_history_and_unknown_items_get_nothing():
    _, events = log()
    assert not Prior.count(events).terms([EMPTY, History(np.zeros(2, np.int32))]).nnz


@pytest.fixture(scope="module")
def planted():
    dataset = cycles()
    return dataset, split(dataset, "leave_one_out")


def test_a_network_that_knows_nothing_gets_the_prior_and_says_its_weight(planted):
    dataset, parts = planted
    fitted = fit(CONFIG, dataset, parts, UNTRAINED)
    assert fitted.model.prior.weight in WEIGHTS[1:]
    assert f"weight {fitted.model.prior.weight:g}" in fitted.notes[-1]
    assert fit(CONFIG.model_copy(update={"prior": "off"}), dataset, parts, UNTRAINED).model.prior is None


def test_a_score_is_the_network_s_and_the_prior_s_part(planted):
    dataset, parts = planted
    model = fit(CONFIG, dataset, parts, UNTRAINED).model
    one = dataset.history(0)
    whole, prior, model.prior = model.score([one])[0], model.prior, None
    alone, model.prior = model.score([one])[0], prior
    assert isinstance(model, HasPrior)
    shares = [model.prior_part(one, item) for item in range(model.n_items)]
    assert max(shares) > 0
    np.testing.assert_allclose(alone + shares, whole, atol=1e-5)


def test_no_prior_where_patterns_do_not_help():
    rng = np.random.default_rng(0)
    dataset = dataset_of([rng.integers(0, 30, 12).tolist() for _ in range(80)])
    fitted = fit(CONFIG, dataset, split(dataset, "leave_one_out"), UNTRAINED)
    assert fitted.model.prior is None
    assert "not added" in fitted.notes[-1]


def test_no_prior_without_validation_cases(planted):
    dataset, _ = planted
    fitted = fit(CONFIG, dataset, split(dataset, "none"), UNTRAINED)
    assert fitted.model.prior is None
    assert "no validation cases" in fitted.notes[-1]


def test_the_choice_can_be_stopped(planted):
    dataset, parts = planted
    model = fit(CONFIG.model_copy(update={"prior": "off"}), dataset, parts, UNTRAINED).model
    model.config = CONFIG
    with pytest.raises(Stopped):
        add_prior(model, dataset, parts.valid, False, TrainEvents.of(dataset, parts), lambda: True)
