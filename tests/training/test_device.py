"""Where a fit runs, and whether bf16 is used, is measured."""

import pytest
import torch

from seqrec_core.data.split import split
from seqrec_core.models.config import GruConfig, SasrecConfig
from seqrec_core.training import device
from seqrec_core.training.device import choose, low_precision, thread_count
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions
from tests.models.planted import cycles


def test_cpu_is_named_with_its_threads():
    assert choose("cpu", 2) == (torch.device("cpu"), "CPU, 2 threads")
    assert choose("cpu", 1)[1] == "CPU, 1 thread"
    assert 1 <= thread_count() <= device.MOST_THREADS


def test_bf16_is_chosen_only_where_it_was_measured_to_be_faster(monkeypatch):
    for slow, expected in ((torch.bfloat16, torch.float32), (torch.float32, torch.bfloat16)):
        low_precision.cache_clear()
        monkeypatch.setattr(device, "has_bf16_units", lambda: True)
        monkeypatch.setattr(device, "_product_seconds", lambda _, dtype, slow=slow: 1.0 if dtype == slow else 0.1)
        assert low_precision("cpu") == expected
    low_precision.cache_clear()


def test_bf16_that_a_device_refuses_is_not_used(monkeypatch):
    def refuse(*_):
        raise RuntimeError("no bf16 here")

    low_precision.cache_clear()
    monkeypatch.setattr(device, "has_bf16_units", lambda: True)
    monkeypatch.setattr(device, "_product_seconds", refuse)
    assert low_precision("cpu") == torch.float32
    low_precision.cache_clear()


def test_cpu_without_bf16_units_is_not_measured(monkeypatch):
    low_precision.cache_clear()
    monkeypatch.setattr(device, "has_bf16_units", lambda: False)
    monkeypatch.setattr(device, "_product_seconds", lambda *_: 1 / 0)
    assert low_precision("cpu") == torch.float32
    low_precision.cache_clear()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("config", [GruConfig(width=16, length=6), SasrecConfig(width=16, length=6)])
def test_gpu_learns_the_planted_order(config):
    dataset = cycles()
    options = TrainOptions(epochs=15, learning_rate=2e-2, device="cuda")
    fitted = fit(config, dataset, split(dataset, "leave_one_out"), options)
    assert fitted.epochs[-1].ndcg > 0.9
