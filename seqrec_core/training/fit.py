"""Fit any registered model: one pass of counting, epochs of gradient steps, or a mix of both."""

import time
from dataclasses import replace
from typing import Any, cast

import numpy as np

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.errors import BadInput
from seqrec_core.models.config import ContentConfig, ModelConfig, NetworkConfig
from seqrec_core.models.counting import TrainEvents, logs
from seqrec_core.models.registry import model_class, model_spec
from seqrec_core.models.words import has_text
from seqrec_core.training.estimate import cpu_name
from seqrec_core.training.options import (
    READING,
    Fitted,
    Progress,
    ShouldStop,
    TrainOptions,
    in_part,
    never_stop,
    no_progress,
    timed,
)
from seqrec_core.training.slot import Checkpoint


def fit(
    config: ModelConfig,
    dataset: SequenceDataset,
    split: Split,
    options: TrainOptions,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never_stop,
    checkpoint: Checkpoint | None = None,
) -> Fitted:
    """Fit a model on the training prefixes of a split.

    Equal seed, data, settings and thread count give an equal model as long as the time budget does not bind.

    Args:
        config: which model, with its settings.
        dataset: the log as arrays.
        split: only events `user_offsets[u]:train_end[u]` are learnt from.
        options: budget, seed, batch, rates; counting models need none of them.
        progress: called about every 0.5 s with (events done, events of all epochs, values): `epoch` (1-based), `loss`
            (mean, nats), `ndcg` (validation, from the second epoch on), `events_per_second`, `memory_mb`, `eta_seconds`.
        should_stop: asked before each step.
        checkpoint: a slot to save to (each epoch, every 20 s, on stop) and to continue from.

    Raises:
        NotFound: no such model.
        BadInput: nothing to learn from, a device that is not there, or a model that reads text and a log without any.
        Stopped: should_stop said so; the checkpoint holds the state.
        Failed: the loss became infinite or no number.
    """
    spec = model_spec(config.name)
    events = TrainEvents.of(dataset, split)
    if not len(events.items):
        raise BadInput("training", "nothing_to_learn", protocol=split.protocol)
    if spec.is_mix:
        from seqrec_core.training.mixing import fit_mix

        return fit_mix(config, dataset, split, options, progress, should_stop, checkpoint)
    if spec.reads_text:
        from seqrec_core.training.content import fit_content

        return fit_content(config, dataset, split, options, events, progress, should_stop)
    if spec.learns == "gradients":
        return _fit_network(config, dataset, split, events, options, progress, should_stop, checkpoint)
    began = time.perf_counter()
    model = cast(Any, model_class(config.name)).fit(config, dataset, split)
    progress(len(events.items), len(events.items), {})
    parameters = sum(array.size for array in model.to_arrays().values())
    return Fitted(model, (), time.perf_counter() - began, cpu_name(1), parameters)


def _fit_network(
    config: ModelConfig,
    dataset: SequenceDataset,
    split: Split,
    events: TrainEvents,
    options: TrainOptions,
    progress: Progress,
    should_stop: ShouldStop,
    checkpoint: Checkpoint | None,
) -> Fitted:
    from seqrec_core.models.inputs import LogFacts
    from seqrec_core.training.device import choose, one_thread_each, thread_count
    from seqrec_core.training.loop import Loop
    from seqrec_core.training.prior import add_prior
    from seqrec_core.training.step import Stepper

    device, name = choose(options.device, options.threads)
    threads = thread_count(options.threads) if device.type == "cpu" else 1
    facts = LogFacts.of(dataset)
    if cast(NetworkConfig, config).content and has_text(dataset):
        reader = fit(ContentConfig(), dataset, split, in_part(options, READING), should_stop=should_stop).model
        facts, options = replace(facts, texts=cast(Any, reader).vectors), timed(options, 1 - READING)
    model = cast(Any, model_class(config.name)).start(config, facts, logs(events.shares()), options.seed)
    model.net.to(device).train()
    n_logged = dataset.vocabulary.n_logged
    counts = np.bincount(events.items, minlength=n_logged + 1)[1 : n_logged + 1]
    with one_thread_each(), Stepper(model.net, n_logged, counts, threads, options) as stepper:
        loop = Loop(model, dataset, split, options, stepper, progress, should_stop, checkpoint)
        loop.run()
        model.net.to("cpu").eval()
        loop.notes += add_prior(model, dataset, loop.cases, loop.exclude_seen, events, should_stop)
    parameters = sum(value.numel() for value in model.net.parameters())
    at = loop.at
    return Fitted(
        model, tuple(at.records), loop.seconds, name, parameters, loop.stopped_early, tuple(loop.notes), tuple(at.rates)
    )
