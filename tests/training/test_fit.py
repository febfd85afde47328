"""Fitting: budget, early stop, checkpoints, resume, cancel, and what goes wrong."""

import itertools

import numpy as np
import pytest
import torch

from seqrec_core.data.history import History
from seqrec_core.data.split import split
from seqrec_core.errors import BadInput, Failed, NotFound, Stopped
from seqrec_core.models.config import GruConfig, HstuConfig, ModelConfig, PopularityConfig, SasrecConfig
from seqrec_core.models.inputs import Inputs, LogFacts
from seqrec_core.models.layers import NoNoise
from seqrec_core.models.registry import model_class
from seqrec_core.training.estimate import parameters
from seqrec_core.training.fit import fit
from seqrec_core.training.loop import Loop
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.step import Stepper
from tests.models.planted import cycles, dataset_of, titled

CONFIG = GruConfig(width=8, length=6, dropout=0.2)
OPTIONS = TrainOptions(epochs=4, threads=2, learning_rate=1e-2)


class Slot:
    """A checkpoint in memory."""

    def __init__(self):
        self.arrays, self.meta = None, []

    def load(self):
        return self.arrays

    def save(self, arrays, meta):
        self.arrays = {name: array.copy() for name, array in arrays.items()}
        self.meta.append(meta)


class StopAfter:
    def __init__(self, calls):
        self.left = calls

    def __call__(self):
        self.left -= 1
        return self.left < 0


@pytest.fixture(scope="module")
def dataset():
    return cycles()


@pytest.fixture(scope="module")
def parts(dataset):
    return split(dataset, "leave_one_out")


@pytest.fixture(scope="module")
def whole(dataset, parts):
    return fit(CONFIG, dataset, parts, OPTIONS)


def weights(fitted):
    return np.concatenate([array.ravel() for array in fitted.model.to_arrays().values()])


@pytest.mark.parametrize("calls", [3, 22, 60])
def test_stopped_and_resumed_equals_uninterrupted(dataset, parts, whole, calls):
    slot = Slot()
    with pytest.raises(Stopped):
        fit(CONFIG, dataset, parts, OPTIONS, should_stop=StopAfter(calls), checkpoint=slot)
    assert slot.meta[-1]["step"] == calls
    resumed = fit(CONFIG, dataset, parts, OPTIONS, checkpoint=slot)
    np.testing.assert_allclose(weights(resumed), weights(whole), atol=1e-6)
    assert resumed.learning_rates == whole.learning_rates
    for a, b in zip(resumed.epochs, whole.epochs, strict=True):
        assert (a.epoch, a.ndcg) == (b.epoch, b.ndcg)
        assert a.loss == pytest.approx(b.loss)
    assert "Continued" in resumed.notes[0]


def test_checkpoint_of_a_finished_fit_gives_its_model_without_a_step(dataset, parts, whole):
    slot = Slot()
    fit(CONFIG, dataset, parts, OPTIONS, checkpoint=slot)
    saves = len(slot.meta)
    again = fit(CONFIG, dataset, parts, OPTIONS, checkpoint=slot)
    np.testing.assert_array_equal(weights(again), weights(whole))
    assert len(slot.meta) == saves == OPTIONS.epochs


def test_checkpoint_of_another_fit_is_ignored_and_said(dataset, parts, whole):
    slot = Slot()
    fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"seed": 5}), checkpoint=slot)
    fresh = fit(CONFIG, dataset, parts, OPTIONS, checkpoint=slot)
    np.testing.assert_array_equal(weights(fresh), weights(whole))
    assert "ignored" in fresh.notes[0]


def test_seed_decides(dataset, parts, whole):
    other = fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"seed": 1}))
    assert not np.allclose(weights(other), weights(whole))


def test_fit_leaves_the_generator_and_threads_of_the_process_alone(dataset, parts):
    torch.manual_seed(3)
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"epochs": 1}))
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.get_num_threads() == threads


def test_patience_ends_a_fit_that_stops_getting_better_and_keeps_its_best_epoch(dataset, parts):
    options = OPTIONS.model_copy(update={"epochs": 200, "patience": 2, "learning_rate": 3e-2})
    fitted = fit(GruConfig(width=16, length=6), dataset, parts, options)
    values = [record.ndcg for record in fitted.epochs]
    assert fitted.stopped_early
    assert len(values) < 200
    assert max(values) == values[-3]  # two epochs of waiting after the best
    assert not any(value > max(values[:-2]) for value in values[-2:])


