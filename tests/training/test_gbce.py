"""gBCE against its formula, written out, and what it learns."""

import numpy as np
import pytest
import torch

from seqrec_core.data.split import split
from seqrec_core.models.config import GruConfig
from seqrec_core.training.fit import fit
from seqrec_core.training.gbce import exponent, gbce
from seqrec_core.training.options import TrainOptions
from tests.models.planted import cycles


def test_loss_is_the_formula_position_by_position():
    torch.manual_seed(0)
    states, table, bias = torch.randn(7, 5), torch.randn(21, 5), torch.randn(21)
    targets, negatives = torch.randint(1, 21, (7,)), torch.randint(1, 21, (6,))
    sampled = 6 / 19
    power = sampled * (0.75 * (1 - 1 / sampled) + 1 / sampled)
    expected = 0.0
    for state, target in zip(states.double(), targets.tolist(), strict=True):
        score = {item: float(state @ table[item].double()) + float(bias[item]) for item in range(21)}
        expected -= power * np.log(1 / (1 + np.exp(-score[target])))
        expected -= sum(np.log(1 - 1 / (1 + np.exp(-score[j]))) for j in negatives.tolist() if j != target)
    assert float(gbce(states, table, bias, targets, negatives)) == pytest.approx(expected, rel=1e-5)


def test_exponent_runs_from_plain_to_calibrated():
    assert exponent(10, 101, 0.0) == pytest.approx(1.0)
    assert exponent(10, 101, 1.0) == pytest.approx(0.1)
    assert exponent(10, 2) == pytest.approx(1.0)


def test_it_learns_the_planted_order():
    dataset = cycles()
    parts = split(dataset, "leave_one_out")
    options = TrainOptions(epochs=6, threads=2, learning_rate=2e-2, loss="gbce")
    fitted = fit(GruConfig(width=16, length=6, prior="off"), dataset, parts, options)
    assert fitted.epochs[-1].loss < fitted.epochs[0].loss
    assert max(record.ndcg for record in fitted.epochs) > 0.9
