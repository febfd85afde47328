"""Validation in threads against one history at a time."""

import numpy as np
import pytest
import torch

from seqrec_core.data.split import split
from seqrec_core.models.config import SasrecConfig
from seqrec_core.models.counting import TrainEvents, logs
from seqrec_core.models.inputs import LogFacts
from seqrec_core.models.registry import model_class
from seqrec_core.training import validating
from seqrec_core.training.step import Stepper
from seqrec_core.training.validating import validate
from tests.models.planted import cycles


@pytest.mark.parametrize("threads", [1, 3])
def test_value_is_the_mean_over_cases_asked_one_by_one(monkeypatch, threads):
    monkeypatch.setattr(validating, "ROWS", 7)
    dataset = cycles()
    parts = split(dataset, "leave_one_out")
    shares = TrainEvents.of(dataset, parts).shares()
    model = model_class("sasrec").start(SasrecConfig(width=8, length=6), LogFacts.of(dataset), logs(shares), 3)
    gains = []
    for case in range(len(parts.valid)):
        scores = model.score([parts.valid.history(dataset, case)])[0][1 : dataset.vocabulary.n_logged + 1]
        rank = 1 + int((scores > scores[dataset.items[parts.valid.targets[case]] - 1]).sum())
        gains.append(1 / np.log2(1 + rank) if rank <= 10 else 0.0)
    with Stepper(
        model.net, dataset.vocabulary.n_logged, np.ones(dataset.vocabulary.n_logged), threads, low=torch.float32
    ) as stepper:
        found = validate(model, dataset, parts.valid, stepper, exclude_seen=False)
    assert found == pytest.approx(np.mean(gains))
    assert not model.is_low
