"""Cross-entropy against all items without ever holding a score for each position and item."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

CHUNK = 256  # positions whose scores stay in the cache of a core
CHUNK_GPU = 4096


class FullSoftmax(torch.autograd.Function):
    """Σ over positions of −log softmax(h · tableᵀ + bias)[target].

    Scores exist for one chunk of positions at a time, and both gradients are made in the forward pass, while they are in
    the cache. The score of the target is taken off every score of its position, and the bias put on, by two more columns
    of the product: so no pass over the scores looks for a maximum first. Only where a score is more than 88 above its
    target's, which float32 cannot hold, is everything done again with the true maximum. 1 / sum is folded into the narrow
    matrices.
    """

    @staticmethod
    def forward(ctx: Any, h: Tensor, table: Tensor, bias: Tensor, targets: Tensor, low: torch.dtype) -> Tensor:
        """Return the summed loss in nats.

        Args:
            ctx: keeps the gradients.
            h: states, float32[N, D].
            table: item vectors, float32[V, D].
            bias: of each item, float32[V].
            targets: int64[N], rows of the table.
            low: dtype of the matrix products.
        """
        at_target = (h * table[targets]).sum(1) + bias[targets]
        loss, dh, dtable, dbias, _ = _softmax_pass(h, table, bias, at_target, at_target, low)
        if not torch.isfinite(loss):
            loss, dh, dtable, dbias, _ = _softmax_pass(h, table, bias, _highest(h, table, bias), at_target, low)
        dh -= table[targets]
        dtable.index_add_(0, targets, -h)
        dbias -= torch.bincount(targets, minlength=len(bias))
        ctx.save_for_backward(dh, dtable, dbias)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        """Scale the gradients made in the forward pass."""
        dh, dtable, dbias = ctx.saved_tensors
        return dh.mul_(grad), dtable.mul_(grad), dbias.mul_(grad), None, None


class SampledSoftmax(torch.autograd.Function):
    """The same with the items besides the target estimated from a sample."""

    @staticmethod
    def forward(
        ctx: Any, h: Tensor, table: Tensor, bias: Tensor, targets: Tensor, drawn: Tensor, expected: Tensor, low: torch.dtype
    ) -> Tensor:
        """Return the summed loss in nats; `drawn` are the negatives, int64[K], `expected` the logs of their counts."""
        at_target = (h * table[targets]).sum(1) + bias[targets]
        sample, corrected = table[drawn], bias[drawn] - expected
        is_own = drawn == targets[:, None]  # [N, K]
        loss, dh, dsample, dcorrected, own = _softmax_pass(h, sample, corrected, at_target, at_target, low, is_own)
        if not torch.isfinite(loss):
            shift = torch.maximum(at_target, _highest(h, sample, corrected))
            loss, dh, dsample, dcorrected, own = _softmax_pass(h, sample, corrected, shift, at_target, low, is_own)
        pull = own - 1
        dh += pull[:, None] * table[targets]
        dtable = torch.zeros_like(table).index_add_(0, drawn, dsample).index_add_(0, targets, pull[:, None] * h)
        dbias = torch.zeros_like(bias).index_add_(0, drawn, dcorrected).index_add_(0, targets, pull)
        ctx.save_for_backward(dh, dtable, dbias)
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None, None, None]:
        """Scale the gradients made in the forward pass."""
        dh, dtable, dbias = ctx.saved_tensors
        return dh.mul_(grad), dtable.mul_(grad), dbias.mul_(grad), None, None, None, None


def _softmax_pass(
    h: Tensor,
    table: Tensor,
    bias: Tensor,
    shift: Tensor,
    at_target: Tensor,
    low: torch.dtype,
    is_own: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Return the loss, the sums of probability × (table, state, 1), and the target's own probability under a sample.

    Shapes: [], [N, D], [V, D], [V], [N]. `shift` is taken off each score. `is_own`, bool[N, V], marks where a table that
    is a sample holds the target: there it does not count, and the target is added once by its score.
    """
    chunk = CHUNK if h.device.type == "cpu" else CHUNK_GPU
    down = shift.to(low)
    narrow, items = h.to(low), table.to(low)
    beside = torch.cat([narrow, narrow.new_ones(len(h), 1), -down[:, None]], 1)  # [N, D + 2]
    across = torch.cat([items, bias.to(low)[:, None], items.new_ones(len(items), 1)], 1).t().contiguous()  # [D + 2, V]
    dh, dtable, dbias = torch.empty_like(h), torch.zeros_like(table), torch.zeros_like(bias)
    held = torch.empty(min(chunk, len(h)), len(items), dtype=low, device=h.device)
    loss, own = h.new_zeros(()), torch.zeros_like(at_target)
    for start in range(0, len(h), chunk):
        part = slice(start, start + chunk)
        scores = held[: len(narrow[part])]  # [chunk, V]
        torch.mm(beside[part], across, out=scores)
        scores.exp_()
        if is_own is not None:
            scores.masked_fill_(is_own[part], 0)
            own[part] = (at_target[part] - down[part].float()).exp()
        total = scores.sum(1, dtype=torch.float32) + own[part]
        loss += (total.log() + down[part].float() - at_target[part]).sum()
        inverse = (1 / total)[:, None]
        own[part] *= inverse[:, 0]
        dh[part] = (scores @ items).float().mul_(inverse)
        shares = inverse.to(low)
        dtable += scores.t() @ (narrow[part] * shares)
        dbias += (scores.t() @ shares)[:, 0]
    return loss, dh, dtable, dbias, own


def _highest(h: Tensor, table: Tensor, bias: Tensor) -> Tensor:
    """Highest score of each position, float32[N]."""
    return torch.cat([(part @ table.t() + bias).amax(1) for part in h.split(CHUNK)])


def full_softmax(states: Tensor, table: Tensor, bias: Tensor, targets: Tensor, low: torch.dtype = torch.float32) -> Tensor:
    """Return the summed cross-entropy in nats over the items 1…V−1 of the table (row 0 is PAD).

    Args:
        states: float32[N, D].
        table: item vectors, float32[V, D].
        bias: float32[V].
        targets: int64[N] in 1…V−1.
        low: dtype of the matrix products.
    """
    return FullSoftmax.apply(states, table[1:], bias[1:], targets - 1, low)


def sampled_softmax(
    states: Tensor,
    table: Tensor,
    bias: Tensor,
    targets: Tensor,
    negatives: Tensor,
    log_expected: Tensor,
    low: torch.dtype = torch.float32,
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
        low: dtype of the matrix products.
    """
    return SampledSoftmax.apply(states, table, bias, targets, negatives, log_expected, low)
