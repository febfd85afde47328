"""What every registered recommender promises. A new model is held to all of it by being registered."""

import numpy as np
import pytest

from seqrec_core.data.history import EMPTY, History
from seqrec_core.data.split import split
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.registry import REGISTRY, load_model
from seqrec_core.text import has_sentence
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions
from tests.models.planted import cycles, history, titled

OPTIONS = TrainOptions(epochs=20, threads=1, learning_rate=2e-2, patience=20)
SEQUENTIAL = {"markov", "gru", "lstm", "sasrec", "hstu", "hybrid"}


def small_config(name: str) -> ModelConfig:
    settings = {"width": 16, "length": 6} if REGISTRY[name].learns == "gradients" else {}
    return REGISTRY[name].config(name=name, **settings)


@pytest.fixture(scope="module")
def dataset():
    return cycles(catalog=titled())


# A network after one epoch of small steps knows little, so that it gets the pattern prior.
BARELY = OPTIONS.model_copy(update={"epochs": 1, "learning_rate": 1e-4})
WITH_PRIOR = ["gru", "sasrec"]


@pytest.fixture(scope="module", params=[*REGISTRY, *(f"{name} with prior" for name in WITH_PRIOR)])
def name_and_options(request):
    name, _, prior = request.param.partition(" ")
    return name, BARELY if prior else OPTIONS


@pytest.fixture(scope="module")
def fitted(name_and_options, dataset):
    name, options = name_and_options
    found = fit(small_config(name), dataset, split(dataset, "leave_one_out"), options)
    if options is BARELY:
        assert found.model.prior is not None
    return found


@pytest.fixture
def model(fitted):
    return fitted.model


@pytest.fixture
def histories(dataset):
    lengths = (3, 1, 6, 2, 14, 5)
    return [EMPTY, *(dataset.history(user).last(n) for user, n in enumerate(lengths)), history(dataset, "i03", "i03", "i03")]


def test_it_is_a_recommender_with_a_name_and_scores_of_the_right_shape(model, dataset, histories):
    scores = model.score(histories)
    assert isinstance(model, Recommender)
    assert model.name == model.config.name in REGISTRY
    assert has_sentence(REGISTRY[model.name].title)
    assert model.n_items == dataset.vocabulary.size
    assert (scores.shape, scores.dtype) == ((len(histories), dataset.vocabulary.size), np.float32)
    assert model.score([]).shape == (0, dataset.vocabulary.size)


def test_scores_are_finite_whatever_the_history(model, dataset, histories):
    long = History(np.resize(np.arange(1, dataset.vocabulary.size, dtype=np.int32), 500))
    assert np.isfinite(model.score([*histories, long])).all()


def test_a_score_does_not_depend_on_the_rest_of_the_batch(model, histories):
    together = model.score(histories)
    alone = np.concatenate([model.score([one]) for one in histories])
    backwards = model.score(histories[::-1])[::-1]
    np.testing.assert_allclose(alone, together, atol=1e-5)
    np.testing.assert_allclose(backwards, together, atol=1e-5)


def test_scoring_twice_gives_the_same_bits(model, histories):
    np.testing.assert_array_equal(model.score(histories), model.score(histories))


def test_arrays_give_back_an_equal_model(model, histories):
    arrays = model.to_arrays()
    assert all(isinstance(array, np.ndarray) and array.dtype != object for array in arrays.values())
    again = load_model(model.config, model.n_items, arrays)
    assert (again.name, again.config, again.n_items) == (model.name, model.config, model.n_items)
    np.testing.assert_array_equal(again.score(histories), model.score(histories))


def test_an_event_taken_out_closes_the_gap(model, histories):
    longest = histories[5]
    edited = longest.without([len(longest) - 2])
    scores = model.score([edited])
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(scores, model.score([longest.take([n for n in range(len(longest)) if n != len(longest) - 2])]))


def test_a_typed_history_without_types_and_times_is_scored(model, histories):
    bare = [History(one.items) for one in histories]
    np.testing.assert_allclose(model.score([*bare, *histories])[: len(bare)], model.score(bare), atol=1e-5)


def test_scoring_leaves_the_history_alone(model, histories):
    before = [one.items.copy() for one in histories]
    model.score(histories)
    for one, items in zip(histories, before, strict=True):
        np.testing.assert_array_equal(one.items, items)


def test_equal_seeds_give_equal_scores(model, dataset, histories, name_and_options):
    again = fit(model.config, dataset, split(dataset, "leave_one_out"), name_and_options[1]).model
    np.testing.assert_array_equal(again.score(histories), model.score(histories))


def test_it_can_learn_from_everything(model, dataset, histories):
    options = OPTIONS.model_copy(update={"epochs": 1})
    assert np.isfinite(fit(model.config, dataset, split(dataset, "none"), options).model.score(histories)).all()


def test_sequence_models_learn_a_planted_order_that_popularity_cannot(model, dataset):
    found = evaluate(model, dataset, split(dataset, "leave_one_out"), k=(1, 10)).means
    if model.name in SEQUENTIAL:
        assert found["hr@1"] > 0.9
    elif model.name == "popularity":
        assert found["hr@1"] < 0.3


def test_fit_says_how_it_went(fitted):
    is_network = REGISTRY[fitted.model.name].learns == "gradients"
    assert fitted.seconds > 0
    assert fitted.parameters > 0
    assert fitted.device.startswith("CPU")
    assert bool(fitted.epochs) == is_network
    assert bool(fitted.learning_rates) == is_network
