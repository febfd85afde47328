"""Cross-entropy against all items without ever holding a score for each position and item."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

CHUNK = 256  # positions whose scores stay in the cache of a core
CHUNK_GPU = 4096


class FullSoftmax(torch.autograd.Function):
    """Σ over positions of −log softmax(h · tableᵀ)[target].

    Scores exist for one chunk of positions at a time. 1 / sum is folded into the narrow matrices, and both gradients are
    made in the forward pass, while the scores are in the cache. The item bias is a last column of the table beside a
    last column of ones in h.
    """

    @staticmethod
    def forward(ctx: Any, h: Tensor, table: Tensor, targets: Tensor, low: torch.dtype) -> Tensor:
        """Return the summed loss in nats.

        Args:
            ctx: keeps the gradients.
            h: states, float32[N, D].
            table: item vectors, float32[V, D].
            targets: int64[N], rows of the table.
            low: dtype of the matrix products.
        """
        chunk = CHUNK if h.device.type == "cpu" else CHUNK_GPU
        narrow, items = h.to(low), table.to(low)
        across = items.t().contiguous()
        dh, dtable = torch.empty_like(h), torch.zeros_like(table)
        at_target = (h * table[targets]).sum(1)
        loss = h.new_zeros(())
        for start in range(0, len(h), chunk):
            part = slice(start, start + chunk)
            scores = narrow[part] @ across  # [chunk, V]
            highest = scores.amax(1, keepdim=True)
            scores.sub_(highest).exp_()
            total = scores.sum(1, dtype=torch.float32)
            loss += (total.log() + highest[:, 0].float() - at_target[part]).sum()
            inverse = (1 / total)[:, None]
            dh[part] = (scores @ items).float() * inverse
            dtable += (scores.t() @ (narrow[part] * inverse.to(low))).float()
        dh -= table[targets]
        dtable.index_add_(0, targets, -h)
        ctx.save_for_backward(dh, dtable)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None, None]:
        """Scale the gradients made in the forward pass."""
        dh, dtable = ctx.saved_tensors
        return dh * grad, dtable * grad, None, None


def with_bias(states: Tensor, table: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Fold the item bias into the product: a column of ones beside states [N, D], the bias beside the table [V, D]."""
    return torch.cat([states, states.new_ones(len(states), 1)], 1), torch.cat([table, bias[:, None]], 1)


def full_softmax(states: Tensor, table: Tensor, bias: Tensor, targets: Tensor, low: torch.dtype = torch.float32) -> Tensor:
    """Return the summed cross-entropy in nats over the items 1…V−1 of the table (row 0 is PAD).

    Args:
        states: float32[N, D].
        table: item vectors, float32[V, D].
        bias: float32[V].
        targets: int64[N] in 1…V−1.
        low: dtype of the matrix products.
    """
    h, items = with_bias(states, table[1:], bias[1:])
    return FullSoftmax.apply(h, items, targets - 1, low)


def sampled_softmax(
    states: Tensor, table: Tensor, bias: Tensor, targets: Tensor, negatives: Tensor, log_expected: Tensor
) -> Tensor:
    """Return the summed cross-entropy with the other items estimated from a sample, in nats.

    Z ≈ exp(score of the target) + Σ exp(score of a negative − log of how often it was expected); a negative that is the
    target does not count. Source: Jean et al. 2015, "On using very large target vocabulary".

    Args:
        states: float32[N, D].
        table: item vectors, float32[V, D].
        bias: float32[V].
        targets: int64[N] in 1…V−1.
        negatives: drawn items, int64[K].
        log_expected: log of how often each was to be expected, float32[K].
    """
    drawn, shift = table[negatives], bias[negatives] - log_expected
    at_target = (states * table[targets]).sum(1) + bias[targets]
    loss = states.new_zeros(())
    for start in range(0, len(states), CHUNK_GPU):
        part = slice(start, start + CHUNK_GPU)
        scores = (states[part] @ drawn.t() + shift).masked_fill(negatives == targets[part, None], -torch.inf)
        loss = loss + (torch.logaddexp(at_target[part], scores.logsumexp(1)) - at_target[part]).sum()
    return loss
