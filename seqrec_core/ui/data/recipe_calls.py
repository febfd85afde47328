"""What the cleaning part of the Data page asks the core: the effect of each switch, and a dataset made anew."""

import json
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from seqrec_core.data.again import Terms
from seqrec_core.data.steps.effect import Counts, StepEffect, Switches
from seqrec_core.data.steps.types import Step, steps_of
from seqrec_core.errors import BadInput
from seqrec_core.jobs.requests import CleanRequest
from seqrec_core.store.datasets import Added, DatasetInfo
from seqrec_core.text import say
from seqrec_core.ui import loaders
from seqrec_core.ui.data import calls as data_calls

MOST_EVENTS = 12_000_000  # of a longer log, what switches would do is not tried beforehand: other visitors share the memory
AT_ONCE_EVENTS = 500_000  # under a second; a longer log is cleaned by the worker, so that the page and other visitors go on


def is_tried(dataset: DatasetInfo) -> bool:
    """Whether switches of a log are tried before they are done."""
    return _rows_before(dataset) <= MOST_EVENTS


def _rows_before(dataset: DatasetInfo) -> int:
    """Return how many events there were before any step."""
    return max([dataset.n_events, *(effect.rows_before for effect in data_calls.report(dataset).effects)])


def effect(dataset: DatasetInfo, step: Step) -> StepEffect:
    """Return what it would do to switch one step of the dataset.

    Raises:
        BadInput: the dataset was stored without what its steps left out.
    """
    return _effect(dataset.id, step.model_dump_json(), dataset, step)


@st.cache_resource(max_entries=128, show_spinner=False)
def _effect(dataset_id: str, step_json: str, _dataset: DatasetInfo, _step: Step) -> StepEffect:
    return _switches(dataset_id, loaders.home().datasets).turned(_step)


@st.cache_resource(max_entries=2, show_spinner=False)
def _switches(dataset_id: str, place: Path) -> Switches:
    """Hold the events of a dataset before and after each of its steps."""
    store = loaders.datasets()
    return Switches.of(store.before(dataset_id), store.report(dataset_id).steps)


def outcome(dataset: DatasetInfo, steps: tuple[Step, ...]) -> tuple[Counts, Counts]:
    """Return how many events, users and items there are now, and would be with other steps."""
    return _outcome(dataset.id, json.dumps([step.model_dump(mode="json") for step in steps]), steps)


@st.cache_resource(max_entries=64, show_spinner=False)
def _outcome(dataset_id: str, steps_json: str, _steps: tuple[Step, ...]) -> tuple[Counts, Counts]:
    switches = _switches(dataset_id, loaders.home().datasets)
    return switches.now, switches.ended(_steps)[0]


def is_at_once(dataset: DatasetInfo) -> bool:
    """Whether a log is cleaned while a person waits; a longer one is by the worker."""
    return _rows_before(dataset) <= AT_ONCE_EVENTS


def request_of(dataset: DatasetInfo, terms: Terms, name: str = "") -> CleanRequest:
    """Return what is asked of a job that makes a dataset of this one with other steps or sessions."""
    sessions = "user" if terms.whole else "id" if terms.gap is None else "gap"
    has_sessions = data_calls.report(dataset).mapping.session is not None
    return CleanRequest(
        dataset=dataset.id,
        name=name or say("store.cleaned", name=dataset.name),
        steps=terms.steps,
        sessions=None if sessions == "id" and not has_sessions else sessions,
        session_gap_minutes=terms.gap,
    )


def make(dataset: DatasetInfo, terms: Terms, name: str = "") -> Added:
    """Make a dataset of this one with other steps or sessions, and take its segments along where they can hold.

    Raises:
        BadInput: the terms do not fit the log, or it was stored without what its steps left out.
        Failed: the disk is full.
    """
    added = loaders.datasets().clean(dataset.id, terms, name or say("store.cleaned", name=dataset.name))
    take_along(dataset.id, added.info.id)
    return added


def take_along(before: str, after: str) -> None:
    """Copy the segments of a dataset that hold for one made of it: those by a rule, unless their name is taken."""
    known = loaders.saved_segments(after)
    for segment in loaders.saved_segments(before).values():
        if segment.sessions is None and segment.name not in known:
            loaders.segments().save(after, segment)


def steps_of_recipe(content: bytes) -> tuple[Step, ...]:
    """Return the steps of cleaning of a recipe.

    Raises:
        BadInput: this is no recipe, or it says nothing of steps.
    """
    try:
        recipe = json.loads(content)
    except ValueError as error:
        raise BadInput("data", "not_a_recipe", found="–") from error
    steps = recipe.get("steps") if isinstance(recipe, dict) else None
    if not isinstance(steps, Sequence):
        raise BadInput("data", "not_a_recipe", found="–")
    return steps_of(steps)
