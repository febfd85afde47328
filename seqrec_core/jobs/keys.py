"""Request keys: equal keys ask for the same work on the same data."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.jobs.requests import (
    CleanRequest,
    EvaluateRequest,
    FaithfulnessRequest,
    RecommendRequest,
    TrainRequest,
    WelcomeRequest,
)
from seqrec_core.store.datasets import SAMPLE_PREFIX, DatasetInfo, DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore


def dataset_of(home: Home, ref: str) -> DatasetInfo:
    """Return the dataset that `ref` names; a bundled sample is imported if it is not there yet.

    Raises:
        NotFound: no such dataset or sample.
    """
    if ref.startswith(SAMPLE_PREFIX):
        return ensure_sample(home, ref.removeprefix(SAMPLE_PREFIX))
    return DatasetStore(home).find(ref)


def resolved(home: Home, request: Any) -> tuple[Any, str]:
    """Return a request with every reference replaced by an id and every path by an absolute one, and its key.

    Raises:
        NotFound: a dataset or run that is not there.
    """
    if isinstance(request, TrainRequest):
        info = dataset_of(home, request.dataset)
        again = {} if request.repeat is None else {"repeat": RunStore(home).find(request.repeat).id}
        request = request.model_copy(update={"dataset": info.id, **again})
        return request, _key("train", info.fingerprint, request)
    if isinstance(request, CleanRequest):
        info = dataset_of(home, request.dataset)
        request = request.model_copy(update={"dataset": info.id})
        return request, _key("clean", info.fingerprint, request)
    if isinstance(request, EvaluateRequest | RecommendRequest | FaithfulnessRequest):
        card = RunStore(home).find(request.run)
        request = request.model_copy(update={"run": card.id})
        return request, _key(type(request).__name__, card.fingerprint, request)
    if isinstance(request, ImportRequest):
        items = request.items_path and request.items_path.absolute()
        request = request.model_copy(update={"path": request.path.absolute(), "items_path": items})
        if request.append is not None:
            request = request.model_copy(update={"append": dataset_of(home, request.append).id})
        return request, _key("import", _file_state(request), request)
    if isinstance(request, WelcomeRequest):
        return request, welcome_key(request.sample)
    return request, _key(type(request).__name__, "", request)


def welcome_key(sample: str) -> str:
    """Return the key of the job that prepares a bundled sample."""
    return f"welcome:{sample}"


def train_key(fingerprint: str, request: TrainRequest) -> str:
    """Return the key of a training request on the data of this fingerprint; the dataset's name plays no part."""
    return _key("train", fingerprint, request)


def _key(kind: str, data: str, request: BaseModel) -> str:
    asked = request.model_dump(mode="json")
    if kind == "train":
        asked.pop("dataset")
        if asked["repeat"] is None:  # the keys of runs from before it could be asked
            asked.pop("repeat")
    text = json.dumps([kind, data, asked], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_state(request: ImportRequest) -> str:
    """Size and time of the files, so that a changed file is another request."""
    states = []
    for path in (request.path, request.items_path, *(path for channel in request.channels for path in channel.paths)):
        try:
            stat = path.stat() if path is not None else None
        except OSError:
            stat = None
        states.append("–" if stat is None else f"{stat.st_size}:{stat.st_mtime_ns}")
    return "|".join(states)
