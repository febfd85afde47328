"""The hybrid: its weights, what it says of its parts, and the article's worked example."""

import numpy as np
import pytest

from seqrec_core.data.history import EMPTY
from seqrec_core.data.split import split
from seqrec_core.models.config import HybridConfig
from seqrec_core.models.hybrid import fixed_weights
from seqrec_core.models.topk import top_k
from seqrec_core.training.fit import fit
from seqrec_core.training.mixing import LARGEST, learn_weights
from seqrec_core.training.options import TrainOptions
from tests.models.planted import cycles, dataset_of, history, titled

PARTS = ("people", "items", "sequence")  # these logs have no text

SMALL = HybridConfig(width=16, length=6)


@pytest.fixture(scope="module")
def fitted():
    dataset = cycles()
    parts = split(dataset, "leave_one_out")
    return dataset, parts, fit(SMALL, dataset, parts, TrainOptions(epochs=20, threads=1, learning_rate=2e-2))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("config", [SMALL, HybridConfig(width=128, dropout=0.4)])
def test_two_people_with_two_items_in_common_are_both_told_three_and_four(config, seed):
    dataset = dataset_of([[1, 2, 3], [2, 3, 4]])
    model = fit(config, dataset, split(dataset, "none"), TrainOptions(seed=seed, threads=1)).model
    histories = [dataset.history(user) for user in range(2)]
    best = top_k(model.score(histories), histories, 2, False, dataset.vocabulary.n_logged)
    assert [set(dataset.vocabulary.external(items)) for items in best.items] == [{"3", "4"}, {"3", "4"}]


def test_weights_are_learnt_and_the_part_that_knows_no_order_gets_least(fitted):
    *_, result = fitted
    assert set(result.weights) == set(PARTS)
    assert sum(result.weights.values()) == pytest.approx(1)
    assert min(result.weights.values()) >= 0
    assert result.weights["people"] == min(result.weights.values())
    assert "learnt on 120 users" in result.notes[-1]


def test_where_items_have_text_they_are_near_by_it_too_unless_that_is_off():
    dataset = cycles(catalog=titled())
    parts, options = split(dataset, "leave_one_out"), TrainOptions(epochs=2, threads=1)
    found = fit(SMALL, dataset, parts, options)
    assert list(found.weights) == ["people", "items", "content", "sequence"]
    assert found.model.knows_new_items
    assert found.model.content_words(3, dataset.history(0))
    assert sum(part.value for part in found.model.parts(dataset.history(0), 3)) == pytest.approx(
        float(found.model.score([dataset.history(0)])[0, 3]), abs=1e-4
    )
    without = fit(SMALL.model_copy(update={"content": "off"}), dataset, parts, options)
    assert set(without.weights) == set(PARTS)
    assert not without.model.knows_new_items
    assert without.model.content_words(3, dataset.history(0)) == []


def test_no_other_weights_make_the_validation_targets_likelier(fitted):
    dataset, parts, result = fitted
    mix = result.model
    histories = [parts.valid.history(dataset, case) for case in range(len(parts.valid))]
    targets = dataset.items[parts.valid.targets]
    logs = np.stack([mix.standardised(name, histories) for name in PARTS])[:, :, 1:]

    def likelihood(weights):
        scores = np.tensordot(weights, logs, 1)
        return (scores[np.arange(len(targets)), targets - 1] - np.log(np.exp(scores).sum(1))).mean()

    found, asked = learn_weights(mix, dataset, parts, parts.valid, lambda: False)
    assert asked == len(targets)
    best = np.array([found[name] for name in PARTS])
    for step in np.random.default_rng(0).normal(0, 0.3, (50, len(PARTS))):
        assert likelihood(np.clip(best + step, 0, LARGEST)) <= likelihood(best) + 1e-4


def test_few_users_give_fixed_weights_and_say_so():
    dataset = cycles(n_users=10)
    result = fit(SMALL, dataset, split(dataset, "leave_one_out"), TrainOptions(epochs=1, threads=1))
    assert result.weights == pytest.approx(fixed_weights(PARTS))
    assert "not learnt" in result.notes[-1]


def test_what_the_parts_add_sums_to_the_score(fitted):
    dataset, _, result = fitted
    for seen in (dataset.history(0), history(dataset, "i03"), EMPTY):
        found = result.model.parts(seen, 5)
        assert [part.name for part in found] == list(PARTS)
        assert sum(part.value for part in found) == pytest.approx(float(result.model.score([seen])[0, 5]), abs=1e-4)
        assert sum(part.share for part in found) in (0, pytest.approx(1))
        assert all(part.share == 0 for part in found if part.value <= 0)


def test_somebody_new_with_one_event_gets_what_follows_it_and_without_any_what_is_popular(fitted):
    dataset, _, result = fitted
    one = result.model.score([history(dataset, "i03")])[0]
    assert dataset.vocabulary.id(int(one[1:].argmax()) + 1) == "i04"
    popular = dataset_of([*[["a", "b"]] * 30, *[["c", "a"]] * 5])
    model = fit(SMALL, popular, split(popular, "none"), TrainOptions(threads=1)).model
    assert popular.vocabulary.id(int(model.score([EMPTY])[0][1:].argmax()) + 1) == "a"
