"""Fit a mix: its parts one after the other, then the weights between them on validation cases."""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Split
from seqrec_core.errors import Stopped
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.models.config import HybridConfig, ModelConfig
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.hybrid import PARTS, Hybrid, fixed_weights
from seqrec_core.models.topk import is_candidate
from seqrec_core.models.words import has_text
from seqrec_core.text import count, percent, say
from seqrec_core.training.fit import fit
from seqrec_core.training.options import READING, Fitted, Progress, ShouldStop, TrainOptions, in_part, no_progress, timed
from seqrec_core.training.slot import Checkpoint

FEWEST = 50  # validation cases under which weights would be learnt from chance
LARGEST = 10.0  # weight: beyond it a part that is always right would go on for ever
CELLS = 24_000_000  # log-scores held at once while weights are learnt
ROWS = 256


def fit_mix(
    config: ModelConfig,
    dataset: SequenceDataset,
    split: Split,
    options: TrainOptions,
    progress: Progress,
    should_stop: ShouldStop,
    checkpoint: Checkpoint | None,
) -> Fitted:
    """Fit the parts on the training prefixes and learn their weights; the epochs are those of the network.

    The network has been stopped by the same validation cases, which favours it a little.

    Raises:
        As `training.fit.fit`.
    """
    began = time.perf_counter()
    settings = HybridConfig.model_validate(config.model_dump()).parts()
    reader = settings.pop("content", None)
    reader = reader if has_text(dataset) else None
    own = options if reader is None else timed(options, 1 - READING)
    network = fit(settings["sequence"], dataset, split, own, progress, should_stop, checkpoint)
    models = {"sequence": network.model}
    for name in ("people", "items"):
        models[name] = fit(settings[name], dataset, split, options, no_progress, should_stop).model
    if reader is not None:
        models["content"] = fit(reader, dataset, split, in_part(options, READING), no_progress, should_stop).model
    mix = Hybrid(config, TrainEvents.of(dataset, split).shares(), models)
    weights, asked = learn_weights(mix, dataset, split, _asked(dataset, split, options), should_stop)
    mix = Hybrid(config, mix.share, models, weights)
    shares = {name: weight / sum(mix.weights.values()) for name, weight in mix.weights.items()}
    parameters = network.parameters + sum(
        array.size for name, model in models.items() if name != "sequence" for array in model.to_arrays().values()
    )
    return replace(
        network,
        model=mix,
        seconds=network.seconds + max(0.0, time.perf_counter() - began - network.seconds),
        parameters=parameters + len(models),
        notes=(*network.notes, _note(shares, asked)),
        weights=shares,
    )


def learn_weights(
    mix: Hybrid, dataset: SequenceDataset, split: Split, cases: Cases, should_stop: ShouldStop
) -> tuple[dict[str, float], int]:
    """Return the weights ≥ 0 under which the targets of these cases are likeliest, and how many cases could be asked.

    Maximises the mean of log softmax(Σ w_p · z_p)[target] over the candidates, which has one maximum. Under
    FEWEST cases whose target may be recommended the weights are fixed; where no part helps they are equal.

    Raises:
        Stopped: should_stop said so.
    """
    from scipy.optimize import minimize

    exclude_seen = resolve_seen("auto", dataset, split).exclude_seen
    logs, allowed, targets = _read(mix, dataset, cases, exclude_seen, should_stop)
    rows = np.arange(len(targets))
    kept = np.flatnonzero(allowed[rows, targets])
    if len(kept) < FEWEST:
        return fixed_weights(mix.names), len(kept)
    logs, allowed, targets, rows = logs[:, kept], allowed[kept], targets[kept], rows[: len(kept)]
    right = logs[:, rows, targets].astype(np.float64)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = np.where(allowed, np.tensordot(weights.astype(np.float32), logs, 1), -np.inf)
        top = scores.max(1, keepdims=True)
        odds = np.exp(scores - top)
        total = odds.sum(1, keepdims=True)
        expected = np.einsum("pbv,bv->p", logs, odds / total)
        nats = (top[:, 0] + np.log(total[:, 0])).sum() - weights @ right.sum(1)
        return float(nats) / len(rows), (expected - right.sum(1)) / len(rows)

    n = len(mix.names)
    found = minimize(loss, np.full(n, 0.5), jac=True, method="L-BFGS-B", bounds=[(0, LARGEST)] * n).x
    found = found if found.sum() > 0 else np.ones(n)
    return dict(zip(mix.names, found.tolist(), strict=True)), len(kept)


def _asked(dataset: SequenceDataset, split: Split, options: TrainOptions) -> Cases:
    """As many validation cases as fit in memory, spread over the users by the seed."""
    most = min(options.valid_users, CELLS // (len(PARTS) * dataset.vocabulary.size))
    if len(split.valid) <= most:
        return split.valid
    chosen = np.random.default_rng(options.seed).choice(len(split.valid), most, replace=False)
    return split.valid.take(np.sort(chosen))


def _read(
    mix: Hybrid, dataset: SequenceDataset, cases: Cases, exclude_seen: bool, should_stop: ShouldStop
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.int32]]:
    """Return the parts' log-scores float32[P, B, V], the candidates bool[B, V] and the targets int32[B]."""
    shape = (len(cases), mix.n_items)
    logs, allowed = np.empty((len(mix.names), *shape), np.float32), np.empty(shape, bool)
    for start in range(0, len(cases), ROWS):
        if should_stop():
            raise Stopped("evaluation", "stopped", done=start, total=len(cases))
        batch = range(start, min(start + ROWS, len(cases)))
        histories = [cases.history(dataset, case) for case in batch]
        for part, name in enumerate(mix.names):
            logs[part, batch.start : batch.stop] = mix.standardised(name, histories)
        size = (len(batch), mix.n_items)
        allowed[batch.start : batch.stop] = is_candidate(size, histories, exclude_seen, dataset.vocabulary.n_logged)
    return logs, allowed, dataset.items[cases.targets]


def _note(shares: dict[str, float], n: int) -> str:
    weights = ", ".join(f"{say(f'models.part.{name}')} {percent(share)}" for name, share in shares.items())
    if n >= FEWEST:
        return say("training.note.weights_learnt", users=count(n, "user"), weights=weights)
    return say("training.note.weights_fixed", users=count(n, "user"), least=FEWEST, weights=weights)
