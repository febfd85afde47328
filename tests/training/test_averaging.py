"""The running mean of weights: its numbers, and a fit that uses it, stopped and resumed."""

import numpy as np
import pytest
import torch

from seqrec_core.data.split import split
from seqrec_core.errors import Stopped
from seqrec_core.models.config import GruConfig
from seqrec_core.training.averaging import RunningMean
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions
from tests.models.planted import cycles
from tests.training.test_fit import Slot, StopAfter, weights

CONFIG = GruConfig(width=8, length=6, dropout=0.2)
OPTIONS = TrainOptions(epochs=3, threads=2, learning_rate=1e-2, average=0.9)


def test_mean_of_three_steps_by_hand():
    weight = torch.nn.Parameter(torch.tensor([1.0]))
    mean = RunningMean([weight], 0.15)
    expected = 1.0
    for step, value in enumerate([2.0, 5.0, -3.0]):
        with torch.no_grad():
            weight.fill_(value)
        mean.update()
        keep = min(0.15, (1 + step) / (10 + step))  # 0.1, 0.15, 0.15
        expected = keep * expected + (1 - keep) * value
    with mean.in_place():
        assert weight.item() == pytest.approx(expected)
    assert weight.item() == -3.0


def test_without_a_mean_nothing_moves():
    weight = torch.nn.Parameter(torch.tensor([1.0]))
    mean = RunningMean([weight], 0.0)
    mean.update()
    with mean.in_place():
        assert weight.item() == 1.0


def test_a_fit_keeps_the_mean_and_a_resumed_one_the_same():
    dataset = cycles()
    parts = split(dataset, "leave_one_out")
    whole = fit(CONFIG, dataset, parts, OPTIONS)
    assert not np.allclose(weights(whole), weights(fit(CONFIG, dataset, parts, OPTIONS.model_copy(update={"average": 0.0}))))
    slot = Slot()
    with pytest.raises(Stopped):
        fit(CONFIG, dataset, parts, OPTIONS, should_stop=StopAfter(50), checkpoint=slot)
    resumed = fit(CONFIG, dataset, parts, OPTIONS, checkpoint=slot)
    np.testing.assert_allclose(weights(resumed), weights(whole), atol=1e-6)
