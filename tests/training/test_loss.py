"""The fused losses against torch's own."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from seqrec_core.training import loss as losses
from seqrec_core.training.loss import full_softmax, sampled_softmax
from seqrec_core.training.negatives import Negatives


def made(n=300, width=16, n_items=70, scale=1.0):
    torch.manual_seed(0)
    states = (torch.randn(n, width) * scale).requires_grad_()
    table = torch.randn(n_items, width).requires_grad_()
    bias = torch.randn(n_items).requires_grad_()
    return states, table, bias, torch.randint(1, n_items, (n,))


def gradients(loss, *inputs):
    return [part.float() for part in torch.autograd.grad(loss, inputs)]


def apart(a, b):
    return float((a - b).norm() / b.norm())


@pytest.mark.parametrize("scale", [1.0, 40.0])  # 40: scores of several hundred, where exp alone overflows
def test_fused_softmax_has_the_loss_and_gradients_of_cross_entropy(scale):
    states, table, bias, targets = made(scale=scale)
    plain = F.cross_entropy(states @ table[1:].t() + bias[1:], targets - 1, reduction="sum")
    fused = full_softmax(states, table, bias, targets)
    assert fused.item() == pytest.approx(plain.item(), rel=1e-5)
    for a, b in zip(gradients(fused * 2, states, table, bias), gradients(plain * 2, states, table, bias), strict=True):
        assert apart(a, b) < 1e-4
        assert a.shape == b.shape


def test_pad_is_no_item_and_learns_nothing():
    states, table, bias, targets = made()
    _, d_table, d_bias = gradients(full_softmax(states, table, bias, targets), states, table, bias)
    assert not d_table[0].any()
    assert not d_bias[0].any()


def test_low_precision_gradient_is_close():
    states, table, bias, targets = made()
    exact = gradients(full_softmax(states, table, bias, targets), states, table, bias)
    low = gradients(full_softmax(states, table, bias, targets, torch.bfloat16), states, table, bias)
    for a, b in zip(low, exact, strict=True):
        assert 0 < apart(a, b) < 0.02


def test_sample_of_every_item_is_the_full_softmax():
    states, table, bias, targets = made()
    every = torch.arange(1, len(table))
    sampled = sampled_softmax(states, table, bias, targets, every, torch.zeros(len(every)))
    full = full_softmax(states, table, bias, targets)
    assert sampled.item() == pytest.approx(full.item(), rel=1e-5)
    for a, b in zip(gradients(sampled, states, table, bias), gradients(full, states, table, bias), strict=True):
        assert apart(a, b) < 1e-4


def test_sampled_loss_comes_close_to_the_full_one():
    states, table, bias, targets = made(scale=0.2)
    draw = Negatives(np.bincount(targets, minlength=len(table))[1:])
    items, expected = (torch.from_numpy(part) for part in draw.draw(np.random.default_rng(0), 20_000))
    sampled = sampled_softmax(states, table, bias, targets, items, expected)
    assert sampled.item() == pytest.approx(full_softmax(states, table, bias, targets).item(), rel=0.02)


def test_negatives_are_drawn_as_often_as_they_say():
    draw = Negatives(np.array([0, 15, 80]))
    items, expected = draw.draw(np.random.default_rng(0), 30_000)
    assert items.min() == 1
    for item in (1, 2, 3):
        assert (items == item).sum() == pytest.approx(np.exp(expected[items == item][0]), rel=0.1)


def test_chunks_change_nothing(monkeypatch):
    states, table, bias, targets = made()
    whole = gradients(full_softmax(states, table, bias, targets), states, table, bias)
    monkeypatch.setattr(losses, "CHUNK", 37)
    for a, b in zip(gradients(full_softmax(states, table, bias, targets), states, table, bias), whole, strict=True):
        assert apart(a, b) < 1e-5


@pytest.mark.parametrize("scale", [1.0, 40.0])
def test_sampled_softmax_has_the_loss_and_gradients_of_its_definition(scale):
    states, table, bias, targets = made(scale=scale)
    draw = Negatives(np.bincount(targets, minlength=len(table))[1:])
    items, expected = (torch.from_numpy(part) for part in draw.draw(np.random.default_rng(1), 40))
    scores = states @ table[items].t() + bias[items] - expected
    others = scores.masked_fill(items == targets[:, None], -torch.inf).logsumexp(1)
    own = (states * table[targets]).sum(1) + bias[targets]
    plain = (torch.logaddexp(own, others) - own).sum()
    fused = sampled_softmax(states, table, bias, targets, items, expected)
    assert fused.item() == pytest.approx(plain.item(), rel=1e-5)
    for a, b in zip(gradients(fused, states, table, bias), gradients(plain, states, table, bias), strict=True):
        assert apart(a, b) < 1e-4
