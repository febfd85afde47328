"""One optimiser step: parts of a batch in threads, their gradients added in order."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqrec_core.models.inputs import Inputs
from seqrec_core.models.layers import ByteNoise
from seqrec_core.models.network import Network
from seqrec_core.training.averaging import RunningMean
from seqrec_core.training.device import low_precision
from seqrec_core.training.gbce import NEGATIVES, gbce
from seqrec_core.training.loss import full_softmax, sampled_softmax
from seqrec_core.training.negatives import LARGEST_FULL, LARGEST_FULL_FLOAT32, Negatives
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.windows import Batch, split_rows

CLIP = 1.0
Part = tuple[Inputs, NDArray[np.int64]]


class Stepper:
    """Makes steps of AdamW. Use it as a context: it owns threads.

    Args:
        net: the network, on its device.
        n_logged: items 1…n_logged occur in the log; the others are no part of the softmax.
        counts: training events of each item 1…n_logged.
        threads: parts of a batch; 1 on a GPU.
        options: weight decay, loss, and how much of the past a running mean of the weights keeps.
        low: dtype of the matrix products; None = measured.
    """

    def __init__(
        self,
        net: Network,
        n_logged: int,
        counts: NDArray[np.integer],
        threads: int = 1,
        options: TrainOptions | None = None,
        low: torch.dtype | None = None,
    ) -> None:
        options = options or TrainOptions()
        self.net, self.n_logged, self.threads, self.loss = net, n_logged, threads, options.loss
        self.device = net.items.device
        self.low = low_precision(self.device.type) if low is None else low
        self.parameters = list(net.parameters())
        self.optimiser = torch.optim.AdamW(self.parameters, betas=(0.9, 0.98), weight_decay=options.weight_decay, fused=True)
        self.mean = RunningMean(self.parameters, options.average)
        is_plain = self.device.type == "cpu" and self.low == torch.float32
        self.negatives = Negatives(counts) if n_logged > (LARGEST_FULL_FLOAT32 if is_plain else LARGEST_FULL) else None
        self.pool = ThreadPoolExecutor(threads, initializer=_quiet_thread)

    def __enter__(self) -> "Stepper":
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown()

    @property
    def body_is_low(self) -> bool:
        """Whether states are computed in bf16."""
        return self.net.autocasts and self.low == torch.bfloat16

    def step(self, batch: Batch, rate: float, seed: Sequence[int]) -> float:
        """Take one step at this learning rate and return the summed loss in nats.

        Args:
            batch: inputs and targets.
            rate: learning rate.
            seed: decides drop-out and negatives; each part of the batch has a generator of its own.
        """
        parts = list(split_rows(batch, self.threads))
        jobs = [self.pool.submit(self._gradients, part, batch.n, (*seed, index)) for index, part in enumerate(parts)]
        results = [job.result() for job in jobs]
        loss = sum(result[0] for result in results)
        if not np.isfinite(loss):
            return float(loss)
        for index, parameter in enumerate(self.parameters):
            parameter.grad = (
                torch.stack([grads[index] for _, grads in results]).sum(0) if len(results) > 1 else results[0][1][index]
            )
        torch.nn.utils.clip_grad_norm_(self.parameters, CLIP)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        self.mean.update()
        return float(loss)

    def _gradients(self, part: Part, n: int, seed: tuple[int, ...]) -> tuple[float, tuple[Tensor, ...]]:
        inputs, targets = part[0].to(self.device), torch.from_numpy(part[1]).to(self.device)
        rng = np.random.default_rng(seed)
        with torch.autocast(self.device.type, torch.bfloat16) if self.body_is_low else nullcontext():
            states = self.net.encode(inputs, ByteNoise(rng))  # [B, T, D]
        asked = targets > 0
        loss = self._loss(states.float()[asked], targets[asked], rng)
        return float(loss.detach()), torch.autograd.grad(loss / max(1, n), self.parameters)

    def _loss(self, states: Tensor, targets: Tensor, rng: np.random.Generator) -> Tensor:
        table, bias = self.net.items[: self.n_logged + 1], self.net.bias[: self.n_logged + 1]
        if self.loss == "gbce":
            drawn = torch.from_numpy(rng.integers(1, self.n_logged + 1, min(NEGATIVES, self.n_logged)))
            return gbce(states, table, bias, targets, drawn.to(self.device))
        if self.negatives is None:
            return full_softmax(states, table, bias, targets, self.low)
        items, expected = (torch.from_numpy(drawn).to(self.device) for drawn in self.negatives.draw(rng))
        return sampled_softmax(states, table, bias, targets, items, expected, self.low)


def _quiet_thread() -> None:
    """One OpenMP thread for each thread of ours, and denormal numbers flushed: both are settings of a thread."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
