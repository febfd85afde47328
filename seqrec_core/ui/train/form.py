"""The form of the Train page: presets first, the rest folded, and what the training will take before it starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
import streamlit as st
from pydantic.fields import FieldInfo

from seqrec_core.data.split import PROTOCOLS, Split, split
from seqrec_core.errors import SeqrecError
from seqrec_core.evaluation.seen import SeenRule, resolve_seen
from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.jobs.worker_state import worker_state
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.registry import REGISTRY, model_spec
from seqrec_core.report.entries import model_title
from seqrec_core.serving import answer
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.store.home import Home
from seqrec_core.text import count, duration, has_sentence, integer, percent, say
from seqrec_core.training.estimate import Estimate, estimate
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.presets import LIMITS, plan, preset_about, preset_title
from seqrec_core.training.tuning import LogSize
from seqrec_core.ui import context, job_status, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.errors import plain, show

BUDGETS = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_200.0, 1_800.0, 3_600.0, 7_200.0)  # seconds to choose from
KEPT: Final = "session"  # what was chosen here is still chosen after a look at another page
FIRST_MODEL, FIRST_PRESET = "gru", "quick"
OF_OPTIONS = ("epochs", "learning_rate")
DEVICES = ("auto", "cpu", "cuda", "mps")
SEEN = ("auto", "exclude", "include")


@dataclass(frozen=True)
class Choice:
    """What the form asks for: the request, and the settings that follow from it."""

    request: TrainRequest
    config: ModelConfig
    options: TrainOptions


@dataclass(frozen=True)
class Parts:
    """A dataset as a protocol splits it.

    Args:
        split: training prefixes and cases.
        asked: users with a test case.
        seen: what `auto` decides about seen items.
    """

    split: Split
    asked: int
    seen: SeenRule


def form(now: Context) -> TrainRequest | None:
    """Draw the form; return the request when it is to be started."""
    with st.container(border=True):
        st.subheader(say("page_train.form"), anchor=False)
        model = _model()
        preset = _preset(model)
        try:
            budget = _budget(preset) if model_spec(model).learns == "gradients" else None
            choice = _folded(now.dataset, model, preset, budget)
            facts(now, choice)
        except SeqrecError as error:
            show(error)
            choice = None
        if now.segment is not None:
            st.caption(say("page_train.whole_log"))
        if not context.get("job") and not worker_state(loaders.home()).alive:  # a job that waits says so itself
            job_status.no_worker()
        clicked = st.button(
            say("page_train.start", model=model_title(model)),
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=choice is None,
            key="train_start",
        )
    return choice.request if clicked and choice is not None else None


def _model() -> str:
    names = sorted(REGISTRY, key=lambda name: REGISTRY[name].learns != "gradients")
    abouts = [say(f"page_train.about.{name}") for name in names if has_sentence(f"page_train.about.{name}")]
    model = st.selectbox(
        say("page_train.model"),
        names,
        help="  \n".join(abouts),
        index=names.index(FIRST_MODEL),
        format_func=lambda name: say(f"page_train.learns.{REGISTRY[name].learns}", model=model_title(name)),
        key="train_model",
        persist_state=KEPT,
    )
    return str(model)


def _preset(model: str) -> str:
    """Ask for the preset; a counting model takes seconds whatever is chosen, so it is not asked for."""
    if model_spec(model).learns == "counts":
        return FIRST_PRESET
    preset = st.segmented_control(
        say("page_train.preset"),
        list(LIMITS),
        default=FIRST_PRESET,
        required=True,
        format_func=preset_title,
        key="train_preset",
        persist_state=KEPT,
        width="stretch",
    )
    st.caption(preset_about(str(preset)))
    return str(preset)


def _folded(dataset: DatasetInfo, model: str, preset: str, budget: float | None) -> Choice:
    """Ask for everything that preset and time decide otherwise; only what differs goes into the request."""
    with st.expander(say("page_train.more"), icon=":material/tune:"):
        protocol = _protocol(dataset)
        seen = _choose("seen", SEEN)
        st.caption(_seen_line(seen, parts_of(dataset, protocol)))
        seed = int(st.number_input(say("page_train.seed"), 0, 2**31 - 1, 0, key="train_seed", persist_state=KEPT))
        network = model_spec(model).learns == "gradients"
        size = LogSize(dataset.n_events, dataset.n_items)
        planned = plan(model, preset, {}, budget, seed, size)
        changed = _settings(planned[0], planned[1], f"{model}_{preset}_{budget}", network)
        if network:
            device = _choose("device", DEVICES)
            changed |= {} if device == "auto" else {"device": device}
    request = TrainRequest(
        dataset=dataset.id, model=model, preset=preset, set=changed, split=protocol, seen=seen, seed=seed, budget=budget
    )
    config, options = plan(model, preset, changed, budget, seed, size)
    return Choice(request, config, options)


def _choose(name: str, options: tuple[str, ...]) -> Any:
    return st.selectbox(
        say(f"page_train.{name}"),
        options,
        format_func=lambda option: say(f"page_train.{name}.{option}"),
        key=f"train_{name}",
        persist_state=KEPT,
    )


def _protocol(dataset: DatasetInfo) -> Any:
    protocol = _choose("split", tuple(name for name in PROTOCOLS if dataset.has_times or name != "temporal"))
    told = [say(f"page_train.asks.{protocol}"), say(f"data.leak.{protocol}")]
    if protocol == "leave_one_out" and dataset.has_times:
        told.append(say("evaluation.protocol.prefer_temporal"))
    st.caption(" ".join(told))
    return protocol


def _budget(preset: str) -> float | None:
    """Ask for the time; None where it is the preset's own, whose epochs then hold too."""
    limit = LIMITS[preset]
    value = st.select_slider(
        say("page_train.budget"),
        sorted({*BUDGETS, limit}),
        limit,
        format_func=duration,
        help=say("page_train.budget.help"),
        key=f"train_budget_{preset}",
        persist_state=KEPT,
    )
    return None if value == limit else float(value)


