"""gBCE: yes or no for each item, on shared negatives, with the over-confidence of sampling taken back."""

import torch
from torch import Tensor
from torch.nn import functional as F

NEGATIVES = 256  # items drawn a step, each as likely as any other
CALIBRATION = 0.75  # t: 0 = plain binary cross-entropy, 1 = scores whose sigmoid is a probability


def exponent(negatives: int, items: int, calibration: float = CALIBRATION) -> float:
    """Return β, the power of the target's sigmoid: α · (t · (1 − 1 / α) + 1 / α) with α = negatives / (items − 1), at most 1.

    Source: Petrov & Macdonald 2023, "gSASRec: reducing overconfidence in sequential recommendation trained with negative
    sampling", equation 17.
    """
    sampled = min(1.0, negatives / max(1, items - 1))
    return sampled * (calibration * (1 - 1 / sampled) + 1 / sampled)


def gbce(states: Tensor, table: Tensor, bias: Tensor, targets: Tensor, negatives: Tensor) -> Tensor:
    """Return the summed loss in nats: −β · log σ(score of the target) − Σ over negatives of log(1 − σ(score)).

    A negative that is the target does not count. Every position is asked about the same negatives, where the paper draws
    some for each: one matrix product answers all of them.

    Args:
        states: float32[N, D].
        table: item vectors, float32[V, D]; row 0 is PAD.
        bias: float32[V].
        targets: int64[N] in 1…V−1.
        negatives: drawn items, int64[K].
    """
    power = exponent(len(negatives), len(table) - 1)
    at_target = (states * table[targets]).sum(1) + bias[targets]
    scores = states @ table[negatives].t() + bias[negatives]  # [N, K]
    refused = F.softplus(scores).masked_fill(negatives == targets[:, None], 0.0)
    return power * F.softplus(-at_target).sum() + torch.sum(refused)