def test_best_epoch_is_kept_not_the_last(dataset, parts, monkeypatch):
    kept, said = [], iter([0.3, 0.9, 0.1, 0.2])

    def validate(loop):
        kept.append(np.concatenate([array.ravel() for array in loop.model.to_arrays().values()]))
        return next(said)

    monkeypatch.setattr(Loop, "_validate", validate)
    fitted = fit(CONFIG, dataset, parts, OPTIONS)
    np.testing.assert_array_equal(weights(fitted), kept[1])
    assert not np.array_equal(kept[1], kept[3])


def test_budget_ends_a_fit_and_brings_the_rate_down(dataset, parts, monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr("seqrec_core.training.loop.perf_counter", lambda: next(clock) / 100)
    options = OPTIONS.model_copy(update={"epochs": 10_000, "seconds": 5, "patience": 10_000})
    fitted = fit(CONFIG, dataset, parts, options)
    rates = fitted.learning_rates
    assert 0 < len(fitted.epochs) < 10_000
    assert rates[-1] < 0.1 * max(rates)
    assert any("time budget" in note for note in fitted.notes)


def test_smallest_budget_still_makes_a_step(dataset, parts):
    fitted = fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"seconds": 1e-6}))
    assert (len(fitted.learning_rates), len(fitted.epochs)) == (1, 1)


def test_bf16_where_it_is_chosen_learns_the_planted_order(dataset, parts, monkeypatch):
    monkeypatch.setattr("seqrec_core.training.step.low_precision", lambda kind: torch.bfloat16)
    fitted = fit(GruConfig(width=16, length=6), dataset, parts, OPTIONS.model_copy(update={"epochs": 15, "learning_rate": 2e-2}))
    assert fitted.epochs[-1].ndcg > 0.9


def test_rate_warms_up_and_decays_to_zero_over_the_epochs(whole):
    rates = np.array(whole.learning_rates)
    top = rates.argmax()
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert rates[-1] < 0.05 * OPTIONS.learning_rate


def test_progress_has_finite_numbers_and_comes_to_the_end(dataset, parts):
    calls = []
    fit(CONFIG, dataset, parts, OPTIONS, progress=lambda *call: calls.append(call))
    step, total, values = calls[-1]
    assert step == total == parts.n_train(dataset) * OPTIONS.epochs
    assert {"epoch", "loss", "ndcg", "events_per_second", "memory_mb", "eta_seconds"} <= set(values)
    assert all(np.isfinite(value) for _, _, found in calls for value in found.values())
    assert [found["epoch"] for _, _, found in calls] == sorted(found["epoch"] for _, _, found in calls)


def test_loss_that_is_no_number_is_refused_with_a_way_out(dataset, parts, monkeypatch):
    monkeypatch.setattr(Stepper, "step", lambda *_: float("nan"))
    with pytest.raises(Failed, match="nan in epoch 1") as caught:
        fit(CONFIG, dataset, parts, OPTIONS)
    assert "learning_rate=0.0025" in caught.value.hint


def test_one_and_two_threads_learn_the_same_without_noise(dataset, parts, monkeypatch):
    monkeypatch.setattr("seqrec_core.training.step.low_precision", lambda kind: torch.float32)
    config = CONFIG.model_copy(update={"dropout": 0.0})
    one, two = (fit(config, dataset, parts, OPTIONS.model_copy(update={"threads": n})) for n in (1, 2))
    np.testing.assert_allclose(weights(one), weights(two), atol=2e-3)
    assert (one.device, two.device) == ("CPU, 1 thread", "CPU, 2 threads")


def test_sampled_softmax_learns_the_planted_order(dataset, parts, monkeypatch):
    monkeypatch.setattr("seqrec_core.training.step.LARGEST_FULL_FLOAT32", 5)
    monkeypatch.setattr("seqrec_core.training.step.low_precision", lambda kind: torch.float32)
    options = OPTIONS.model_copy(update={"epochs": 15, "learning_rate": 2e-2})
    fitted = fit(GruConfig(width=16, length=6), dataset, parts, options)
    assert fitted.epochs[-1].ndcg > 0.9


def test_items_that_only_the_catalogue_knows_do_not_disturb():
    dataset = dataset_of([["a", "b", "c", "a", "b"]] * 20, catalog_only=["x", "y"])
    fitted = fit(CONFIG, dataset, split(dataset, "leave_one_out"), OPTIONS)
    assert np.isfinite(fitted.model.score([dataset.history(0)])).all()


