"""Fit the content model: its network on texts and on what follows what, then how a history becomes one vector."""

import math
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from seqrec_core.data.memory import peak_rss_mb
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.errors import BadInput, Failed, Stopped
from seqrec_core.evaluation.metrics import ndcg
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.models.config import ContentConfig, ModelConfig
from seqrec_core.models.content import Content, Reading, read
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.text_net import TextNet, with_words_hidden
from seqrec_core.models.topk import ranks_of
from seqrec_core.models.words import FIRST, ItemTexts, TextTable, known_words, number
from seqrec_core.text import say
from seqrec_core.training.device import choose, one_thread_each
from seqrec_core.training.options import EpochRecord, Fitted, Progress, ShouldStop, TrainOptions
from seqrec_core.training.schedule import Schedule, total_steps

CASES, LABELLED = 256, 256  # events to be told from their histories, and items to be labelled, in one step
FEWEST_STEPS, MOST_STEPS = 10, 60  # of an epoch
GROUPS = 4  # of texts of alike length, so that one long text does not pad all others
HIDDEN = 0.1  # share of the words that are hidden in a step
SEEN = 8  # most recent events of a history that a step reads
RATE = 1e-2  # highest learning rate; below half of it, rare words hardly move in the few steps there are
MOST_LABELS, FEWEST_OF_LABEL = 500, 3
REPORT_EVERY = 0.5
VALID_CELLS = 4_000_000


