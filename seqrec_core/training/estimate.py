"""What a fit will cost, said before it starts and without loading torch."""

import os
import shutil
from dataclasses import dataclass

from seqrec_core.data.sequences import NO_CATEGORY, SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import ContentConfig, HybridConfig, ModelConfig, NetworkConfig
from seqrec_core.models.words import has_text
from seqrec_core.text import say
from seqrec_core.training.negatives import LARGEST_FULL_FLOAT32, NEGATIVES
from seqrec_core.training.options import TrainOptions

START_SECONDS = 5.0  # loading torch
SCORES_PER_SECOND = 9e7  # position × item of the softmax at width 64, a core without bf16 (measured)
WEIGHTS_PER_SECOND = 1.6e9  # position × weight products of the body, a core (measured)
EVENTS_PER_SECOND = 1e6  # of the counting models


@dataclass(frozen=True)
class Estimate:
    """What a fit will cost.

    Args:
        rows: training events after the split.
        parameters: learnt numbers; of a counting model None, since it depends on the log.
        seconds: rough wall time, at most the budget.
        device: where it will probably run.
    """

    rows: int
    parameters: int | None
    seconds: float
    device: str


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cpu_name(threads: int) -> str:
    """Return the name of the CPU with its threads, for people."""
    return say("training.cpu_one") if threads == 1 else say("training.cpu", n=threads)


def estimate(config: ModelConfig, options: TrainOptions, dataset: SequenceDataset, split: Split) -> Estimate:
    """Return rows, parameters, rough seconds and device of a fit; of a mix those of its network, which takes the most."""
    if isinstance(config, HybridConfig):
        config = config.parts()["sequence"]
    rows, cores = split.n_train(dataset), min(usable_cores(), 8)
    if not isinstance(config, NetworkConfig):
        return Estimate(rows, None, 0.1 + rows / EVENTS_PER_SECOND, cpu_name(1))
    n_items = dataset.vocabulary.size
    scored = n_items if n_items <= LARGEST_FULL_FLOAT32 else NEGATIVES
    a_position = scored * config.width / 64 / SCORES_PER_SECOND + config.body_weights / WEIGHTS_PER_SECOND
    seconds = options.epochs * rows * a_position / cores
    capped = seconds if options.seconds is None else min(seconds, options.seconds)
    return Estimate(rows, parameters(config, dataset), START_SECONDS + capped, _device(options, cores))


def parameters(config: NetworkConfig, dataset: SequenceDataset) -> int:
    """Learnt numbers: item table and bias, start vector, what describes an event and its text, layers, layer norm."""
    n_categories = len(set(dataset.categories[1:]) - {NO_CATEGORY}) if dataset.categories is not None else 0
    events = config.event_rows(len(dataset.event_names), n_categories)
    texts = ContentConfig().width if config.content and has_text(dataset) else 0
    return dataset.vocabulary.size * (config.width + 1) + (1 + events + texts) * config.width + config.body_weights


def _device(options: TrainOptions, cores: int) -> str:
    has_gpu = shutil.which("nvidia-smi") is not None
    return say("training.gpu") if options.device == "cuda" or (options.device == "auto" and has_gpu) else cpu_name(cores)
