"""RunStore: trained runs on disk. A run holds its card, its model and baselines, and their reports."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seqrec_core.errors import NotFound
from seqrec_core.evaluation.report import MetricReport, ProtocolLine
from seqrec_core.explain.trust import FaithfulnessReport
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.registry import load_model, model_spec
from seqrec_core.store import lookup
from seqrec_core.store.atomic import ASIDE, MANIFEST, check, is_whole, remove, sweep, write_file, writing
from seqrec_core.store.home import Home

CARD = "card.json"
MODELS = "models"
REPORTS = "reports"
FAITHFULNESS = "faithfulness.json"
STEPS = "steps.json"

# metric → mean, low, high; None where a metric of all lists together has no interval
Metrics = dict[str, dict[str, float | None]]


class RunCard(BaseModel):
    """Everything about a run that fits on a page.

    Args:
        id: 10 hex digits.
        name: for people: model and time, such as “GRU network · 24 Nov 13:40”.
        config, options: settings of the model and of the fit.
        dataset, dataset_name, fingerprint: what it was trained on.
        split, split_parameters: how the log was split; seed: of the fit.
        exclude_seen, seen_reason: the rule for seen items and why (a sentence).
        created: ISO 8601, UTC. seconds, seconds_per_epoch: wall time of the fit.
        device: where it was fitted, as people name it.
        energy_joules: what the machine took during the fit; None = not known. energy_parts: of `cpu` and `gpu`, what it was
            read of; empty = not readable there, None = the run is from before it was asked.
        parameters: learnt numbers. n_items: V, PAD included. n_candidates: items that can be recommended.
        epochs: `{epoch, loss, ndcg, events_per_second, seconds}` each.
        metrics: metric → `{mean, low, high}`; empty where nothing was held out.
        baselines: model → metrics.
        replay: what counted as clicks and conversions, and what their replay cannot tell; sentences.
        weights: share of each part of a mix; empty for a model of one part.
        versions: package → version. notes: sentences about the fit.
        request_key: what was asked of which data; equal keys are the same run.
        job: the job that trained it.
        repeats: the run whose steps it made again; same_weights: whether its numbers came out equal to the last bit.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    model: str
    config: dict[str, Any]
    options: dict[str, Any]
    preset: str
    dataset: str
    dataset_name: str
    fingerprint: str
    split: str
    split_parameters: dict[str, float | int | str] = Field(default_factory=dict)
    exclude_seen: bool
    seen_reason: str = ""
    seed: int = 0
    created: str
    seconds: float = 0.0
    seconds_per_epoch: float | None = None
    device: str = ""
    energy_joules: float | None = None
    energy_parts: list[str] | None = None
    parameters: int = 0
    steps: int = 0
    n_items: int
    n_candidates: int
    epochs: list[dict[str, float | None]] = Field(default_factory=list)
    metrics: Metrics = Field(default_factory=dict)
    protocol: ProtocolLine | None = None
    baselines: dict[str, Metrics] = Field(default_factory=dict)
    replay: list[str] = Field(default_factory=list)
    weights: dict[str, float] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    notes: list[str] = Field(default_factory=list)
    request_key: str = ""
    job: str = ""
    repeats: str = ""
    same_weights: bool | None = None

    @property
    def rules(self) -> tuple[object, ...]:
        """Everything that two runs must share for their numbers to be comparable: the data and the protocol."""
        line = self.protocol
        cuts = tuple(sorted(self.split_parameters.items()))
        held = None if line is None else (line.part, line.n_candidates, line.exclude_seen, line.n_users, line.k, line.left_out)
        return (self.fingerprint, self.split, cuts, held)


class Steps(BaseModel):
    """What a fit did that its settings do not say, and a repeat needs.

    Args:
        rates: learning rate of each step; empty for a counting model.
        threads: parts into which each batch was cut, whose gradients are added in order.
    """

    model_config = ConfigDict(frozen=True)

    rates: tuple[float, ...] = ()
    threads: int = Field(1, ge=1)


Cards = list[RunCard]