@dataclass
class Task:
    """What there is to learn: texts, labels, and pairs of events.

    Args:
        reading: words of the items.
        labels: whether each item has each label, bool[V, n_labels].
        labelled: items with a label and other words, int64[n].
        targets: positions in `items` of events whose item has text.
        items: items of the training events; reach: events of the same user before each.
        share: share of each item among the training events.
    """

    reading: Reading
    labels: NDArray[np.bool_]
    labelled: NDArray[np.int64]
    targets: NDArray[np.int64]
    items: NDArray[np.int32]
    reach: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, config: ContentConfig, dataset: SequenceDataset, events: TrainEvents) -> "Task":
        """Read it off a dataset.

        Raises:
            BadInput: no item has text, or nothing can be learnt from it.
        """
        texts = ItemTexts.of(dataset)
        if texts is None:
            raise BadInput("training", "no_text", items=dataset.vocabulary.n_logged)
        whole = texts.whole()
        words, labels = known_words(whole, config.vocabulary), known_words(texts.labels, MOST_LABELS, FEWEST_OF_LABEL)
        tables = [number(lists, words, config.words) for lists in (whole, texts.described)]
        reading = Reading(words, labels, *tables)
        told = number(texts.labels, labels, MOST_LABELS)
        has = np.zeros((dataset.vocabulary.size, len(labels)), bool)
        owners = np.repeat(np.arange(len(has)), told.lengths)
        has[owners[told.codes >= FIRST], told.codes[told.codes >= FIRST] - FIRST] = True
        labelled = np.flatnonzero(has.any(1) & (reading.bare.lengths > 0))
        begins = np.flatnonzero(np.diff(events.users, prepend=-1))
        reach = np.arange(len(events.items)) - np.repeat(begins, np.diff(begins, append=len(events.items)))
        has_text = reading.whole.lengths[events.items] > 0
        targets = np.flatnonzero(has_text) if (reach[has_text] > 0).any() else np.zeros(0, np.int64)
        if not (len(labelled) or len(targets)):
            raise BadInput("training", "nothing_in_text")
        return cls(reading, has, labelled, targets, events.items, reach, events.shares())

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return int(np.clip(max(len(self.labelled) // LABELLED, len(self.targets) // CASES), FEWEST_STEPS, MOST_STEPS))


def fit_content(
    config: ModelConfig,
    dataset: SequenceDataset,
    split: Split,
    options: TrainOptions,
    events: TrainEvents,
    progress: Progress,
    should_stop: ShouldStop,
) -> Fitted:
    """Fit the content model. A fit that is stopped begins anew.

    Raises:
        As `training.fit.fit`; BadInput too where no item has text.
    """
    settings = ContentConfig.model_validate(config.model_dump())
    device, name = choose(options.device, 1)
    with one_thread_each():
        fit = _Fit(settings, Task.of(settings, dataset, events), dataset, split, options, device, progress, should_stop)
        fit.run()
        vectors = fit.vectors(np.arange(dataset.vocabulary.size))
    model = Content(settings, fit.net.cpu(), fit.task.reading, fit.task.share, vectors)
    parameters = sum(value.numel() for value in fit.net.parameters())
    return Fitted(model, tuple(fit.records), fit.seconds, name, parameters, fit.stopped_early, tuple(fit.notes), tuple(fit.rates))


class _Fit:
    """One fit of the network."""

    def __init__(
        self,
        config: ContentConfig,
        task: Task,
        dataset: SequenceDataset,
        split: Split,
        options: TrainOptions,
        device: torch.device,
        report: Progress,
        should_stop: ShouldStop,
    ) -> None:
        self.config, self.task, self.dataset, self.options = config, task, dataset, options
        self.report, self.should_stop, self.device = report, should_stop, device
        self.rng = np.random.default_rng(options.seed)
        self.generator = torch.Generator().manual_seed(options.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(options.seed)
            self.net = TextNet(config, FIRST + len(task.reading.words), len(task.reading.labels)).to(device)
        if len(task.labelled):
            shares = np.clip(task.labels[task.labelled].mean(0), 1e-4, 1 - 1e-4)
            with torch.no_grad():  # the network begins by saying how frequent each label is
                self.net.labels.bias.copy_(torch.from_numpy(np.log(shares / (1 - shares))))
        self.optimiser = torch.optim.AdamW(self.net.parameters(), weight_decay=options.weight_decay)
        top = min(options.learning_rate, RATE)
        self.schedule = Schedule.of(options.model_copy(update={"learning_rate": top}), task.steps)
        cases = split.valid
        if len(cases) > options.valid_users:
            cases = cases.take(np.sort(self.rng.choice(len(cases), options.valid_users, replace=False)))
        self.cases, self.exclude_seen = cases, resolve_seen("auto", dataset, split).exclude_seen
        self.records: list[EpochRecord] = []
        self.rates: list[float] = []
        self.notes: list[str] = []
        self.stopped_early = False
        self.loss, self.n_losses = 0.0, 0
        self.began = self.reported = perf_counter()

    @property
    def seconds(self) -> float:
        """Wall time so far."""
        return perf_counter() - self.began

    def run(self) -> None:
        """Train to the end; the weights of the best epoch are in the network afterwards."""
        best, best_at, weights = -1.0, 0, None
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.options.seed + 1)  # drop-out
            while not self.stopped_early and not self._is_over():
                value = self._epoch()
                if value is not None and value > best:
                    best, best_at = value, len(self.records)
                    weights = {name: one.detach().clone() for name, one in self.net.state_dict().items()}
                worn = value is not None and len(self.records) - best_at >= self.options.patience
                self.stopped_early = worn and total_steps(self.options) is None and len(self.records) < self.options.epochs
        if weights is None:
            self.notes.append(say("training.note.no_validation"))
        else:
            self.net.load_state_dict(weights)
        self.net.eval()

    def _is_over(self) -> bool:
        steps = len(self.rates)
        if total_steps(self.options) is None and len(self.records) >= self.options.epochs:
            return True
        return steps > 0 and self.schedule.is_over(self.seconds, steps)

    def _epoch(self) -> float | None:
        began, self.loss, self.n_losses = self.seconds, 0.0, 0
        self.net.train()
        for _ in range(self.task.steps):
            if self.should_stop():
                raise Stopped("training", "stopped", epoch=len(self.records) + 1, epochs=self.options.epochs)
            if self._is_over():
                if total_steps(self.options) is None:
                    self.notes.append(say("training.note.out_of_time", epoch=len(self.records) + 1))
                break
            self._step()
        self.net.eval()
        value = self._validate()
        seconds = self.seconds - began
        speed = self.n_losses * CASES / max(seconds, 1e-9)
        self.records.append(EpochRecord(len(self.records) + 1, self.loss / max(1, self.n_losses), value, speed, seconds))
        self._tell()
        return value

    def _step(self) -> None:
        at = len(self.rates)
        rate = self.schedule.rate(at, self.schedule.progress(at / self.task.steps, self.seconds, at))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.zero_grad(set_to_none=True)
        loss = self._contrast() + self._labels()
        value = float(loss.detach())
        if not math.isfinite(value):
            smaller = f"{self.options.learning_rate / 4:g}"
            epoch, step = len(self.records) + 1, at % self.task.steps + 1
            raise Failed("training", "not_finite", loss=value, epoch=epoch, step=step, smaller=smaller)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.rates.append(rate)
        self.loss, self.n_losses = self.loss + value, self.n_losses + 1
        if perf_counter() - self.reported >= REPORT_EVERY:
            self._tell()

    def _contrast(self) -> Tensor:
        """Mean cross-entropy of what followed a history among what followed others in the batch, in nats."""
        task = self.task
        if not len(task.targets):
            return torch.zeros((), device=self.device)
        later = task.targets[self.rng.integers(0, len(task.targets), CASES)]
        ages = np.arange(min(SEEN, self.config.length))
        rows = later[:, None] - 1 - ages  # [B, L], the newest first
        is_there = ages < task.reach[later][:, None]
        seen, target = np.where(is_there, task.items[rows], 0), task.items[later]
        items, places = np.unique(np.concatenate([seen.ravel(), target]), return_inverse=True)
        units = F.normalize(self._read(task.reading.whole, items), dim=-1)  # [U, D]
        units = units * torch.from_numpy(task.reading.whole.lengths[items] > 0)[:, None].to(self.device)
        has_text = task.reading.whole.lengths[seen] > 0
        weights = torch.sigmoid(self.net.decay) ** torch.from_numpy(ages).to(self.device) * torch.from_numpy(has_text).to(
            self.device
        )
        a, b = self.net.users(units[places[: seen.size].reshape(seen.shape)], weights), units[places[seen.size :]]
        odds = torch.from_numpy(self.config.popularity * np.log(task.share[target])).float()
        scores = a @ b.t() * self.net.scale - odds.to(self.device)  # [P, P]
        is_same = torch.from_numpy(target[:, None] == target[None, :]).to(self.device)
        is_same.fill_diagonal_(False)
        return F.cross_entropy(scores.masked_fill(is_same, -math.inf), torch.arange(len(target), device=self.device))

    def _labels(self) -> Tensor:
        """Cross-entropy of category and tags told from the other words, summed over labels, a mean over items, in nats."""
        task = self.task
        if not len(task.labelled):
            return torch.zeros((), device=self.device)
        items = task.labelled[self.rng.integers(0, len(task.labelled), min(LABELLED, len(task.labelled)))]
        logits = self.net.labels(self._read(task.reading.bare, items))
        has = torch.from_numpy(task.labels[items]).float().to(self.device)
        return F.binary_cross_entropy_with_logits(logits, has, reduction="sum") / len(items)

    def _read(self, table: TextTable, items: NDArray[np.integer]) -> Tensor:
        """Return item vectors with some words hidden, texts of alike length read together: [n, D]."""
        order = np.argsort(table.lengths[items], kind="stable")
        found = []
        for part in np.array_split(order, GROUPS):
            words = torch.from_numpy(table.rows(items[part]))
            found.append(self.net(with_words_hidden(words, HIDDEN, self.generator).to(self.device)))
        return torch.cat(found)[torch.from_numpy(np.argsort(order)).to(self.device)]

    def vectors(self, items: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the vectors of these items, float32[n, D]."""
        return read(self.net, self.task.reading.whole, items)

    def _validate(self) -> float | None:
        """NDCG@10 on the validation cases among the items of the log; None without any that can be ranked."""
        n_logged, cases = self.dataset.vocabulary.n_logged, self.cases
        if not len(cases):
            return None
        vectors = np.zeros((self.dataset.vocabulary.size, self.config.width), np.float32)
        vectors[1 : n_logged + 1] = self.vectors(np.arange(1, n_logged + 1))
        model = Content(self.config, self.net, self.task.reading, self.task.share, vectors)
        ranks = np.zeros(len(cases), np.int64)
        rows = max(1, VALID_CELLS // self.dataset.vocabulary.size)
        for begin in range(0, len(ranks), rows):
            part = cases.take(np.arange(begin, min(len(ranks), begin + rows)))
            histories = [part.history(self.dataset, case) for case in range(len(part))]
            scores, targets = model.score(histories), self.dataset.items[part.targets]
            ranks[begin : begin + rows] = ranks_of(scores, targets, histories, self.exclude_seen, n_logged)
        return float(np.nanmean(ndcg(ranks, 10))) if (ranks > 0).any() else None

    def _tell(self) -> None:
        at, steps = len(self.rates), self.task.steps
        done = max(1e-9, self.schedule.progress(at / steps, self.seconds, at))
        total = self.options.epochs * steps * CASES
        values = {
            "epoch": float(min(at // steps + 1, self.options.epochs)),
            "loss": self.loss / max(1, self.n_losses),
            "events_per_second": at * CASES / max(1e-9, self.seconds),
            "memory_mb": peak_rss_mb(),
            "eta_seconds": self.seconds * (1 - done) / done,
        }
        if self.records and self.records[-1].ndcg is not None:
            values["ndcg"] = self.records[-1].ndcg
        self.report(min(total, at * CASES), total, values)
        self.reported = perf_counter()
