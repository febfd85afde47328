"""What a fit in progress needs to go on, as named arrays; where they are kept is the caller's matter."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.network import load_weights
from seqrec_core.models.protocol import Arrays
from seqrec_core.training.options import EpochRecord, TrainOptions
from seqrec_core.training.step import Stepper


@dataclass
class Progress:
    """Where a fit is.

    Args:
        epoch: epochs completed; `batch`: batches done of the one after.
        step: optimiser steps done.
        seconds: wall time spent, those before a resume included.
        loss, n: sum of losses and number of targets of the epoch in progress.
        best_ndcg: best validation so far (−1 before the first), `best`: its weights; `waiting`: epochs since.
        records: one an epoch; `rates`: learning rate of each step.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    n: int = 0
    best_ndcg: float = -1.0
    waiting: int = 0
    best: Arrays = field(default_factory=dict)
    records: list[EpochRecord] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


NUMBERS = ("epoch", "batch", "step", "seconds", "loss", "n", "best_ndcg", "waiting")


def fit_key(config: ModelConfig, options: TrainOptions, dataset: SequenceDataset, split: Split) -> NDArray[np.uint8]:
    """Return a digest of everything that decides a fit, uint8[32]: a checkpoint of another fit is not continued."""
    digest = hashlib.sha256()
    for part in (config.model_dump_json(), options.model_dump_json(), dataset.fingerprint, split.protocol):
        digest.update(part.encode() + b"\0")
    digest.update(split.train_end.tobytes())
    return np.frombuffer(digest.digest(), np.uint8)


def pack(key: NDArray[np.uint8], progress: Progress, stepper: Stepper) -> Arrays:
    """Return everything a fit needs to go on."""
    arrays: Arrays = {"key": key, "rates": np.array(progress.rates, np.float64)}
    arrays["numbers"] = np.array([getattr(progress, name) for name in NUMBERS], np.float64)
    records = [[r.epoch, r.loss, np.nan if r.ndcg is None else r.ndcg, r.events_per_second, r.seconds] for r in progress.records]
    arrays["records"] = np.array(records, np.float64).reshape(-1, 5)
    for name, value in stepper.net.state_dict().items():
        arrays[f"net.{name}"] = value.detach().cpu().numpy().copy()
    for name, best in progress.best.items():
        arrays[f"best.{name}"] = best
    for index, mean in enumerate(stepper.mean.means):
        arrays[f"mean.{index}"] = mean.cpu().numpy().copy()
    for index, state in stepper.optimiser.state_dict()["state"].items():
        for name, value in state.items():
            arrays[f"optimiser.{index}.{name}"] = value.detach().cpu().numpy().copy()
    return arrays


def unpack(arrays: Arrays, stepper: Stepper) -> Progress:
    """Put a checkpoint into the network, the optimiser and the running mean, and return where the fit was."""
    load_weights(stepper.net, _part(arrays, "net."))
    states: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in _part(arrays, "optimiser.").items():
        index, _, field_name = name.partition(".")
        states.setdefault(int(index), {})[field_name] = torch.from_numpy(np.array(value))
    optimiser = stepper.optimiser
    optimiser.load_state_dict({"state": states, "param_groups": optimiser.state_dict()["param_groups"]})
    for place, mean in enumerate(stepper.mean.means):
        mean.copy_(torch.from_numpy(np.array(arrays[f"mean.{place}"])))
    progress = Progress(best=_part(arrays, "best."), rates=arrays["rates"].astype(np.float64).tolist())
    for name, number in zip(NUMBERS, arrays["numbers"].astype(np.float64).tolist(), strict=True):
        setattr(progress, name, type(getattr(progress, name))(number))
    stepper.mean.steps = progress.step
    for epoch, loss, ndcg, rate, seconds in arrays["records"].astype(np.float64).tolist():
        progress.records.append(EpochRecord(int(epoch), loss, None if np.isnan(ndcg) else ndcg, rate, seconds))
    return progress


def _part(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
