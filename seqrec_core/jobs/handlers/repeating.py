"""Make the fit of a stored run again, step by step, and say whether its numbers come out the same."""

from dataclasses import dataclass

import numpy as np

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.registry import model_spec
from seqrec_core.models.words import has_text
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from seqrec_core.text import say
from seqrec_core.training.options import TrainOptions


@dataclass(frozen=True)
class Repeat:
    """A fit that was made before.

    Args:
        run: id of the run.
        request: how it is split and measured again.
        config, options: its settings, with the rate of each step; the clock has no part in them.
    """

    run: str
    request: TrainRequest
    config: ModelConfig
    options: TrainOptions


@dataclass(frozen=True)
class Compared:
    """Whether a repeat gave the same numbers, and the sentence that says so."""

    is_same: bool
    note: str


def repeat_of(home: Home, request: TrainRequest, info: DatasetInfo) -> Repeat:
    """Return what the run that a request names did.

    Raises:
        NotFound: no such run, or it was stored without its steps.
        BadInput: it learnt from other data.
    """
    card = RunStore(home).find(request.repeat or "")
    if card.fingerprint != info.fingerprint:
        raise BadInput("jobs", "repeat_other_data", run=card.id, was=card.dataset_name, found=info.name)
    steps = RunStore(home).load_steps(card.id)
    again = {"rates": steps.rates, "threads": steps.threads} if steps.rates else {}
    asked = {"model": card.model, "preset": card.preset, "split": card.split, "seed": card.seed, "set": {}, "budget": None}
    measured = {"seen": "exclude" if card.exclude_seen else "include"}
    return Repeat(
        card.id,
        request.model_copy(update={**asked, **measured}),
        model_spec(card.model).config.model_validate(card.config),
        TrainOptions.model_validate({**card.options, **again}),
    )


def check_steps(config: ModelConfig, dataset: SequenceDataset) -> None:
    """Refuse a fit of several parts, each with a clock of its own, whose steps no run records.

    Raises:
        BadInput: a mix, or a network that learns from texts.
    """
    if model_spec(config.name).is_mix or (getattr(config, "content", False) is True and has_text(dataset)):
        raise BadInput("jobs", "repeat_parts", model=say(model_spec(config.name).title))


def compare(home: Home, run: str, model: Recommender) -> Compared:
    """Compare the numbers of a repeated fit with those of the run, bit by bit."""
    before, now = RunStore(home).load_model(run).to_arrays(), model.to_arrays()
    is_same = before.keys() == now.keys() and all(np.array_equal(now[name], before[name]) for name in now)
    return Compared(is_same, say("jobs.repeat.same" if is_same else "jobs.repeat.other", run=run))