def _settings(config: ModelConfig, options: TrainOptions, key: str, network: bool) -> dict[str, str]:
    """Ask for the single settings; return those that differ from the plan."""
    asked = [(name, field, getattr(config, name)) for name, field in type(config).model_fields.items() if name != "name"]
    if network:
        asked += [(name, TrainOptions.model_fields[name], getattr(options, name)) for name in OF_OPTIONS]
    changed = {}
    columns = st.columns(2, gap="small")
    for place, (name, field, default) in enumerate(asked):
        with columns[place % 2]:
            value = setting(name, field, default, f"train_{name}_{key}")
        if value != default:
            changed[name] = "none" if value is None else str(value)
    return changed


def setting(name: str, field: FieldInfo, default: Any, key: str) -> Any:
    """Ask for one setting as its type allows: a number inside its bounds, a choice, or yes and no."""
    label = say(f"page_train.setting.{name}") if has_sentence(f"page_train.setting.{name}") else name
    kinds = get_args(field.annotation) or (field.annotation,)
    if all(isinstance(kind, str) for kind in kinds):
        return st.selectbox(label, list(kinds), index=kinds.index(default), key=key, help=field.description, persist_state=KEPT)
    if bool in kinds:
        return st.toggle(label, default, key=key, help=field.description, persist_state=KEPT)
    whole = int in kinds and float not in kinds
    bounds = limits(field, whole)
    more: dict[str, Any] = {"step": 1} if whole else {"step": 0.001 if name == "learning_rate" else 0.1, "format": "%.6g"}
    number: Any = st.number_input  # its overloads follow from the types of its arguments, which are data here
    return number(label, *bounds, default, key=key, help=field.description, persist_state=KEPT, **more)


def limits(field: FieldInfo, whole: bool) -> tuple[Any, Any]:
    """Return the least and the largest value that a field allows; an open end gives way by one step."""
    low: Any = None
    high: Any = None
    step = 1 if whole else 1e-6
    for mark in field.metadata:
        low = getattr(mark, "ge", low) if hasattr(mark, "ge") else mark.gt + step if hasattr(mark, "gt") else low
        high = getattr(mark, "le", high) if hasattr(mark, "le") else mark.lt - step if hasattr(mark, "lt") else high
    kind = int if whole else float
    return (None if low is None else kind(low)), (None if high is None else kind(high))


def facts(now: Context, choice: Choice) -> None:
    """Say before the start what the training will take."""
    parts = parts_of(now.dataset, choice.request.split)
    cost = estimate(choice.config, choice.options, answer.dataset(loaders.home(), now.dataset.id).arrays, parts.split)
    left, right = st.columns(2, gap="small")
    left.metric(say("page_train.rows"), integer(cost.rows), help=say("page_train.rows.help"))
    right.metric(say("page_train.asked"), integer(parts.asked), help=say("page_train.asked.help"))
    parameters = say("page_train.parameters.counts") if cost.parameters is None else integer(cost.parameters)
    left.metric(say("page_train.parameters"), parameters, help=say("page_train.parameters.help"))
    right.metric(say("page_train.time"), say("page_train.time.about", time=rough(cost)), help=say("page_train.time.help"))
    st.caption(plain(say("page_train.device.line", device=device(cost))))


def rough(cost: Estimate) -> str:
    """Write the estimated time no finer than it is known: to 5 s, beyond two minutes to a minute."""
    step = 60 if cost.seconds > 120 else 5
    return duration(max(step, round(cost.seconds / step) * step))


def device(cost: Estimate) -> str:
    """Name where it will compute: the worker knows best."""
    return worker_state(loaders.home()).device or cost.device


def _seen_line(seen: str, parts: Parts) -> str:
    reason = parts.seen.reason if seen == "auto" else "evaluation.seen.asked"
    return say(reason, share=percent(parts.seen.share))


def parts_of(dataset: DatasetInfo, protocol: str) -> Parts:
    """Return a dataset as a protocol splits it.

    Raises:
        BadInput: this log cannot be split so.
    """
    with st.spinner(say("page_train.counting", n=count(dataset.n_events, "event"))):
        return _parts(loaders.home().path, dataset.id, protocol)


@st.cache_resource(max_entries=8, show_spinner=False)
def _parts(home: Path, dataset: str, protocol: str) -> Parts:
    arrays = answer.dataset(Home(home), dataset).arrays
    made = split(arrays, protocol)
    return Parts(made, len(np.unique(made.test.users)), resolve_seen("auto", arrays, made))
