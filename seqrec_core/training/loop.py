"""The training loop of every network: epochs of steps, validation, checkpoints, early stop."""

import math
from collections.abc import Iterator
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.memory import peak_rss_mb
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Split
from seqrec_core.errors import Failed, Stopped
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.models.network import NetworkRecommender, load_weights
from seqrec_core.text import say
from seqrec_core.training.checkpoint import Progress, fit_key, pack, unpack
from seqrec_core.training.options import EpochRecord, ShouldStop, TrainOptions
from seqrec_core.training.options import Progress as Report
from seqrec_core.training.schedule import Schedule, total_steps
from seqrec_core.training.slot import Checkpoint
from seqrec_core.training.step import Stepper
from seqrec_core.training.validating import validate
from seqrec_core.training.windows import Batch, Windows

REPORT_EVERY = 0.5  # seconds between two calls of progress
SAVE_EVERY = 20.0  # seconds between two checkpoints inside an epoch
STEPS_AN_EPOCH = 40  # a log so small that it has fewer gets smaller batches
FEWEST_POSITIONS = 64


class Loop:
    """One fit of one network.

    Args:
        model: the untrained model; its network is trained in place.
        dataset, split: what to learn from and how to validate.
        options: budget, batch, rates.
        stepper: makes an optimiser step from a batch.
        report: called with (events done, events of all epochs, values) every half second.
        should_stop: asked before each step.
        checkpoint: where to save and resume, or None.
    """

    def __init__(
        self,
        model: NetworkRecommender,
        dataset: SequenceDataset,
        split: Split,
        options: TrainOptions,
        stepper: Stepper,
        report: Report,
        should_stop: ShouldStop,
        checkpoint: Checkpoint | None,
    ) -> None:
        self.model, self.dataset, self.split, self.options, self.stepper = model, dataset, split, options, stepper
        self.report, self.should_stop, self.checkpoint = report, should_stop, checkpoint
        self.log = self.read = dataset.slice(0, dataset.n_events)
        self.n_train = split.n_train(dataset)
        self.positions = max(FEWEST_POSITIONS, min(options.tokens, self.n_train // STEPS_AN_EPOCH))
        self.cases = _validation_cases(split, options)
        self.exclude_seen = resolve_seen("auto", dataset, split).exclude_seen
        self.key = fit_key(model.config, options, dataset, split)
        self.at = Progress()
        self.notes: list[str] = []
        self.stopped_early = self.ran_out = False
        self.began = self.reported = self.saved = perf_counter()

    @property
    def seconds(self) -> float:
        """Wall time spent on this fit, before a resume included."""
        return self.at.seconds + perf_counter() - self.began

    def run(self) -> None:
        """Train to the end; the best epoch's weights are in the model afterwards.

        Raises:
            Stopped: should_stop said so; a checkpoint has been saved.
            Failed: the loss is not finite.
        """
        self._resume()
        while self._has_epochs() and not self.stopped_early and not self._is_over():
            self._epoch()
        if total_steps(self.options) is None and (self.ran_out or (self._has_epochs() and not self.stopped_early)):
            self.notes.append(say("training.note.out_of_time", epoch=self.at.epoch))
        load_weights(self.model.net, self.at.best)
        if self.at.best_ndcg < 0:
            self.notes.append(say("training.note.no_validation"))

    def _has_epochs(self) -> bool:
        return total_steps(self.options) is not None or self.at.epoch < self.options.epochs

    def _is_over(self) -> bool:
        """Whether the time budget, or the number of steps, is spent; a first step is always made."""
        return self.at.step > 0 and Schedule.of(self.options, 1).is_over(self.seconds, self.at.step)

    def _epoch(self) -> None:
        began, before = self.seconds, self.at.n
        for batch_index, windows, group in self._batches():
            if self.should_stop():
                self._save()
                raise Stopped("training", "stopped", epoch=self.at.epoch + 1, epochs=self.options.epochs)
            if self._is_over():
                self.ran_out = True
                break
            self._step(batch_index, windows.batch(self.read, group))
        self._end_epoch((self.at.n - before) / max(1e-9, self.seconds - began), self.seconds - began)

    def _batches(self) -> Iterator[tuple[int, Windows, NDArray[np.int64]]]:
        """Yield the batches of this epoch that are not done yet. They depend on the seed and the epoch alone."""
        rng = np.random.default_rng([self.options.seed, self.at.epoch])
        start, stop = self._read(rng)
        windows = Windows.cut(start, stop, self.model.config.length, rng)  # type: ignore[attr-defined]
        groups = windows.batches(self.positions, rng)
        self.schedule, self.n_batches = Schedule.of(self.options, len(groups)), len(groups)
        for index in range(self.at.batch, len(groups)):
            yield index, windows, groups[index]

    def _read(self, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Choose the events of this epoch and return where each history begins and ends in them."""
        start, stop = self.dataset.user_offsets[:-1], self.split.train_end
        self.read = self.log
        if not self.options.event_dropout:
            return start, stop
        kept = rng.random(len(self.log)) >= self.options.event_dropout
        self.read = self.log.take(np.flatnonzero(kept))
        before = np.concatenate([[0], np.cumsum(kept)])
        return before[start], before[stop]

    def _step(self, index: int, batch: Batch) -> None:
        done = self.schedule.progress(self.at.epoch + index / self.n_batches, self.seconds, self.at.step)
        rate = self.schedule.rate(self.at.step, done)
        loss = self.stepper.step(batch, rate, (self.options.seed, self.at.step))
        if not math.isfinite(loss):
            smaller = f"{self.options.learning_rate / 4:g}"
            raise Failed("training", "not_finite", loss=loss, epoch=self.at.epoch + 1, step=index + 1, smaller=smaller)
        self.at.batch, self.at.step = index + 1, self.at.step + 1
        self.at.loss, self.at.n = self.at.loss + loss, self.at.n + batch.n
        self.at.rates.append(rate)
        now = perf_counter()
        if now - self.reported >= REPORT_EVERY:
            self._report(now)
        if now - self.saved >= SAVE_EVERY:
            self._save()

    def _end_epoch(self, events_per_second: float, seconds: float) -> None:
        at = self.at
        with self.stepper.mean.in_place():
            value = self._validate()
            is_best = value is not None and value > at.best_ndcg
            if is_best or value is None:
                at.best = self.model.to_arrays()
        loss = at.loss / max(1, at.n)
        at.records.append(EpochRecord(at.epoch + 1, loss, value, events_per_second, seconds))
        if value is not None and is_best:
            at.best_ndcg, at.waiting = value, 0
        elif value is not None:
            at.waiting += 1
        self.stopped_early = self._is_worn_out() and at.epoch + 1 < self.options.epochs
        at.epoch, at.batch, at.loss, at.n = at.epoch + 1, 0, 0.0, 0
        self._report(perf_counter())
        self._save()

    def _is_worn_out(self) -> bool:
        """Whether validation has not got better for long enough; a fit of so many steps makes all of them."""
        return total_steps(self.options) is None and self.at.waiting >= self.options.patience

    def _validate(self) -> float | None:
        return validate(self.model, self.dataset, self.cases, self.stepper, exclude_seen=self.exclude_seen)

    def _report(self, now: float) -> None:
        at, last = self.at, self.at.records[-1] if self.at.records else None
        epochs = at.epoch + at.batch / self.n_batches
        done = max(1e-9, self.schedule.progress(epochs, self.seconds, at.step))
        speed = epochs * self.n_train / max(1e-9, self.seconds)
        values = {"epoch": float(min(at.epoch + 1, self.options.epochs)), "events_per_second": speed, "memory_mb": peak_rss_mb()}
        values["eta_seconds"] = self.seconds * (1 - done) / done
        values["loss"] = at.loss / at.n if at.n else last.loss if last else 0.0
        if last is not None and last.ndcg is not None:
            values["ndcg"] = last.ndcg
        self.report(round(epochs * self.n_train), self.options.epochs * self.n_train, values)
        self.reported = now

    def _save(self) -> None:
        if self.checkpoint is None:
            return
        seconds = self.seconds
        before, self.at.seconds = self.at.seconds, seconds
        arrays = pack(self.key, self.at, self.stepper)
        self.at.seconds = before
        self.checkpoint.save(arrays, {"epoch": self.at.epoch, "step": self.at.step, "seconds": seconds})
        self.saved = perf_counter()

    def _resume(self) -> None:
        arrays = None if self.checkpoint is None else self.checkpoint.load()
        if arrays is None:
            return
        if not np.array_equal(arrays.get("key", np.zeros(0)), self.key):
            self.notes.append(say("training.note.other_checkpoint"))
            return
        self.at = unpack(arrays, self.stepper)
        self.stopped_early = self._is_worn_out() and self.at.epoch < self.options.epochs
        self.notes.append(say("training.note.resumed", epoch=min(self.at.epoch + 1, self.options.epochs)))
        self.began = perf_counter()


def _validation_cases(split: Split, options: TrainOptions) -> Cases:
    """The cases asked after each epoch, the same ones in every epoch."""
    if len(split.valid) <= options.valid_users:
        return split.valid
    index = np.random.default_rng(options.seed).choice(len(split.valid), options.valid_users, replace=False)
    return split.valid.take(np.sort(index))