def test_log_without_validation_cases_keeps_the_last_epoch_and_says_so():
    dataset = dataset_of([["a", "b"], ["b", "a"], ["a", "b"]])
    fitted = fit(CONFIG, dataset, split(dataset, "leave_one_out"), OPTIONS)
    assert [record.ndcg for record in fitted.epochs] == [None] * OPTIONS.epochs
    assert any("No user" in note for note in fitted.notes)


def test_unknown_model_and_empty_training_are_said(dataset):
    with pytest.raises(NotFound, match="nothing"):
        fit(ModelConfig(name="nothing"), dataset, split(dataset, "none"), OPTIONS)
    parts = split(dataset, "none")
    empty = type(parts)("none", {}, dataset.user_offsets[:-1].copy(), parts.valid, parts.test, parts.leak)
    with pytest.raises(BadInput, match="No event"):
        fit(PopularityConfig(), dataset, empty, OPTIONS)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_device_that_is_not_there_is_said(dataset, parts):
    with pytest.raises(BadInput, match=r"cuda.*cpu"):
        fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"device": "cuda"}))


def test_long_epochs_save_in_between(dataset, parts, monkeypatch):
    monkeypatch.setattr("seqrec_core.training.loop.SAVE_EVERY", 0.0)
    slot = Slot()
    fitted = fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"epochs": 1}), checkpoint=slot)
    assert len(slot.meta) == len(fitted.learning_rates) + 1
    assert [meta["step"] for meta in slot.meta] == sorted(meta["step"] for meta in slot.meta)
    assert 0 < slot.meta[-1]["seconds"] <= fitted.seconds


def test_so_many_steps_give_equal_bits_whatever_the_clock_says(dataset, parts, monkeypatch):
    options = OPTIONS.model_copy(update={"steps": 31, "seconds": 1e-6})
    one, two = (fit(CONFIG, dataset, parts, options) for _ in range(2))
    np.testing.assert_array_equal(weights(one), weights(two))
    assert len(one.learning_rates) == 31
    assert one.learning_rates[-1] < 0.05 * OPTIONS.learning_rate
    assert not any("time budget" in note for note in one.notes)


def test_fit_that_ran_out_of_time_is_repeated_to_the_bit_by_its_rates(dataset, parts, monkeypatch):
    clock = itertools.count()
    with monkeypatch.context() as patched:
        patched.setattr("seqrec_core.training.loop.perf_counter", lambda: next(clock) ** 1.2 / 100)
        timed = fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"epochs": 10_000, "seconds": 4, "patience": 10_000}))
    again = fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"epochs": 10_000, "rates": timed.learning_rates}))
    np.testing.assert_array_equal(weights(again), weights(timed))
    assert again.learning_rates == timed.learning_rates


def test_events_left_out_in_training_change_with_the_epoch_and_leave_the_order_learnable(dataset, parts):
    options = OPTIONS.model_copy(update={"epochs": 25, "learning_rate": 2e-2, "event_dropout": 0.1})
    fitted = fit(GruConfig(width=16, length=6), dataset, parts, options)
    assert max(record.ndcg for record in fitted.epochs) > 0.8
    assert len({round(record.loss, 6) for record in fitted.epochs}) == len(fitted.epochs)


def test_a_network_reads_the_text_of_items_where_that_is_on():
    dataset = cycles(n_users=40, catalog=titled())
    parts, options = split(dataset, "leave_one_out"), TrainOptions(epochs=1, threads=1)
    config = GruConfig(width=8, length=6, content=True)
    fitted = fit(config, dataset, parts, options)
    assert fitted.model.net.events.text.abs().sum() > 0, "what it makes of the text is learnt"
    assert fitted.parameters == parameters(config, dataset)
    assert "events.texts" not in fit(GruConfig(width=8, length=6), dataset, parts, options).model.to_arrays()


@pytest.mark.parametrize("config", [GruConfig, SasrecConfig, HstuConfig])
def test_drop_out_of_the_input_alone_reaches_every_network(config):
    asked = []

    class Noted(NoNoise):
        def drop(self, x, p):
            asked.append(round(p, 3))
            return x

    settings = config(width=8, length=6, dropout=0.1, input_dropout=0.5, event_type=False, time_gap=False)
    net = model_class(settings.name).network(settings, LogFacts(5))
    net.encode(Inputs.of([History(np.array([1, 2, 3], np.int32))]), Noted())
    assert asked[0] == 0.5
    assert set(asked[1:]) == {0.1}
    assert config(width=8, dropout=0.3).dropped_input == 0.3