class RunStore:
    """The runs of a home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def save(
        self, card: RunCard, models: dict[str, Recommender], reports: dict[str, MetricReport], steps: Steps | None = None
    ) -> RunCard:
        """Store a run: its card, the models (its own and the baselines), their reports, and the steps that its fit made.

        Raises:
            Failed: the disk is full or cannot be written to; nothing is left behind.
        """
        sweep(self.home.runs)
        with writing(self.home.runs / card.id) as aside:
            for folder in (MODELS, REPORTS):
                (aside / folder).mkdir()
            for name, model in models.items():
                _write_model(model, aside / MODELS / name)
            for name, report in reports.items():
                _write_report(report, aside / REPORTS, name)
            if steps is not None:
                (aside / STEPS).write_text(steps.model_dump_json(), encoding="utf-8")
            (aside / CARD).write_text(card.model_dump_json(indent=1), encoding="utf-8")
        return card

    def list(self, dataset: str | None = None) -> Cards:
        """Return all whole runs (of one dataset), the newest first."""
        cards = []
        for folder in self.home.runs.iterdir():
            if folder.name.startswith(ASIDE) or not is_whole(folder):
                continue
            try:
                cards.append(_read_card(folder, (folder / MANIFEST).stat().st_mtime_ns))
            except (OSError, ValidationError):
                continue
        chosen = [card for card in cards if dataset in (None, card.dataset)]
        return sorted(chosen, key=lambda card: (card.created, card.id), reverse=True)

    def find(self, ref: str) -> RunCard:
        """Return the run of this id, unique beginning of an id, or name.

        Raises:
            NotFound: nothing or more than one answers; the candidates are named.
        """
        return lookup.find(self.list(), ref, "run", self.home.runs)

    def find_same(self, key: str) -> RunCard | None:
        """Return the run that was asked for with the same data and settings, None where there is none."""
        return next((card for card in self.list() if key and card.request_key == key), None)

    def folder(self, ref: str) -> Path:
        """Return the folder of a run."""
        return self.home.runs / self.find(ref).id

    def load_model(self, ref: str, name: str | None = None) -> Recommender:
        """Rebuild the model of a run, or one of its baselines by name.

        Raises:
            NotFound: no such run, or it holds no such model.
            Damaged: the files are not what was written.
        """
        card = self.find(ref)
        folder = self.home.runs / card.id
        path = folder / MODELS / (name or card.model)
        if not path.with_suffix(".json").is_file():
            raise NotFound("store", "no_such_model", run=card.id, name=name, known=_names(folder / MODELS, ".json"))
        check(folder, hashes=True)
        return _read_model(path)

    def load_steps(self, ref: str) -> Steps:
        """Read the steps that the fit of a run made.

        Raises:
            NotFound: no such run, or it was stored without its steps.
            Damaged: the files are not what was written.
        """
        card = self.find(ref)
        folder = self.home.runs / card.id
        if not (folder / STEPS).is_file():
            raise NotFound("store", "no_steps", run=card.id)
        check(folder, hashes=True)
        return Steps.model_validate_json((folder / STEPS).read_bytes())

    def load_report(self, ref: str, name: str | None = None) -> MetricReport:
        """Read the report of a run's model, or of one of its baselines by name.

        Raises:
            NotFound: no such run, or nothing was measured.
            Damaged: the files are not what was written.
        """
        card = self.find(ref)
        folder = self.home.runs / card.id
        name = name or card.model
        if not (folder / REPORTS / f"{name}.json").is_file():
            raise NotFound("store", "no_report", run=card.id, name=name)
        check(folder, hashes=True)
        return _read_report(folder / REPORTS, name)

    def save_faithfulness(self, ref: str, found: FaithfulnessReport) -> None:
        """Keep how far the explanations of one of a run's models can be trusted, beside what was sealed when it was trained.

        Raises:
            Failed: the disk is full or cannot be written to; what was there stays.
        """
        folder = self.folder(ref)
        known = {**{one.model: one for one in self.faithfulness(ref)}, found.model: found}
        content = [known[name].model_dump(mode="json") for name in sorted(known)]
        write_file(folder / FAITHFULNESS, json.dumps(content, indent=1).encode())

    def faithfulness(self, ref: str) -> tuple[FaithfulnessReport, ...]:
        """Return what was measured of the explanations of a run's models; nothing where that is not yet, or not readable."""
        try:
            content = json.loads((self.folder(ref) / FAITHFULNESS).read_bytes())
            return tuple(FaithfulnessReport.model_validate(one) for one in content)
        except (OSError, ValueError, TypeError):
            return ()

    def delete(self, ref: str) -> str:
        """Delete a run, even a damaged one by its id, and return its id.

        Raises:
            NotFound: no such run.
        """
        named = lookup.is_id(ref) and (self.home.runs / ref).is_dir()
        run = ref if named else self.find(ref).id
        remove(self.home.runs / run)
        return run


@lru_cache(maxsize=512)
def _read_card(folder: Path, sealed: int) -> RunCard:
    """Read the card of a folder that was sealed at this time."""
    return RunCard.model_validate_json((folder / CARD).read_bytes())


def _names(folder: Path, suffix: str) -> str:
    return ", ".join(sorted(path.stem for path in folder.glob(f"*{suffix}")))


def _write_model(model: Recommender, path: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    arrays = {name: np.ascontiguousarray(array) for name, array in model.to_arrays().items()}
    shapes = {name: list(array.shape) for name, array in model.to_arrays().items()}
    save_file(arrays, path.with_suffix(".safetensors"))
    settings = {"config": model.config.model_dump(), "n_items": int(model.n_items), "shapes": shapes}
    path.with_suffix(".json").write_text(json.dumps(settings, indent=1), encoding="utf-8")


def _read_model(path: Path) -> Recommender:
    from safetensors.numpy import load_file

    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    arrays = load_file(path.with_suffix(".safetensors"))
    arrays = {name: arrays[name].reshape(shape) for name, shape in settings["shapes"].items()}
    config = model_spec(settings["config"]["name"]).config.model_validate(settings["config"])
    return load_model(config, settings["n_items"], arrays)


def _write_report(report: MetricReport, folder: Path, name: str) -> None:
    report.per_user.write_parquet(folder / f"{name}.per_user.parquet")
    report.lists.write_parquet(folder / f"{name}.lists.parquet")
    rest = {"means": report.means, "intervals": report.intervals, "protocol": report.protocol.model_dump()}
    (folder / f"{name}.json").write_text(json.dumps(rest, indent=1), encoding="utf-8")


def _read_report(folder: Path, name: str) -> MetricReport:
    rest = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return MetricReport(
        per_user=pl.read_parquet(folder / f"{name}.per_user.parquet"),
        lists=pl.read_parquet(folder / f"{name}.lists.parquet"),
        means=rest["means"],
        intervals={metric: (low, high) for metric, (low, high) in rest["intervals"].items()},
        protocol=ProtocolLine.model_validate(rest["protocol"]),
    )
